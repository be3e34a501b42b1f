"""評価基準: versions with a first day, set by admins, never per request."""

from datetime import date, timedelta

import pytest

from talentshare.engine.rules import WEIGHTS
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Forbidden, Invalid
from talentshare.matching import actions, queries
from talentshare.matching.actions import WeightDraft
from talentshare.matching.models import WeightSet
from talentshare.platform.db import db
from tests import make

SHARES = {
    "skill": 40,
    "evidence": 20,
    "free_time": 10,
    "experience": 10,
    "balance": 10,
    "fairness": 10,
}
FORM = {
    **{k: str(v) for k, v in SHARES.items()},
    "valid_from": "令和8年12月1日",
    "reason": "スキルを重く見るため",
}


@pytest.fixture
def admin(app):
    return make.admin()


def test_the_first_version_is_the_engines_own_and_is_loaded_once(app):
    assert queries.weights_on(clock.today()).number == 0
    first = actions.load_weights(SYSTEM)
    assert actions.load_weights(SYSTEM).id == first.id
    found = queries.weights_on(clock.today())
    assert (found.number, found.shares) == (1, dict(WEIGHTS))


def test_a_version_is_used_from_its_first_day_on(admin):
    actions.load_weights(SYSTEM)
    actor, tomorrow = make.actor_of(admin), clock.today() + timedelta(days=1)
    later = {**SHARES, "skill": 30, "free_time": 20}
    actions.add_weights(
        actor, WeightDraft(tomorrow + timedelta(days=30), later), "来月から変えるため"
    )
    actions.add_weights(actor, WeightDraft(tomorrow, SHARES), "明日から変えるため")
    days = [clock.today(), tomorrow, tomorrow + timedelta(days=29), tomorrow + timedelta(days=30)]
    assert [queries.weights_on(day).number for day in days] == [1, 3, 3, 2]


@pytest.mark.parametrize(
    ("change", "reason", "code"),
    [
        ({"skill": 41}, "理由", "weights.not_hundred"),
        ({"skill": 50, "evidence": -10, "free_time": 30}, "理由", "weights.not_shares"),
        ({}, " ", "weights.reason_needed"),
        ({}, "あ" * 501, "weights.reason_needed"),
    ],
)
def test_what_is_no_share_of_a_hundred_is_refused(admin, change, reason, code):
    with pytest.raises(Invalid) as refusal:
        actions.add_weights(
            make.actor_of(admin), WeightDraft(clock.today(), SHARES | change), reason
        )
    assert refusal.value.code == code


def test_a_past_day_is_refused(admin):
    with pytest.raises(Invalid) as refusal:
        actions.add_weights(make.actor_of(admin), WeightDraft(date(2026, 11, 23), SHARES), "理由")
    assert refusal.value.code == "weights.day_is_past"


def test_only_admins_set_weights(app):
    actor = make.actor_of(make.coordinator())
    with pytest.raises(Forbidden):
        actions.add_weights(actor, WeightDraft(clock.today(), SHARES), "理由")
    with pytest.raises(Forbidden):
        queries.versions(actor, clock.today())


def test_the_page_lists_versions_and_adds_one(admin, sign_in):
    actions.load_weights(SYSTEM)
    browser = sign_in(admin)
    assert "評価基準は第1版が有効です" in browser.get("/admin/weights").text
    answer = browser.post("/admin/weights", data=FORM, follow_redirects=True)
    assert "評価基準の第2版を追加しました。12月1日（火）から使います。" in answer.text
    assert "スキルを重く見るため" in answer.text
    assert db.session.scalar(db.select(db.func.max(WeightSet.number))) == 2


def test_the_page_keeps_what_was_typed_and_says_what_is_wrong(admin, sign_in):
    browser = sign_in(admin)
    answer = browser.post("/admin/weights", data=FORM | {"skill": "４１"})
    assert answer.status_code == 422
    assert "配点の合計は101点です。100点になるように直してください。" in answer.text
    assert 'value="４１"' in answer.text
    answer = browser.post("/admin/weights", data=FORM | {"skill": "41", "reason": ""})
    assert "配点の合計は101点です。" in answer.text
    assert "変える理由を1文で入力してください" in answer.text
    answer = browser.post("/admin/weights", data=FORM | {"skill": "多め", "reason": ""})
    assert ">スキル：整数で入力してください</a>" in answer.text
    assert answer.status_code == 422
    assert "変える理由を1文で入力してください" in answer.text


def test_the_page_is_for_admins(app, sign_in):
    assert sign_in(make.coordinator()).get("/admin/weights").status_code == 403
    assert sign_in(make.officer()).post("/admin/weights", data=FORM).status_code == 403


def test_the_page_in_english(admin, sign_in):
    actions.load_weights(SYSTEM)
    browser = sign_in(admin)
    browser.set_cookie("locale", "en", domain="localhost")
    page = browser.get("/admin/weights").text
    assert "Version 1 of the weights is valid" in page
    assert "The shares have to add up to 100." in page
