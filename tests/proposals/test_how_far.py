"""How far support has come, what goes wrong with it and what follows, as each page says it."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations.models import Clash
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.states import RefuseReason
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import PlaceAnswer
from talentshare.talent_requests.states import Place
from tests import make
from tests.allocations import world
from tests.proposals.stage import FIRST
from tests.proposals.test_agree import agree
from tests.proposals.test_pages import text_of


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@pytest.fixture
def read(browse):
    """The words of a page for a reader."""

    def read(who, path):
        page = browse(who).get(path)
        assert page.status_code == 200
        return " ".join(text_of(page).split())

    return read


def pages_of(stage, it):
    return (
        (stage.owner, f"/proposals/{it.id}"),
        (stage.officer, f"/proposals/{it.id}"),
        (it.specialist, f"/offers/{it.id}"),
    )


def test_support_under_way_does_not_read_as_still_to_begin(stage, read, still_clock):
    it = stage.to("confirmed")
    first, last = it.allocation.starts_on, it.allocation.ends_on
    for day, said in (
        (first - timedelta(days=1), "支援は2026年12月7日（月）に始まります"),
        (first, "支援は2027年1月1日（金）まで続きます"),
        (last + timedelta(days=1), "支援は2027年1月1日（金）に終わりました"),
    ):
        still_clock(noon(day))
        for who, path in pages_of(stage, it):
            text = read(who, path)
            assert said in text, (day, path)
            assert ("開始日に支援が始まります" in text) is (day < first), (day, path)
            assert ("支援が確定しました" in text.split("この状態について")[0]) is (day < first)


def test_before_the_start_the_desk_reads_whom_to_tell(stage, read):
    it = stage.to("confirmed")
    case = f"/requests/{stage.request.number}"
    for path in (case, f"/proposals/{it.id}"):
        assert "団体と専門人材に進め方を連絡してください" in read(stage.owner, path)
    assert "それまでに、調整担当者が進め方を連絡します" in read(stage.officer, case)


def test_support_that_will_end_early_has_not_ended(stage, read, still_clock):
    it = stage.to("confirmed")
    still_clock(noon(date(2026, 12, 16)))
    last_week_on = date(2026, 12, 21)
    own = stage.actor(stage.owner)
    actions.end_early(own, it.id, it.version, last_week_on, "目的を果たした")
    case = f"/requests/{stage.request.number}"
    for who, path in (*pages_of(stage, it), (stage.owner, case), (it.specialist, "/offers")):
        assert "終了予定" in read(who, path), path
    assert "途中で終えることになりました" in read(stage.officer, case)
    still_clock(noon(date(2026, 12, 29)))
    for who, path in (*pages_of(stage, it), (stage.owner, case), (it.specialist, "/offers")):
        assert "終了予定" not in read(who, path), path


def test_the_weeks_for_an_early_end_say_which_is_over(stage, browse, still_clock):
    it = stage.to("confirmed")
    still_clock(noon(date(2026, 12, 16)))
    page = browse(stage.owner).get(f"/proposals/{it.id}").text
    weeks = re.findall(r'<option[^>]*value="2026[^>]*>([^<]+)<', page)
    assert weeks[:3] == [
        "2026年12月7日（月）の週（終わった週。今週からは支援しない）",
        "2026年12月14日（月）の週（今週）",
        "2026年12月21日（月）の週",
    ]


def test_a_refusal_is_named_once_with_its_reason(stage, browse):
    it = stage.to("proposed")
    actions.refuse(stage.actor(stage.officer), it.id, it.version, RefuseReason.COST, "来年度に")
    page = browse(stage.officer).get(f"/proposals/{it.id}")
    assert re.findall(r">\s*見送り\s*<", page.text) == [">見送り<"]
    text = " ".join(text_of(page).split())
    assert "費用の負担が難しい" in text
    assert "来年度に" in text


def test_the_specialist_reads_who_did_not_answer(stage, read, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at + timedelta(minutes=1))
    text = read(it.specialist, f"/offers/{it.id}")
    assert "団体の回答がないまま、期限が過ぎました" in text
    assert "まだ引き受けられるときは" not in text


def test_a_shortage_stands_on_the_case_and_leads_the_desk_to_it(stage, browse, read):
    stage.to("confirmed")
    world.take_leave(stage.specialist, FIRST, FIRST + timedelta(days=4))
    db.session.commit()
    [clash] = db.session.scalars(db.select(Clash))
    case, link = f"/requests/{stage.request.number}", f'href="/clashes/{clash.id}"'
    assert link in browse(stage.owner).get(case).text
    assert link not in browse(stage.officer).get(case).text
    assert "12月7日（月）の週" in read(stage.officer, case)
    assert "調整担当者が日程を見直しています" in read(stage.officer, case)
    told = db.select(Notice.path).where(Notice.code == "clash.notice.coordinator")
    assert db.session.scalars(told).all() == [f"/clashes/{clash.id}"]


def test_the_case_tells_the_desk_of_facts_that_changed_since_the_check(stage, read):
    stage.to("proposed")
    case, said = f"/requests/{stage.request.number}", "内部確認のあとで、依頼の内容が変わりました"
    assert said not in read(stage.owner, case)
    changed = PlaceAnswer(Place.ONSITE, 1, "本庁舎")
    requests.save(stage.actor(stage.owner), stage.request.id, changed)
    assert said in read(stage.owner, case)
    assert said not in read(stage.officer, case)


def test_what_goes_back_for_changed_facts_begins_with_the_check(stage):
    it = stage.to("proposed")
    changed = PlaceAnswer(Place.ONSITE, 1, "本庁舎")
    requests.save(stage.actor(stage.owner), stage.request.id, changed)
    agree(stage, it)
    [notice] = db.session.scalars(
        db.select(Notice).where(Notice.code == "proposal.notice.sent_back")
    )
    assert queries.next_task(queries.load(it.id)) == "check"
    assert "内部確認から、やり直します" in notice.details["why"]["ja"]
    assert "準備し直し、内部確認と打診を" not in notice.details["why"]["ja"]


def test_what_was_asked_stays_to_be_read_when_the_request_has_ended(stage, read):
    case = f"/requests/{stage.request.number}"
    asked = [read(stage.officer, path).count("未記入") for path in (case, f"{case}/paper")]
    requests.close_unmet(stage.actor(stage.owner), stage.request.id, "見つからなかったため")
    for path, open_fields in zip((case, f"{case}/paper"), asked, strict=True):
        text = read(stage.officer, path)
        assert text.count("未記入") == open_fields
        assert "週8時間" in text


def test_a_role_given_up_before_the_end_is_not_told_as_looked_for(stage, read):
    own = stage.actor(stage.owner)
    other = make.position(stage.request, ordinal=2, minutes_per_week=600)
    requests.remove_position(own, stage.request.id, other.ordinal)
    requests.close_unmet(own, stage.request.id, "見つからなかったため")
    text = read(stage.officer, f"/requests/{stage.request.number}")
    assert "週8時間" in text
    assert "週10時間" not in text


def test_weeks_without_support_are_counted_apart(stage, read):
    stage.position.week_count, stage.position.latest_end_on = 6, date(2027, 1, 29)
    world.take_leave(stage.specialist, FIRST + timedelta(days=7), FIRST + timedelta(days=11))
    it = stage.to("proposed")
    idle = sum(not week.minutes for week in it.weeks)
    said = f"{len(it.weeks)}週（うち支援のない週は1週）"
    assert idle == 1
    for who, path in pages_of(stage, it):
        assert said in read(who, path), path
