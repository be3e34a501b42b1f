"""Makes the fictional Tokyo: people, the main job day by day, and what a newcomer finds waiting."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import timedelta

from sqlalchemy import select, update

from talentshare import policy
from talentshare.accounts import actions as account_actions
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import MailPace, Person
from talentshare.allocations import actions as allocations
from talentshare.catalogue import actions as catalogue
from talentshare.demo.ground import FINISHED
from talentshare.demo.journey import Journey, rank_all
from talentshare.demo.nights import Nights
from talentshare.demo.people import at_ten, write_people
from talentshare.demo.personas import PERSONAS
from talentshare.demo.plan import Plan
from talentshare.demo.world import build_world
from talentshare.demo.world.shapes import DemoLeave, DemoSpecialist
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.kernel.errors import Refusal
from talentshare.matching import actions as matching_actions
from talentshare.notices.models import Notice
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.specialists import actions as specialists
from talentshare.specialists import queries as specialist_queries
from talentshare.specialists.models import Specialist, TimeOffDraft
from talentshare.specialists.states import TimeOffKind

LINES = 25
SHOWN_BODY = "132098"
FORGETFUL = "tantou.hachioji"  # has asked the admin for a new password

Say = Callable[[str], None]


def make(plan: Plan, say: Say) -> int:
    """From an empty database to a Tokyo at work; how many open positions were ranked at the end."""
    with closing(db.engine.raw_connection()):  # SQLite tidies up after the last one that closes
        say(f"Building the fictional Tokyo: {plan} …")
        world = build_world(plan.size, plan.seed, plan.as_of)
        say(f"  {len(world.specialists):,} specialists, {len(world.talent_requests):,} needs …")
        first = min(r.submitted_on for r in world.talent_requests if r.submitted_on)
        with clock.standing_at(at_ten(min(first, plan.as_of))):
            catalogue.load(SYSTEM)
            matching_actions.load_weights(SYSTEM)
            ids = write_people(SYSTEM, world)
            say(f"  {len(ids):,} people signed up; opening their calendars …")
            allocations.open_weeks_for_all(SYSTEM)
        journey = Journey(world, ids)
        _walk(journey, say)
        with clock.standing_at(at_ten(plan.as_of)):
            _late_leave(journey, world.specialists, say)
            say("  Ranking every position that is still open …")
            ranked = rank_all()
            _put_away_old_notices(plan)
            account_actions.ask_reset(SYSTEM, FORGETFUL)
            finish(SYSTEM, ranked)
    return ranked


def _walk(journey: Journey, say: Say) -> None:
    """Take every step on its day, and say how far it is, then what was done."""
    steps, nights = journey.steps(), Nights(journey.world)
    say(f"  The main job, {len(steps):,} moves from need to booked time:")
    every = max(1, len(steps) // LINES)
    done = said = 0
    while done < len(steps):
        nights.before(steps[done].on)
        done += journey.go_on(steps, done)
        db.session.expunge_all()
        if done - said >= every or done == len(steps):
            said = done
            say(f"    {steps[done - 1].on}  {done * 100 // len(steps):3} %  {journey.tally.line()}")
    nights.before(journey.world.as_of)
    say("\n  What was done:")
    for line in journey.tally.table():
        say(f"  {line}")
    say("")


@transactional
def finish(actor: Actor, ranked: int) -> None:
    """The last deed of all, without which the demo counts as interrupted.

    The specialist of the banner is one who has an offer to answer, Machida's first.
    """
    policy.require(actor, Can.OPEN_SESSION)
    body = accounts.body_by_code(SHOWN_BODY)
    offered = (
        select(Person)
        .join(Specialist, Specialist.person_id == Person.id)
        .outerjoin(
            Proposal,
            (Proposal.specialist_id == Specialist.id) & (Proposal.state == ProposalState.OFFERED),
        )
        .order_by(
            Proposal.id.is_(None),
            Proposal.body_id != (body.id if body else 0),
            Proposal.id,
            Person.id,
        )
    )
    person = db.session.scalars(offered.limit(1)).one()
    names = [persona.sign_in_name for persona in PERSONAS if persona.sign_in_name]
    shown = Person.sign_in_name.in_([*names, person.sign_in_name])
    db.session.execute(update(Person).where(shown).values(mail_pace=MailPace.AT_ONCE))
    events.announce(actor, FINISHED, person, sign_in_name=person.sign_in_name, ranked=ranked)


def _put_away_old_notices(plan: Plan) -> None:
    """What was told more than a week ago has been read."""
    week_ago = at_ten(plan.as_of) - timedelta(days=7)
    old = update(Notice).where(Notice.created_at < week_ago, Notice.read_at.is_(None))
    db.session.execute(old.values(read_at=Notice.created_at))
    db.session.commit()


def _late_leave(journey: Journey, demos: Sequence[DemoSpecialist], say: Say) -> None:
    """Somebody falls ill after the bookings: the conflict is there to be looked at."""
    for demo in demos:
        for leave in demo.leaves:
            if leave.is_late:
                _take(journey.cast.ids, demo, leave, say)


def _take(ids: Mapping[str, int], demo: DemoSpecialist, leave: DemoLeave, say: Say) -> None:
    person_id = ids[demo.person.sign_in_name]
    own = specialist_queries.id_of_person(person_id) or 0
    draft = TimeOffDraft(
        TimeOffKind.LEAVE, leave.first_on, leave.last_on, leave.start_minute, leave.end_minute
    )
    try:
        specialists.take_time_off(accounts.actor_of(accounts.person(person_id)), own, draft)
    except Refusal as refusal:
        db.session.rollback()
        say(f"  A leave was refused: {refusal.code}")
