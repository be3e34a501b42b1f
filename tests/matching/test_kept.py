"""The picture of the pool is kept between rankings and is never older than the database."""

import random
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest

from talentshare.accounts import actions as accounts
from talentshare.accounts.models import Device, PersonFacts
from talentshare.allocations import actions as allocations
from talentshare.allocations.models import Allocation
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor, Role
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.matching import queries
from talentshare.matching.queries.kept import stock_now
from talentshare.platform.db import db, reading, transactional
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import (
    InterestDraft,
    PatternDraft,
    PauseDraft,
    Profile,
    SkillClaim,
    Specialist,
    SpecialistSkill,
    Terms,
    TimeOffDraft,
    Window,
)
from talentshare.specialists.states import EngagementForm, InterestRelation, TimeOffKind
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.queries import load_position
from tests import make
from tests.matching import world

DESK = Actor(9001, frozenset({Role.COORDINATOR}))
ADMIN = Actor(9002, frozenset({Role.ADMIN}))


def self_of(who):
    return Actor(who.person_id, frozenset({Role.SPECIALIST}), specialist_id=who.id)


def some_allocation(rng, who, *states):
    found = db.session.scalars(
        db.select(Allocation).where(
            Allocation.specialist_id == who.id, Allocation.state.in_(states)
        )
    ).all()
    return rng.choice(found) if found else None


def book(rng, who, positions):
    world.booked(
        who, rng.choice(positions), minutes=rng.choice([60, 240]), weeks=range(rng.randint(1, 6))
    )


def book_this_week(_rng, who, positions):
    world.booked(who, positions[0], minutes=60, weeks=[-2, 0])


def hold(rng, who, positions):
    until = timedelta(hours=rng.choice([1, 5, 90]))
    world.held(who, rng.choice(positions), until, minutes=rng.choice([60, 240]), weeks=range(3))


def confirm(rng, who, _positions):
    if found := some_allocation(rng, who, AllocationState.HELD):
        allocations.confirm(SYSTEM, found.id)


def release(rng, who, _positions):
    if found := some_allocation(rng, who, AllocationState.HELD):
        allocations.release(SYSTEM, found.id)


def extend(rng, who, _positions):
    if found := some_allocation(rng, who, AllocationState.HELD):
        allocations.extend_hold(SYSTEM, found.id, clock.now() + timedelta(hours=7))


def cancel(rng, who, _positions):
    if found := some_allocation(rng, who, AllocationState.CONFIRMED):
        allocations.cancel(SYSTEM, found.id, "団体の都合による取消し")


def new_pattern(rng, who, _positions):
    windows = tuple(Window(day, 540, 540 + rng.choice([120, 300, 480])) for day in range(5))
    draft = PatternDraft(world.week(rng.randint(1, 6)), rng.choice([50, 100]), windows)
    specialists.set_pattern(self_of(who), who.id, draft)


def leave(rng, who, _positions):
    first = world.week(rng.randint(0, 5))
    kind = rng.choice([TimeOffKind.LEAVE, TimeOffKind.BUSY])
    draft = TimeOffDraft(kind, first, first + timedelta(days=rng.choice([0, 6])))
    specialists.take_time_off(self_of(who), who.id, draft)


def pause(rng, who, _positions):
    draft = PauseDraft(
        clock.today(), clock.today() + timedelta(days=rng.choice([20, 60])), "研修のため"
    )
    specialists.pause(self_of(who), who.id, draft)


def resume(_rng, who, _positions):
    specialists.resume(self_of(who), who.id)


def claim(rng, who, _positions):
    draft = SkillClaim(rng.choice(world.skills(3)), rng.randint(1, 4), "前の職場で3年担当しました")
    specialists.claim_skill(self_of(who), who.id, draft)


def verify(rng, who, _positions):
    codes = db.session.scalars(
        db.select(SpecialistSkill.skill_code).where(SpecialistSkill.specialist_id == who.id)
    ).all()
    if codes:
        specialists.verify_skill(DESK, who.id, rng.choice(codes), rng.randint(0, 4))


