"""Claim, verify, contest, answer."""

import pytest

from talentshare.kernel.errors import Forbidden, NotFound, Refusal
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.specialists import actions, queries
from talentshare.specialists.models import SkillClaim
from tests import make


@pytest.fixture
def me(app):
    return make.specialist(skills={"D05": 3})


@pytest.fixture
def mine(me, sign_in):
    return sign_in(me.person)


@pytest.fixture
def coordinator(app):
    return make.coordinator(name="山田 花子")


@pytest.fixture
def desk(coordinator, sign_in):
    return sign_in(coordinator)


def row(me, code):
    db.session.expire_all()
    return queries.find_skill(me.id, code)


def test_a_skill_is_claimed_with_its_evidence(mine, me):
    page = mine.get("/me/skills/C02").text
    assert "一般的な案件を一人で進め" in page
    data = {"level": "2", "evidence": "町の窓口改革を担当"}
    assert mine.post("/me/skills/C02", data=data).status_code == 302
    claimed = row(me, "C02")
    assert (claimed.claimed_level, claimed.evidence) == (2, "町の窓口改革を担当")
    assert claimed.verified_level is None
    page = mine.get("/me/skills").text
    assert "レベル2（申告）" in page
    assert "調整担当者の確認待ち" in page
    assert "うち1件が確認待ちです" in page


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"evidence": "書いた根拠"}, "レベルを選んでください"),
        ({"level": "5", "evidence": "書いた根拠"}, "レベルを選んでください"),
        ({"level": "x", "evidence": "書いた根拠"}, "レベルを選んでください"),
        ({"level": "2", "evidence": "  "}, "根拠を1文で書いてください"),
    ],
)
def test_a_refused_claim_says_why_and_keeps_the_text(mine, me, data, said):
    answer = mine.post("/me/skills/C02", data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert data["evidence"].strip() in answer.text
    assert row(me, "C02") is None


def test_a_level_of_nought_needs_no_evidence(mine, me):
    assert mine.post("/me/skills/C02", data={"level": "0", "evidence": ""}).status_code == 302


def test_an_unknown_skill_is_not_found(mine, me):
    assert mine.get("/me/skills/Z99").status_code == 404
    assert mine.post("/me/skills/Z99", data={"level": "1", "evidence": "x"}).status_code == 404


def test_known_skills_are_not_offered_again(mine):
    page = mine.get("/me/skills/new").text
    assert "/me/skills/C02" in page
    assert "/me/skills/D05" not in page


def test_a_claim_leaves_the_verified_level(mine, me):
    mine.post("/me/skills/D05", data={"level": "4", "evidence": "全国の標準化を主導"})
    claimed = row(me, "D05")
    assert (claimed.claimed_level, claimed.verified_level) == (4, 3)
    assert "本人の申告はレベル4" in mine.get("/me/skills").text


def test_a_coordinator_verifies_with_date_and_name(mine, desk, me, coordinator):
    mine.post("/me/skills/C02", data={"level": "3", "evidence": "根拠の文"})
    page = desk.get(f"/specialists/{me.id}/skills/C02").text
    assert "根拠の文" in page
    data = {"level": "2", "remark": "報告書を読みました"}
    assert desk.post(f"/specialists/{me.id}/skills/C02", data=data).status_code == 302
    verified = row(me, "C02")
    assert (verified.verified_level, verified.verified_by_id) == (2, coordinator.id)
    assert verified.verified_on.isoformat() == "2026-11-24"
    history = desk.get(f"/specialists/{me.id}/skills/C02").text
    assert "レベル2を確認しました" in history
    assert "レベル3を申告しました" in history
    assert "報告書を読みました" in history
    assert "山田 花子が確認" in mine.get("/me/skills").text
    told = db.session.scalars(db.select(Notice).where(Notice.person_id == me.person_id)).all()
    assert [notice.code for notice in told] == ["specialist.notice.verified"]


def test_a_verification_is_contested_and_answered(mine, desk, me, coordinator):
    desk.post(f"/specialists/{me.id}/skills/D05", data={"level": "2", "remark": "面談"})
    answer = mine.post("/me/skills/D05/contest", data={"text": "主担当は<3件>です"})
    assert answer.status_code == 302
    assert row(me, "D05").contested_at is not None
    told = db.session.scalars(db.select(Notice).where(Notice.person_id == coordinator.id)).all()
    assert [notice.code for notice in told] == ["specialist.notice.contested"]

    page = desk.get(f"/specialists/{me.id}").text
    assert "異議の申し出が1件あります" in page
    page = desk.get(f"/specialists/{me.id}/skills/D05").text
    assert "主担当は&lt;3件&gt;です" in page

    unanswered = desk.post(f"/specialists/{me.id}/skills/D05", data={"level": "3", "remark": ""})
    assert unanswered.status_code == 422
    assert "理由を書いてください" in unanswered.text

    data = {"level": "3", "remark": "実績を確かめました"}
    assert desk.post(f"/specialists/{me.id}/skills/D05", data=data).status_code == 302
    answered = row(me, "D05")
    assert (answered.verified_level, answered.contested_at, answered.contest_text) == (3, None, "")
    page = mine.get("/me/skills/D05").text
    assert "異議に答え、レベル3としました" in page
    assert "実績を確かめました" in page


def test_an_empty_objection_is_refused(mine, me):
    answer = mine.post("/me/skills/D05/contest", data={"text": " "})
    assert answer.status_code == 422
    assert "異議の内容を入力してください" in answer.text


def test_what_is_not_verified_cannot_be_contested(mine, me):
    mine.post("/me/skills/C02", data={"level": "1", "evidence": "研修"})
    assert mine.get("/me/skills/C02/contest").status_code == 404
    assert mine.post("/me/skills/C02/contest", data={"text": "x"}).status_code == 404


def test_a_plain_verification_never_wipes_an_objection(me, coordinator):
    actor = make.actor_of(coordinator)
    actions.contest_skill(make.actor_of(me.person), me.id, "D05", "違います")
    with pytest.raises(Refusal, match=r"^specialist\.contest_waits$"):
        actions.verify_skill(actor, me.id, "D05", 3)
    actions.answer_contest(actor, me.id, "D05", 3, "そのとおり")
    with pytest.raises(Refusal, match=r"^specialist\.no_contest$"):
        actions.answer_contest(actor, me.id, "D05", 3, "もう一度")


def test_nobody_claims_or_contests_for_somebody_else(me):
    other = make.actor_of(make.specialist().person)
    with pytest.raises(Forbidden):
        actions.claim_skill(other, me.id, SkillClaim("C02", 1, "x"))
    with pytest.raises(Forbidden):
        actions.contest_skill(other, me.id, "D05", "x")
    with pytest.raises(Forbidden):
        actions.verify_skill(make.actor_of(make.officer()), me.id, "D05", 1)
    with pytest.raises(NotFound):
        actions.verify_skill(make.actor_of(make.coordinator()), me.id, "C02", 1)


def test_verifying_an_unclaimed_skill_is_not_found(desk, me):
    assert desk.get(f"/specialists/{me.id}/skills/C02").status_code == 404


def test_free_text_stays_out_of_the_audit(mine, me):
    mine.post("/me/skills/C02", data={"level": "2", "evidence": "秘密の案件名"})
    mine.post("/me/skills/D05/contest", data={"text": "秘密の言い分"})
    for event in db.session.scalars(db.select(AuditEvent)):
        assert "秘密" not in str(event.details)
