"""Requests in lists: what waits for whom, by the day until when."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    case,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload, lazyload
from sqlalchemy.orm.interfaces import ORMOption
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body, Person
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.kernel.workdays import workdays_until
from talentshare.platform.db import db
from talentshare.platform.search_text import pattern
from talentshare.policy import Can
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries.columns import (
    NOBODY,
    due_now,
    is_about_officer,
    is_endorsed_first,
    is_owned_by,
    lacks_officer,
    leads_to_proposal,
    not_about,
    side_now,
    state_is,
    turn_is,
    unowned,
    waits_for_managers,
)
from talentshare.talent_requests.queries.requests import visible
from talentshare.talent_requests.queries.turns import is_of_body
from talentshare.talent_requests.states import (
    DECIDE,
    ENDED,
    LIVE,
    RequestState,
    Side,
)

PAGE = 25
ANY = "any"
NAME_ONLY = (lazyload(Person.body), lazyload(Person.duties))
UNDER_WAY = "live"

Keys = ReadOnlyColumnCollection[str, Any]
Order = tuple[ColumnElement[Any], ...]


@dataclass(frozen=True)
class Wanted:
    """The filters of the desk; each at its widest takes nothing away."""

    q: str = ""
    state: str = UNDER_WAY
    owner: str = "mine"
    turn: str = ANY

    def without(self, name: str) -> "Wanted":
        return replace(self, **{name: WIDEST[name]})

    @property
    def active(self) -> list[str]:
        """The names of the filters that take something away."""
        return [name for name, widest in WIDEST.items() if getattr(self, name) != widest]

    @property
    def is_wide(self) -> bool:
        """Most of all requests may be meant."""
        return not self.q and self.owner == ANY and self.turn in {ANY, NOBODY}


WIDEST = {"q": "", "state": ANY, "owner": ANY, "turn": ANY}


@dataclass(frozen=True)
class Page:
    """One page of a list and how long the list is."""

    items: Sequence[TalentRequest]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1


@dataclass(frozen=True)
class Answer:
    """A proposal that a body has to answer: its page, the day until when, its role by number."""

    path: str
    due_on: date | None
    ordinal: int


@dataclass(frozen=True)
class Summary:
    """How much waits for this coordinator, and how much of it is late."""

    mine: int
    late: int


def desk(actor: Actor, wanted: Wanted, page: int) -> Page:
    """The coordinator's list, the nearest day first."""
    policy.require(actor, Can.HANDLE_REQUEST)
    found = visible(actor).where(*_conditions(actor, wanted).values())
    managers = joinedload(TalentRequest.body).selectinload(Body.managers)
    return _page(_keys(found, is_long=wanted.is_wide), page, options=(managers,))


def desk_summary(actor: Actor) -> Summary:
    policy.require(actor, Can.HANDLE_REQUEST)
    mine = and_(turn_is("mine", actor), TalentRequest.state.not_in(ENDED))
    late = due_now() < clock.today()
    sums = (func.count(), func.sum(case((late, 1), else_=0)))
    counts = visible(actor).where(mine).with_only_columns(*sums)
    total, overdue = db.session.execute(counts).one()
    return Summary(total, overdue or 0)


def best_removal(actor: Actor, wanted: Wanted) -> tuple[str, int]:
    """Which filter to give up for most results, and how many those are; ("", 0) when none helps."""
    policy.require(actor, Can.HANDLE_REQUEST)
    names = wanted.active
    if not names:
        return "", 0
    sums = [
        func.sum(
            case((and_(true(), *_conditions(actor, wanted.without(name)).values()), 1), else_=0)
        )
        for name in names
    ]
    statement = visible(actor).with_only_columns(*sums)
    counts = [count or 0 for count in db.session.execute(statement).one()]
    most = max(counts)
    return (names[counts.index(most)], most) if most else ("", 0)


def of_body(actor: Actor, page: int = 1) -> Page:
    """What the actor's body has under way."""
    _require_body(actor)
    ended = TalentRequest.state.in_(ENDED)
    return _page(_keys(_own(actor).where(~ended)), page)


def finished(actor: Actor, page: int = 1) -> Page:
    """What the actor's body has behind it, newest first."""
    _require_body(actor)
    ended = TalentRequest.state.in_(ENDED)
    return _page(_keys(_own(actor).where(ended)), page, _newest)


def waiting(actor: Actor, page: int = 1) -> Page:
    """What waits for the manager of the actor's body."""
    if not actor.has(Role.MANAGER):
        raise NotFound("talent_request.not_found")
    return _page(_keys(_waiting(actor)), page)


def waiting_answers(actor: Actor) -> dict[int, list[Answer]]:
    """The proposals to answer on the requests of `waiting`, by request; a higher feature knows."""
    answers_of: Callable[[Actor, Select[int]], dict[int, list[Answer]]]
    answers_of = current_app.extensions["answers_of"]
    asked = _waiting(actor).where(TalentRequest.turn_task == DECIDE)
    return answers_of(actor, asked.with_only_columns(TalentRequest.id))


def _waiting(actor: Actor) -> Select[TalentRequest]:
    return _own(actor).where(waits_for_managers(), not_about(actor))


def first_turns(actor: Actor, most: int | None) -> tuple[Sequence[TalentRequest], int]:
    """The first of these apart from what a proposal leads to, and how many there are in all."""
    found = _my_turn(actor)
    return ([], 0) if found is None else _first(_keys(found.where(~leads_to_proposal())), most)


