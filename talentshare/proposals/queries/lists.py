"""Proposals in lists: what waits for whom, what was offered, what was agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from talentshare.accounts.models import Body, Person
from talentshare.allocations.models import Allocation
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.find import find, visible
from talentshare.proposals.queries.next import next_task
from talentshare.proposals.queries.terms import due_on
from talentshare.proposals.states import LIVE, MOST_LIVE, ProposalState
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.queries import Answer
from talentshare.talent_requests.states import PositionState, RequestState

P = ProposalState
PAGE = 20
MOST_TASKS = 100
OF_OTHERS = frozenset({"check", "papers", "answer"})


@dataclass(frozen=True)
class Page:
    """One page of a list and how long the list is."""

    items: Sequence[Proposal]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def of_request(actor: Actor, number: str) -> tuple[TalentRequest, Sequence[Proposal]]:
    """A request that the actor may see, with its proposals as far as they may be seen."""
    case = db.session.scalar(talent_requests.visible(actor).where(TalentRequest.number == number))
    if case is None:
        raise NotFound("talent_request.not_found")
    found = visible(actor).where(
        Proposal.position_id.in_(select(Position.id).where(Position.talent_request_id == case.id))
    )
    return case, _read(found.order_by(Proposal.id.desc()))


def siblings(actor: Actor, proposal: Proposal) -> Sequence[Proposal]:
    """The other proposals for the same position that the actor may see, newest first."""
    found = visible(actor).where(
        Proposal.position_id == proposal.position_id, Proposal.id != proposal.id
    )
    return _read(found.order_by(Proposal.id.desc()))


def of_allocation(actor: Actor, allocation_id: int) -> Proposal | None:
    """The proposal that holds or booked this time, if the actor may see it."""
    return db.session.scalar(visible(actor).where(Proposal.allocation_id == allocation_id))


def under_way(actor: Actor, position_id: int) -> Sequence[Proposal]:
    """Who is being asked, or was found, for a position; what ran out of time is over."""
    found = visible(actor).where(
        Proposal.position_id == position_id,
        Proposal.state.in_({*LIVE, P.CONFIRMED}),
        ~_ran_out(clock.now()),
    )
    return _read(found.order_by(Proposal.id))


def asked_before(actor: Actor, position_id: int) -> Sequence[Proposal]:
    """Who was asked for a position, or meant to be, and is no more, oldest first."""
    is_over = or_(Proposal.state.not_in({*LIVE, P.CONFIRMED}), _ran_out(clock.now()))
    found = visible(actor).where(Proposal.position_id == position_id, is_over)
    return _read(found.order_by(Proposal.id))


def others_accepted(actor: Actor, proposal: Proposal) -> Sequence[Proposal]:
    """Who else would do it, in the order of the kana; the actor sees the proposal already."""
    find(actor, proposal.id)
    found = (
        select(Proposal)
        .join(Specialist, Specialist.id == Proposal.specialist_id)
        .join(Person, Person.id == Specialist.person_id)
        .where(
            Proposal.position_id == proposal.position_id,
            Proposal.id != proposal.id,
            Proposal.state == P.ACCEPTED,
        )
    )
    return _read(found.order_by(Person.kana, Proposal.id).limit(MOST_LIVE - 1))


def offers(actor: Actor, page: int) -> Page:
    """What was ever offered to the actor: what waits and what runs first, then the newest."""
    mine = select(Proposal).where(
        Proposal.specialist_id == actor.specialist_id, Proposal.offer_due_at.is_not(None)
    )
    first = or_(_waits_for_specialist(), Proposal.state == P.CONFIRMED)
    newest = (first.desc(), Proposal.offer_due_at.desc(), Proposal.id.desc())
    return _page(mine, newest, page)


def supports(actor: Actor, page: int) -> Page:
    """The agreed support of the actor's body, latest end first."""
    agreed = (
        select(Proposal)
        .join(Allocation, Allocation.id == Proposal.allocation_id)
        .where(Proposal.body_id == actor.body_id, Proposal.state.in_({P.CONFIRMED, P.ENDED}))
    )
    return _page(agreed, (Allocation.ends_on.desc(), Proposal.id.desc()), page)


def waiting_for_body(actor: Actor) -> Sequence[Proposal]:
    """Proposals that the actor has to answer for the body, most urgent first; never one's own."""
    return _waiting(_for_body(actor))


def answers_of(actor: Actor, request_ids: Select[int]) -> dict[int, list[Answer]]:
    """The same on these requests, by request."""
    found = _for_body(actor).join(Position, Position.id == Proposal.position_id)
    rows = _waiting(found.where(Position.talent_request_id.in_(request_ids)))
    answers: dict[int, list[Answer]] = {}
    for row in rows:
        position = row.position
        answer = Answer(f"/proposals/{row.id}", due_on(row), position.ordinal)
        answers.setdefault(position.talent_request_id, []).append(answer)
    return answers


def _for_body(actor: Actor) -> Select[Proposal]:
    found = select(Proposal).where(
        Proposal.body_id == actor.body_id,
        Proposal.state == P.PROPOSED,
        Proposal.hold_expires_at > clock.now(),
        Proposal.specialist_id != (actor.specialist_id or 0),
    )
    if not actor.has(Role.MANAGER):
        found = found.where(
            Proposal.body_id.in_(select(Body.id).where(Body.needs_manager.is_(False)))
        )
    return found.order_by(Proposal.hold_expires_at, Proposal.id)


