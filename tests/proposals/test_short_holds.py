"""Leave took held time away: each side reads what an agreement does now, and what to do."""

from datetime import date

import pytest

from tests import make
from tests.allocations import world
from tests.proposals.test_pages import text_of

SECOND = date(2026, 12, 14)
WEEK = "12月14日（月）の週"
NOT_AT_ONCE = "今合意しても、すぐには確定しません"


@pytest.fixture
def short(stage):
    """A proposal that the body has to answer, and a week of leave since."""
    it = stage.to("proposed")
    world.take_leave(stage.specialist, SECOND, date(2026, 12, 18))
    return it


def test_the_body_reads_it_before_it_decides(short, stage, browse):
    page = browse(stage.officer).get(f"/proposals/{short.id}")
    said = text_of(page)
    assert NOT_AT_ONCE in said
    assert f"時間の足りない週があります：{WEEK}。" in said
    assert "「条件を相談する」を選んでください" in said
    assert "すぐに確定します" not in said
    assert WEEK in text_of(browse(stage.officer).get(f"/proposals/{short.id}/paper"))


def test_nothing_is_said_of_a_hold_that_has_its_time(stage, browse):
    it = stage.to("proposed")
    said = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert NOT_AT_ONCE not in said
    assert "足りない" not in said
    assert "すぐに確定します" in said


def test_the_request_leads_each_side_to_the_proposal(short, stage, browse):
    path = f"/requests/{stage.request.number}"
    link = f'<a href="/proposals/{short.id}">{WEEK}</a>'
    manager = make.manager(stage.body)
    for who, sentence in (
        (stage.officer, "庁内決定の前に、提案のページを確かめてください。"),
        (manager, "庁内決定の前に、提案のページを確かめてください。"),
        (stage.owner, "団体に伝え、提案のページで対応してください。"),
    ):
        page = browse(who).get(path)
        assert sentence in text_of(page)
        assert link in page.text
        assert "移す先" not in text_of(page)


def test_nobody_is_shown_another_place_for_held_time(short, stage, browse):
    for who, path in (
        (stage.owner, "/clashes"),
        (stage.specialist.person, "/me/leave"),
    ):
        said = text_of(browse(who).get(path))
        assert "仮確保中のため移せません" in said
        assert "の週に" not in said
    assert WEEK in text_of(browse(stage.specialist.person).get(f"/offers/{short.id}"))


def test_a_manager_reads_the_state_in_the_words_of_the_body(stage, browse):
    said = text_of(browse(make.manager(stage.body)).get(f"/requests/{stage.request.number}"))
    assert "整うと団体に提案が届き、庁内決定のあとに回答します。" in said
