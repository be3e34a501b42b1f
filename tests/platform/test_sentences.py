"""Sentences by code: merged from all features, in the reader's language."""

import pytest
from flask import render_template_string
from flask_babel import force_locale, gettext, ngettext

from talentshare.platform import i18n

CODE = "proposal.too_many_live"


def test_a_code_is_worded_in_each_language(app):
    with app.test_request_context():
        with force_locale("ja"):
            japanese = i18n.sentence(CODE, most=3)
        with force_locale("en"):
            english = i18n.sentence(CODE, most=3)
    assert "3件" in japanese
    assert english.startswith("At most 3 proposals")


def test_japanese_is_the_source_language(app):
    with app.test_request_context():
        with force_locale("ja"):
            assert gettext("ホーム") == "ホーム"
        with force_locale("en"):
            assert gettext("ホーム") == "Home"


@pytest.mark.parametrize(("count", "english"), [(1, "1 thing to do"), (2, "2 things to do")])
def test_english_has_a_plural(app, count, english):
    words = "あなたがすることは%(num)d件です"
    with app.test_request_context():
        with force_locale("ja"):
            assert ngettext(words, words, count) == f"あなたがすることは{count}件です"
        with force_locale("en"):
            assert ngettext(words, words, count) == f"You have {english}"


@pytest.mark.parametrize(
    ("headers", "locale"),
    [
        ({}, "ja"),
        ({"Accept-Language": "en"}, "en"),
        ({"Accept-Language": "fr, en;q=0.5, ja;q=0.9"}, "ja"),
        ({"Accept-Language": "fr"}, "ja"),
        ({"Accept-Language": "en", "Cookie": "locale=ja"}, "ja"),
        ({"Accept-Language": "ja", "Cookie": "locale=en"}, "en"),
        ({"Accept-Language": "en", "Cookie": "locale=xx"}, "en"),
    ],
)
def test_the_cookie_goes_before_the_browser_and_japanese_before_all_else(client, headers, locale):
    page = client.get("/accessibility", headers=headers).text
    assert f'lang="{locale}"' in page


def test_a_persons_own_language_goes_before_the_browsers(sign_in):
    from tests import make

    client = sign_in(make.officer(locale="en"))
    page = client.get("/accessibility", headers={"Accept-Language": "ja"}).text
    assert 'lang="en"' in page


def test_what_is_filled_in_is_escaped(app):
    template = "{{ _('%(name)sさんの提案', name=name) }}"
    with app.test_request_context():
        assert "&lt;b&gt;" in render_template_string(template, name="<b>")


@pytest.mark.parametrize("locale", i18n.LOCALES)
def test_a_rule_of_the_database_without_words_of_its_own_has_general_ones(app, locale):
    with app.test_request_context(), force_locale(locale):
        words = i18n.sentence("constraint.ck_something_new")
        assert words == i18n.sentence("constraint.unknown")
        assert "constraint" not in words
        assert i18n.sentence("constraint.ledger_full") != words


@pytest.mark.parametrize(
    ("code", "details", "said"),
    [
        ("sign_in.wait", {"seconds": 1}, "Wait 1 second, then"),
        ("sign_in.wait", {"seconds": 2}, "Wait 2 seconds, then"),
        ("talent_request.incomplete", {"missing": 1}, "1 item is still open. Settle it"),
        ("talent_request.window_too_short", {"weeks": 1, "possible": 0}, "1 week is needed"),
        ("talent_request.window_too_short", {"weeks": 2, "possible": 1}, "2 weeks are needed"),
        ("time.done.off_with_clash", {"count": 1}, "1 week now lacks time"),
    ],
)
def test_english_says_one_in_the_singular(app, code, details, said):
    with app.test_request_context(), force_locale("en"):
        assert said in i18n.sentence(code, **details)
    with app.test_request_context(), force_locale("ja"):
        assert "%(" not in i18n.sentence(code, **details)
