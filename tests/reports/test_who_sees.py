"""Who sees whose rates: coordinators everybody's, a specialist the own, an administrator groups."""

from datetime import date

import pytest

from talentshare.accounts.models import PersonRole
from talentshare.kernel.actor import Role
from talentshare.platform.db import db
from tests import make
from tests.reports import pool, reading
from tests.reports.test_views import DECEMBER, FILE, PAGE, main_of


def test_strangers_are_asked_to_sign_in(client):
    for path in (PAGE, FILE):
        assert client.get(path).status_code == 302


@pytest.mark.parametrize("path", [PAGE, FILE, PAGE + "?from=x", FILE + "?by=role"])
@pytest.mark.parametrize("who", ["officer", "manager"])
def test_bodies_find_nothing(app, sign_in, who, path):
    assert sign_in(getattr(make, who)()).get(path).status_code == 404


def test_specialists_see_their_own_rates_and_nobody_elses(app, sign_in):
    who, other = pool.member("渡邉 健太", "ワタナベ ケンタ"), pool.member("別の 人", "ベツノ ヒト")
    pool.booked(who, 720, date(2026, 12, 7))
    pool.booked(other, 240, date(2026, 12, 7))
    browser = sign_in(who.person)
    page = browser.get(PAGE + DECEMBER)
    assert page.status_code == 200
    assert "自分の稼働状況" in page.text
    assert reading.tables(page.text)[0][1][2] == ["60.0％", "12／20"]
    for text in (page.text, browser.get(FILE + DECEMBER).text, browser.get(PAGE + "?q=別の").text):
        assert "別の 人" not in main_of(text) if "<main" in text else "別の 人" not in text
    assert 'href="/reports/utilisation"' in browser.get("/me/availability").text


def test_a_specialist_who_is_an_administrator_sees_groups_only(app, sign_in):
    who = pool.member("渡邉 健太", "ワタナベ ケンタ")
    who.person.duties.append(PersonRole(role=Role.ADMIN))
    db.session.commit()
    page = sign_in(who.person).get(PAGE)
    assert "渡邉 健太" not in main_of(page.text)
