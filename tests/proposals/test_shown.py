"""What pages say of a proposal: booked weeks, cost, interest, whose turn it is, dates."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.actions.rows import insert_rows, move_rows
from talentshare.allocations.models import BookedWeek
from talentshare.kernel.errors import Invalid
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.specialists.models import Declaration, DeclaredInterest
from talentshare.specialists.states import InterestRelation
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import RequestSupplier
from talentshare.talent_requests.states import SupplierRelation
from tests import make
from tests.proposals.stage import FIRST, WHY, Stage, now, ready
from tests.proposals.test_desk import crowded, hidden, press
from tests.proposals.test_pages import text_of

WEEKS = [FIRST + timedelta(weeks=n) for n in range(4)]


def on(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


# 途中で終える


@pytest.mark.parametrize(
    ("today", "possible"),
    [(date(2026, 12, 16), WEEKS[:3]), (date(2026, 12, 22), WEEKS[1:3]), (date(2027, 1, 5), [])],
)
def test_an_early_end_gives_back_no_week_that_is_over(
    either_stage, still_clock, browse_either, today, possible
):
    it = either_stage.to("confirmed")
    still_clock(on(today))
    own = either_stage.actor(either_stage.owner)
    page = browse_either(either_stage.owner).get(f"/proposals/{it.id}").text
    assert [week for week in WEEKS if f'value="{week.isoformat()}"' in page] == possible
    for week in set(WEEKS) - set(possible):
        with pytest.raises(Invalid) as refusal:
            actions.end_early(own, it.id, queries.load(it.id).version, week, "理由")
        assert refusal.value.details["field"] == "last_week_on"
    if possible:
        actions.end_early(own, it.id, queries.load(it.id).version, possible[0], "目的を果たした")
        kept = [row.week_on for row in allocation_queries.rows_of(it.allocation_id)]
        assert kept == WEEKS[: WEEKS.index(possible[0]) + 1]
    assert allocation_queries.check() == []


@pytest.mark.parametrize(
    ("today", "chosen"), [(date(2026, 12, 16), "2026-12-14"), (date(2026, 12, 29), "")]
)
def test_the_week_proposed_for_an_early_end_is_this_one_or_none(
    stage, browse, still_clock, today, chosen
):
    it = stage.to("confirmed")
    still_clock(on(today))
    page = browse(stage.owner).get(f"/proposals/{it.id}").text
    weeks = page.split('name="last_week_on"')[1].split("</select>")[0]
    values = re.findall(r'<option( selected)? value="([^"]*)"', weeks)
    assert values[0][1] == ""
    assert [value for is_selected, value in values if is_selected] == ([chosen] if chosen else [])


def test_the_sentence_names_the_first_week_with_which_it_may_end(stage, browse, still_clock):
    it = stage.to("confirmed")
    still_clock(on(date(2026, 12, 22)))
    client = browse(stage.owner)
    with pytest.raises(Invalid) as refusal:
        actions.end_early(stage.actor(stage.owner), it.id, it.version, FIRST, "理由")
    assert refusal.value.details["week_on"] == WEEKS[1]
    for wrong in ("", "2026-12-07", "来週"):
        page = press(client, it, "end", last_week_on=wrong, text="目的を果たしたため")
        assert page.status_code == 422
        assert "最後の週を選んでください" in text_of(page)
        assert "目的を果たしたため" in page.text


def test_after_an_early_end_every_page_shows_what_is_booked(stage, browse, still_clock):
    it = stage.to("confirmed")
    still_clock(on(date(2026, 12, 16)))
    own = stage.actor(stage.owner)
    actions.end_early(own, it.id, it.version, WEEKS[1], "目的を果たした")
    pages = [
        (stage.officer, "/supports"),
        (stage.officer, f"/proposals/{it.id}"),
        (stage.owner, f"/proposals/{it.id}"),
        (it.specialist, f"/offers/{it.id}"),
    ]
    for person, path in pages:
        text = text_of(browse(person).get(path))
        assert "2週。合計16時間" in text, path
        assert "2026年12月14日（月）の週まで" in text, path
        assert "12月16日（水）に途中終了を記録。当初は2026年12月28日（月）の週まで" in text, path
        assert "25時間30分" not in text, path
    english = text_of(browse(stage.officer, "en").get("/supports"))
    assert "ended early on Wed 16 December" in english
    assert "originally until the week of Mon 28 December 2026" in english


ENDED_EARLY = "途中で終わりました"


def said_of_the_end(stage, it, browse) -> dict[str, str]:
    readers = {
        "owner": (stage.owner, f"/proposals/{it.id}"),
        "officer": (stage.officer, f"/proposals/{it.id}"),
        "specialist": (it.specialist, f"/offers/{it.id}"),
        "supports": (stage.officer, "/supports"),
    }
    return {name: text_of(browse(who).get(path)) for name, (who, path) in readers.items()}


def test_support_that_ran_its_course_is_not_said_to_have_ended_early(stage, browse, still_clock):
    it = stage.to("confirmed")
    it.side_note = "曜日を相談したい"  # said long before
    db.session.commit()
    last_on = it.allocation.ends_on
    still_clock(on(last_on + timedelta(days=1)))
    requests.search_again(stage.actor(stage.owner), stage.request.id, [], "続けるため")
    said = said_of_the_end(stage, it, browse)
    assert now(it) == "ended"
    for name, text in said.items():
        assert ENDED_EARLY not in text, name
        assert "途中終了" not in text, name
        assert "まで続きます" not in text, name
    for name in ("owner", "officer"):
        assert "さんの支援は、最後の週まで終わりました" in said[name], name
    for name in ("officer", "specialist"):
        assert "支援は2027年1月1日（金）に終わりました" in said[name], name
    assert "曜日を相談したい" not in said["owner"]
    english = text_of(browse(stage.officer, "en").get(f"/proposals/{it.id}"))
    assert "ran to its last week" in english


def test_an_early_end_reads_as_to_come_until_its_last_day(stage, browse, still_clock):
    it = stage.to("confirmed")
    still_clock(on(date(2026, 12, 16)))
    own = stage.actor(stage.owner)
    actions.end_early(own, it.id, it.version, WEEKS[1], "目的を果たした")
    for today, head, rest in (
        (
            date(2026, 12, 18),
            "途中で終わることになりました",
            "12月18日（金）まで続きます",
        ),
        (date(2026, 12, 19), ENDED_EARLY, "12月18日（金）に終わりました"),
    ):
        still_clock(on(today))
        said = said_of_the_end(stage, it, browse)
        assert head in said["owner"], today
        assert head in said["officer"], today
        assert rest in said["officer"], today
        assert rest in said["specialist"], today


def test_minutes_that_were_moved_are_shown_where_they_are(stage, browse):
    it = stage.to("confirmed")
    time = allocation_queries.person_time(it.specialist_id)
    line = next(x for x in time.weeks[FIRST].lines if x.allocation_id == it.allocation_id)
    allocation = it.allocation
    move_rows([])
    insert_rows(allocation, [BookedWeek(date(2027, 1, 11), 120, 0)])
    allocation.ends_on = date(2027, 1, 15)
    db.session.execute(
        db.text(
            "UPDATE allocation_week SET minutes = 360 WHERE allocation_id = :id AND week_on = :on"
        ),
        {"id": allocation.id, "on": FIRST.isoformat()},
    )
    db.session.commit()
    assert line.minutes == 480
    for person, path in ((stage.officer, "/supports"), (stage.owner, f"/proposals/{it.id}")):
        text = text_of(browse(person).get(path))
        assert "割当てを見直し、8時間から変わりました" in text
        assert "ほかの週から移した時間です" in text
        assert "2027年1月11日（月）の週まで" in text


def test_what_is_booked_is_read_once_for_a_whole_list(stage, browse, counted):
    stage.to("confirmed")
    client = browse(stage.officer)
    client.get("/supports")
    few = len(counted(lambda: client.get("/supports")))
    for _ in range(3):
        Stage(body=stage.body, owner=stage.owner, second=stage.second).to("confirmed")
    assert len(counted(lambda: client.get("/supports"))) == few


# 利害関係


def test_the_checker_sees_employer_declared_companies_and_near_names(app, stage, browse):
    stage.specialist.employer_name = "見本ホールディングス株式会社"
    stage.request.suppliers = [
        RequestSupplier(company="株式会社見本システムズ", key="見本システムズ", relation="known"),
        RequestSupplier(company="別会社", key="別会社", relation=SupplierRelation.LIKELY),
    ]
    tie = DeclaredInterest(
        company="見本システムズ東京㈱", key="見本システムズ東京", relation=InterestRelation.CLIENT
    )
    db.session.add(
        Declaration(
            specialist_id=stage.specialist.id,
            made_at=on(date(2026, 11, 24)),
            valid_until=date(2027, 11, 1),
            interests=[tie],
        )
    )
    db.session.commit()
    it = stage.prepare()
    page = text_of(browse(stage.second).get(f"/proposals/{it.id}"))
    for words in (
        "依頼に関係する事業者：株式会社見本システムズ（契約のある事業者）、別会社（応札が見込まれる事業者）",
        "本人の所属先：見本ホールディングス株式会社",
        "本人の申告：見本システムズ東京㈱（取引先・顧客（過去3年を含む））",
        "名前の似た事業者があります：「株式会社見本システムズ」と「見本システムズ東京㈱」",
    ):
        assert words in page
    for step in ("checked", "offered", "accepted", "consented", "proposed"):
        stage.step(it, step)
    for person in (stage.officer, it.specialist):
        path = f"/proposals/{it.id}" if person is stage.officer else f"/offers/{it.id}"
        assert "見本システムズ" not in browse(person).get(path).text


# 今だれの番か


@pytest.mark.parametrize("state", ["checked", "accepted", "consented"])
def test_the_owners_turn_is_said_to_the_owner_and_its_deed_comes_first(stage, browse, state):
    it = stage.to(state)
    mine = browse(stage.owner).get(f"/proposals/{it.id}")
    assert "今は、あなたの番です" in text_of(mine)
    deed = {"checked": "offer", "accepted": "consent", "consented": "propose"}[state]
    assert mine.text.index(f"/desk/{deed}") < mine.text.index("提案の内容")
    other = text_of(browse(stage.second).get(f"/proposals/{it.id}"))
    assert f"今は、調整担当者（{stage.owner.name}）の番です" in other


def test_the_checkers_turn(stage, browse):
    it = stage.prepare()
    assert "今は、あなたの番です" in text_of(browse(stage.second).get(f"/proposals/{it.id}"))
    assert "今は、ほかの調整担当者の番です" in text_of(
        browse(stage.owner).get(f"/proposals/{it.id}")
    )


@pytest.mark.parametrize("by_manager", [True, False])
def test_the_turn_on_the_bodys_page(app, browse, by_manager):
    body = make.body(needs_manager=by_manager)
    stage, manager = Stage(body=body), make.manager(of=body)
    it = stage.to("proposed")
    officer = browse(stage.officer).get(f"/proposals/{it.id}")
    words = "今は、担当課長の番です" if by_manager else "今は、あなたの番です"
    assert words in text_of(officer)
    assert ('href="#ans"' in officer.text) is not by_manager
    assert "今は、あなたの番です" in text_of(browse(manager).get(f"/proposals/{it.id}"))


# 同意


MISSING = {
    "govtech_staff": "同意したグループリーダーを入力してください",
    "side_job": "保存している複業の許可を入力してください",
    "company": "同意した会社の責任者を入力してください",
    "ict_post": "同意した所属長と、発令の日付・番号を入力してください",
}


def test_whose_consent_is_missing_follows_the_form_of_engagement(stage, browse):
    it, client = stage.to("accepted"), browse(stage.owner)
    for form, message in MISSING.items():
        stage.specialist.form = form
        db.session.commit()
        page = press(client, it, "consent", who="", on="2026/11/24")
        assert page.status_code == 422
        assert message in text_of(page), form


# この時間は確保できません


@pytest.mark.parametrize("how", ["prepare", "revise"])
def test_no_time_while_preparing_names_weeks_minutes_and_bookings(app, stage, browse, how):
    stage.specialist = ready(windows=((540, 780),))
    it = stage.prepare() if how == "revise" else None
    stage.position.latest_end_on = date(2027, 1, 1)  # four weeks, no later start
    db.session.commit()
    crowded(stage)
    client = browse(stage.owner)
    if it:
        fields = {"reason": WHY, "minutes_per_week": "8", "start_on": "2026/12/7"}
        page = press(client, it, "revise", basis_code="agreement", **fields)
        action = f"/proposals/{it.id}/fit"
    else:
        action = f"/requests/{stage.request.number}/proposals/new"
        data = {"position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
        page = client.post(action, data=data)
    text = text_of(page)
    assert page.status_code == 409
    for words in ("12月7日（月）", "足りない 3時間", "世田谷区　15時間（仮確保）", "足りない週"):
        assert words in text
    ways = hidden(page, action)
    assert {way.get("minutes_per_week") for way in ways} >= {"300"}
    assert {way.get("start_on") for way in ways} >= {"2027-01-04"}
    assert f'href="/requests/{stage.request.number}"' in page.text


# Words


def test_no_page_speaks_of_a_draft_kept_or_of_a_bare_person_in_charge(stage, browse):
    it = stage.to("accepted")
    page = press(browse(stage.owner), it, "consent", who="", on="")
    assert page.status_code == 422
    text = text_of(page)
    assert "保存しました" not in text
    assert "下書き" not in text
    assert "担当者" not in text.replace("調整担当者", "").replace("依頼団体の担当者", "")


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (
            date(2026, 12, 1),
            "支援は2026年12月7日（月）に始まります。それまでに、調整担当者が進め方を連絡します。",
        ),
        (date(2026, 12, 9), "支援は2027年1月1日（金）まで続きます"),
        (date(2027, 1, 4), "支援は2027年1月1日（金）に終わりました"),
    ],
)
def test_what_is_said_of_agreed_support_follows_the_calendar(
    stage, browse, still_clock, today, said
):
    it = stage.to("confirmed")
    still_clock(on(today))
    page = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert said in page
