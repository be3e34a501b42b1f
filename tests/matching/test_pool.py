"""Each MUST rule, and each measure, on what the database holds."""

from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.accounts.models import BodyKind
from talentshare.accounts.states import PersonState
from talentshare.allocations import actions as allocations
from talentshare.allocations.queries import person_time
from talentshare.engine.people import person_of
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.period import Period
from talentshare.matching import queries
from talentshare.platform.db import db
from talentshare.specialists.models import Declaration, DeclaredInterest, Pledge, SpecialistSkill
from talentshare.specialists.states import EngagementForm, InterestRelation
from talentshare.talent_requests.states import Place
from tests import make
from tests.allocations.world import take_leave
from tests.matching import world


@pytest.fixture
def position(app):
    return make.position()


def test_whoever_meets_everything_is_a_candidate(position):
    assert world.is_candidate(position, world.ready())


def test_another_role(position):
    assert world.rules_of(position, world.ready(roles=("PM",))) == ("role",)


def test_skill_levels(app):
    (code,) = world.skills(1)
    position = make.position(must={code: 2})
    claims = make.saved(world.ready())
    claims.skills = [SpecialistSkill(skill_code=code, claimed_level=2, verified_level=None)]
    make.saved(claims)
    assert world.rules_of(position, world.ready(skills={code: 1})) == ("must_skills",)
    assert world.rules_of(position, world.ready()) == ("must_skills",)
    assert world.is_candidate(position, world.ready(skills={code: 2}))
    found = queries.ranked(position).candidate(claims.id)
    assert found.claimed_only == (code,)


def test_booked_time_is_not_free(position):
    who = world.ready(max_bodies=9)
    world.booked(who, minutes=1680, weeks=range(8))
    assert world.rules_of(position, who) == ("free_time",)


def test_held_time_is_not_free_until_the_hold_runs_out(position, still_clock):
    who = world.ready(max_bodies=9)
    world.held(who, minutes=1680, weeks=range(8), until=timedelta(hours=2))
    assert world.rules_of(position, who) == ("free_time",)
    still_clock(timedelta(hours=3))
    assert world.is_candidate(position, who)


def test_time_outside_office_hours_is_no_time_inside(position):
    evenings = world.ready(windows=((1140, 1320),))
    assert world.rules_of(position, evenings) == ("free_time",)


def test_free_minutes_are_those_of_the_ledger(app):
    position = make.position(weekdays=0b0010100)
    who = world.ready(max_bodies=9, windows=((540, 720), (780, 1080)))
    world.booked(who, minutes=600, weeks=range(3))
    world.held(who, minutes=240, weeks=range(1, 5))
    found = queries.ranked(position).ranking
    weeks = person_of(found.pool, found.column_of(who.id)).weeks
    ledger = person_time(who.id, Period(world.week(0), world.week(8)))
    for week_on, week in ledger.weeks.items():
        room = week.room(position.weekdays)
        assert (weeks[week_on].free_total, weeks[week_on].free_inside) == room


def test_a_week_of_leave_is_skipped_but_not_two_of_five(app):
    five = make.position(week_count=5, latest_end_on=date(2027, 1, 10))
    one, two = world.ready(), world.ready()
    take_leave(one, world.week(1), world.week(1) + timedelta(days=6))
    take_leave(two, world.week(1), world.week(2) + timedelta(days=6))
    assert queries.ranked(five).candidate(one.id).skipped == (world.week(1),)
    assert world.rules_of(five, two) == ("leave_share",)


def test_the_cap_of_a_month(position):
    who = world.ready(month_cap_minutes=400, form=EngagementForm.SIDE_JOB)
    assert world.rules_of(position, who) == ("month_cap",)


def test_no_more_bodies_at_once_than_somebody_takes(app):
    own, other = make.position(), make.position()
    who = world.ready(max_bodies=1)
    world.booked(who, own, minutes=60, weeks=range(8))
    assert world.rules_of(other, who) == ("bodies_per_week",)
    assert world.is_candidate(own, who), "the same body again is no further body"


