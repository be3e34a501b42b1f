"""A button pressed twice, or four times at the same moment, does one thing and looks like success."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from talentshare.accounts.models import Person
from talentshare.allocations import queries as time
from talentshare.catalogue.models import Holiday, HolidayDraft
from talentshare.kernel.actor import Role
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.specialists.models import Declaration, Specialist, TimeOff, WorkingPattern
from tests import make
from tests.proposals.stage import ready
from tests.specialists.test_desk import TERMS

LEAVE = {
    "kind": "leave",
    "starts_on": "2026/12/9",
    "starts_minute": "13:00",
    "ends_minute": "15:00",
}
TIE = {
    "interests-0-company": "株式会社見本",
    "interests-0-corporate_number": "",
    "interests-0-relation": "client",
}
PATTERN = {"valid_from": "2026/12/7", "share_percent": "50", "windows_0": "9:00-12:00"}
PAUSE = {"from_on": "2027/1/4", "length": "1", "reason": "研修"}
CLAIM = {"level": "3", "evidence": "主担当2件"}
CONTEST = {"text": "4が適切です"}


@pytest.fixture
def me(either_app):
    who = ready(skills={"D05": 2})
    db.session.query(Declaration).delete()
    db.session.commit()
    return who


@pytest.fixture
def sign_in_either(either_app):
    def sign_in(person):
        client = either_app.test_client()
        make.session_cookie(client, person)
        return client

    return sign_in


def count(kind, *conditions) -> int:
    return db.session.scalar(select(func.count()).select_from(kind).where(*conditions))


def told(deed: str) -> int:
    return count(AuditEvent, AuditEvent.deed == deed, AuditEvent.actor_id != 0)


def test_leave_is_entered_and_taken_back_once(me, press):
    press(me.person, "/me/leave", LEAVE)
    assert (count(TimeOff), told("specialist.leave_taken")) == (1, 1)
    off_id = db.session.scalars(select(TimeOff.id)).one()
    press(me.person, f"/me/leave/{off_id}/withdraw", {})
    assert told("specialist.time_changed") == 1
    press(me.person, "/me/leave", LEAVE)
    press(me.person, "/me/leave", LEAVE | {"ends_minute": "16:00"})
    assert count(TimeOff, TimeOff.withdrawn_at.is_(None)) == 2
    assert events.first_break() is None


def test_so_is_what_a_specialist_says_of_time(me, press):
    presses = [
        ("/me/pattern", PATTERN),
        ("/me/pattern/drop", {"valid_from": "2026-12-07"}),
        ("/me/days/2026-12-10", {"inside_minutes": "2", "outside_minutes": "1"}),
        ("/me/days/2026-12-10", {"usual": "1"}),
        ("/me/week?on=2026-12-14", {"inside_0": "3", "outside_0": "0"}),
        ("/me/availability/month", {"minutes": "20", "inside_minutes": "20", "days_off": "25日"}),
        ("/me/pause", PAUSE),
        ("/me/pause/end", {}),
        ("/me/pattern", PATTERN),
    ]
    for number, (path, data) in enumerate(presses, 1):
        press(me.person, path, data)
        assert told("specialist.time_changed") == number, path
    assert count(WorkingPattern) == 2
    assert db.session.get(Specialist, me.id).paused_from is None


def test_so_are_papers_and_the_profile(me, press):
    press(me.person, "/me/declaration", TIE)
    assert (count(Declaration), told("specialist.declared")) == (1, 1)
    press(me.person, "/me/declaration", {"has_none": "y"})
    assert (count(Declaration), told("specialist.declared")) == (2, 2)
    db.session.execute(db.text("DELETE FROM pledge"))
    db.session.commit()
    press(me.person, "/me/pledge", {"year": "2026", "agreed": "y"})
    assert told("specialist.pledged") == 1
    version = db.session.get(Specialist, me.id).version
    profile = {"introduction": "紹介", "places": ["online"], "max_bodies": "1", "version": version}
    press(me.person, "/me/profile/edit", profile)
    assert told("specialist.profile_changed") == 1


def test_so_are_skills_on_both_sides(me, press):
    desk = make.coordinator()
    on_page = f"/specialists/{me.id}/skills/D05"
    for who, path, data, deed in (
        (me.person, "/me/skills/B06", CLAIM, "skill.claimed"),
        (me.person, "/me/skills/D05/contest", CONTEST, "skill.contested"),
        (desk, on_page, {"level": "4", "remark": "面談"}, "skill.contest_answered"),
        (desk, on_page, {"level": "3", "remark": "見直し"}, "skill.verified"),
    ):
        press(who, path, data)
        assert told(deed) == 1, deed
    press(desk, on_page, {"level": "4", "remark": "再確認"})
    assert told("skill.verified") == 2


def test_so_is_the_registration_of_a_specialist(either_app, press, sign_in_either):
    make.catalogue()
    desk, who = make.coordinator(), make.person(Role.SPECIALIST)
    data = TERMS | {"person_id": who.id}
    press(desk, "/specialists/new", data)
    assert (count(Specialist), told("specialist.registered")) == (1, 1)
    for other, said in ((desk, data | {"max_bodies": "1"}), (make.coordinator(), data)):
        answer = sign_in_either(other).post("/specialists/new", data=said)
        assert answer.status_code == 409
        assert "この人はすでに登録されています。" in answer.text
    huge = sign_in_either(desk).post("/specialists/new", data=data | {"person_id": "9" * 30})
    assert huge.status_code == 422
    assert (count(Specialist), told("specialist.registered")) == (1, 1)


def test_the_same_a_day_later_is_a_deed_of_its_own(either_app, me, still_clock):
    desk, who = either_app.test_client(), make.coordinator()
    for hours in (0, 24):
        still_clock(timedelta(hours=hours))
        make.session_cookie(desk, who)
        desk.post(f"/specialists/{me.id}/skills/D05", data={"level": "2", "remark": "面談"})
    assert told("skill.verified") == 2


def test_so_are_holidays_and_invitations(me, press):
    chief = make.admin()
    day = Holiday.day == date(2026, 12, 7)
    close = HolidayDraft(date(2026, 12, 7), "開庁記念日")
    seen = time.foresee_day(make.actor_of(chief), close).mark
    said = {"day": "2026/12/7", "name_ja": "開庁記念日", "name_en": "", "seen": seen}
    press(chief, "/admin/holidays", said)
    assert (count(Holiday, day), told("catalogue.holidays_changed")) == (1, 1)
    seen = time.foresee_day(make.actor_of(chief), replace(close, is_closed=False)).mark
    press(chief, "/admin/holidays/remove", {"day": "2026-12-07", "seen": seen})
    assert told("catalogue.holidays_changed") == 2
    person = {
        "sign_in_name": "suzuki",
        "name": "鈴木 一",
        "kana": "スズキ ハジメ",
        "name_latin": "",
        "section": "",
        "mail": "",
        "body_id": make.body().id,
        "roles": ["officer"],
        "locale": "ja",
    }
    with pytest.raises(AssertionError, match="302"):  # the link is shown on one page only
        press(chief, "/admin/people/new", person, 200)
    assert (count(Person, Person.sign_in_name == "suzuki"), told("person.added")) == (1, 1)
