"""The frame and the error pages: sound, escaped, and each says what to do next."""

from types import SimpleNamespace
from typing import Any

import pytest
from flask import flash, render_template, render_template_string

from tests.look.markup import Page, read
from tests.look.sheet import SIGNED_IN, STRANGER, create_sheet

EVIL = "</p><script>alert(1)</script>\"' onmouseover='x'"
PAGE = "{% extends 'base.html' %}{% block title %}題{% endblock %}{% block main %}<h1>題</h1>{% endblock %}"
ERRORS = ["400", "403", "404", "409", "413", "429", "500", "503", "refusal", "sign_in_expired"]
DIFFERENCES = [
    {"label": "週の時間", "name": "hours", "theirs": "8時間", "yours": "6時間",
     "theirs_value": "480", "yours_value": "360"},
    {"label": EVIL, "name": "place", "theirs": EVIL, "yours": "オンラインのみ"},
]  # fmt: skip
HOSTILE = {
    "message": EVIL, "title": EVIL, "subject": EVIL, "changed_by": EVIL, "action": EVIL,
    "kept_fields": {EVIL: EVIL}, "differences": DIFFERENCES, "back_url": EVIL, "same_count": 5,
    "details": [{"key": EVIL, "value": EVIL}], "reference": EVIL, "wait_minutes": 5, "kept": True,
    "ways": [{"name": EVIL, "then": EVIL, "action": EVIL, "fields": {EVIL.replace(" ", ""): EVIL}}],
    "sign_in_url": EVIL, "texts": [EVIL, f"\n{EVIL}"],
}  # fmt: skip


def frame_page(source: str = PAGE, **changes: Any) -> Page:
    app = create_sheet({**SIGNED_IN, **changes})
    with app.test_request_context():
        return read(render_template_string(source))


def error_page(name: str, frame: dict[str, Any] | None = None, **values: Any) -> Page:
    with create_sheet(frame).test_request_context():
        return read(render_template(f"errors/{name}.html", **values))


def hrefs(page: Page) -> set[str | None]:
    return {a.attributes.get("href") for a in page.all("a")}


def test_the_frame_is_sound_for_members_and_strangers() -> None:
    assert frame_page().problems == []
    assert frame_page(**STRANGER).problems == []


def test_the_frame_swallows_hostile_names() -> None:
    person = SimpleNamespace(label=EVIL, sign_in_name=EVIL)
    entry = SimpleNamespace(label=EVIL, url=EVIL, current=True)
    page = frame_page(
        person_name=EVIL, person_affiliation=EVIL, navigation=[entry],
        demo=SimpleNamespace(switch_url=EVIL, personas=[person]),
    )  # fmt: skip
    assert page.problems == []
    assert page.find("nav").text.strip() == EVIL


def test_a_member_finds_the_way_through_the_frame() -> None:
    page = frame_page()
    assert {"#main", "/", "/notices", "/settings", "/help", "/privacy", "/accessibility"} <= hrefs(
        page
    )
    current = [a.text for a in page.all("a") if a.attributes.get("aria-current") == "page"]
    assert current == ["ホーム"]
    assert "お知らせ（3件）" in [a.text for a in page.all("a")]


def test_signing_out_is_a_guarded_post() -> None:
    html = page_html(PAGE)
    form = html[html.index('action="/sign-out"') :]
    assert 'name="csrf_token" value="' in form[: form.index("</form>")]
    assert "/sign-out" not in hrefs(read(html))


def page_html(source: str, **changes: Any) -> str:
    with create_sheet({**SIGNED_IN, **changes}).test_request_context():
        return render_template_string(source)


def test_a_stranger_sees_no_menu_and_no_account() -> None:
    page = frame_page(**STRANGER)
    assert page.all("nav") == []
    assert page.all("details") == []
    assert not {"/notices", "/settings"} & hrefs(page)


def test_only_the_demo_says_it_is_one() -> None:
    assert "架空" in page_html(PAGE)
    assert 'value="yamada"' in page_html(PAGE)
    real = page_html(PAGE, demo=None)
    assert not [word for word in ("デモ", "架空", "見本") if word in real]


