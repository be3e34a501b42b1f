"""The demo from an empty database to the last line of JSON."""

import sys
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, update

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body, Person
from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import allocation_week
from talentshare.catalogue import actions as catalogue
from talentshare.demo.journey import Journey, rank_all
from talentshare.demo.people import at_ten, write_people
from talentshare.demo.personas import CHOSEN, PASSWORD, chosen
from talentshare.demo.world import build_world
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.kernel.errors import Conflict, Refusal
from talentshare.matching import actions as matching_actions
from talentshare.notices.models import Notice
from talentshare.platform import events, schema
from talentshare.platform.db import db, transactional
from talentshare.platform.events import AuditEvent
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import LIVE, ProposalState
from talentshare.specialists import actions as specialists
from talentshare.specialists import queries as specialist_queries
from talentshare.specialists.models import Specialist, TimeOffDraft
from talentshare.specialists.states import TimeOffKind
from talentshare.talent_requests.models import Position, TalentRequest

MARK = "demo.people_written"
LINE_EVERY, LINES = 100, 50
SHOWN_BODY = "132098"
OTHER_PEOPLE = (
    "This database holds people who are not of the demo; nothing was changed. "
    "Choose an empty one with TALENTSHARE_INSTANCE or TALENTSHARE_DATABASE_URL."
)


@dataclass(frozen=True)
class Order:
    """Which fictional Tokyo is wanted."""

    size: str
    seed: int
    as_of: date
    fresh: bool = False


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The settings of the demo: plain http on this machine, secrets that are none."""
    return dict(given) | {"TALENTSHARE_DEMO": "1", "TALENTSHARE_HTTPS": "0"}


def run(order: Order) -> dict[str, Any]:
    """Make the fictional Tokyo unless it is there, and say what stands in it."""
    began = time.monotonic()
    if order.fresh and _is_demo():
        _start_over()
    if _is_demo():
        say("The demo is there already; what you did in it is kept.")
    else:
        _require_empty()
        with closing(db.engine.raw_connection()):  # SQLite tidies up after the last one that closes
            _make(order)
    with clock.standing_at(at_ten(order.as_of)):
        return _figures(began)


def say(line: str) -> None:
    """Progress, for whoever waits."""
    print(line, flush=True)


def say_where(settings: Mapping[str, str]) -> None:
    """Where the demo is served, and one sign-in per role; needs an application context."""
    port = settings.get("TALENTSHARE_PORT", "8000")
    say(f"\nTalentshare is served on http://127.0.0.1:{port}  (Ctrl-C ends it)")
    say(f"Sign in as one of these; the password is {PASSWORD}")
    for persona in chosen():
        say(f"  {persona.key.removeprefix('demo.'):<14} {persona.sign_in_name}")


def _is_demo() -> bool:
    return db.session.scalar(select(AuditEvent.id).where(AuditEvent.deed == MARK)) is not None


def _require_empty() -> None:
    if db.session.scalar(select(Person.id).limit(1)) is not None:
        print(OTHER_PEOPLE, file=sys.stderr)
        raise Conflict("demo.other_people")


def _start_over() -> None:
    """Take a demo database down to nothing and up again."""
    db.session.remove()
    schema.downgrade("base")
    schema.upgrade()


def _make(order: Order) -> None:
    say(f"Building the fictional Tokyo: {order.size}, seed {order.seed}, as of {order.as_of} …")
    world = build_world(order.size, order.seed, order.as_of)
    journey_begins = min(
        (r.submitted_on for r in world.talent_requests if r.submitted_on), default=order.as_of
    )
    with clock.standing_at(at_ten(journey_begins)):
        catalogue.load(SYSTEM)
        matching_actions.load_weights(SYSTEM)
        ids = write_people(SYSTEM, world)
        say(f"  {len(ids)} people signed up; opening their calendars …")
        allocations.open_weeks_for_all(SYSTEM)
    _walk(Journey(world, ids))
    _late_leave(order, world.specialists, ids)
    with clock.standing_at(at_ten(order.as_of)):
        choose_persona(SYSTEM)
    _put_away_old_notices(order)


def _walk(journey: Journey) -> None:
    """Take every step on its day, and say how far it is."""
    steps = journey.steps()
    say(f"  {len(steps)} steps of the main job, from need to scheduled time:")
    every = max(LINE_EVERY, len(steps) // LINES)
    done = said = 0
    while done < len(steps):
        done += journey.go_on(steps, done)
        db.session.expunge_all()
        if done - said >= every or done == len(steps):
            said = done
            say(f"    {done} of {len(steps)}  ({steps[done - 1].on})")


@transactional
def choose_persona(actor: Actor) -> None:
    """The specialist of the banner is one who has an offer to answer, Machida's first."""
    policy.require(actor, Can.OPEN_SESSION)
    body = accounts.body_by_code(SHOWN_BODY)
    offered = (
        select(Person)
        .join(Specialist, Specialist.person_id == Person.id)
        .join(Proposal, Proposal.specialist_id == Specialist.id)
        .where(Proposal.state == ProposalState.OFFERED)
        .order_by(Proposal.body_id != (body.id if body else 0), Proposal.id)
    )
    person = db.session.scalars(offered.limit(1)).first()
    if person is not None:
        events.announce(actor, CHOSEN, person, sign_in_name=person.sign_in_name)


def _put_away_old_notices(order: Order) -> None:
    """What was told more than a week ago has been read."""
    week_ago = at_ten(order.as_of) - timedelta(days=7)
    old = update(Notice).where(Notice.created_at < week_ago, Notice.read_at.is_(None))
    db.session.execute(old.values(read_at=Notice.created_at))
    db.session.commit()


def _late_leave(order: Order, demos: Any, ids: Mapping[str, int]) -> None:
    """Somebody falls ill after the bookings: the conflict is there to be looked at."""
    with clock.standing_at(at_ten(order.as_of)):
        for demo in demos:
            for leave in demo.leaves:
                if leave.is_late:
                    _take(ids[demo.person.sign_in_name], leave)


def _take(person_id: int, leave: Any) -> None:
    own = specialist_queries.id_of_person(person_id) or 0
    draft = TimeOffDraft(
        TimeOffKind.LEAVE, leave.first_on, leave.last_on, leave.start_minute, leave.end_minute
    )
    try:
        specialists.take_time_off(accounts.actor_of(accounts.person(person_id)), own, draft)
    except Refusal as refusal:
        db.session.rollback()
        say(f"  leave was refused: {refusal.code}")


def _figures(began: float) -> dict[str, Any]:
    count = db.session.scalar
    waiting = Proposal.state.in_(LIVE)
    confirmed = Proposal.state == ProposalState.CONFIRMED
    return {
        "bodies": count(select(func.count()).select_from(Body)),
        "specialists": count(select(func.count()).select_from(Specialist)),
        "requests": count(select(func.count()).select_from(TalentRequest)),
        "positions": count(select(func.count()).select_from(Position)),
        "ranked": rank_all(),
        "proposals_confirmed": count(select(func.count()).select_from(Proposal).where(confirmed)),
        "proposals_waiting": count(select(func.count()).select_from(Proposal).where(waiting)),
        "allocated_minutes": count(select(func.coalesce(func.sum(allocation_week.c.minutes), 0))),
        "ledger": "broken" if allocation_queries.check() else "ok",
        "audit": "ok" if events.first_break() is None else "broken",
        "seconds": round(time.monotonic() - began, 1),
    }