def declare(rng, who, _positions):
    company = rng.choice(["株式会社サンプル基盤", "サンプル基盤東日本", "べつの会社"])
    interests = (InterestDraft(company, "", InterestRelation.CLIENT),)[: rng.randint(0, 1)]
    specialists.declare(self_of(who), who.id, interests)


def pledge(_rng, who, _positions):
    specialists.sign_pledge(self_of(who), who.id, 2026)


def profile(rng, who, _positions):
    db.session.refresh(who)
    draft = Profile("自己紹介", rng.randint(1, 4), rng.random() < 0.8, rng.random() < 0.8, True)
    specialists.edit_profile(self_of(who), who.id, draft, who.version)


def terms(rng, who, _positions):
    db.session.refresh(who)
    roles = rng.choice([("SA",), ("SA", "PM"), ("PM",)])
    bases = rng.choice([("agreement",), ("agreement", "appointment")])
    cap = rng.choice([2400, 6000])
    draft = Terms(EngagementForm.SIDE_JOB, roles, bases, date(2020, 4, 1), None, cap, 3)
    specialists.edit_terms(ADMIN, who.id, draft, who.version)


def suspend(_rng, who, _positions):
    accounts.suspend(ADMIN, who.person_id)


def change_role(_rng, who, _positions):
    person = who.person
    roles = {Role.OFFICER} if Role.SPECIALIST in person.roles else {Role.SPECIALIST}
    facts = PersonFacts(
        name=person.name, kana=person.kana, body_id=person.body_id, roles=frozenset(roles)
    )
    accounts.edit_person(ADMIN, person.id, person.version, facts)


def newcomer(_rng, _who, _positions):
    world.ready()


DEEDS = [
    book, book_this_week, hold, hold, confirm, release, extend, cancel, new_pattern, leave, pause, resume, claim,
    verify, declare, pledge, profile, terms, suspend, change_role, newcomer,
]  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_after_any_deed_it_equals_the_pool_read_anew(app, still_clock, seed):
    rng = random.Random(seed)
    codes = world.skills(3)
    must = world.supplied("株式会社サンプル基盤", "サンプル基盤")
    positions = [
        must,
        make.position(must={codes[0]: 2, codes[1]: 1}),
        make.position(weekdays=0b10010),
    ]
    people = [world.ready(skills={codes[0]: 2}, max_bodies=3) for _ in range(5)]
    for _ in range(30):
        deed, who = rng.choice(DEEDS), rng.choice(people)
        try:
            deed(rng, who, positions)
        except (Conflict, Invalid):
            db.session.rollback()
        if rng.random() < 0.2:
            still_clock(timedelta(hours=rng.choice([1, 3, 30])))
        for position in positions:
            kept, anew = world.kept_and_anew(position)
            assert world.differing(kept, anew) == [], deed.__name__


def test_only_whom_a_deed_concerns_is_read_again(app):
    who, other, position = world.ready(), world.ready(), make.position()
    assert world.is_candidate(position, who)
    world.booked(who, minutes=240)
    assert stock_now().layers[-1].ids.tolist() == [who.id]
    world.held(other, minutes=60, weeks=[1])
    assert stock_now().layers[-1].ids.tolist() == [other.id]
    assert len(stock_now().layers) == 3


def test_who_loses_the_role_is_no_candidate_until_it_is_given_back(app):
    who, position = world.ready(), make.position()
    assert world.is_candidate(position, who)
    change_role(None, who, ())
    assert not world.is_candidate(position, who)
    change_role(None, who, ())
    assert world.is_candidate(position, who)


def test_deeds_about_other_things_leave_it_alone(app):
    world.ready()
    before = stock_now()
    request = make.position().talent_request
    accounts.open_session(SYSTEM, make.coordinator().id, Device())
    requests.hold(actor_of_owner(request), request.id, "団体の都合で待つため", date(2027, 1, 8))
    assert stock_now() is before


def actor_of_owner(request):
    request.coordinator_id = make.coordinator().id
    make.saved(request)
    return Actor(request.coordinator_id, frozenset({Role.COORDINATOR}))


