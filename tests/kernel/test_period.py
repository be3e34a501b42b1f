"""Spans of days and refusals: small values that everything carries."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talentshare.kernel.actor import SYSTEM, Actor, Role, system_for
from talentshare.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, TooMany
from talentshare.kernel.period import Period

DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))
PERIODS = st.tuples(DAYS, DAYS).map(lambda pair: Period(min(pair), max(pair)))


@given(PERIODS, DAYS)
def test_a_period_holds_both_its_ends(period, day):
    assert period.first in period
    assert period.last in period
    assert (day in period) == (day in set(period.days()))


def test_a_period_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="ends before it starts"):
        Period(date(2026, 4, 2), date(2026, 4, 1))


def test_a_period_of_one_day_has_one_day():
    assert list(Period(date(2026, 4, 1), date(2026, 4, 1)).days()) == [date(2026, 4, 1)]
    assert timedelta(0) == date(2026, 4, 1) - Period(date(2026, 4, 1), date(2026, 4, 1)).first


def test_an_actor_has_a_role_when_it_holds_one_of_those_asked_for():
    actor = Actor(id=7, roles=frozenset({Role.OFFICER, Role.MANAGER}))
    assert actor.has(Role.MANAGER)
    assert actor.has(Role.ADMIN, Role.OFFICER)
    assert not actor.has(Role.ADMIN)
    assert not actor.has()


def test_a_consequence_is_the_systems_on_behalf_of_who_began():
    actor = Actor(id=7, roles=frozenset({Role.OFFICER}))
    follows = system_for(actor)
    assert (follows.id, follows.is_system, follows.on_behalf_of_id) == (0, True, 7)
    assert not follows.roles
    assert system_for(follows).on_behalf_of_id == 7
    assert SYSTEM.on_behalf_of_id is None


@pytest.mark.parametrize("kind", [NotFound, Forbidden, Conflict, Invalid, TooMany])
def test_a_refusal_carries_its_code_and_details(kind):
    refusal = kind("thing.not_now", field="day", most=3)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.details) == ("thing.not_now", {"field": "day", "most": 3})
    assert str(refusal) == "thing.not_now"