def test_flashes_are_said_in_the_page() -> None:
    app = create_sheet()
    with app.test_request_context():
        flash("保存しました", "ok")
        flash(EVIL, "unheard-of")
        page = read(render_template_string(PAGE))
    assert page.problems == []
    said = [e for e in page.elements if e.attributes.get("role") == "status"]
    assert [e.text.strip() for e in said] == ["保存しました", EVIL]
    assert "notice--ok" in str(said[0].attributes["class"])


def test_the_other_language_is_offered_in_its_own_words() -> None:
    with create_sheet(locale="en").test_request_context():
        page = read(render_template_string(PAGE))
    assert page.find("html").attributes["lang"] == "en"
    assert page.find("a", lang="ja").text == "日本語"
    assert "Sign out" in [b.text for b in page.all("button")]


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("locale", ["ja", "en"])
def test_an_error_page_is_sound_bare_and_hostile(name: str, locale: str) -> None:
    for frame in (SIGNED_IN, STRANGER):
        with create_sheet(frame, locale).test_request_context():
            for values in ({}, HOSTILE):
                page = read(render_template(f"errors/{name}.html", **values))
                assert page.problems == []
                assert len(page.all("h1")) == 1


@pytest.mark.parametrize("name", [name for name in ERRORS if name != "503"])
def test_an_error_page_leads_on(name: str) -> None:
    page = error_page(name, message="できません。")
    frame = {"#main", "/notices", "/settings", "/help", "/privacy", "/accessibility"}
    buttons = [a for a in page.all("a") if "btn" in str(a.attributes.get("class"))]
    assert [a for a in buttons if a.attributes["href"] not in frame]


@pytest.mark.parametrize("name", ["400", "409", "413", "refusal", "repeated"])
@pytest.mark.parametrize("more", [{}, {"case_url": "/requests/R-1"}, {"ways": HOSTILE["ways"]}])
def test_an_error_page_leads_to_each_place_once(name: str, more: dict[str, Any]) -> None:
    page = error_page(name, message="できません。", back_url="/came/from", **more)
    links = [str(a.attributes.get("href")) for a in page.all("a")]
    assert links.count("/came/from") == 1
    assert links.count("/requests/R-1") <= 1


@pytest.mark.parametrize("name", ["500", "503"])
def test_a_broken_system_is_told_without_asking_who_is_there(name: str) -> None:
    app = create_sheet()
    with app.test_request_context():
        html = app.jinja_env.get_template(f"errors/{name}.html").render(request=None)
    assert "<h1>" in html
    assert "佐藤 美咲" not in html


def test_an_unknown_page_is_searched_by_number() -> None:
    page = error_page("404")
    assert page.find("form", role="search").attributes["action"] == "/requests/find"
    assert page.find("input", name="number").attributes["type"] == "text"
    stranger = error_page("404", STRANGER)
    assert stranger.all("form") == []
    assert "/sign-in" in hrefs(stranger)


def test_a_conflict_offers_both_values() -> None:
    page = error_page("409", differences=DIFFERENCES, action="/save", kept_fields={"v": "3"})
    offered = [e.attributes["value"] for e in page.all("input", name="hours")]
    assert offered == ["480", "360"]
    assert page.find("form", action="/save").attributes["method"] == "post"
    assert page.find("input", name="v").attributes["value"] == "3"
    assert page.all("input", name="csrf_token")


def test_a_conflict_without_a_form_shows_both_values() -> None:
    page = error_page("409", differences=DIFFERENCES)
    assert [td.text for td in page.all("td")][:2] == ["8時間", "6時間"]
    assert not page.all("input", type="radio")


def test_a_refusal_offers_its_ways_as_single_actions() -> None:
    ways = [
        {"name": "時間を減らす", "then": "週2時間", "action": "/book", "fields": {"minutes": 120}},
        {"name": "時期を変える", "then": "11月30日", "url": "/later"},
    ]
    page = error_page("refusal", message="2時間足りません。", ways=ways)
    assert page.find("form", action="/book").attributes["method"] == "post"
    assert page.find("input", name="minutes").attributes["value"] == "120"
    assert "/later" in hrefs(page)
