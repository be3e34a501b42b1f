"""The pages of a proposal in every state, for each side, in both languages."""

import re
from datetime import timedelta

import pytest

from talentshare.kernel.actor import Role
from talentshare.platform.db import db
from talentshare.proposals import actions
from talentshare.proposals.actions import Terms
from talentshare.proposals.states import DeclineReason, RefuseReason
from talentshare.specialists.models import SpecialistBasis, SpecialistSkill
from talentshare.talent_requests.models import PositionSkill
from tests import make
from tests.proposals.stage import Stage, decision, ready
from tests.proposals.test_moves import ENDS, ON_THE_WAY, brought_to

JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
RAW_CODE = re.compile(r"\b(?:proposal|home|policy|reason|constraint)\.[a-z_]+(?:\.[a-z_]+)*\b")
ALL = [*ON_THE_WAY, *ENDS]


def text_of(page) -> str:
    """What a reader sees, without tags and hidden attributes."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page.text, flags=re.DOTALL)
    main = body[body.index("<main") : body.index("</main>")]
    main = re.sub(r'<span class="u-nowrap">([^<]*)</span>', r"\1", main)
    return re.sub(r"<[^>]+>", " ", main)


def in_english(app):
    """Everything that people typed or are called is Latin, so that all Japanese is ours."""
    body = make.body(name_en="Sample City", name_ja="Sample City")
    return Stage(
        body=body,
        specialist=ready(),
        owner=make.coordinator(name="Owner"),
        second=make.coordinator(name="Second"),
    )


@pytest.mark.parametrize("state", ALL)
def test_every_side_reads_every_state(stage, browse, state):
    it = brought_to(stage, state)
    number = stage.request.number
    pages = {
        stage.owner: (f"/proposals/{it.id}", f"/requests/{number}/proposals"),
        stage.second: (f"/proposals/{it.id}",),
        stage.officer: (f"/requests/{number}/proposals", "/supports", "/notices", "/"),
        it.specialist: ("/offers", "/notices", "/"),
    }
    if it.allocation_id:
        pages[stage.officer] += (f"/proposals/{it.id}", f"/proposals/{it.id}/paper")
    if it.offer_due_at:
        pages[it.specialist] += (f"/offers/{it.id}",)
    for person, paths in pages.items():
        client = browse(person)
        for path in paths:
            page = client.get(path)
            assert page.status_code == 200, (path, state)
            assert RAW_CODE.findall(text_of(page)) == [], path
            assert re.findall(r'id="([^"]+)"', page.text) == list(
                dict.fromkeys(re.findall(r'id="([^"]+)"', page.text))
            ), "no id stands twice"


@pytest.mark.parametrize("state", [*ON_THE_WAY, "returned", "refused"])
def test_english_pages_are_english(app, browse, stage, state):
    made = in_english(app)
    made.request.title, made.request.worry = "Migration plan", "Nobody here can judge it."
    made.request.officer.name = "Officer"
    db.session.commit()
    it = brought_to(made, state)
    db.session.execute(db.text("UPDATE proposal SET reason = 'They did it twice'"))
    db.session.execute(db.text("UPDATE remark SET text = 'They did it twice'"))
    db.session.execute(db.text("UPDATE proposal SET side_note = '', home_consent = ''"))
    db.session.execute(db.text("UPDATE proposal SET decider_title = '', document_number = ''"))
    db.session.commit()
    pages = [(made.owner, f"/proposals/{it.id}"), (made.second, f"/proposals/{it.id}")]
    pages += [(made.officer, f"/proposals/{it.id}")] if it.allocation_id else []
    pages += [(it.specialist, f"/offers/{it.id}")] if it.offer_due_at else []
    pages += [(it.specialist, "/offers"), (made.officer, "/supports")]
    kana = it.specialist.person.kana
    for person, path in pages:
        page = browse(person, "en").get(path)
        assert page.status_code == 200
        shown = text_of(page).replace(kana, "")
        shown = re.sub(r"令和8年12月\d+日", "", shown)  # an example of what may be typed
        left = [line.strip() for line in shown.splitlines() if JAPANESE.search(line)]
        assert left == [], path


def test_the_body_sees_whom_it_is_asked_about_and_by_when(stage, browse):
    it = stage.to("proposed")
    page = browse(stage.officer).get(f"/proposals/{it.id}")
    assert f"{it.specialist.person.name}さんを提案します" in text_of(page)
    assert "12月3日（木）まで（あと7開庁日）" in text_of(page)
    assert "必須条件をすべて満たしています。" in text_of(page)
    assert "週8時間（うち開庁時間内6時間）、4週。合計25時間30分" in text_of(page)


def test_the_hours_of_a_body_are_told_to_both_sides_where_they_are_its_own(stage, browse):
    it = stage.to("proposed")
    pages = [
        (it.specialist.person, f"/offers/{it.id}"),
        (stage.officer, f"/proposals/{it.id}"),
        (stage.officer, f"/proposals/{it.id}/paper"),
    ]
    for person, path in pages:
        assert "の開庁時間は" not in text_of(browse(person).get(path)), path
    body = it.position.talent_request.body
    body.office_opens_minute, body.office_closes_minute = 540, 1020
    make.saved(body)
    for person, path in pages:
        page = text_of(browse(person).get(path))
        assert f"{body.name_ja}の開庁時間は9:00から17:00まで" in page, path
    english = text_of(browse(it.specialist.person, "en").get(f"/offers/{it.id}"))
    assert f"{body.name_en} is open from 9:00 to 17:00" in english


def test_a_body_sees_no_score_no_ordinal_and_no_reason_of_the_coordinator(stage, browse):
    it = stage.to("proposed")
    for _ in range(2):
        stage.to("consented", ready())
    page = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert it.reason not in page
    assert not re.search(r"点数|順位|\d位|目安の点|／100", page)


def test_the_others_stand_in_the_order_of_their_kana_and_are_at_most_two(stage, browse):
    last = ready(person=make.person(Role.SPECIALIST, name="渡邉 健太", kana="ワタナベ ケンタ"))
    first = ready(person=make.person(Role.SPECIALIST, name="阿部 由美", kana="アベ ユミ"))
    for who in (last, first):
        stage.to("accepted", who)
    it = stage.to("proposed")
    page = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert (
        0 < page.index("ほかに引き受けられる人") < page.index("阿部 由美") < page.index("渡邉 健太")
    )
    it_is_over = actions.agree(stage.actor(stage.officer), it.id, it.version, decision())
    assert it_is_over.state == "confirmed"
    assert "阿部 由美" not in text_of(browse(stage.officer).get(f"/proposals/{it.id}"))


def test_who_has_not_accepted_is_not_shown_to_the_body(stage, browse):
    asked = stage.to("offered", ready())
    it = stage.to("proposed")
    page = browse(stage.officer).get(f"/proposals/{it.id}")
    assert asked.specialist.person.name not in page.text


def test_paper_says_days_and_nothing_that_is_true_only_today(stage, browse):
    it = stage.to("proposed")
    for locale, due in (
        ("ja", "令和8年（2026年）12月3日（木）まで"),
        ("en", "By Thu 3 December 2026"),
    ):
        page = browse(stage.officer, locale).get(f"/proposals/{it.id}/paper")
        assert due in text_of(page)
        assert "開庁日" not in text_of(page)
        assert "working day" not in text_of(page)
    assert "7 working days left" in text_of(browse(stage.officer, "en").get(f"/proposals/{it.id}"))
    assert "：" not in page.text.split("<title>")[1].split("</title>")[0]


def test_under_a_contract_the_company_stands_for_the_person(app, stage, browse):
    person = make.person(
        Role.SPECIALIST, name="秘匿 太郎", kana="ヒトク タロウ", name_latin="Hitoku Taro"
    )
    who = ready(
        person=person,
        form="company",
        employer_name="株式会社見本データ",
        bases=[SpecialistBasis(basis_code="contract")],
        skills={},
    )
    other = ready(
        person=make.person(
            Role.SPECIALIST, name="別人 花子", kana="ベツジン ハナコ", name_latin="Betsujin Hanako"
        ),
        form="company",
        employer_name="見本ソフト株式会社",
        bases=[SpecialistBasis(basis_code="contract")],
    )
    stage.request.basis_codes = ["contract"]
    db.session.commit()
    stage.to("accepted", other)
    it = stage.to("proposed", who)
    officer = browse(stage.officer)
    pages = ["/", f"/proposals/{it.id}", f"/proposals/{it.id}/paper", "/notices"]
    pages += [f"/requests/{stage.request.number}/proposals", f"/requests/{stage.request.number}"]
    hidden = ("秘匿", "ヒトク", "Hitoku", "別人", "ベツジン", "Betsujin")
    for locale in ("ja", "en"):
        officer.set_cookie("locale", locale, domain="localhost")
        for path in pages:
            page = officer.get(path).text
            assert [name for name in hidden if name in page] == [], path
    page = text_of(officer.get(f"/proposals/{it.id}"))
    assert "株式会社見本データ" in page
    assert "見本ソフト株式会社" in page
    ja = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert "株式会社見本データを提案します" in ja
    assert "株式会社見本データさん" not in ja
    stage.step(it, "confirmed")
    assert [name for name in hidden if name in officer.get("/supports").text] == []


def test_what_is_only_claimed_is_said_to_the_body_without_telling_it_what_to_do(app, stage, browse):
    who = ready(skills={})
    code = db.session.scalar(db.text("SELECT code FROM skill ORDER BY code LIMIT 1"))
    who.skills = [SpecialistSkill(skill_code=code, claimed_level=3)]
    stage.position.skills = [PositionSkill(skill_code=code, level=2, is_must=True)]
    db.session.commit()
    it = stage.to("proposed", who)
    to_body = text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    assert "レベル3（本人の申告）で、必要なレベル2を満たしています。" in to_body
    assert "まだ確認されていません" not in to_body
    assert "まだ確認されていません" in text_of(browse(stage.owner).get(f"/proposals/{it.id}"))


def test_while_terms_are_prepared_anew_nobody_outside_sees_them(stage, browse):
    it = stage.to("proposed")
    actions.discuss_terms(stage.actor(stage.officer), it.id, it.version, "週4時間にしたい")
    actions.revise(stage.actor(stage.owner), it.id, it.version, Terms("時間を減らした", 255))
    for person, path in (
        (stage.officer, f"/proposals/{it.id}"),
        (it.specialist, f"/offers/{it.id}"),
    ):
        page = browse(person).get(path)
        assert page.status_code == 200
        assert "条件を見直しています" in text_of(page)
        assert "4時間15分" not in page.text
    assert "4時間15分" not in browse(it.specialist).get("/offers").text
    index = browse(stage.officer).get(f"/requests/{stage.request.number}/proposals").text
    assert "4時間15分" not in index
    assert browse(stage.officer).get(f"/proposals/{it.id}/paper").status_code == 404


def test_after_the_deadline_every_list_and_page_reads_expired(stage, browse, still_clock):
    late = stage.to("offered", ready())
    it = stage.to("proposed")
    still_clock(it.hold_expires_at + timedelta(seconds=1))
    words = "期限切れ（時間は解放済み）"
    for person, path in (
        (stage.owner, f"/proposals/{it.id}"),
        (stage.owner, f"/requests/{stage.request.number}/proposals"),
        (stage.officer, f"/proposals/{it.id}"),
        (stage.officer, f"/requests/{stage.request.number}/proposals"),
        (it.specialist, f"/offers/{it.id}"),
        (it.specialist, "/offers"),
        (late.specialist, "/offers"),
    ):
        assert words in text_of(browse(person).get(path)), path
    assert "回答する" not in text_of(browse(stage.officer).get(f"/proposals/{it.id}"))
    for person in (stage.officer, it.specialist, late.specialist):
        assert "/proposals/" not in text_of(browse(person).get("/"))
        home = browse(person).get("/").text
        assert f'href="/proposals/{it.id}"' not in home
        assert 'href="/offers/' not in home
    own_home = browse(stage.owner).get("/")
    assert "期限が過ぎた提案を記録する" in text_of(own_home)
    assert "期限が過ぎた打診を記録する" in text_of(own_home)


def test_the_desk_reads_why_a_specialist_or_a_body_said_no(stage, browse):
    it = stage.to("offered")
    actions.decline(stage.actor(it.specialist), it.id, it.version, DeclineReason.TIME, "")
    page = text_of(browse(stage.owner).get(f"/proposals/{it.id}"))
    assert "理由：時間がとれない" in page
    assert "まだです" not in page, "what will not come is not awaited"


def test_the_desk_reads_the_reason_and_the_words_of_a_refusal(stage, browse):
    it = stage.to("proposed")
    seen = it.id, it.version
    actions.refuse(stage.actor(stage.officer), *seen, RefuseReason.COST, "今年度は難しい")
    page = text_of(browse(stage.owner).get(f"/proposals/{it.id}"))
    assert "理由：費用の負担が難しい" in page
    assert "今年度は難しい" in page
    assert "理由：" not in text_of(browse(it.specialist).get(f"/offers/{it.id}"))
