"""The page of candidates and their comparison, as coordinators read them."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event

from talentshare.accounts.models import Person
from talentshare.kernel import clock
from talentshare.matching import queries
from talentshare.platform.db import db
from talentshare.proposals import actions as proposals
from talentshare.specialists.models import Declaration, DeclaredInterest, Pledge
from talentshare.specialists.states import EngagementForm, InterestRelation
from talentshare.talent_requests.states import PositionState, RequestState
from tests import make
from tests.allocations.world import take_leave
from tests.matching import world

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


@pytest.fixture
def named(app):
    """A specialist with this name and an open ledger."""

    def named(name, kana="ミホン", latin="", **given):
        who = make.person("specialist", name=name, kana=kana, name_latin=latin)
        return world.ready(person=who, **given)

    return named


def url(position, tail="", /, **query):
    asked = "&".join(f"{k}={v}" for k, v in query.items())
    return f"/requests/{position.talent_request.number}/candidates{tail}?{asked}"


def text_of(page) -> str:
    whole = re.sub(r'<span class="u-nowrap">([^<]*)</span>', r"\1", page.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", whole))


def test_people_with_reasons_come_first(named, desk):
    must, wish = world.skills(2)
    skills = queries.names().skills
    position = world.wished(make.position(must={must: 2}), **{wish: 2})
    who = named("渡邉 健太", "ワタナベ ケンタ", skills={must: 3})
    page = desk.get(url(position, position=1))
    assert page.status_code == 200
    said = text_of(page)
    assert "候補者は1人です" in said
    assert "1人のうち、必須条件をすべて満たす人です。" in said
    assert "点数は候補を比べる目安であり、人の評価ではありません。" in said
    assert "渡邉 健太 ワタナベ ケンタ" in said
    assert "必須条件をすべて満たしています。" in said
    assert f"{skills[must].name_ja}はレベル3（確認済み）で、必要なレベル2を上回ります。" in said
    assert f"希望するスキルの{skills[wish].name_ja}は登録されていません。" in said
    assert "希望する4週のすべてで必要な時間を確保できます。" in said
    assert "協定に基づく支援" in said
    assert f'href="/specialists/{who.id}"' in page.text
    assert (
        said.index("必須条件をすべて")
        < said.index("週ごとの 空き／必要")
        < said.index("点数の内訳")
    )


def test_weeks_are_shown_as_free_and_needed_hours(named, desk):
    position = make.position(week_count=5, latest_end_on=date(2027, 1, 10))
    who = named("髙木 陽子", max_bodies=9)
    world.booked(who, minutes=360, weeks=[0])
    take_leave(who, world.week(1), date(2026, 12, 20))
    said = text_of(desk.get(url(position)))
    assert "12/7の週、空き29、必要8" in said
    assert "12/14の週、空き休、必要8、休暇（飛ばす週）" in said
    assert "12/28の週、空き7、必要1.5" in said
    assert "合計 106／25.5" in said


def test_the_score_adds_up_and_names_the_version(named, desk):
    position = make.position()
    named("見本 一郎")
    said = text_of(desk.get(url(position)))
    assert "目安の点 90／100" in said
    assert "スキル 30／30" in said
    assert "団体・分野の経験 0／10 この団体0件、この分野0件" in said
    assert "評価基準 初期値。辞退・休暇・ほかでの勤務時間・住所・年齢・性別は使いません。" in said


def test_the_offer_opens_in_place_and_goes_to_the_proposals(named, desk):
    position = make.position()
    who = named("見本 一郎")
    page = desk.get(url(position)).text
    form = re.search(
        r'<details class="more more--button" name="offer">.*?</details>', page, re.DOTALL
    )[0]
    number = position.talent_request.number
    assert f'action="/requests/{number}/proposals/new?position=1"' in form
    assert f'name="specialist_id" value="{who.id}"' in form
    assert 'name="reason"' in form
    assert 'name="csrf_token"' in form
    assert "開示請求の対象となることがあります。" in form
    assert "<summary>見本 一郎への打診を準備する</summary>" in form
    assert ">打診の準備をする</button>" in form
    assert page.count("btn--primary") == 1


def test_who_is_under_way_is_marked_and_not_asked_again(named, coordinator, desk):
    position, who = make.position(), named("見本 一郎")
    terms = proposals.Terms(reason="希望する週をすべて確保できるため")
    made = proposals.prepare(make.actor_of(coordinator), position.id, who.id, terms)
    page = desk.get(url(position))
    assert "この人への打診を見る" in page.text
    assert f'href="/proposals/{made.id}"' in page.text
    assert 'name="offer"' not in page.text
    assert made.ranking_id is not None


def test_without_an_open_position_nobody_can_be_asked(named, desk):
    named("見本 一郎")
    received = make.position(of=make.talent_request(state=RequestState.RECEIVED))
    page = desk.get(url(received))
    assert "候補者は1人です" in page.text
    assert "今は、この役割の打診を始められません。" in page.text
    assert 'name="offer"' not in page.text
    page = desk.get(url(make.position(state=PositionState.STAFFED)))
    assert "この役割の支援者は決まっています" in page.text
    assert "見本 一郎" not in page.text


def test_a_coordinator_does_not_ask_himself(named, sign_in):
    position = make.position()
    who = make.person("coordinator", "specialist", name="兼任 花子")
    world.ready(person=who)
    page = sign_in(who).get(url(position)).text
    assert "あなた自身のことは、別の調整担当者が打診します。" in page
    assert 'name="offer"' not in page


def test_the_form_of_engagement_names_the_monthly_limit(named, desk):
    position = make.position()
    named("阿部 由美", form=EngagementForm.SIDE_JOB, month_cap_minutes=2400)
    assert "（月上限 40時間）" in text_of(desk.get(url(position)))


def test_the_conditions_stand_beside(desk):
    must, wish = world.skills(2)
    skills = queries.names().skills
    position = world.supplied("株式会社サンプル基盤", "サンプル基盤")
    position.skills = world.wished(make.position(must={must: 2}), **{wish: 1}).skills
    make.saved(position)
    said = text_of(desk.get(url(position)))
    assert "専門分野 システムアーキテクト 1人" in said
    assert f"必須スキル {skills[must].name_ja} レベル2以上" in said
    assert f"希望するスキル {skills[wish].name_ja} レベル1以上" in said
    assert "時間 週8時間、4週（合計25時間30分）" in said
    assert "うち開庁時間内 週6時間" in said
    assert "2026年12月7日（月）〜2027年1月31日（日）" in said
    assert "関係する事業者 株式会社サンプル基盤" in said


def test_the_excluded_with_the_smallest_change(named, desk):
    (must,) = world.skills(1)
    skill = queries.names().skills[must].name_ja
    position = make.position(must={must: 2})
    named("足り ない", skills={must: 2}, share=20)
    named("井上 翔", skills={must: 1})
    late = named("伊藤 亮", skills={must: 2})
    db.session.execute(db.delete(Pledge).where(Pledge.specialist_id == late.id))
    db.session.commit()
    said = text_of(desk.get(url(position)))
    assert "条件を満たす人はいません" in said
    assert "候補の対象外：3人" in said
    assert "空き時間：12月・1月の4週で計3時間不足しています。" in said
    assert "週7時間に減らすと候補になります。" in said
    assert f"必須スキル：{skill}がレベル1です（必要はレベル2）。" in said
    assert f"{skill}の必要なレベルを1にすると候補になります。" in said
    assert "年次の誓約：今年度の誓約が出ていません。" in said
    assert "誓約が出ると候補になります。" in said
    assert "空き時間 1人 週7時間にする" in said
    assert f"必須スキル 1人 {skill}をレベル1にする" in said
    assert "年次の誓約 1人 本人に誓約を依頼する" in said


def test_when_nobody_fits_it_says_what_helps_most(named, desk):
    position = make.position()
    named("見本 一郎", roles=("PM",))
    named("見本 二郎", roles=("PM",))
    named("見本 三郎", share=20)
    page = desk.get(url(position))
    said = text_of(page)
    assert "専門分野のほかの条件を満たす人が2人います。専門分野を見直すと候補になります。" in said
    number = position.talent_request.number
    href = f"/requests/{number}/edit/role?position=1&amp;from=candidates"
    assert f'href="{href}">専門分野を見直す</a>' in page.text
    assert f'href="/requests/{number}/close-unmet"' in page.text
    assert page.text.count("btn--primary") == 1


def test_a_pledge_that_is_missing_leads_to_the_people_concerned(named, desk):
    position = make.position()
    for name in ("見本 一郎", "見本 二郎"):
        who = named(name)
        db.session.execute(db.delete(Pledge).where(Pledge.specialist_id == who.id))
    db.session.commit()
    page = desk.get(url(position))
    assert "今年度の誓約だけが出ていない人が2人います。" in text_of(page)
    href = f"{url(position, position=1)}&amp;rule=pledge#excluded"
    assert f'href="{href}">該当する人を見る</a>' in page.text


def test_a_later_start_is_advised_with_the_day_of_the_end_and_is_a_thing_to_check(named, desk):
    must_end = {"week_count": 4, "latest_end_on": date(2027, 1, 3)}
    position = make.position(**must_end)
    world.booked(named("見本 一郎"), minutes=2100, weeks=[0])
    said = text_of(desk.get(url(position)))
    assert "開始を1週間遅らせ、1月8日（金）までに終えるようにすると、1人が候補になります。" in said
    assert "空き時間 1人 開始を遅らせ、1月8日（金）までに終える" in said
    position.latest_end_on = date(2027, 1, 10)
    make.saved(position)
    page = desk.get(url(position)).text
    assert "<b>確認：</b>開始は12月14日（月）の週になります。" in page


def test_without_any_specialist_the_page_still_says_what_to_do(desk):
    said = text_of(desk.get(url(make.position())))
    assert "条件を満たす人はいません" in said
    assert "1つの条件を変えるだけでは、候補者は見つかりません。" in said
    assert "候補の対象外" not in said


def test_when_no_start_is_left(coordinator, sign_in, still_clock):
    position = make.position()
    still_clock(datetime(2027, 1, 12, tzinfo=UTC))
    desk = sign_in(coordinator)
    page = desk.get(url(position))
    assert page.status_code == 200
    assert "希望する期間に、始められる週が残っていません" in page.text
    assert "2027年1月31日（日）までに終えるには" in page.text
    assert (
        f'href="/requests/{position.talent_request.number}/edit/time?position=1&amp;from=candidates"'
        in page.text
    )
    assert desk.get(url(position, "/compare", who=1)).status_code == 302


def test_more_than_twenty_candidates_go_on_further_pages(app, desk):
    position = make.position()
    ids = {world.ready().id for _ in range(23)}
    first, second = desk.get(url(position)).text, desk.get(url(position, page=2)).text
    shown = [set(map(int, re.findall(r'id="specialist-(\d+)"', page))) for page in (first, second)]
    assert [len(one) for one in shown] == [20, 3]
    assert shown[0] | shown[1] == ids
    assert 'page=2"' in first
    assert desk.get(url(position, page=99)).text.count('id="specialist-') == 3


def test_the_nearest_ten_stand_first_and_the_rest_can_be_filtered(app, desk):
    (must,) = world.skills(1)
    position = make.position(must={must: 2})
    for n in range(8):
        world.ready(skills={must: 1}, person=make.person("specialist", name=f"弱い {n}"))
    for n in range(5):
        world.ready(roles=("PM",), person=make.person("specialist", name=f"遠い {n}"))
    page = desk.get(url(position)).text
    assert "詳しく：残り3人と、条件をゆるめたときに増える人数" in page
    nearest, rest = page.split('id="excluded"')[1].split("<details", 1)
    assert nearest.count("弱い") == 8
    assert nearest.count("遠い") == 2
    assert rest.count("遠い") == 3
    filtered = desk.get(url(position, rule="role")).text
    rest = filtered.split('id="excluded"')[1].split("<details", 1)[1]
    assert rest.startswith(' class="more" open')
    assert rest.count("遠い") == 5
    assert "弱い" not in rest
    assert desk.get(url(position, rule="nonsense")).status_code == 200


def test_two_to_four_stand_side_by_side(named, desk):
    must, wish = world.skills(2)
    position = world.wished(make.position(must={must: 2}), **{wish: 2})
    strong = named("強い 人", skills={must: 4, wish: 2})
    weak = named("弱い 人", skills={must: 2})
    page = desk.get(url(position, "/compare", who=weak.id) + f"&who={strong.id}")
    assert page.status_code == 200
    said = text_of(page)
    assert "2人を並べて比べます" in said
    assert said.index("強い 人") < said.index("弱い 人")
    assert "12/7 35／8 35／8" in said
    assert "レベル4 （確認済み） レベル2 （確認済み）" in said
    assert "目安の点（点／配点）" in said
    assert f"specialist_id={strong.id}" in page.text


@pytest.mark.parametrize("who", [[], [0], [0, 9], [0, 1, 2, 3, 4]])
def test_comparing_needs_two_to_four_candidates(app, desk, who):
    position = make.position()
    ids = [world.ready().id for _ in range(5)]
    asked = "".join(f"&who={ids[n] if n < 5 else 999}" for n in who)
    answer = desk.get(url(position, "/compare", position=1) + asked)
    assert answer.status_code == 302
    assert "比べる人を2〜4人選んでから" in desk.get(answer.location).text


def test_several_positions_are_tabs(desk):
    request = make.talent_request()
    first, second = make.position(of=request), make.position(of=request, role_code="PM")
    page = desk.get(url(second, position=2)).text
    assert f'href="/requests/{request.number}/candidates?position=1"' in page
    assert 'aria-current="page">2：' in page
    assert desk.get(url(first, position=3)).status_code == 404


def test_it_is_for_coordinators_only(app, sign_in):
    position = make.position()
    who = world.ready()
    own = sign_in(make.officer(of=position.talent_request.body))
    for browser in (own, sign_in(make.admin()), sign_in(who.person), sign_in(make.manager())):
        assert browser.get(url(position)).status_code == 404
        assert browser.get(url(position, "/compare")).status_code == 404
    assert app.test_client().get(url(position)).status_code == 302


def test_an_unknown_number_is_not_found(desk):
    assert desk.get("/requests/R-2026-9999/candidates").status_code == 404
    draft = make.position(of=make.talent_request(state=RequestState.DRAFT))
    assert desk.get(url(draft)).status_code == 404


def test_names_and_companies_are_escaped(named, desk):
    position = world.supplied("<b>サンプル基盤</b>", "サンプル基盤")
    who = named("<script>alert(1)</script>", "<i>", skills={})
    named("<u>対象外</u>", roles=("PM",))
    near = DeclaredInterest(company="x", key="サンプル基盤東日本", relation=InterestRelation.CLIENT)
    make.saved(
        Declaration(
            specialist_id=who.id,
            made_at=clock.now(),
            valid_until=date(2027, 11, 23),
            interests=[near],
        )
    )
    page = desk.get(url(position)).text
    for tag in ("<script>alert", "<i>", "<u>", "<b>サ"):
        assert tag not in page
    assert "利害関係の確認が必要です。関係する事業者「&lt;b&gt;サンプル基盤&lt;/b&gt;」" in page


def test_the_pages_are_complete_in_english(named, desk):
    must, wish = world.skills(2)
    body = make.body(name_en="Sample City")
    position = world.wished(
        make.position(of=make.talent_request(of=body, title="Review of a plan"), must={must: 2}),
        **{wish: 2},
    )
    db.session.execute(db.update(Person).values(name_latin="Sample Person"))
    one = named("一", latin="First Person", skills={must: 3})
    two = named("二", latin="Second Person", skills={must: 2}, month_cap_minutes=9000)
    named("三", latin="Third Person", skills={must: 1})
    named("四", latin="Fourth Person", skills={must: 2}, share=20)
    take_leave(two, world.week(0), date(2026, 12, 13))
    desk.set_cookie("locale", "en", domain="localhost")
    for path in (url(position), url(position, "/compare", who=one.id) + f"&who={two.id}"):
        page = desk.get(path)
        assert page.status_code == 200
        said = text_of(page).replace("日本語", "").replace("デジタル人材シェアリング", "")
        main = said.split("Skip to", 1)[-1]
        assert JAPANESE.findall(main) == []
    said = text_of(desk.get(url(position)))
    assert "Candidates: 2" in said
    assert "Meets every required condition." in said
    assert "12/7" in said


def test_the_page_asks_the_database_little(app, desk, still_clock):
    position = make.position(must={world.skills(1)[0]: 1})
    for n in range(12):
        world.ready(skills={world.skills(1)[0]: n % 2 + 1}, share=100 if n < 8 else 10)
    desk.get(url(position))
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        desk.get(url(position))
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    few = [s for s in statements if s.lstrip().upper().startswith("SELECT")]
    assert len(few) <= 24, "\n".join(few)
