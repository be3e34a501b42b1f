"""GovTech's side before anybody is asked: prepare, check by a second person, revise."""

from dataclasses import dataclass
from datetime import date, timedelta

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.engine.week import Effort, weekly_rows
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.matching import actions as matching
from talentshare.matching.models import RankedCandidate
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.proposals import queries
from talentshare.proposals.actions.checks import (
    forget_decision,
    require_open,
    require_same,
    require_unchanged,
    required,
    said,
)
from talentshare.proposals.actions.close import expire_overdue_of
from talentshare.proposals.actions.telling import (
    tell_checkers,
    tell_preparer,
    tell_specialist,
    tell_whom_it_was_put_to,
)
from talentshare.proposals.actions.turns import pass_turn
from talentshare.proposals.models import Proposal, ProposalWeek
from talentshare.proposals.queries.against import FACTS
from talentshare.proposals.states import MOST_LIVE, NO_COST, ProposalState
from talentshare.talent_requests.models import Position
from talentshare.talent_requests.states import CostBearer

LONGEST_REASON = 500


@dataclass(frozen=True)
class Terms:
    """What a coordinator may set; what is None comes from the ranking and the request."""

    reason: str
    minutes_per_week: int | None = None
    start_on: date | None = None
    basis_code: str | None = None
    cost_note: str | None = None
    cost_bearer: str | None = None


@transactional
def prepare(actor: Actor, position_id: int, specialist_id: int, terms: Terms) -> Proposal:
    """Choose a candidate with one short reason; the ranking behind the choice is kept."""
    position = queries.lock_position(position_id)
    request = position.talent_request
    proposal = Proposal(
        position_id=position.id,
        specialist_id=specialist_id,
        body_id=request.body_id,
        prepared_by_id=actor.id,
        prepared_at=clock.now(),
    )
    policy.require(actor, Can.PREPARE_PROPOSAL, proposal)
    proposal.reason = _reason(terms)
    require_open(position)
    expire_overdue_of(actor, position.id)
    _require_room(position.id, specialist_id)
    _fill(actor, proposal, position, terms)
    db.session.add(proposal)
    events.announce(
        actor,
        "proposal.prepared",
        proposal,
        remark=proposal.reason,
        position_id=position.id,
        specialist_id=specialist_id,
        request_id=request.id,
    )
    tell_checkers(actor, proposal, "proposal.notice.to_check")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def revise(actor: Actor, proposal_id: int, version: int, terms: Terms) -> Proposal:
    """Prepare anew with other terms; it is checked and offered again."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.PREPARE_PROPOSAL, proposal)
    require_same(proposal, version)
    was_agreed_with = proposal.state is ProposalState.ACCEPTED
    proposal.move("revise")
    require_open(proposal.position)
    proposal.reason = _reason(terms)
    proposal.prepared_by_id, proposal.prepared_at = actor.id, clock.now()
    _forget_answers(proposal)
    proposal.weeks.clear()
    db.session.flush()
    _fill(actor, proposal, proposal.position, terms)
    events.announce(actor, "proposal.revised", proposal, remark=proposal.reason)
    tell_checkers(actor, proposal, "proposal.notice.to_check")
    if was_agreed_with:
        tell_specialist(actor, proposal, "proposal.notice.revised")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def check(actor: Actor, proposal_id: int, version: int) -> Proposal:
    """内部確認: a second coordinator has looked at interest, legal basis, load and cost."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.CHECK_PROPOSAL, proposal)
    require_same(proposal, version)
    proposal.move("check")
    if not queries.says_cost(proposal):
        raise Conflict("proposal.cost_unchecked")
    require_unchanged(proposal, {FACTS})  # the check is about the facts as they are now
    proposal.checked_by_id, proposal.checked_at = actor.id, clock.now()
    proposal.terms_digest = queries.terms_digest(proposal)
    events.announce(actor, "proposal.checked", proposal, digest=proposal.terms_digest)
    tell_preparer(actor, proposal, "proposal.notice.checked")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def return_to_preparer(actor: Actor, proposal_id: int, version: int, text: str) -> Proposal:
    """差戻し: the preparer has to change something first."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.CHECK_PROPOSAL, proposal)
    require_same(proposal, version)
    proposal.move("return")
    proposal.side_note = required(text)
    events.announce(actor, "proposal.returned", proposal, remark=proposal.side_note)
    tell_preparer(actor, proposal, "proposal.notice.returned")
    pass_turn(actor, proposal.position)
    return proposal


@transactional
def reject(actor: Actor, proposal_id: int, version: int, text: str) -> Proposal:
    """不承認: this person is not proposed for this position."""
    proposal = queries.load_locked(proposal_id)
    policy.require(actor, Can.CHECK_PROPOSAL, proposal)
    require_same(proposal, version)
    proposal.move("reject")
    proposal.side_note, proposal.closed_at = required(text), clock.now()
    events.announce(actor, "proposal.rejected", proposal, remark=proposal.side_note)
    tell_preparer(actor, proposal, "proposal.notice.rejected")
    tell_whom_it_was_put_to(actor, proposal)
    pass_turn(actor, proposal.position)
    return proposal


def _reason(terms: Terms) -> str:
    reason = said(terms.reason, "reason")
    if not reason:
        raise Invalid("proposal.reason_missing", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid("proposal.reason_too_long", field="reason", most=LONGEST_REASON)
    return reason


def _require_room(position_id: int, specialist_id: int) -> None:
    live = queries.live_of(position_id)
    if any(p.specialist_id == specialist_id for p in live):
        raise Conflict("proposal.already_under_way")
    if len(live) >= MOST_LIVE:
        raise Conflict("proposal.too_many_live", most=MOST_LIVE)


def _forget_answers(proposal: Proposal) -> None:
    """Whatever was answered was about other terms; that it was asked stays known."""
    proposal.checked_by_id = proposal.checked_at = None
    proposal.offered_at = proposal.answered_at = proposal.answer_recorded_by_id = None
    proposal.home_consent, proposal.home_consent_on = "", None
    proposal.proposed_at, proposal.is_extended = None, False
    forget_decision(proposal)


def _fill(actor: Actor, proposal: Proposal, position: Position, terms: Terms) -> None:
    """Take weeks and minutes from the candidate's line of the ranking, which is kept."""
    request, effort = position.talent_request, _effort(position, terms)
    ranking, line = matching.keep_ranking(
        actor, position.id, proposal.specialist_id, (terms.minutes_per_week, terms.start_on)
    )
    proposal.ranking_id = ranking.id
    proposal.minutes_per_week = effort.minutes_per_week
    proposal.inside_minutes_per_week = effort.inside_minutes_per_week
    proposal.weekdays = position.weekdays
    proposal.basis_code = _basis(line, terms)
    proposal.cost_note = request.cost_note
    if terms.cost_note is not None:
        proposal.cost_note = said(terms.cost_note, "cost_note")
    proposal.cost_bearer = _bearer(request.cost_bearer, terms)
    lacking = queries.lacking_cost(proposal.cost_bearer, proposal.cost_note)
    if lacking:
        raise Invalid("proposal.cost_missing", field=lacking)
    proposal.weeks.extend(_weeks(position, effort, line))


