"""The coordinator's page by real requests: buttons, errors beside their fields, refusals, 409."""

import re
from datetime import UTC, date, datetime

import pytest

from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from tests import make
from tests.proposals.stage import FIRST, WHY, Stage, decision, now, ready
from tests.proposals.test_moves import brought_to
from tests.proposals.test_pages import text_of

DEEDS = re.compile(r"/proposals/\d+/desk/(\w+)")


def offered_deeds(page) -> set[str]:
    return set(DEEDS.findall(page.text))


def press(client, it, deed, **fields):
    """Press the button of a form, as the page that was just read would send it."""
    data = {"form": deed, "version": queries.load(it.id).version, **fields}
    return client.post(f"/proposals/{it.id}/desk/{deed}", data=data)


def hidden(page, action) -> list[dict[str, str]]:
    """The hidden fields of each form that posts to `action`."""
    forms = re.findall(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    return [
        dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
        for form in forms
    ]


@pytest.mark.parametrize(
    ("state", "own", "second"),
    [
        ("prepared", {"revise", "withdraw"}, {"check", "return", "reject", "revise", "withdraw"}),
        ("checked", {"offer", "consent", "revise", "withdraw"}, None),
        ("offered", {"phone", "consent", "withdraw"}, None),
        ("accepted", {"consent", "revise", "withdraw"}, None),
        ("proposed", {"extend", "withdraw"}, None),
        ("confirmed", {"cancel"}, None),
        ("returned", {"revise", "withdraw"}, None),
        ("declined", set(), None),
        ("ended", set(), None),
    ],
)
def test_buttons_are_what_is_possible_and_allowed(stage, browse, state, own, second):
    it = brought_to(stage, state)
    path = f"/proposals/{it.id}"
    assert offered_deeds(browse(stage.owner).get(path)) == own
    assert offered_deeds(browse(stage.second).get(path)) == (own if second is None else second)


def test_once_begun_it_is_ended_not_cancelled(stage, browse, still_clock):
    it = stage.to("confirmed")
    still_clock(datetime(2026, 12, 8, tzinfo=UTC))
    assert offered_deeds(browse(stage.owner).get(f"/proposals/{it.id}")) == {"end"}


def test_what_ran_out_can_only_be_written_off(stage, browse, still_clock):
    it = stage.to("offered")
    still_clock(it.offer_due_at)
    client = browse(stage.owner)
    assert offered_deeds(client.get(f"/proposals/{it.id}")) == {"expire"}
    answer = press(client, it, "expire")
    assert (answer.status_code, now(it), it.state) == (302, "expired", "expired")


def test_the_second_coordinator_sees_what_the_check_is_about(stage, browse):
    it = stage.prepare()
    page = text_of(browse(stage.second).get(f"/proposals/{it.id}"))
    for what in ("利害関係", "法的根拠", "負荷", "費用と負担"):
        assert what in page
    assert "希望する週のすべてで、今も時間があります。" in page
    stage.request.cost_note = "旅費は団体が負担"
    db.session.commit()
    page = text_of(browse(stage.second).get(f"/proposals/{it.id}"))
    assert "依頼（この提案と違います）：旅費は団体が負担" in page
    assert "内部確認で見ること" not in text_of(browse(stage.owner).get(f"/proposals/{it.id}"))


def test_the_way_through_the_desk(stage, browse):
    who, owner, second = stage.specialist, browse(stage.owner), browse(stage.second)
    number = stage.request.number
    made = owner.post(
        f"/requests/{number}/proposals/new",
        data={"position": 1, "specialist_id": who.id, "reason": WHY},
    )
    assert made.status_code == 302
    it = queries.live_of(stage.position.id)[0]
    assert made.location.endswith(f"/proposals/{it.id}")
    for client, deed, fields, after in (
        (second, "return", {"text": "費用を確かめて"}, "returned"),
        (
            owner,
            "revise",
            {"reason": WHY, "minutes_per_week": "８", "basis_code": "agreement"},
            "prepared",
        ),
        (second, "check", {}, "checked"),
        (owner, "offer", {"days": "3"}, "offered"),
        (owner, "phone", {"answer": "accept", "text": "電話で承諾"}, "accepted"),
        (owner, "consent", {"who": "グループリーダー", "on": "令和8年11月24日"}, "accepted"),
        (owner, "propose", {}, "proposed"),
        (owner, "extend", {}, "proposed"),
        (owner, "withdraw", {"text": "やり直すため"}, "withdrawn"),
    ):
        answer = press(client, it, deed, **fields)
        assert answer.status_code == 302, (deed, text_of(answer))
        assert now(it) == after, deed
        followed = client.get(answer.location)
        assert followed.status_code == 200
    assert it.home_consent == "グループリーダー"


@pytest.mark.parametrize(
    ("state", "deed", "fields", "wrong", "message"),
    [
        ("prepared", "return", {"text": ""}, "return-text", "理由を入力してください"),
        ("prepared", "reject", {"text": "あ" * 2001}, "reject-text", "2,000字以内で"),
        ("checked", "offer", {"days": "11"}, "offer-days", "1から10まで"),
        ("checked", "offer", {"days": "三日"}, "offer-days", "整数で入力"),
        ("offered", "phone", {"answer": "maybe"}, "phone-answer", "回答を選んでください"),
        ("offered", "phone", {"answer": "decline"}, "phone-reason", "辞退の理由を選んで"),
        ("accepted", "consent", {"who": "課長", "on": "きのう"}, "consent-on", "日付は「令和"),
        ("accepted", "consent", {"who": "課長", "on": "2026/12/1"}, "consent-on", "今日までの日付"),
        (
            "accepted",
            "revise",
            {"reason": WHY, "minutes_per_week": "100"},
            "revise-minutes",
            "40時間",
        ),
        (
            "accepted",
            "revise",
            {"reason": WHY, "minutes_per_week": "8", "start_on": "9999/12/31"},
            "revise-start_on",
            "来年度末",
        ),
        ("confirmed", "cancel", {"text": " "}, "cancel-text", "内容を入力|理由を入力"),
    ],
)
def test_mistakes_are_named_beside_their_field_and_the_input_stays(
    stage, browse, state, deed, fields, wrong, message
):
    it = stage.to(state)
    client = browse(stage.second if deed in {"return", "reject"} else stage.owner)
    fields = {"basis_code": "agreement", **fields} if deed == "revise" else fields
    page = press(client, it, deed, **fields)
    assert page.status_code == 422
    assert re.search(message, text_of(page))
    assert f'href="#{wrong}' in page.text
    assert "入力内容を確かめてください" in text_of(page)
    assert now(it) == state
    for value in set(fields.values()) - {"maybe"}:
        assert value.strip() in page.text


def test_a_stale_form_gets_409_the_present_page_and_its_own_input(stage, browse):
    it = stage.to("accepted")
    old = it.version
    client = browse(stage.owner)
    stage.step(it, "consented")
    data = {"form": "withdraw", "version": old, "text": "私の長い理由"}
    page = client.post(f"/proposals/{it.id}/desk/withdraw", data=data)
    assert (page.status_code, now(it)) == (409, "accepted")
    assert "ほかの人が先に進めたため" in text_of(page)
    assert "私の長い理由" in page.text
    again = next(f for f in hidden(page, f"/proposals/{it.id}/desk/withdraw"))
    assert again["version"] == str(queries.load(it.id).version)
    sent = client.post(f"/proposals/{it.id}/desk/withdraw", data={**again, "text": "私の長い理由"})
    assert (sent.status_code, now(it)) == (302, "withdrawn")


def test_input_is_kept_even_where_its_form_is_gone(stage, browse):
    it = stage.prepare()
    old = it.version
    actions.check(stage.actor(stage.second), it.id, it.version)
    third = browse(make.coordinator())
    data = {"form": "return", "version": old, "text": "消えては困る文章"}
    page = third.post(f"/proposals/{it.id}/desk/return", data=data)
    assert page.status_code == 409
    assert "あなたの入力" in text_of(page)
    assert "消えては困る文章" in text_of(page)


def test_the_own_proposal_is_not_checked_by_hand_made_posts(stage, browse):
    it = stage.prepare()
    for deed, fields in (("check", {}), ("return", {"text": "理由"}), ("reject", {"text": "理由"})):
        assert press(browse(stage.owner), it, deed, **fields).status_code == 403
    assert now(it) == "prepared"


@pytest.mark.parametrize("deed", ["check", "withdraw", "propose", "phone", "unknown"])
def test_nobody_else_reaches_the_desk(stage, browse, deed):
    it = stage.to("proposed")
    stranger = make.officer()
    for who in (stage.officer, it.specialist, stranger, make.manager(of=stage.body), make.admin()):
        assert press(browse(who), it, deed, text="理由").status_code == 404
    assert now(it) == "proposed"


# No fit


def crowded(stage):
    """The person of the stage has promised 15 of 20 hours elsewhere meanwhile."""
    rival = Stage(
        body=make.body(name_ja="世田谷区"),
        specialist=stage.specialist,
        owner=stage.owner,
        second=stage.second,
    )
    return rival.wanting(900).to("proposed")


def test_no_fit_names_weeks_minutes_and_bookings_and_each_way_is_one_action(app, stage, browse):
    stage.specialist = ready(windows=((540, 780),))
    it = stage.to("consented")
    crowded(stage)
    client = browse(stage.owner)
    page = press(client, it, "propose")
    text = text_of(page)
    assert (page.status_code, now(it)) == (409, "accepted")
    assert "この時間は確保できません" in text
    for words in ("12月7日（月）", "予定あり 15時間", "希望のうち入る 5時間", "足りない 3時間"):
        assert words in text
    assert "世田谷区　15時間（仮確保）" in text
    assert "時間を減らす（週5時間にする）" in text
    assert "時期を変える（最短：1月4日（月）の週から）" in text
    ways = hidden(page, f"/proposals/{it.id}/fit")
    assert [(w["minutes_per_week"], w["start_on"]) for w in ways] == [
        ("300", "2026-12-07"),
        ("480", "2027-01-04"),
    ]
    taken = client.post(f"/proposals/{it.id}/fit", data=ways[0])
    assert (taken.status_code, now(it)) == (302, "prepared")
    it = queries.load(it.id)
    assert (it.minutes_per_week, it.weeks[0].week_on, it.reason) == (300, FIRST, WHY)


def test_when_preparing_the_ways_are_offered_too(app, stage, browse):
    stage.position.latest_end_on = date(2027, 1, 1)  # four weeks, no later start
    stage.specialist = ready(windows=((540, 780),))
    crowded(stage)
    client, number = browse(stage.owner), stage.request.number
    data = {"position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
    path = f"/requests/{number}/proposals/new"
    page = client.post(path, data=data)
    assert page.status_code == 409
    assert "この時間は確保できません" in text_of(page)
    ways = hidden(page, path)
    assert {way.get("minutes_per_week") or way.get("start_on") for way in ways} == {
        "300",
        "2027-01-04",
    }
    for way in ways:
        assert way["reason"] == WHY
        sent = client.post(path, data=way)
        assert sent.status_code == 302, text_of(sent)
        made = queries.live_of(stage.position.id)[0]
        actions.withdraw(stage.actor(stage.owner), made.id, "次を試すため")


def test_preparing_anew_with_too_much_offers_ways_as_well(app, stage, browse):
    stage.specialist = ready(windows=((540, 780),))
    it = stage.wanting(1500).prepare(minutes_per_week=480)
    fields = {"reason": WHY, "minutes_per_week": "25", "basis_code": "agreement"}
    page = press(browse(stage.owner), it, "revise", **fields)
    assert page.status_code == 409
    assert "時間を減らす（週20時間にする）" in text_of(page)
    assert it.minutes_per_week == 480


def test_where_nothing_helps_the_page_says_so(app, stage, browse):
    stage.specialist = ready(roles=("PM",))
    data = {"position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
    page = browse(stage.owner).post(f"/requests/{stage.request.number}/proposals/new", data=data)
    assert page.status_code == 409
    assert "ほかの人を選んでください" in text_of(page)


def test_the_page_of_candidates_knows_who_is_being_asked(stage, browse):
    it = stage.to("offered")
    page = browse(stage.owner).get(f"/requests/{stage.request.number}/candidates")
    assert page.status_code == 200
    assert f"/proposals/{it.id}" in page.text
    assert "本人に打診中" in text_of(page)


def test_another_state_of_affairs_than_time_is_told_above_the_form(stage, browse):
    stage.to("proposed")
    other = stage.to("consented", ready())
    page = press(browse(stage.owner), other, "propose")
    assert page.status_code == 409
    assert "別の人を団体に提案しています" in text_of(page)
    assert decision().decided_on == date(2026, 11, 24)
    terms = Terms("理由", 240)
    actions.revise(stage.actor(stage.owner), other.id, queries.load(other.id).version, terms)
