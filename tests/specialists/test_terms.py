"""The terms on which somebody serves: who changes them, what follows, what the record says."""

from dataclasses import astuple, replace
from datetime import date, timedelta

import pytest

from talentshare.accounts.models import PersonRole
from talentshare.kernel.actor import Role
from talentshare.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, first_break
from talentshare.specialists import actions
from talentshare.specialists.models import Specialist, Terms
from talentshare.specialists.states import EngagementForm
from tests import make
from tests.matching.world import MONDAY, booked
from tests.proposals.stage import ready

STAFF, COMPANY = EngagementForm.GOVTECH_STAFF, EngagementForm.COMPANY
AS_MADE = Terms(STAFF, ("SA",), ("agreement",), date(2020, 4, 1))
OTHER = Terms(
    form=COMPANY,
    role_codes=("IN", "SA"),
    basis_codes=("contract", "agreement"),
    engaged_from=date(2026, 11, 1),
    engaged_until=date(2027, 3, 31),
    month_cap_minutes=2400,
    max_bodies=3,
    employer_name="株式会社サンプル基盤",
    employer_number="7000012050002",
    company_contact="部長 見本 次郎",
)
PAGE = {
    "form": "govtech_staff",
    "main_role": "SA",
    "basis_codes": ["agreement"],
    "engaged_from": "2020/4/1",
    "max_bodies": "1",
}


@pytest.fixture
def it(either_app):
    return ready(skills={"D05": 2}, introduction="紹介")


@pytest.fixture
def desk(it):
    return make.actor_of(make.coordinator())


def stored(it) -> Terms:
    """The terms as they are in the database."""
    db.session.expire_all()
    found = db.session.get(Specialist, it.id)
    roles = sorted(found.roles, key=lambda row: (not row.is_primary, row.role_code))
    lists = {
        "role_codes": tuple(row.role_code for row in roles),
        "basis_codes": tuple(sorted((row.basis_code for row in found.bases), reverse=True)),
    }
    names = [name for name in vars(OTHER) if name not in lists]
    return Terms(**{name: getattr(found, name) for name in names}, **lists)


def told(*deeds) -> list[tuple[str, dict]]:
    wanted = db.select(AuditEvent).where(
        AuditEvent.deed.in_([f"specialist.{deed}" for deed in deeds]), AuditEvent.actor_id != 0
    )
    found = db.session.scalars(wanted.order_by(AuditEvent.seq))
    return [(event.deed.removeprefix("specialist."), event.details) for event in found]


def test_all_terms_are_taken_over_and_nothing_else(it, desk):
    before = it.version
    made = actions.edit_terms(desk, it.id, OTHER, before)
    assert made.id == it.id
    assert stored(it) == OTHER
    assert it.version > before
    assert (it.introduction, it.skills[0].verified_level) == ("紹介", 2)
    assert "サンプル基盤" in it.search_text


@pytest.mark.parametrize("maker", [make.coordinator, make.admin])
def test_coordinators_and_administrators_may(it, maker):
    actions.edit_terms(make.actor_of(maker()), it.id, OTHER, it.version)
    assert stored(it) == OTHER


def test_nobody_else_may_nor_a_coordinator_about_oneself(it):
    before = stored(it)
    for who in (make.officer(), make.manager(), it.person, make.specialist().person):
        with pytest.raises(Forbidden):
            actions.edit_terms(make.actor_of(who), it.id, OTHER, it.version)
    it.person.duties.append(PersonRole(role=Role.COORDINATOR))
    db.session.commit()
    with pytest.raises(Forbidden, match=r"policy\.specialist\.edit_terms"):
        actions.edit_terms(make.actor_of(it.person), it.id, OTHER, it.version)
    with pytest.raises(NotFound):
        actions.edit_terms(make.actor_of(make.coordinator()), 999_999, OTHER, 1)
    assert stored(it) == before
    assert told("terms_changed") == []


@pytest.mark.parametrize(
    ("changes", "asks_for_time"),
    [
        ({}, False),
        ({"role_codes": ("UX", "SA")}, False),
        ({"basis_codes": ("contract",)}, False),
        ({"employer_name": "株式会社見本"}, False),
        ({"engaged_from": date(2026, 4, 1)}, True),
        ({"engaged_until": date(2027, 6, 30)}, True),
        ({"month_cap_minutes": 600}, True),
        ({"max_bodies": 1}, True),
    ],
)
def test_the_record_says_what_changed_and_time_is_counted_anew_where_it_must(
    it, desk, changes, asks_for_time
):
    actions.edit_terms(desk, it.id, replace(AS_MADE, **changes), it.version)
    expected = [("terms_changed", {"form": "govtech_staff"})]
    expected += [("time_changed", {})] if asks_for_time else []
    assert told("terms_changed", "time_changed") == expected
    assert first_break() is None


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"role_codes": ()}, "main_role"),
        ({"basis_codes": ()}, "basis_codes"),
        ({"engaged_until": date(2026, 10, 31)}, "engaged_until"),
        ({"employer_number": "7000012050003"}, "employer_number"),
        ({"employer_name": ""}, "employer_name"),
        ({"company_contact": ""}, "company_contact"),
    ],
)
def test_terms_that_cannot_hold_together_are_refused_at_their_field(it, desk, changes, field):
    with pytest.raises(Invalid) as refusal:
        actions.edit_terms(desk, it.id, replace(OTHER, **changes), it.version)
    assert refusal.value.details["field"] == field
    assert stored(it) == AS_MADE
    assert told("terms_changed") == []


def test_booked_time_must_still_fit(it, desk):
    booked(it)
    for changes in (
        {"engaged_until": MONDAY + timedelta(days=6)},
        {"engaged_from": MONDAY + timedelta(days=7)},
        {"month_cap_minutes": 60},
        {"max_bodies": 0},
    ):
        with pytest.raises((Conflict, Invalid)):
            actions.edit_terms(desk, it.id, replace(AS_MADE, **changes), it.version)
        db.session.rollback()
        assert stored(it) == AS_MADE, changes
    enough = replace(AS_MADE, engaged_until=date(2027, 6, 30))
    actions.edit_terms(desk, it.id, enough, it.version)
    assert stored(it) == enough


def test_what_somebody_else_changed_since_is_not_written_over(it, desk):
    old = it.version
    actions.edit_terms(desk, it.id, OTHER, old)
    second = make.actor_of(make.coordinator())
    with pytest.raises(Conflict, match=r"state\.changed_meanwhile"):
        actions.edit_terms(second, it.id, AS_MADE, old)
    assert astuple(stored(it)) == astuple(OTHER)
    assert len(told("terms_changed")) == 1


def test_pressed_twice_they_are_changed_once(it, press):
    who = make.coordinator()
    press(who, f"/specialists/{it.id}/terms", PAGE | {"version": it.version})
    assert stored(it) == replace(AS_MADE, max_bodies=1)
    assert [deed for deed, _ in told("terms_changed", "time_changed")] == [
        "terms_changed",
        "time_changed",
    ]
