"""The entry of the menu under which each page stands."""

import re
from datetime import timedelta

import pytest

from talentshare.kernel.actor import Role
from tests import make
from tests.allocations import world
from tests.proposals.stage import FIRST, Stage

OWN = {
    "/me/availability": "予定",
    "/me/leave": "予定",
    "/me/week": "予定",
    "/me/pattern": "予定",
    "/me/days/2026-12-01": "予定",
    "/me/profile": "プロフィールと申告",
    "/me/skills": "プロフィールと申告",
    "/me/skills/new": "プロフィールと申告",
    "/me/pledge": "プロフィールと申告",
    "/me/declaration": "プロフィールと申告",
    "/me/pause": "プロフィールと申告",
    "/reports/utilisation": "予定",
    "/offers": "打診と支援",
}


def current(client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200, path
    nav = page.text.split('class="site-nav"')[1].split("</nav>")[0]
    found = re.findall(r'aria-current="page">([^<]*)<', nav)
    assert len(found) <= 1
    return "".join(found)


def test_every_page_of_a_specialist_stands_under_an_entry(app, sign_in):
    client = sign_in(make.specialist().person)
    assert {path: current(client, path) for path in OWN} == OWN


@pytest.mark.parametrize("path", ["/reports/areas", "/reports/free", "/reports/utilisation"])
def test_all_reports_stand_under_utilisation(app, sign_in, path):
    assert current(sign_in(make.coordinator()), path) == "稼働状況"


def test_shortages_stand_under_the_specialists(app, sign_in):
    stage = Stage()
    stage.to("confirmed")
    world.take_leave(stage.specialist, FIRST, FIRST + timedelta(days=4))
    client = sign_in(stage.owner)
    pages = ("/clashes", "/clashes/1", f"/specialists/{stage.specialist.id}/time", "/specialists")
    assert {current(client, path) for path in pages} == {"専門人材"}
    number = stage.request.number
    for path in ("/proposals/1", f"/requests/{number}", f"/requests/{number}/candidates"):
        assert current(client, path) == "調整デスク", path


@pytest.mark.parametrize(
    ("role", "entry"), [(Role.MANAGER, "団体の依頼"), (Role.OFFICER, "支援の予定")]
)
def test_the_support_of_a_body_stands_where_its_reader_finds_it(app, sign_in, role, entry):
    assert current(sign_in(make.person(role)), "/supports") == entry


def test_all_settings_stand_under_one_entry_and_the_own_account_has_another_name(app, sign_in):
    make.catalogue()
    client = sign_in(make.admin())
    for path in (
        "/admin/catalogue",
        "/admin/holidays",
        "/admin/weights",
        "/admin/mails",
        "/admin/health",
    ):
        assert current(client, path) == "設定", path
    assert "<h1>アカウント</h1>" in client.get("/account").text
