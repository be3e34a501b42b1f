"""The page on which a notice is worded, the list of all mails, and what the audit tells of it."""

import pytest

from talentshare.notices import actions
from talentshare.notices.models import WordingDraft
from tests import make
from tests.architecture.forms import forms_of
from tests.notices.conftest import officer, tell
from tests.notices.test_wordings import CODE, EN, JA, OF_PRODUCT, TOLD_JA, stored

URL = f"/admin/mails/wordings/{CODE}"
MOST_STATEMENTS = 8
DATA = {"seen": "0", "text_ja": JA, "text_en": EN}


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make.admin(name="管理 次郎", name_latin="Jiro Kanri"))


def fields(page, n=0):
    posted = [form for form in forms_of(page) if form.action.endswith(URL)]
    return {name: values[0] for name, values in posted[n].fields.items() if name in DATA}


def test_the_page_begins_with_the_products_own_sentence(admin):
    page = admin.get(URL).text
    assert "このお知らせは、もとの文のままです" in page
    assert "団体の担当者に、依頼が受け付けられたとき。" in page
    assert '必ず入れる言葉：<span lang="ja">｛件名｝、｛受付番号｝</span>' in page
    assert '必ず入れる言葉：<span lang="en">{title}, {reference number}</span>' in page
    assert fields(page)["text_ja"].startswith("依頼「｛件名｝」（｛受付番号｝）を受け付けました。")
    assert "まだ版はありません" in page
    assert "もとの文に戻す" not in page
    assert "もとの文に戻す" not in admin.post(URL, data=DATA | {"text_ja": "字"}).text


def test_it_is_saved_shown_marked_and_taken_back_in_one_press(admin):
    assert admin.post(URL, data=DATA).location == URL
    page = admin.get(URL).text
    assert "文を保存しました" in page
    assert "このお知らせの文は変えてあります" in page
    assert "第1版" in page
    assert "管理 次郎" in page
    assert fields(page) == {"seen": "1", "text_ja": JA, "text_en": EN}
    listed = admin.get("/admin/mails/preview").text
    assert "文を変えたお知らせが1種類あります" in listed
    assert "文を変えてあります（第1版）" in listed
    assert f'id="{CODE}"' in listed
    assert f'href="{URL}"' in listed
    answer = admin.post(URL, data=fields(page, 1), follow_redirects=True)
    assert "もとの文に戻しました" in answer.text
    assert "このお知らせは、もとの文のままです" in answer.text
    assert "第2版" in answer.text
    assert "文を変えたお知らせ" not in admin.get("/admin/mails/preview").text


def test_the_products_own_text_saved_as_it_stands_is_no_other_wording(admin):
    page = admin.post(URL, data=fields(admin.get(URL).text), follow_redirects=True).text
    assert "文を保存しました" not in page
    assert "このお知らせは、もとの文のままです" in page


def test_in_english(admin):
    admin.set_cookie("locale", "en", domain="localhost")
    admin.post(URL, data=DATA)
    page = admin.get(URL).text
    assert "This notice has a text of its own" in page
    assert 'Words to keep: <span lang="en">{title}, {reference number}</span>' in page
    assert "Jiro Kanri" in page
    assert "1 notice has a text of its own." in admin.get("/admin/mails/preview").text


def test_a_sample_shows_the_mail_before_it_is_saved(admin):
    answer = admin.post(URL, data=DATA | {"look": "1"})
    assert answer.status_code == 200
    assert "まだ保存していません" in answer.text
    assert f"<p><b>【デジタル人材シェアリング】{TOLD_JA}</b></p>" in answer.text
    assert "We have received R-2026-0142" in answer.text
    assert fields(answer.text) == DATA
    assert stored() == []
    answer = admin.post(URL, data=DATA | {"look": "1", "text_ja": "｛番号｝"})
    assert answer.status_code == 422
    assert "まだ保存していません" not in answer.text


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"text_ja": JA + "｛番号｝"},
            "｛番号｝は、このお知らせでは使えません。使える言葉は、｛件名｝、｛受付番号｝です。",
        ),
        (
            {"text_en": EN + "{no}"},
            "{no}は、このお知らせでは使えません。使える言葉は、{title}, {reference number}です。",
        ),
        ({"text_ja": "受け取りました。"}, "｛件名｝、｛受付番号｝を入れてください。"),
        (
            {"text_ja": JA + "字" * 400},
            f"文は400字までにしてください（今は{len(JA) + 400}字です）。",
        ),
        ({"text_en": ""}, "文は、日本語と英語の両方を入力するか、両方を空にしてください。"),
    ],
)
def test_what_was_typed_stays_beside_what_is_wrong(admin, change, told):
    answer = admin.post(URL, data=DATA | change)
    assert answer.status_code == 422
    assert told in answer.text
    assert fields(answer.text) == DATA | change
    assert stored() == []