def _bearer(of_request: str, terms: Terms) -> str:
    if terms.cost_bearer is None or terms.cost_bearer == of_request:
        return of_request
    if terms.cost_bearer not in {*CostBearer, NO_COST}:
        raise Invalid("proposal.cost_bearer_unknown", field="cost_bearer")
    return terms.cost_bearer


def _effort(position: Position, terms: Terms) -> Effort:
    """What is asked for or less: more of it begins with the need."""
    full = Effort(position.minutes_per_week, position.inside_minutes_per_week, position.weekdays)
    if terms.minutes_per_week is None:
        return full
    if terms.minutes_per_week > full.minutes_per_week:
        most = full.minutes_per_week
        raise Invalid("proposal.more_than_asked", field="minutes_per_week", most_minutes=most)
    return full.cut_to(terms.minutes_per_week)


def _weeks(position: Position, effort: Effort, line: RankedCandidate) -> list[ProposalWeek]:
    start = date.fromisoformat(line.detail["start_on"])
    leave = {date.fromisoformat(week) for week in line.detail["leave_weeks"]}
    last = start + timedelta(weeks=position.week_count)
    rows = weekly_rows(effort, start, position.week_count, catalogue.closed_days(start, last))
    return [
        ProposalWeek(
            week_on=row.week_on,
            minutes=0 if row.week_on in leave else row.minutes,
            inside_minutes=0 if row.week_on in leave else row.inside_minutes,
            is_leave=row.week_on in leave,
        )
        for row in rows
    ]


def _basis(line: RankedCandidate, terms: Terms) -> str:
    possible: list[str] = line.detail["basis_codes"]
    if terms.basis_code is None:
        return possible[0]
    if terms.basis_code not in possible:
        raise Invalid("proposal.basis_not_possible", field="basis_code")
    return terms.basis_code