@pytest.mark.parametrize(
    ("place", "given", "is_out"),
    [
        (Place.ONSITE, {"onsite_ok": False}, True),
        (Place.HYBRID, {"onsite_ok": False}, True),
        (Place.ONLINE, {"onsite_ok": False}, False),
        (Place.ONLINE, {"online_ok": False}, True),
        (Place.ONSITE, {"online_ok": False}, False),
    ],
)
def test_place(app, place, given, is_out):
    position = make.position(of=make.talent_request(place=place))
    assert world.rules_of(position, world.ready(**given)) == (("place",) if is_out else ())


def test_islands(app):
    island = make.body(kind=BodyKind.VILLAGE, is_island=True)
    position = make.position(of=make.talent_request(of=island, place=Place.ONSITE))
    assert world.rules_of(position, world.ready()) == ("place",)
    assert world.is_candidate(position, world.ready(islands_ok=True))


@pytest.mark.parametrize(
    "given",
    [
        {"engaged_from": date(2027, 2, 8)},
        {"engaged_until": date(2026, 12, 18)},
        {"paused_from": date(2026, 12, 1), "paused_until": date(2027, 1, 31)},
    ],
)
def test_engagement_and_pause(position, given):
    assert "engaged" in world.rules_of(position, world.ready(**given))


def test_who_is_suspended_is_not_engaged(position):
    who = world.ready(person=make.person("specialist", state=PersonState.SUSPENDED))
    assert world.rules_of(position, who) == ("engaged",)


def test_the_pledge_of_this_year(position):
    who = world.ready()
    db.session.execute(db.delete(Pledge).where(Pledge.specialist_id == who.id))
    db.session.commit()
    assert world.rules_of(position, who) == ("pledge",)
    make.saved(Pledge(specialist_id=who.id, fiscal_year=2025, signed_at=clock.now()))
    assert world.rules_of(position, who) == ("pledge",)


def test_the_pledge_of_the_next_year_as_soon_as_it_can_be_signed(app, still_clock):
    position = make.position(earliest_on=date(2027, 4, 5), latest_end_on=date(2027, 5, 31))
    who = world.ready()
    assert world.is_candidate(position, who)
    still_clock(datetime(2027, 3, 1, tzinfo=UTC))
    assert world.rules_of(position, who) == ("pledge",)
    make.saved(Pledge(specialist_id=who.id, fiscal_year=2027, signed_at=clock.now()))
    assert world.is_candidate(position, who)


def test_the_declaration_is_valid_on_the_first_start(position):
    who = world.ready()
    db.session.execute(
        db.update(Declaration)
        .where(Declaration.specialist_id == who.id)
        .values(valid_until=date(2026, 12, 6))
    )
    db.session.commit()
    assert world.rules_of(position, who) == ("declaration",)


def declared(who, company, key, number=""):
    interest = DeclaredInterest(
        company=company, key=key, corporate_number=number, relation=InterestRelation.CLIENT
    )
    return make.saved(
        Declaration(
            specialist_id=who.id,
            made_at=clock.now(),
            valid_until=date(2027, 11, 23),
            interests=[interest],
        )
    )


def test_a_declared_company_is_a_conflict_by_name_or_number(app):
    by_name = world.supplied("株式会社サンプル基盤", "サンプル基盤")
    by_number = world.supplied("サンプルHD", "サンプルhd", "1010001000001")
    who = world.ready()
    declared(who, "㈱サンプル基盤", "サンプル基盤", "1010001000001")
    assert world.rules_of(by_name, who) == ("no_conflict",)
    assert world.rules_of(by_number, who) == ("no_conflict",)