def test_all_that_is_wrong_in_both_languages_is_said_at_once(admin):
    typed = {"text_ja": "｛番号｝｛氏名｝｛\n次の行", "text_en": "Thanks, {no}" + "x" * 400}
    answer = admin.post(URL, data=DATA | typed)
    assert answer.status_code == 422
    for told in (
        "改行",
        "｛番号｝、｛氏名｝は、このお知らせでは使えません。",
        "｛件名｝、｛受付番号｝を入れてください。",
        "文は400字までにしてください",
        "{no}は、このお知らせでは使えません。",
        "{title}, {reference number}を入れてください。",
    ):
        summary, _, fields_below = answer.text.partition('class="form"')
        assert told in summary, told
        assert told in fields_below, told
    assert fields(answer.text) == DATA | typed
    assert stored() == []


def test_markup_is_text(admin, sign_in):
    admin.post(URL, data=DATA | {"text_ja": f"<b>{JA}</b>"})
    who = officer()
    tell(who)
    for page in (admin.get(URL).text, admin.get("/admin/mails/preview").text):
        assert "&lt;b&gt;" in page
        assert "<b>受付番号｛" not in page
    assert "&lt;b&gt;受付番号" in sign_in(who).get("/notices").text


def test_whoever_was_overtaken_sees_the_other_version_and_may_press_again(admin):
    other = make.actor_of(make.admin())
    actions.word_notice(other, CODE, WordingDraft("別の｛件名｝｛受付番号｝", EN))
    answer = admin.post(URL, data=DATA)
    assert answer.status_code == 422
    assert "ほかの管理者がこのお知らせの文を変えました" in answer.text
    assert "別の｛件名｝｛受付番号｝" in answer.text
    assert fields(answer.text) == DATA | {"seen": "1"}
    assert admin.post(URL, data=fields(answer.text)).status_code == 302
    assert [one.number for one in stored()] == [1, 2]


def test_a_mistake_does_not_hide_that_another_was_faster(admin):
    actions.word_notice(
        make.actor_of(make.admin()), CODE, WordingDraft("別の｛件名｝｛受付番号｝", EN)
    )
    answer = admin.post(URL, data=DATA | {"text_ja": "字"})
    assert fields(answer.text)["seen"] == "0"
    assert admin.post(URL, data=DATA).status_code == 422
    assert len(stored()) == 1


@pytest.mark.parametrize("seen", ["", "x", "９", "-1", "9" * 5000])
def test_a_version_that_cannot_be_read_is_none(admin, seen):
    assert admin.post(URL, data=DATA | {"seen": seen}).status_code == 302


def test_what_is_told_to_nobody_is_not_found(admin, sign_in):
    for code in ("digest", "talent_request.notice.none", "mail.wording_changed"):
        assert admin.get(f"/admin/mails/wordings/{code}").status_code == 404
        assert admin.post(f"/admin/mails/wordings/{code}", data=DATA).status_code == 404
    assert sign_in(make.coordinator()).get(URL).status_code == 403


def test_readers_see_it_in_the_app_and_the_old_ones_stay(admin, sign_in, counted):
    who = officer()
    tell(who)
    browser = sign_in(who)
    before = len(counted(lambda: browser.get("/notices")))
    admin.post(URL, data=DATA)
    for n in range(5):
        tell(who, number=f"R-2026-020{n}")
    page = browser.get("/notices").text
    assert OF_PRODUCT in page.replace('<span class="u-nowrap">', "").replace("</span>", "")
    assert page.count("100%確かに受け取りました") == 5
    assert len(counted(lambda: browser.get("/notices"))) <= before <= MOST_STATEMENTS


def test_the_audit_trail_tells_which_notice_in_plain_words(admin):
    admin.post(URL, data=DATA)
    admin.post(URL, data={"seen": "1", "text_ja": "", "text_en": ""})
    page = admin.get("/admin/audit").text
    assert "お知らせの文を変えた" in page
    assert "お知らせの文をもとに戻した" in page
    assert "お知らせの文 団体の担当者に、依頼が受け付けられたとき。" in page
    admin.set_cookie("locale", "en", domain="localhost")
    assert "Changed the words of a notice" in admin.get("/admin/audit?kind=mail").text