def _my_turn(actor: Actor) -> Select[TalentRequest] | None:
    """What waits for this very person; `is_your_turn` in one statement."""
    of_body = and_(TalentRequest.body_id == actor.body_id, not_about(actor))
    sides = []
    if actor.has(Role.OFFICER):
        mine = or_(TalentRequest.officer_id == actor.id, lacks_officer(), is_about_officer())
        sides.append(and_(side_now() == Side.BODY.value, of_body, mine))
    if actor.has(Role.MANAGER):
        sent_it = func.coalesce(TalentRequest.submitted_by_id, 0) == actor.id
        mine = ~and_(is_endorsed_first(), sent_it)
        sides.append(and_(waits_for_managers(), of_body, mine))
    if actor.has(Role.COORDINATOR):
        sides.append(turn_is("mine", actor))
    if not sides:
        return None
    return visible(actor).where(TalentRequest.state.not_in(ENDED), or_(*sides))


def others_of_owner(actor: Actor, it: TalentRequest) -> Sequence[TalentRequest]:
    """What else the owner of this request has under way, on the actor's side."""
    column = TalentRequest.coordinator_id
    owner_id = it.coordinator_id
    if is_of_body(actor, it):
        column, owner_id = TalentRequest.officer_id, it.officer_id
    if owner_id is None:
        return ()
    others = visible(actor).where(
        column == owner_id, TalentRequest.id != it.id, TalentRequest.state.not_in(ENDED)
    )
    if is_of_body(actor, it):
        others = others.where(TalentRequest.body_id == it.body_id)
    return _first(_keys(others), None)[0]


def left_by(person_id: int) -> int:
    """How many requests this person still owns, on either side, without being able to act."""
    of_body = and_(TalentRequest.officer_id == person_id, lacks_officer())
    found = select(func.count(TalentRequest.id)).where(
        TalentRequest.state.not_in(ENDED),
        or_(of_body, and_(TalentRequest.coordinator_id == person_id, unowned())),
    )
    return db.session.scalar(found) or 0


def _own(actor: Actor) -> Select[TalentRequest]:
    return visible(actor).where(TalentRequest.body_id == actor.body_id)


def _require_body(actor: Actor) -> None:
    if not actor.has(Role.OFFICER, Role.MANAGER):
        raise NotFound("talent_request.not_found")


def _keys(found: Select[TalentRequest], is_long: bool = False) -> FromClause:
    """What a list is ordered and counted by.

    The database finds it once and keeps it; where it is most of all rows, finding it twice, to
    count and to order, takes less than keeping it.
    """
    keys = found.with_only_columns(
        TalentRequest.id, TalentRequest.number, due_now().label("due_on")
    )
    return keys.subquery() if is_long else keys.cte()


def _nearest(keys: Keys) -> Order:
    """The nearest day first, those without a day last."""
    return keys.due_on.nulls_last(), keys.number


def _newest(keys: Keys) -> Order:
    return (keys.id.desc(),)


def _page(
    keys: FromClause,
    page: int,
    order: Callable[[Keys], Order] = _nearest,
    options: Sequence[ORMOption] = (),
) -> Page:
    """The page with its length in one statement; of pages beyond the last one, the last."""
    at = max(page, 1)
    items, total = _first(keys, PAGE, (at - 1) * PAGE, order, options)
    if not items and at > 1:
        last = -(-(db.session.scalar(select(func.count()).select_from(keys)) or 0) // PAGE)
        return _page(keys, last, order, options)
    accounts.read_duties([who for it in items for who in (it.officer, it.coordinator) if who])
    return Page(items, total, at)


def _first(
    keys: FromClause,
    most: int | None,
    skipped: int = 0,
    order: Callable[[Keys], Order] = _nearest,
    options: Sequence[ORMOption] = (),
) -> tuple[Sequence[TalentRequest], int]:
    """Some rows, with body and owners, and the length of the list in one statement.

    Keys are sorted, not whole rows, so that only the first are ever read whole.
    """
    total = select(func.count()).select_from(keys).correlate(None).scalar_subquery()
    some = select(keys, total.label("total")).order_by(*order(keys.c)).limit(most).offset(skipped)
    chosen = some.subquery()
    rows = db.session.execute(
        select(TalentRequest, chosen.c.total)
        .join(chosen, chosen.c.id == TalentRequest.id)
        .options(
            joinedload(TalentRequest.officer).options(*NAME_ONLY),
            joinedload(TalentRequest.coordinator).options(*NAME_ONLY),
            *options,
        )
        .order_by(*order(chosen.c))
    ).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _conditions(actor: Actor, wanted: Wanted) -> dict[str, ColumnElement[bool]]:
    """One condition for each filter that takes something away."""
    made: dict[str, ColumnElement[bool]] = {}
    for name in wanted.active:
        if name == "q":
            made[name] = TalentRequest.search_text.like(pattern(wanted.q), escape="\\")
        else:
            narrow = {"state": _state_is, "owner": _owner_is, "turn": turn_is}[name]
            made[name] = narrow(getattr(wanted, name), actor)
    return made


def _state_is(state: str, _actor: Actor) -> ColumnElement[bool]:
    if state == UNDER_WAY:
        return TalentRequest.state.in_(LIVE)
    return state_is(RequestState(state))


def _owner_is(owner: str, actor: Actor) -> ColumnElement[bool]:
    return unowned() if owner == "none" else is_owned_by(actor)


def days_of(items: Sequence[TalentRequest]) -> tuple[date, date]:
    """From the first to the last day among today and the days until when."""
    days = [turn.due_on for it in items if (turn := it.turn) and turn.due_on] + [clock.today()]
    return min(days), max(days)


def days_late(due_on: date | None, closed: frozenset[date]) -> int:
    """Working days since a day that has passed, at least one; 0 while there is time."""
    if due_on is None or due_on >= clock.today():
        return 0
    return max(1, -workdays_until(clock.today(), due_on, closed))
