"""Days and numbers of a decision and of a consent are read as people write them."""

from datetime import date

import pytest
from werkzeug.datastructures import MultiDict

from talentshare.kernel.errors import Invalid
from talentshare.proposals import actions, queries
from talentshare.proposals.forms import DecisionForm, PrepareForm
from tests.proposals.stage import decision, ready
from tests.proposals.test_agree import agree
from tests.proposals.test_pages import text_of
from tests.proposals.test_shown import on


@pytest.mark.parametrize(
    ("day", "field"),
    [(date(2026, 11, 23), "decided_on"), (date(2026, 11, 27), "decided_on"), (None, "decided_on")],
)
def test_a_decision_lies_between_the_proposal_and_today(stage, still_clock, day, field):
    it = stage.to("proposed")
    still_clock(on(date(2026, 11, 26)))
    with pytest.raises(Invalid) as refusal:
        agree(stage, it, decided_on=day)
    assert refusal.value.details["field"] == field
    for good in (date(2026, 11, 24), date(2026, 11, 26)):
        recorded = actions.record_decision(
            stage.actor(stage.officer),
            it.id,
            queries.load(it.id).version,
            decision(decided_on=good),
        )
        assert recorded.decided_on == good


def test_a_document_number_is_kept_in_plain_digits(stage):
    it = stage.to("proposed")
    agree(stage, it, document_number="　８町デ第１２号－３ ")
    assert queries.load(it.id).document_number == "8町デ第12号-3"


READ = {
    "令和８年１１月２０日": date(2026, 11, 20),
    "R8.11.20": date(2026, 11, 20),
    "２０２６／１１／２０": date(2026, 11, 20),
    "11月20日（金）": date(2026, 11, 20),
    "11/20": date(2026, 11, 20),
    "12月2日": date(2025, 12, 2),
    "2月29日": date(2024, 2, 29),
    "20 November 2026": date(2026, 11, 20),
}
UNREADABLE = "日付は「令和8年12月7日」または「2026/12/7」のように入力してください"
UNREAD = {
    "11月31日": "11月は30日までです。日付を確かめてください",
    "令和8年11月３１日": "2026年11月は30日までです。日付を確かめてください",
    "2026/2/30": "2026年2月は28日までです。日付を確かめてください",
    "13月1日": "13月はありません。月は1から12までで入力してください",
    "きのう": UNREADABLE,
}


def test_days_are_read_as_people_write_them_and_a_day_that_no_month_has_is_named(app):
    with app.test_request_context():
        for typed, read in READ.items():
            form = DecisionForm(MultiDict({"decided_on": typed}))
            assert form.decided_on.data == read, typed
        for typed, message in UNREAD.items():
            for kind, name in ((DecisionForm, "decided_on"), (PrepareForm, "start_on")):
                form = kind(MultiDict({name: typed}))
                assert form[name].process_errors == [message], typed


def test_examples_lie_where_an_answer_may_lie(stage, browse, still_clock):
    it = stage.to("proposed")
    still_clock(on(date(2026, 11, 26)))
    assert "例：令和8年11月26日、R8.11.26、2026/11/26、11月26日" in text_of(
        browse(stage.officer).get(f"/proposals/{it.id}")
    )
    other = stage.to("accepted", ready())
    still_clock(on(date(2026, 12, 9)))
    page = text_of(browse(stage.owner).get(f"/proposals/{other.id}"))
    assert "例：令和8年12月14日、R8.12.14、2026/12/14" in page, "the next week that may begin"
    assert "例：令和8年12月9日、R8.12.9、2026/12/9" in page, "a consent was given by today"
