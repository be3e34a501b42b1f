"""What waits for a person, in one list: the task, why, until when, one place to do it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from talentshare.accounts import queries as accounts
from talentshare.allocations import queries as allocations
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.workdays import workdays_until
from talentshare.proposals import queries as proposals
from talentshare.proposals.models import Proposal
from talentshare.specialists import queries as specialists
from talentshare.talent_requests import queries as talent_requests

SPAN = timedelta(days=200)
MOST = 30


@dataclass(frozen=True)
class Task:
    """One thing to do: `code` words it, `details` fill its blanks, `path` leads to it."""

    code: str
    path: str
    details: dict[str, object]
    due_on: date | None = None
    left: int | None = None


def tasks(actor: Actor) -> list[Task]:
    """Everything that waits for the actor, what is due first on top; at most thirty."""
    found = [task for role, of in SOURCES if actor.has(role) for task in of(actor)]
    unique = {(task.code, task.path): task for task in found}
    ordered = sorted(unique.values(), key=lambda t: (t.due_on or date.max, t.path))[:MOST]
    today = clock.today()
    closed = catalogue.closed_days(today - SPAN, today + SPAN) if ordered else frozenset()
    return [
        replace(task, left=workdays_until(today, task.due_on, closed)) if task.due_on else task
        for task in ordered
    ]


def _of_body(actor: Actor) -> Iterator[Task]:
    for proposal in proposals.waiting_for_body(actor):
        yield _about(proposal, "home.task.decide", "/proposals", proposal.hold_expires_at)
    yield from _requests(actor)


def _of_specialist(actor: Actor) -> Iterator[Task]:
    for proposal in proposals.waiting_for_specialist(actor):
        yield _about(proposal, "home.task.answer", "/offers", proposal.offer_due_at)
    if actor.specialist_id is None:
        return
    papers = specialists.own_papers(actor)
    if papers.declaration is None:
        yield Task("home.task.declare", "/me/declaration", {})
    if papers.pledge is None:
        yield Task("home.task.pledge", "/me/pledge", {})
    for clash in allocations.clashes(actor):
        details = {"week_on": clash.week_on, "missing_minutes": clash.missing_minutes}
        yield Task("home.task.own_clash", f"/me/week?on={clash.week_on}", details, clash.week_on)


def _of_coordinator(actor: Actor) -> Iterator[Task]:
    today = clock.today()
    for proposal in proposals.waiting_for_check(actor):
        yield _about(proposal, "home.task.check", "/proposals", None, today)
    for proposal in proposals.waiting_for_coordinator(actor):
        yield _about(proposal, f"home.task.{proposal.state}", "/proposals", None, today)
    for clash in allocations.clashes(actor):
        if clash.owner_id in {actor.id, None}:
            details = {
                "name": clash.specialist.person.name,
                "week_on": clash.week_on,
                "missing_minutes": clash.missing_minutes,
            }
            yield Task("home.task.clash", "/clashes", details, clash.week_on)
    yield from _requests(actor)


def _of_admin(actor: Actor) -> Iterator[Task]:
    count = accounts.reset_asked_count(actor)
    if count:
        yield Task("home.task.reset", "/admin/people?state=reset_asked", {"count": count})


def _requests(actor: Actor) -> Iterator[Task]:
    for it in talent_requests.my_turn(actor):
        turn = talent_requests.whose_turn(it)
        if turn is None or turn.path.startswith("/proposals/"):
            continue
        path = turn.path or f"/requests/{it.number}"
        details = {"title": it.title or it.number, "number": it.number, "body": it.body}
        yield Task(f"home.task.request.{turn.task}", path, details, turn.due_on)


def _about(
    proposal: Proposal,
    code: str,
    where: str,
    ends_at: datetime | None,
    due_on: date | None = None,
) -> Task:
    request = proposal.position.talent_request
    if ends_at is not None:
        due_on = clock.tokyo_day(ends_at - timedelta(seconds=1))
    details: dict[str, object] = {
        "title": request.title,
        "number": request.number,
        "body": request.body,
        "name": proposal.specialist.person,
    }
    return Task(code, f"{where}/{proposal.id}", details, due_on)


SOURCES: tuple[tuple[Role, Callable[[Actor], Iterator[Task]]], ...] = (
    (Role.OFFICER, _of_body),
    (Role.MANAGER, _of_body),
    (Role.SPECIALIST, _of_specialist),
    (Role.COORDINATOR, _of_coordinator),
    (Role.ADMIN, _of_admin),
)