def test_a_new_day_and_a_clock_put_back_are_noticed(app, still_clock):
    who, position = world.ready(max_bodies=9), make.position()
    world.held(who, minutes=1680, weeks=range(8), until=timedelta(hours=2))
    still_clock(timedelta(hours=3))
    assert world.is_candidate(position, who)
    still_clock(timedelta(hours=-3))
    assert not world.is_candidate(position, who)
    still_clock(datetime(2026, 12, 1, tzinfo=UTC))
    assert stock_now().first_week_on == date(2026, 11, 30)


def test_rows_added_by_hand_are_noticed(app):
    position = make.position()
    assert queries.ranked(position).total == 0
    make.specialist()
    assert queries.ranked(position).people == 1


def test_within_a_transaction_its_own_deeds_count_and_are_forgotten_when_undone(app):
    who, position = world.ready(max_bodies=9), make.position()
    assert world.is_candidate(position, who)
    seen = []

    @transactional
    def try_it():
        world.booked(who, minutes=1680, weeks=range(8))
        seen.append(world.is_candidate(position, who))
        raise Conflict("undo")

    with pytest.raises(Conflict):
        try_it()
    assert seen == [False]
    assert world.is_candidate(position, who)


def test_what_was_undone_never_gets_into_the_kept_picture(app):
    who, position = world.ready(max_bodies=9), make.position()
    assert world.is_candidate(position, who)
    world.booked(who, position, minutes=60)  # the picture has to be renewed within the next one

    @transactional
    def try_it():
        db.session.execute(db.update(Specialist).values(online_ok=False))
        world.is_candidate(position, who)
        raise Conflict("undo")

    with pytest.raises(Conflict):
        try_it()
    kept, anew = world.kept_and_anew(position)
    assert world.differing(kept, anew) == []


def test_a_transaction_under_way_changes_nothing_for_others(app):
    """What is not committed is seen by nobody else, even while it ranks itself."""
    who, position = world.ready(max_bodies=9), make.position()
    number = position.id
    assert world.is_candidate(position, who)
    met, seen = Barrier(2, timeout=20), []

    def look():
        with app.app_context():
            reading.set(True)
            met.wait()
            seen.append(queries.ranked(load_position(number)).total)
            met.wait()

    @transactional
    def book_slowly():
        world.booked(who, minutes=1680, weeks=range(8))
        assert not world.is_candidate(position, who)
        met.wait()
        met.wait()

    thread = Thread(target=look)
    thread.start()
    book_slowly()
    thread.join()
    assert seen == [1]
    assert queries.ranked(load_position(number)).total == 0


def test_many_layers_are_read_as_one_again(app, monkeypatch):
    monkeypatch.setattr("talentshare.matching.queries.stock.MOST_LAYERS", 3)
    who, position = world.ready(max_bodies=9), make.position()
    for at in range(6):
        world.booked(who, position, minutes=240, weeks=[at])
        kept, anew = world.kept_and_anew(position)
        assert world.differing(kept, anew) == []
    assert len(stock_now().layers) <= 4


def test_masks_of_weekdays_are_kept_apart(app):
    who = world.ready(max_bodies=9)
    positions = [make.position(weekdays=mask) for mask in range(1, 12)]
    for position in positions:
        kept, anew = world.kept_and_anew(position)
        assert world.differing(kept, anew) == []
    world.booked(who, minutes=600, weeks=range(3))
    for position in positions:
        kept, anew = world.kept_and_anew(position)
        assert world.differing(kept, anew) == []


def test_the_kept_pool_is_the_same_on_postgresql(either_app):
    position = make.position(must={world.skills(1)[0]: 1})
    people = [world.ready(skills={world.skills(1)[0]: 2}, max_bodies=3) for _ in range(3)]
    assert queries.ranked(position).total == 3
    world.held(people[0], position, minutes=240)
    specialists.declare(self_of(people[1]), people[1].id, ())
    kept, anew = world.kept_and_anew(position)
    assert world.differing(kept, anew) == []
