import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from talentshare.accounts.models import SavedInput
from talentshare.accounts.queries import hashed
from talentshare.kernel.actor import Role
from tests import make
from tests.accounts.browsing import PASSWORD, csrf, goal, sent_too_late, signed_in

PAGE = "/admin/people/new"
TYPED = {
    "sign_in_name": "suzuki.hanako",
    "name": "鈴木 花子",
    "kana": "スズキ ハナコ",
    "section": "情報政策課",
    "roles": ["officer", "manager"],
    "locale": "en",
}


@pytest.fixture
def protected(app):
    """The app as it really runs: with its protection against forged forms."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.fixture
def writer(protected, govtech):
    """An admin who was signed in, opened a form, and let the time run out."""
    return make.person(Role.ADMIN, of=govtech, sign_in_name="kanri", password_hash=hashed(PASSWORD))


@pytest.fixture
def browser(protected, writer):
    return protected.test_client()


def test_what_was_typed_comes_back_to_the_same_field(browser, still_clock):
    late = sent_too_late(browser, still_clock, dict(TYPED, _focus="section"), PAGE)
    assert goal(late) == f"{PAGE}?restored=1#section"

    door = browser.get(late.headers["Location"])
    assert "時間がたったため、ログインを終わりにしました。" in door.text
    assert "入力していた内容は残してあります" in door.text

    back = signed_in(browser, path=late.headers["Location"])
    assert back.headers["Location"] == f"{PAGE}?restored=1#section"
    page = browser.get(f"{PAGE}?restored=1")
    assert "入力していた内容を戻しました。まだ送信していません。" in page.text
    assert 'value="suzuki.hanako"' in page.text
    assert 'value="鈴木 花子"' in page.text
    assert 'id="section"' in page.text
    assert (
        len(
            re.findall(
                r'value="(?:officer|manager)"[^>]*checked|checked[^>]*value="(?:officer|manager)"',
                page.text,
            )
        )
        == 2
    )
    assert "エラー" not in page.text.split("<title>")[1].split("</title>")[0]

    again = dict(TYPED, csrf_token=csrf(page), body_id=str(make.body().id))
    assert "招待のリンクを本人に渡してください" in browser.post(PAGE, data=again).text


def test_it_comes_back_once_only(browser, still_clock):
    late = sent_too_late(browser, still_clock, TYPED, PAGE)
    signed_in(browser, path=late.headers["Location"])
    assert "鈴木 花子" in browser.get(f"{PAGE}?restored=1").text
    assert "鈴木 花子" not in browser.get(f"{PAGE}?restored=1").text


def test_without_a_script_it_returns_to_the_first_field(browser, still_clock):
    assert goal(sent_too_late(browser, still_clock, TYPED, PAGE)).endswith("#sign_in_name")


def test_a_strange_field_name_is_not_followed(browser, still_clock):
    late = sent_too_late(browser, still_clock, dict(TYPED, _focus='"><script>'), PAGE)
    assert goal(late).endswith("#sign_in_name")


def test_nobody_else_gets_it(protected, browser, still_clock):
    make.person(Role.ADMIN, sign_in_name="other", password_hash=hashed(PASSWORD))
    late = sent_too_late(browser, still_clock, TYPED, PAGE)
    signed_in(browser, "other", late.headers["Location"])
    assert "鈴木 花子" not in browser.get(f"{PAGE}?restored=1").text


def test_it_belongs_to_its_page(browser, still_clock):
    sent_too_late(browser, still_clock, TYPED, PAGE)
    signed_in(browser)
    assert "鈴木 花子" not in browser.get("/admin/bodies/new?restored=1").text
    assert "鈴木 花子" in browser.get(f"{PAGE}?restored=1").text


@pytest.mark.parametrize(("hours", "is_back"), [(23, True), (24, False)])
def test_it_is_forgotten_after_a_day(browser, still_clock, hours, is_back):
    sent_too_late(browser, still_clock, TYPED, PAGE)
    still_clock(timedelta(hours=hours))
    signed_in(browser)
    assert ("鈴木 花子" in browser.get(f"{PAGE}?restored=1").text) is is_back


@pytest.mark.parametrize("number", ["", "x", "-1", "99", "9" * 40, "１", "1 OR 1=1"])
def test_a_wrong_number_gives_an_empty_form(browser, number):
    signed_in(browser)
    page = browser.get(PAGE, query_string={"restored": number})
    assert page.status_code == 200
    assert "戻しました" not in page.text


def test_secrets_are_never_kept(browser, still_clock, rows):
    late = sent_too_late(
        browser,
        still_clock,
        {
            "current": "old-secret",
            "new": "new-secret",
            "again": "new-secret",
            "password": "p-secret",
        },
        "/account/password",
    )
    assert goal(late) == "/account/password"
    assert rows(select(SavedInput)) == []


def test_the_token_against_forgery_is_not_kept(browser, still_clock, rows):
    sent_too_late(browser, still_clock, dict(TYPED, _focus="name"), PAGE)
    [saved] = rows(select(SavedInput))
    assert set(saved.data) == set(TYPED)
    assert (saved.path, saved.field) == (PAGE, "name")


def test_too_much_is_not_kept(browser, still_clock, rows):
    late = sent_too_late(browser, still_clock, dict(TYPED, section="あ" * 70_000), PAGE)
    assert goal(late) == PAGE
    assert rows(select(SavedInput)) == []


def test_only_the_newest_five_are_kept(protected, browser, still_clock, rows):
    for number in range(7):
        sent_too_late(browser, still_clock, dict(TYPED, name=f"{number}"), PAGE)
    assert [saved.data["name"] for saved in rows(select(SavedInput).order_by(SavedInput.id))] == [
        ["2"], ["3"], ["4"], ["5"], ["6"]
    ]  # fmt: skip


def test_a_forged_form_is_not_kept(browser, still_clock, rows):
    signed_in(browser)
    still_clock(timedelta(minutes=31))
    assert browser.post(PAGE, data=TYPED).status_code == 400
    assert browser.post(PAGE, data=dict(TYPED, csrf_token="forged")).status_code == 400
    assert rows(select(SavedInput)) == []


def test_a_stranger_keeps_nothing(protected, rows):
    stranger = protected.test_client()
    token = csrf(stranger.get("/sign-in"))
    answer = stranger.post(PAGE, data=dict(TYPED, csrf_token=token))
    assert goal(answer) == PAGE
    assert rows(select(SavedInput)) == []


def test_a_session_that_was_ended_on_purpose_keeps_nothing(protected, browser, still_clock, rows):
    signed_in(browser)
    form = dict(TYPED, csrf_token=csrf(browser.get(PAGE)))
    other = protected.test_client()
    signed_in(other)
    other.post("/account/sessions/end-others", data={"csrf_token": csrf(other.get("/account"))})
    still_clock(timedelta(minutes=31))
    assert goal(browser.post(PAGE, data=form)) == PAGE
    assert rows(select(SavedInput)) == []
    assert "時間がたった" not in browser.get(f"/sign-in?next={PAGE}").text


def test_one_returns_to_the_page_on_which_the_form_stood(browser, still_clock):
    signed_in(browser)
    token = csrf(browser.get("/notices"))
    still_clock(timedelta(minutes=31))
    answer = browser.post(
        "/notices/7/read",
        data={"csrf_token": token, "remark": "x"},
        headers={"Referer": "http://localhost/notices?page=2&restored=9"},
    )
    assert goal(answer) == "/notices?page=2&restored=1#remark"


@pytest.mark.parametrize("referrer", [None, "https://evil.example/notices"])
def test_a_form_without_a_page_leads_home(browser, still_clock, referrer):
    signed_in(browser)
    token = csrf(browser.get("/notices"))
    still_clock(timedelta(minutes=31))
    answer = browser.post(
        "/notices/7/read",
        data={"csrf_token": token},
        headers={"Referer": referrer} if referrer else {},
    )
    assert goal(answer) == "/"


def test_a_page_that_was_only_read_comes_back_with_its_filters(browser, still_clock):
    signed_in(browser)
    still_clock(timedelta(minutes=31))
    answer = browser.get("/admin/people?role=officer&page=2")
    assert goal(answer) == "/admin/people?role=officer&page=2"
    assert "ログインすると、同じ画面に戻ります。" in browser.get(answer.headers["Location"]).text


def test_another_form_left_open_can_still_be_sent_after_signing_in_again(browser, still_clock):
    signed_in(browser)
    open_form = csrf(browser.get(PAGE))
    still_clock(timedelta(minutes=31))
    signed_in(browser)
    form = dict(TYPED, csrf_token=open_form, body_id=str(make.body().id))
    assert "招待のリンクを本人に渡してください" in browser.post(PAGE, data=form).text
