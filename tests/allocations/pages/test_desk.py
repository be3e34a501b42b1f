"""What coordinators see of people's time."""

from datetime import date

import pytest

from talentshare.allocations import actions, queries
from talentshare.allocations.models import Clash
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.platform.db import db
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import SkillClaim, TimeOffDraft
from talentshare.specialists.states import EngagementForm, TimeOffKind
from tests import make
from tests.allocations.pages.bookings import ALL_WEEK, MIDWEEK, booked


def test_the_list_shows_free_hours_and_filters(desk, me):
    other = make.specialist(roles=("UX",), form=EngagementForm.SIDE_JOB, online_ok=False)
    actions.open_weeks(SYSTEM, other)
    booked(me, weeks=4)
    page = desk.get("/specialists").text
    assert "専門人材は2人です" in page
    assert ">56<" in page.replace("<span>", ">").replace("</span>", "<")  # 80 - 24
    assert ">140<" in page.replace("<span>", ">").replace("</span>", "<")

    def names(query):
        text = desk.get(f"/specialists?{query}").text
        return {it.id for it in (me, other) if f'/specialists/{it.id}"' in text}

    assert names("role=UX") == {other.id}
    assert names("form=govtech_staff") == {me.id}
    assert names("place=online") == {me.id}
    assert names("free=100") == {other.id}
    assert names("free=10") == {me.id, other.id}
    assert names("q=" + me.person.kana.split()[-1]) == {me.id}
    assert names("free=x&form=nothing&place=nowhere&level=9") == {me.id, other.id}


def test_skills_count_as_verified_where_they_are(desk):
    both = make.specialist(skills={"D05": 3})
    claimed = make.specialist()
    specialists_claim(claimed, "D05", 2)

    def found(level):
        text = desk.get(f"/specialists?skill=D05&level={level}").text
        return {it.id for it in (both, claimed) if f'/specialists/{it.id}"' in text}

    assert found(1) == {both.id, claimed.id}
    assert found(3) == {both.id}
    assert "条件に合う専門人材はいません" in desk.get("/specialists?skill=D05&level=4").text


def specialists_claim(it, code, level):
    specialists.claim_skill(make.actor_of(it.person), it.id, SkillClaim(code, level, "根拠"))


def test_search_folds_width_kana_and_variants(desk):
    who = make.person(Role.SPECIALIST, name="渡邉 髙子", kana="ワタナベ タカコ")
    it = make.specialist(person=who)
    for query in ("渡辺", "わたなべ", "ﾜﾀﾅﾍﾞ", "高子", "渡辺 たかこ", "渡邊髙子"):
        text = desk.get("/specialists", query_string={"q": query}).text
        assert f'/specialists/{it.id}"' in text, query
    assert f'/specialists/{it.id}"' not in desk.get("/specialists?q=%25").text


def test_the_list_is_sorted_by_kana_and_paged(desk, me):
    for n in range(60):
        who = make.person(Role.SPECIALIST, kana=f"ア{n:02d}", name=f"並び{n:02d}")
        make.specialist(person=who)
    first, second = desk.get("/specialists").text, desk.get("/specialists?page=2").text
    assert "専門人材は61人です" in first
    assert first.index("並び00") < first.index("並び49")
    assert "並び50" not in first
    assert "並び50" in second
    assert desk.get("/specialists?page=99").status_code == 200


def test_the_list_asks_few_questions(desk, me, sign_in):
    for _ in range(5):
        make.specialist()
    counted = []
    db.event.listen(db.engine, "before_cursor_execute", lambda *args: counted.append(args[2]))
    assert desk.get("/specialists?skill=D05&free=1").status_code == 200
    own = [one for one in counted if "sign_in_session" not in one and "notice" not in one]
    reading = [one for one in own if one.lstrip().upper().startswith("SELECT")]
    assert len(reading) <= 8, "\n\n".join(reading)


def test_one_persons_weeks_and_month(desk, me):
    booked(me, "世田谷区")
    booked(me, "町田市", ALL_WEEK, 300, hold=True)
    page = desk.get(f"/specialists/{me.id}/time?month=2026-12").text
    assert "来週からの4週に、空きが" in page
    assert "世田谷区 3時間" in page
    assert "/me/days/" not in page
    assert desk.get(f"/specialists/{me.id}/time?month=2050-01").status_code == 404
    assert desk.get("/specialists/9999/time").status_code == 404


@pytest.mark.parametrize("path", ["/specialists", "/clashes"])
def test_desk_pages_are_closed_to_others(me, client, sign_in, path):
    assert client.get(path).status_code == 403
    assert sign_in(make.officer()).get(path).status_code == 403


def clash_of(me):
    booked(me, "世田谷区", MIDWEEK, 480)
    draft = TimeOffDraft(TimeOffKind.LEAVE, date(2026, 12, 2), date(2026, 12, 3))
    specialists.take_time_off(make.actor_of(me.person), me.id, draft)
    return db.session.query(Clash).one()


def test_a_clash_is_resolved_with_a_reason(desk, me):
    clash = clash_of(me)
    empty = desk.post(f"/clashes/{clash.id}", data={"reason": " "})
    assert empty.status_code == 422
    assert "調整の内容を入力してください" in empty.text
    answer = desk.post(f"/clashes/{clash.id}", data={"reason": "団体と本人に確かめました"})
    assert answer.status_code == 302
    db.session.expire_all()
    assert clash.resolved_at is not None
    assert "時間の不足はありません" in desk.get("/clashes").text
    assert desk.post(f"/clashes/{clash.id}", data={"reason": "もう一度"}).status_code == 409


def test_a_clash_is_resolved_without_moving_anything(desk, me):
    clash = clash_of(me)
    moved_to = [part["week_on"] for part in clash.proposal["weeks"]]
    assert moved_to
    page = desk.get(f"/clashes/{clash.id}").text
    assert 'name="how" value="drop"' in page
    data = {"reason": "団体と本人に確かめました", "how": "drop"}
    assert desk.post(f"/clashes/{clash.id}", data=data).status_code == 302
    db.session.expire_all()
    assert clash.resolved_at is not None
    weeks = queries.weeks_of(clash.proposal["allocation_ids"])
    assert {week.isoformat() for week in weeks}.isdisjoint(moved_to)


def test_a_clash_is_not_resolved_by_others(me, client, sign_in):
    clash = clash_of(me)
    for other in (client, sign_in(make.officer())):
        assert other.get(f"/clashes/{clash.id}").status_code == 403
        assert other.post(f"/clashes/{clash.id}", data={"reason": "x"}).status_code == 403
    assert clash.resolved_at is None


def test_without_clashes_the_page_says_so(desk):
    assert "時間の不足はありません" in desk.get("/clashes").text
    assert desk.get("/clashes/99").status_code == 404


def test_an_admin_sees_nobodys_free_time(me, sign_in):
    page = sign_in(make.admin()).get("/specialists?free=10000")
    assert me.person.name in page.text
    assert "4週の空き" not in page.text
