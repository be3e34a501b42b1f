"""What a position asks the engine for."""

from datetime import UTC, date, datetime

import pytest

from talentshare.accounts.models import BodyKind
from talentshare.catalogue import queries as catalogue
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.matching.queries import need_of
from talentshare.matching.queries.needs import codes_of
from talentshare.platform.db import db
from talentshare.talent_requests.states import Place
from tests import make
from tests.matching import world


def test_the_window_is_that_of_the_position(app):
    need = need_of(make.position())
    assert (need.first_start_on, need.last_start_on) == (date(2026, 12, 7), date(2027, 1, 4))
    assert (need.weeks, need.effort.minutes_per_week) == (4, 480)
    assert need.effort.inside_minutes_per_week == 360


def test_a_week_that_has_begun_is_not_offered(app, still_clock):
    position = make.position()
    still_clock(datetime(2026, 12, 9, tzinfo=UTC))
    assert need_of(position).first_start_on == date(2026, 12, 14)
    still_clock(datetime(2026, 12, 14, tzinfo=UTC))
    assert need_of(position).first_start_on == date(2026, 12, 14)


def test_when_no_start_is_left_it_says_so(app, still_clock):
    position = make.position()
    still_clock(datetime(2027, 1, 5, tzinfo=UTC))
    with pytest.raises(Conflict) as refusal:
        need_of(position)
    assert refusal.value.code == "matching.window_passed"
    assert refusal.value.details["latest_end_on"] == date(2027, 1, 31)


def test_holidays_around_the_window_are_closed(app):
    closed = need_of(make.position()).closed
    assert {date(2026, 12, 29), date(2027, 1, 1), date(2027, 1, 11), date(2027, 4, 29)} <= closed
    assert date(2026, 12, 28) not in closed


def test_suppliers_are_known_by_name_and_by_number(app):
    position = world.supplied("株式会社サンプル基盤", "サンプル基盤", "1010001000001")
    assert need_of(position).suppliers == {"サンプル基盤", "1010001000001"}


def test_bases_without_an_allocation_cannot_be_used(app):
    request = make.talent_request(basis_codes=["appointment", "introduction", "agreement"])
    mask = need_of(make.position(of=request)).legal_bases
    codes = [row.code for row in catalogue.legal_bases()]
    assert codes_of(mask, codes) == ["agreement", "appointment"]


def test_place_and_island(app):
    island = make.body(kind=BodyKind.VILLAGE, is_island=True)
    need = need_of(make.position(of=make.talent_request(of=island, place=Place.HYBRID)))
    assert (need.place.value, need.island, need.body) == ("hybrid", True, island.id)


def test_fewer_minutes_shrink_the_part_in_office_hours_too(app):
    effort = need_of(make.position(), minutes_per_week=240).effort
    assert (effort.minutes_per_week, effort.inside_minutes_per_week) == (240, 180)


@pytest.mark.parametrize("minutes", [0, 14, 2401])
def test_minutes_out_of_range_are_refused(app, minutes):
    with pytest.raises(Invalid) as refusal:
        need_of(make.position(), minutes_per_week=minutes)
    assert refusal.value.code == "matching.minutes_out_of_range"


def test_an_exact_start_may_lie_outside_the_window(app):
    need = need_of(make.position(), start_on=date(2027, 2, 1))
    assert need.first_start_on == need.last_start_on == date(2027, 2, 1)


@pytest.mark.parametrize("start_on", [date(2026, 11, 23), date(2026, 12, 8)])
def test_an_exact_start_is_a_coming_monday(app, start_on):
    with pytest.raises(Invalid) as refusal:
        need_of(make.position(), start_on=start_on)
    assert refusal.value.details["first_on"] == date(2026, 11, 30)


def test_skills_carry_their_levels(app):
    must, wish = world.skills(2)
    position = world.wished(make.position(must={must: 3}), **{wish: 1})
    db.session.refresh(position)
    assert [(s.skill, s.level, s.must) for s in need_of(position).skills] == [
        (must, 3, True),
        (wish, 1, False),
    ]


def test_a_body_with_other_office_hours_says_so_beside_the_candidates(desk):
    position = make.position()
    body = position.talent_request.body
    body.office_opens_minute, body.office_closes_minute = 540, 1020
    make.saved(body)
    page = desk.get(f"/requests/{position.talent_request.number}/candidates")
    assert f"週6時間<br>{body.name_ja}の開庁時間は9:00から17:00まで" in page.text
