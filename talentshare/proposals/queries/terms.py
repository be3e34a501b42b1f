"""What a proposal says: its terms, the reasons behind it, and whether its time has run out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from talentshare.accounts.models import Person
from talentshare.allocations.models import BookedWeek, Booking, Clash
from talentshare.allocations.queries import rows_of_all, shortages_of
from talentshare.allocations.states import AllocationState
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import LegalBasis
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound
from talentshare.matching.models import RankedCandidate
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import COST_IS_SAID, ProposalState
from talentshare.talent_requests.models import Position, TalentRequest

P = ProposalState
BOOKED = frozenset({P.CONFIRMED, P.ENDED})
PLACED = BOOKED | {P.PROPOSED}
Row = Mapping[str, Any]

# What may be said of a company's work; the rest speaks of the person whom it will send.
OF_THE_WORK = frozenset(
    {
        "reason.all_must",
        "reason.all_weeks",
        "reason.other_weeks",
        "reason.starts_on",
        "reason.starts_after_leave",
    }
)
# Sentences that tell a coordinator what to do next, in words for the body.
FOR_THE_BODY = {"reason.skill_claimed_only": "proposal.reason.skill_claimed"}


def candidate(proposal: Proposal) -> RankedCandidate | None:
    """The line of the stored ranking on which the proposal rests."""
    if proposal.ranking_id is None:
        return None
    return db.session.scalar(
        select(RankedCandidate).where(
            RankedCandidate.ranking_id == proposal.ranking_id,
            RankedCandidate.specialist_id == proposal.specialist_id,
        )
    )


def reasons_for_body(rows: list[Row], basis: LegalBasis) -> list[Row]:
    """The reasons without what is internal, and of a company without what is personal."""
    return [
        {**row, "code": FOR_THE_BODY.get(row["code"], row["code"])}
        for row in rows
        if basis.ranks_individuals or row["code"] in OF_THE_WORK
    ]


def basis_of(proposal: Proposal) -> LegalBasis:
    """The legal basis of the proposal, as it was worded when the request was submitted."""
    version = proposal.position.talent_request.catalogue_version
    found = catalogue.basis_by_code(version).get(proposal.basis_code)
    if found is None:
        raise NotFound("proposal.not_found")
    return found


def named_to_body(proposal: Proposal, basis: LegalBasis) -> Person | str:
    """Who is named to a body; under a company's contract the company answers, not a person."""
    if basis.ranks_individuals:
        return proposal.specialist.person
    return proposal.specialist.employer_name or _("受託する事業者")


def is_outside(position: Position, first_on: date) -> bool:
    """Tell whether its weeks, from this Monday on, leave the period that is asked for."""
    return not position.first_start_on <= first_on <= position.last_start_on


def booking_of(proposal: Proposal) -> Booking:
    """What the proposal would book: its weeks but those of leave."""
    return Booking(
        specialist_id=proposal.specialist_id,
        position_id=proposal.position_id,
        weekdays=proposal.weekdays,
        minutes_per_week=proposal.minutes_per_week,
        inside_minutes_per_week=proposal.inside_minutes_per_week,
        weeks=tuple(
            BookedWeek(w.week_on, w.minutes, w.inside_minutes)
            for w in proposal.weeks
            if w.minutes > 0
        ),
    )


def booked_rows(proposals: Sequence[Proposal]) -> dict[int, list[BookedWeek]]:
    """What is truly booked for those that were agreed to, by id, read once for all of them."""
    booked = {p.id: p.allocation_id for p in proposals if p.allocation_id and p.state in BOOKED}
    rows = rows_of_all(list(booked.values())) if booked else {}
    return {proposal_id: rows.get(key, []) for proposal_id, key in booked.items()}


def shortages(found: Sequence[Proposal]) -> list[Clash]:
    """The weeks in which leave took time away that is booked or held for any of these."""
    placed = (p.allocation for p in found if state_now(p) in PLACED)
    return shortages_of([allocation for allocation in placed if allocation is not None])


def says_cost(it: Proposal | TalentRequest) -> bool:
    """A text says what it costs, or who bears it says that nothing is added."""
    return not lacking_cost(it.cost_bearer, it.cost_note)


def lacking_cost(cost_bearer: str, cost_note: str) -> str:
    """The field that is left to fill in: who bears it, or what somebody who bears it pays."""
    if cost_note.strip() or cost_bearer in COST_IS_SAID:
        return ""
    return "cost_note" if cost_bearer else "cost_bearer"


def is_overdue(proposal: Proposal, now: datetime) -> bool:
    """Whether its time has run out, whatever the row says."""
    ends_at = _ends_at(proposal)
    return ends_at is not None and ends_at <= now


def state_now(proposal: Proposal) -> ProposalState:
    """The state as it is read: what ran out of time counts as expired at once."""
    return P.EXPIRED if is_overdue(proposal, clock.now()) else proposal.state


def ended_early(proposal: Proposal) -> bool:
    """Whether support was ended before its last week; what ran its course keeps all its time."""
    allocation = proposal.allocation if proposal.state is P.ENDED else None
    return allocation is not None and allocation.state is AllocationState.ENDED


def serves(proposal: Proposal) -> bool:
    """Whether the first day of what is booked has come."""
    return proposal.allocation is not None and proposal.allocation.starts_on <= clock.today()


def serves_on(proposal: Proposal) -> bool:
    """Whether the last day of what is booked is still to come."""
    return proposal.allocation is not None and proposal.allocation.ends_on >= clock.today()


def head_of(proposal: Proposal) -> str:
    """The state in the words of a heading: support is to come, under way or behind."""
    state = state_now(proposal)
    if state is P.CONFIRMED and serves(proposal):
        return "running" if serves_on(proposal) else "served"
    if state is not P.ENDED:
        return state.value
    if not ended_early(proposal):
        return "served"
    return "ending" if serves_on(proposal) else state.value


def due_on(proposal: Proposal) -> date | None:
    """The last day on which the answer that is waited for comes in time."""
    ends_at = _ends_at(proposal)
    return clock.tokyo_day(ends_at - timedelta(seconds=1)) if ends_at else None


def _ends_at(proposal: Proposal) -> datetime | None:
    if proposal.state is P.OFFERED:
        return proposal.offer_due_at
    return proposal.hold_expires_at if proposal.state is P.PROPOSED else None
