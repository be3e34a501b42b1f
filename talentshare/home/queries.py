"""What waits for a person, in one list: the task, why, until when, one place to do it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from talentshare.accounts import queries as accounts
from talentshare.allocations import queries as allocations
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.workdays import workdays_until
from talentshare.policy import Can, allows
from talentshare.proposals import queries as proposals
from talentshare.proposals.models import Proposal
from talentshare.specialists import queries as specialists
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import TalentRequest

SPAN = timedelta(days=200)
CHECKERS = 2


@dataclass(frozen=True)
class Task:
    """One thing to do: `code` words it, `details` fill its blanks, `path` leads to it."""

    code: str
    path: str
    details: dict[str, object]
    due_on: date | None = None
    left: int | None = None


class Tasks(list[Task]):
    """What waits for somebody, or the first of it; `total` counts all."""

    total: int = 0


def tasks(actor: Actor, most: int | None = None) -> Tasks:
    """What waits for the actor, what is due first on top; at most so many, unless all."""
    turns, total = talent_requests.first_turns(actor, most)
    found = [task for role, of in SOURCES if actor.has(role) for task in of(actor)]
    unique = {(task.code, task.path): task for task in [*found, *_requests(turns)]}
    ordered = sorted(unique.values(), key=lambda t: (t.due_on or date.max, t.path))[:most]
    today = clock.today()
    closed = catalogue.closed_days(today - SPAN, today + SPAN) if ordered else frozenset()
    shown = Tasks(
        replace(task, left=_left(task.due_on, today, closed)) if task.due_on else task
        for task in ordered
    )
    shown.total = len(unique) + total - len(turns)
    return shown


def _left(due_on: date, today: date, closed: frozenset[date]) -> int:
    """Working days to go; late even where no working day has passed since."""
    left = workdays_until(today, due_on, closed)
    return min(left, -1) if due_on < today else left


def is_beginning(actor: Actor) -> bool:
    """Tell an administrator that no proposal can be checked yet: it takes two coordinators."""
    return actor.has(Role.ADMIN) and len(accounts.ids_with(Role.COORDINATOR)) < CHECKERS


def _of_body(actor: Actor) -> Iterator[Task]:
    for proposal in proposals.waiting_for_body(actor):
        yield _about(proposal, "home.task.decide", "/proposals", proposals.due_on(proposal))


def _of_specialist(actor: Actor) -> Iterator[Task]:
    for proposal in proposals.waiting_for_specialist(actor):
        yield _about(proposal, "home.task.answer", "/offers", proposals.due_on(proposal))
    if actor.specialist_id is None:
        return
    papers = specialists.own_papers(actor)
    if papers.declaration is None:
        yield Task("home.task.declare", "/me/declaration", {})
    if papers.pledge is None:
        yield Task("home.task.pledge", "/me/pledge", {})


def short_weeks(actor: Actor) -> int:
    """Own weeks in which booked time has lost its place; a coordinator acts, not the specialist."""
    if actor.specialist_id is None:
        return 0
    return len(allocations.clashes(actor, actor.specialist_id))


def _of_coordinator(actor: Actor) -> Iterator[Task]:
    for proposal in proposals.waiting_for_check(actor):
        yield _about(proposal, "home.task.check", "/proposals", proposals.desk_due_on(proposal))
    for proposal in proposals.waiting_for_coordinator(actor):
        code = f"home.task.{proposal.state}"
        yield _about(proposal, code, "/proposals", proposals.desk_due_on(proposal))
    for clash in allocations.clashes(actor):
        is_mine = clash.acting_owner is None or clash.acting_owner.id == actor.id
        if is_mine and allows(actor, Can.RESOLVE_CLASH, clash):
            details = {
                "name": clash.specialist.person.name,
                "week_on": clash.week_on,
                "missing_minutes": clash.missing_minutes,
            }
            yield Task("home.task.clash", f"/clashes/{clash.id}", details, clash.week_on)


def _of_admin(actor: Actor) -> Iterator[Task]:
    count = accounts.reset_asked_count(actor)
    if count:
        path = f"/admin/people?state={accounts.ASKED_RESET}"
        yield Task("home.task.reset", path, {"count": count})


def _requests(turns: Iterable[TalentRequest]) -> Iterator[Task]:
    for it in turns:
        turn = talent_requests.whose_turn(it)
        if turn is None:
            continue
        path = turn.path or f"/requests/{it.number}"
        details = {"title": it.title or it.number, "number": it.number, "body": it.body}
        yield Task(f"home.task.request.{turn.task}", path, details, turn.due_on)


def _about(proposal: Proposal, code: str, where: str, due_on: date | None) -> Task:
    request = proposal.position.talent_request
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