def test_the_employer_is_a_conflict_too(app):
    position = world.supplied("株式会社サンプル基盤", "サンプル基盤")
    who = world.ready(form=EngagementForm.COMPANY, employer_name="サンプル基盤(株)")
    assert world.rules_of(position, who) == ("no_conflict",)


def test_only_the_newest_declaration_counts(app):
    position = world.supplied("株式会社サンプル基盤", "サンプル基盤")
    who = world.ready()
    declared(who, "サンプル基盤", "サンプル基盤")
    declared(who, "べつの会社", "ベツノ会社")
    assert world.is_candidate(position, who)


def test_a_similar_name_is_no_conflict_but_is_flagged(app):
    position = world.supplied("株式会社サンプル基盤", "サンプル基盤")
    near, far = world.ready(), world.ready()
    declared(near, "サンプル基盤東日本", "サンプル基盤東日本")
    declared(far, "サンドル", "サンドル")
    found = queries.ranked(position)
    (flag,) = found.flags(near.id)
    assert (flag.kind, flag.details["company"]) == ("care", "株式会社サンプル基盤")
    assert found.flags(far.id) == []
    assert found.candidate(near.id) is not None


def test_legal_basis(app):
    position = make.position(of=make.talent_request(basis_codes=["appointment"]))
    assert world.rules_of(position, world.ready()) == ("legal_basis",)


def test_experience_counts_engagements_that_have_begun(app, still_clock):
    position, other = make.position(), make.position()
    who = world.ready(max_bodies=9)
    world.booked(who, position, minutes=60, weeks=[0])
    ended = world.booked(who, position, minutes=60, weeks=[1, 2])
    world.booked(who, other, minutes=60, weeks=[0])
    pool = queries.ranked(position).ranking.pool
    assert world.pairs(pool.body_experience, position.talent_request.body_id) == []
    still_clock(datetime(2026, 12, 15, tzinfo=UTC))
    allocations.end_early(SYSTEM, ended.id, world.week(1), "予定より早く終わったため")
    pool = queries.ranked(position).ranking.pool
    request = position.talent_request
    assert world.pairs(pool.body_experience, request.body_id) == [(who.id, 2)]
    assert world.pairs(pool.theme_experience, request.theme_code) == [(who.id, 3)]


def test_load_and_service_lately(app, still_clock):
    position = make.position(earliest_on=date(2027, 2, 1), latest_end_on=date(2027, 3, 31))
    who = world.ready(max_bodies=9)
    world.booked(who, minutes=480, weeks=range(4))
    found = queries.ranked(position).ranking
    column = found.column_of(who.id)
    weeks = person_time(who.id, Period(date(2026, 11, 23), date(2027, 5, 17))).weeks.values()
    assert len(weeks) == 26
    share = 1000 * (3 * 480 + 90) // sum(week.capacity_minutes for week in weeks)
    assert found.pool.load_permille[column] == share
    assert found.pool.served_minutes[column] == 0
    still_clock(datetime(2026, 12, 23, tzinfo=UTC))
    found = queries.ranked(position).ranking
    assert found.pool.served_minutes[column] == 2 * 480, "this week and later ones are not past"


def test_eight_weeks_of_leave(app):
    position = make.position(week_count=8)
    who = world.ready()
    take_leave(who, world.week(0), world.week(8))
    assert "leave_share" in world.rules_of(position, who)


def test_both_databases_give_the_same_ranking(either_app):
    code, wish = world.skills(2)
    position = world.wished(make.position(must={code: 2}), **{wish: 2})
    people = [world.ready(skills={code: n % 4 + 1, wish: n % 3}, max_bodies=3) for n in range(8)]
    world.booked(people[1], minutes=960)
    world.held(people[3], minutes=1800, weeks=range(8))
    take_leave(people[5], world.week(0))
    found = queries.ranked(position)
    assert {one.person - people[0].id for one in found.ranking.candidates} == {1, 2, 5, 6, 7}
    assert found.people == 8