def waiting_for_specialist(actor: Actor) -> Sequence[Proposal]:
    """Offers that the actor has to answer, most urgent first."""
    found = select(Proposal).where(
        Proposal.specialist_id == actor.specialist_id, _waits_for_specialist()
    )
    return _waiting(found.order_by(Proposal.offer_due_at, Proposal.id))


def waiting_for_check(actor: Actor) -> Sequence[Proposal]:
    """Prepared proposals that the actor may check: not the own ones, not about oneself."""
    found = select(Proposal).where(
        Proposal.state == P.PREPARED,
        Proposal.prepared_by_id != actor.id,
        Proposal.specialist_id != (actor.specialist_id or 0),
    )
    rows = _waiting(found.order_by(Proposal.prepared_at, Proposal.id))
    return [row for row in rows if next_task(row) == "check"]


def waiting_for_coordinator(actor: Actor) -> Sequence[Proposal]:
    """Proposals on which the coordinator has to act: of the own requests and of those of nobody."""
    found = (
        select(Proposal)
        .join(Position, Position.id == Proposal.position_id)
        .join(TalentRequest, TalentRequest.id == Position.talent_request_id)
        .where(
            talent_requests.is_owned_by(actor),
            TalentRequest.state == RequestState.OPEN,
            Position.state == PositionState.OPEN,
            or_(
                Proposal.state.in_({P.CHECKED, P.ACCEPTED, P.RETURNED}),
                and_(Proposal.state == P.PREPARED, Proposal.offer_due_at.is_not(None)),
                _ran_out(clock.now()),
            ),
        )
    )
    urgent = (TalentRequest.decision_on.is_(None), TalentRequest.decision_on, Proposal.id)
    rows = _waiting(found.order_by(*urgent))
    accepted = {row.specialist_id for row in rows if row.state is P.ACCEPTED}
    lacking = specialists.lacking_papers(accepted)
    asked = {row.id for row in rows if row.was_sent_back or row.specialist_id in lacking}
    return [row for row in rows if row.id not in asked or next_task(row) not in OF_OTHERS]


def overdue(now: datetime) -> Sequence[Proposal]:
    """Offers and holds whose time has run out."""
    found = select(Proposal).where(_ran_out(now)).order_by(Proposal.id).limit(1000)
    return db.session.scalars(found).all()


def awaiting_answers() -> Sequence[Proposal]:
    """Offers and proposals that somebody has still time to answer."""
    now = clock.now()
    in_time = or_(
        and_(Proposal.state == P.OFFERED, Proposal.offer_due_at > now),
        and_(Proposal.state == P.PROPOSED, Proposal.hold_expires_at > now),
    )
    return db.session.scalars(select(Proposal).where(in_time).order_by(Proposal.id)).all()


def awaiting_papers() -> Sequence[Proposal]:
    """Proposals for whose request it is the specialist's turn to pledge or to declare."""
    turn = (TalentRequest.turn_task == "papers", TalentRequest.state == RequestState.OPEN)
    return [
        proposal
        for proposal in db.session.scalars(
            select(Proposal)
            .join(Proposal.position)
            .join(Position.talent_request)
            .where(*turn, Proposal.state.in_((P.PREPARED, P.ACCEPTED)))
            .order_by(Proposal.id)
        )
        if proposal.position.talent_request.turn_path == f"/offers/{proposal.id}"
    ]


def _ran_out(now: datetime) -> ColumnElement[bool]:
    return or_(
        and_(Proposal.state == P.OFFERED, Proposal.offer_due_at <= now),
        and_(Proposal.state == P.PROPOSED, Proposal.hold_expires_at <= now),
    )


def _waits_for_specialist() -> ColumnElement[bool]:
    return and_(Proposal.state == P.OFFERED, Proposal.offer_due_at > clock.now())


def open_positions() -> Sequence[Position]:
    """Positions that look for somebody, in open requests, in order."""
    return db.session.scalars(
        select(Position)
        .join(TalentRequest)
        .where(TalentRequest.state == RequestState.OPEN, Position.state == PositionState.OPEN)
        .options(selectinload(Position.talent_request))
        .order_by(Position.id)
    ).all()


def _page(found: Select[Proposal], order: Sequence[ColumnElement[Any]], page: int) -> Page:
    ids = found.with_only_columns(Proposal.id).subquery()
    total = db.session.scalar(select(func.count()).select_from(ids)) or 0
    at = min(max(page, 1), max(1, -(-total // PAGE)))
    items = _read(found.order_by(*order).limit(PAGE).offset((at - 1) * PAGE)) if total else ()
    return Page(items, total, at)


def _waiting(found: Select[Proposal]) -> Sequence[Proposal]:
    """As tasks, which show no weeks."""
    return _read(found.options(lazyload(Proposal.weeks)).limit(MOST_TASKS))


def _read(found: Select[Proposal]) -> Sequence[Proposal]:
    """With request, body and person in the same statement, and without what no list shows."""
    rows = found.options(
        joinedload(Proposal.position).options(
            joinedload(Position.talent_request), lazyload(Position.skills)
        ),
        joinedload(Proposal.specialist)
        .joinedload(Specialist.person)
        .options(lazyload(Person.duties)),
        joinedload(Proposal.allocation),
    )
    return db.session.scalars(rows).all()
