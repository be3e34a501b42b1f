"""One specialist from registration to leave, on SQLite and on PostgreSQL."""

from datetime import date

import pytest

from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as ledger
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.specialists import actions, queries
from talentshare.specialists.models import (
    DayDraft,
    InterestDraft,
    MonthDraft,
    PatternDraft,
    PauseDraft,
    Profile,
    SkillClaim,
    Terms,
    TimeOffDraft,
    Window,
)
from talentshare.specialists.queries import Wanted
from talentshare.specialists.states import EngagementForm, InterestRelation, TimeOffKind
from tests import make

MONDAY = date(2026, 11, 30)


@pytest.fixture
def desk(either_app):
    make.catalogue()
    return make.actor_of(make.coordinator())


@pytest.fixture
def it(desk):
    person = make.person(Role.SPECIALIST, name="渡邉 健太", kana="ワタナベ ケンタ")
    terms = Terms(EngagementForm.GOVTECH_STAFF, ("SA", "PM"), ("agreement",), date(2026, 4, 1))
    made = actions.register(desk, person.id, terms)
    allocations.open_weeks(SYSTEM, made)
    return made


@pytest.fixture
def me(it):
    return make.actor_of(it.person)


def test_terms_are_rewritten_in_place(desk, it):
    other = Terms(
        EngagementForm.SIDE_JOB, ("PM", "UX"), ("appointment", "agreement"), date(2026, 4, 1)
    )
    changed = actions.edit_terms(desk, it.id, other, it.version)
    assert {row.role_code: row.is_primary for row in changed.roles} == {"PM": True, "UX": False}
    with pytest.raises(Conflict, match="changed_meanwhile"):
        actions.edit_terms(desk, it.id, other, 1)


def test_skills_are_claimed_verified_and_found(desk, it, me):
    actions.claim_skill(me, it.id, SkillClaim("D05", 3, "主担当2件"))
    actions.verify_skill(desk, it.id, "D05", 2, "面談")
    actions.contest_skill(me, it.id, "D05", "3が適切です")
    actions.answer_contest(desk, it.id, "D05", 3, "実績を確かめました")
    wanted = Wanted(text="わたなべ 標準準拠", role_code="SA", skill_code="D05", level=3)
    assert [row.id for row in queries.search(desk, wanted).rows] == [it.id]
    assert [deed.level for deed in queries.history(desk, it)["D05"]] == [3, 2, 2, 3]


def test_papers_are_valid_once_made(it, me):
    assert not queries.papers_of(me, it).are_valid
    actions.declare(me, it.id, [InterestDraft("㈱見本", "", InterestRelation.CLIENT)])
    pledge = actions.sign_pledge(me, it.id, 2026)
    assert queries.papers_of(me, it).are_valid
    assert actions.sign_pledge(me, it.id, 2026) is pledge, "pledged once"


def test_time_reaches_the_ledger(it, me):
    windows = tuple(Window(day, 540, 780) for day in range(5))
    actions.set_pattern(me, it.id, PatternDraft(date(2026, 11, 1), 100, windows))
    actions.change_days(me, it.id, {MONDAY: DayDraft(60, 30)})
    off = actions.take_time_off(
        me, it.id, TimeOffDraft(TimeOffKind.LEAVE, date(2026, 12, 2), date(2026, 12, 2), 540, 600)
    )
    assert ledger.week_view(me, it.id, MONDAY, MONDAY)[0].capacity == 90 + 3 * 240 + 180
    actions.withdraw_time_off(me, it.id, off.id)
    actions.answer_month(me, it.id, MonthDraft(date(2026, 12, 1), 1200, 1200))
    days = ledger.day_view(me, it.id, date(2026, 12, 1))
    assert sum(day.minutes for day in days) == 1200
    actions.pause(me, it.id, PauseDraft(MONDAY, date(2026, 12, 31), "研修"))
    assert ledger.week_view(me, it.id, MONDAY, MONDAY)[0].capacity == 0
    actions.resume(me, it.id)
    assert ledger.week_view(me, it.id, MONDAY, MONDAY)[0].capacity > 0


def test_a_profile_is_saved_once_per_version(it, me):
    profile = Profile("紹介", 1, online_ok=True, onsite_ok=False, islands_ok=False)
    version = it.version
    actions.edit_profile(me, it.id, profile, version)
    with pytest.raises(Conflict, match="changed_meanwhile"):
        actions.edit_profile(me, it.id, profile, version)
    db.session.expire_all()
    assert it.introduction == "紹介"
