"""The page of a request: who supports it, who is being asked, as far as its reader may see."""

import re

import pytest

from talentshare.platform.db import db
from talentshare.proposals import actions
from talentshare.specialists.models import SpecialistBasis
from talentshare.specialists.states import EngagementForm
from tests import make
from tests.proposals.stage import Stage, ready
from tests.proposals.test_pages import text_of


@pytest.fixture
def read(browse):
    """A request's page for this reader: its words and its links."""

    def read(stage, who, locale="ja"):
        page = browse(who, locale).get(f"/requests/{stage.request.number}")
        assert page.status_code == 200
        return " ".join(text_of(page).split()), re.findall(r'href="([^"]+)"', page.text)

    return read


def test_what_is_proposed_leads_each_side_to_it(stage, read):
    chief = make.manager(of=stage.body)
    it = stage.to("proposed")
    for who in (stage.officer, chief, stage.owner, stage.second):
        words, links = read(stage, who)
        assert f"/proposals/{it.id}" in links
        assert it.specialist.person.name in words
        assert "団体に提案中（時間は仮確保）" in words


@pytest.mark.parametrize("state", ["prepared", "checked", "offered", "accepted"])
def test_before_it_is_proposed_only_coordinators_read_of_it(stage, read, state):
    it = stage.to(state)
    _, links = read(stage, stage.owner)
    assert f"/proposals/{it.id}" in links
    words, links = read(stage, stage.officer)
    assert f"/proposals/{it.id}" not in links
    assert it.specialist.person.name not in words


def test_coordinators_read_of_what_is_over_too(stage, read):
    gone, live = stage.to("offered"), stage.prepare(ready())
    actions.withdraw(stage.actor(stage.owner), gone.id, "都合", gone.version)
    words, links = read(stage, stage.owner)
    assert {f"/proposals/{gone.id}", f"/proposals/{live.id}"} <= set(links)
    assert "詳しく：終わった提案 1件" in words
    assert "取下げ" in words


def test_who_was_found_is_named_with_hours_weeks_and_the_way_to_stop(stage, read):
    make.position(stage.request, ordinal=2)
    it = stage.to("confirmed")
    for who, stops in ((stage.owner, True), (stage.officer, False)):
        words, links = read(stage, who)
        assert "支援者 役割1：" in words
        assert f"{it.specialist.person.name} 確定 週8時間" in words
        assert "12月7日（月）の週から" in words
        assert re.search(rf"役割1（決定済み）：\S+ 支援者： {it.specialist.person.name}", words)
        assert "募集する役割2：" in words
        assert "募集する役割1" not in words
        assert (f"/proposals/{it.id}#deeds" in links, "開始前に取り消す" in words) == (stops, stops)


def test_of_a_company_the_body_reads_the_name_of_the_company(app, read):
    who = ready(
        form=EngagementForm.COMPANY,
        employer_name="見本システム株式会社",
        bases=[SpecialistBasis(basis_code="contract")],
    )
    stage = Stage(specialist=who)
    stage.request.basis_codes = ["contract"]
    db.session.commit()
    it = stage.to("confirmed", basis_code="contract")
    words, _ = read(stage, stage.officer)
    assert "見本システム株式会社" in words
    assert it.specialist.person.name not in words
    assert it.specialist.person.name in read(stage, stage.owner)[0]


def test_in_english_too(stage, read):
    it = stage.to("confirmed")
    words, links = read(stage, stage.owner, "en")
    assert "Who supports" in words
    assert f"/proposals/{it.id}" in links
