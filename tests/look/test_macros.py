"""Each macro is sound HTML, swallows hostile text, and says what it must say."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from jinja2.ext import babel_extract
from markupsafe import Markup

from talentshare.platform.i18n import FOLDER
from tests.look.markup import Page, read
from tests.look.sheet import SheetForm, create_sheet, posted_form

EVIL = "</p><script>alert(1)</script>\"' onmouseover='x' style=\"y\" & {{ 7*7 }}"

# Macro calls; `e` is the hostile text, wherever the macro takes a text.
CALLS = [
    "link_button(e, e, 'primary', true)",
    "button(e, name=e, value=e, form=e)",
    "post_button(e, e, fields={'a': e})",
    "hidden_csrf()",
    (
        "ways([{'name': e, 'then': e, 'value': e}, {'name': e, 'then': e, 'url': e},"
        " {'name': e, 'then': e, 'action': e, 'fields': {'a': e}}], e)"
    ),
    "field_text('a', e, e, e, e, cls=e, type=e, unit=e, auto=e, mode=e, name=e)",
    "field_text('a', e, required=false, show_need=false)",
    "field_area('a', e, e, e, e, name=e)",
    "field_area('a', e, page=true)",
    "field_select('a', e, [(e, e), e], e, value=e, error=e, name=e)",
    "field_choices('a', e, [(e, e, e), ('b', e)], 'radio', e, e, checked=[e], name=e)",
    "field_choices('a', e, [('b', e)], 'checkbox', page=true, required=false)",
    "error_summary([('main', e)])",
    "notice(e, 'care', e)",
    "panel(e, e, e)",
    "empty(e, e, e, e)",
    "disclosure_note()",
    "ask(e, e, e, e)",
    "tag(e, 'now')",
    "turn(e, e, e, true, e)",
    "turn(e, e, '')",
    (
        "task_list([{'name': e, 'url': e, 'why': e, 'due': e, 'left': e},"
        " {'name': e, 'url': e, 'why': e}])"
    ),
    "steps([e, e, e], 2, e)",
    "timeline([{'what': e, 'meta': e, 'note': e, 'now': true}, {'what': e, 'meta': e}])",
    "days([{'day': e, 'today': true, 'note': e, 'items': [e]}, {'day': e, 'items': []}])",
    "lines(e)",
    "summary_list([{'key': e, 'value': e, 'change_url': e, 'change_label': e}], true)",
    "crumbs([(e, e), (e, '')])",
    "back(e, e)",
    "tabs([{'label': e, 'url': e, 'current': true}, {'label': e, 'url': e}], e)",
    "data_table([{'label': e}, {'label': e, 'num': true}], [[e, e]], e, foot=[e, e])",
    "case_name(e, e, e)",
    "sub(e, e)",
    "pagination(5, 20, url_of, e)",
    "person_head('a', e, e, e, e, e)",
    "reasons([(e, 'ok'), (e, 'care')])",
    "level(e, 2, 1)",
    "level(e, 0, none, false, false)",
    (
        "strip([{'week': e, 'free': e, 'need': e, 'kind': 'short'}, {'week': e, 'free': 0,"
        " 'need': 0}], e)"
    ),
    (
        "key([('ok', e), ('short', e), ('off', e), ('conf', e), ('hold', e), ('late', e), ('rest', e),"
        " ('cconf', e), ('chold', e), ('leave', e), ('free', e), ('heat-3', e)])"
    ),
    "hatch()",
    "bar(1, 2, 4, 1)",
    "bar(0, 0, 0)",
    (
        "stats([{'name': e, 'figure': e, 'unit': e, 'definition': e},"
        " {'name': e, 'figure': 1, 'definition': e}])"
    ),
    "heat_cell(50, e, e)",
    "heat_cell(none, 0, 0)",
    "heat_key()",
    (
        "calendar(e, [[none, {'day': 1, 'capacity': e, 'uses': [{'name': e, 'time': e, 'kind':"
        " 'held'}], 'url': e, 'today': true}, {'day': 2, 'closed': e}]])"
    ),
]
BLOCKS = [
    "notice(e)",
    "panel(e)",
    "details(e, true, 'more--button', e)",
    "turn(e, e, e)",
    "scroll(e)",
    "filter_bar(e, e, {'a': e})",
    "person_head('a', e, e, e)",
    "paper_head(e, e, e, e, e)",
]
# heat_cell stands in a row; the summary's link needs its target.
AROUND = "<main id='main'>%s</main>"


@pytest.fixture(scope="module")
def sheet() -> Flask:
    return create_sheet()


@pytest.fixture
def in_request(sheet: Flask) -> Iterator[Flask]:
    with sheet.test_request_context():
        yield sheet


def rendered(app: Flask, source: str, **values: Any) -> str:
    text = "{% import 'm.html' as m %}" + source
    values.setdefault("url_of", lambda n: f"/{EVIL}?page={n}")
    return app.jinja_env.from_string(text).render(e=EVIL, **values)


def page_of(app: Flask, source: str, **values: Any) -> Page:
    return read(AROUND % rendered(app, source, **values))


@pytest.mark.parametrize("call", CALLS)
def test_a_macro_is_sound_and_swallows_hostile_text(in_request: Flask, call: str) -> None:
    html = rendered(in_request, "{{ m." + call + " }}")
    page = read(AROUND % html)
    assert page.problems == []
    assert "<script" not in html
    assert "49" not in html


@pytest.mark.parametrize("call", BLOCKS)
def test_a_block_macro_keeps_its_inside_as_markup(in_request: Flask, call: str) -> None:
    page = page_of(in_request, "{% call m." + call + " %}<i>inside {{ e }}</i>{% endcall %}")
    assert page.problems == []
    assert EVIL in page.find("i").text


def test_every_public_macro_is_tried(in_request: Flask) -> None:
    module = in_request.jinja_env.get_template("m.html").module
    names = {name for name in vars(module) if not name.startswith("_")}
    groups = {"buttons", "fields", "bound", "messages", "case", "lists", "people", "figures"}
    groups |= {"paper"}
    aliases = {"choice_list", "swatch", "sw", "ok", "care", "stat", "need"}
    tried = {call.split("(")[0] for call in CALLS + BLOCKS}
    by_form = {"field", "error_summary", "error_prefix"}
    assert names - groups - aliases - by_form == tried - by_form


def test_markup_stays_markup_only_where_the_caller_says_so(in_request: Flask) -> None:
    rows = [{"key": "k", "value": Markup("a<br>b")}, {"key": "l", "value": "a<br>b"}]
    html = rendered(in_request, "{{ m.summary_list(rows) }}", rows=rows)
    assert html.count("<br>") == 1
    assert "a&lt;br&gt;b" in html


def test_a_summary_keeps_line_breaks_and_names_what_is_missing(in_request: Flask) -> None:
    rows = [{"key": "k", "value": "一行目\n二行目"}, {"key": "l", "value": None}]
    html = rendered(in_request, "{{ m.summary_list(rows) }}", rows=rows)
    assert "一行目<br>二行目" in html
    assert "未記入" in html


def test_a_zero_is_a_value(in_request: Flask) -> None:
    html = rendered(in_request, "{{ m.summary_list([{'key': 'k', 'value': 0}]) }}")
    assert "<dd>0</dd>" in html


# Fields bound to a form


def control(page: Page, name: str) -> dict[str, str | None]:
    found = [e for e in page.elements if e.attributes.get("name") == name]
    return found[0].attributes


def form_page(app: Flask, **typed: Any) -> Page:
    fields = "".join("{{ m.field(form." + name + ", hint='h') }}" for name in FIELD_NAMES)
    source = "{{ m.error_summary(form) }}" + fields
    return page_of(app, source, form=posted_form(**typed))


FIELD_NAMES = [
    "title",
    "weekly_hours",
    "decided_on",
    "document_number",
    "reason",
    "phase",
    "kind",
    "places",
    "pledged",
    "password",
]


def test_a_form_with_errors_is_sound(in_request: Flask) -> None:
    assert form_page(in_request).problems == []
    assert form_page(in_request, title=EVIL, weekly_hours=EVIL, reason=EVIL).problems == []


def test_what_was_typed_stays(in_request: Flask) -> None:
    page = form_page(in_request, decided_on="令和8年12月2日", reason=EVIL, password="secret")
    assert control(page, "title")["value"] == "移行計画の点検"
    assert control(page, "weekly_hours")["value"] == "８時間"
    assert control(page, "decided_on")["value"] == "令和8年12月2日"
    assert page.find("textarea", name="reason").text.strip() == EVIL
    assert "checked" in page.find("input", name="kind", value="review").attributes
    assert "checked" not in page.find("input", name="kind", value="spot").attributes
    assert "checked" in page.find("input", name="places", value="office").attributes
    assert control(page, "password").get("value") in {None, ""}


def test_numbers_and_dates_are_typed_as_text(in_request: Flask) -> None:
    page = form_page(in_request)
    assert control(page, "weekly_hours")["type"] == "text"
    assert control(page, "weekly_hours")["inputmode"] == "decimal"
    assert control(page, "decided_on")["type"] == "text"
    assert control(page, "password")["type"] == "password"


def test_several_choices_are_checkboxes(in_request: Flask) -> None:
    places = form_page(in_request).all("input", name="places")
    assert [e.attributes["type"] for e in places] == ["checkbox", "checkbox"]


def test_an_error_is_tied_to_its_field(in_request: Flask) -> None:
    page = form_page(in_request)
    wrong = control(page, "document_number")
    assert wrong["aria-invalid"] == "true"
    assert wrong["aria-describedby"] == "document_number-hint document_number-error"
    text = page.find("p", id="document_number-error").text
    assert text == "エラー：文書番号を入力してください"
    right = control(page, "title")
    assert "aria-invalid" not in right
    assert right["aria-describedby"] == "title-hint"


def test_the_summary_leads_to_each_wrong_field_in_its_words(in_request: Flask) -> None:
    page = form_page(in_request, kind="")
    links = {a.attributes["href"]: a.text for a in page.all("a")}
    assert links["#document_number"] == "文書番号を入力してください"
    assert "#kind-0" in links
    assert "#title" not in links
    ids = {e.attributes.get("id") for e in page.elements}
    assert {href.removeprefix("#") for href in links if href} <= ids


def test_a_value_that_cannot_be_read_gets_one_error(in_request: Flask) -> None:
    page = form_page(in_request)
    assert len([a for a in page.all("a") if a.attributes["href"] == "#weekly_hours"]) == 1


def test_an_error_of_the_whole_form_is_said_without_a_link(in_request: Flask) -> None:
    form = SheetForm(meta={"csrf": False})
    form.form_errors.append("この期間は締め切られました。")
    page = page_of(in_request, "{{ m.error_summary(form) }}", form=form)
    assert page.find("li").text == "この期間は締め切られました。"
    assert page.all("a") == []


def test_no_error_no_summary(in_request: Flask) -> None:
    form = SheetForm(meta={"csrf": False})
    assert (
        rendered(in_request, "{{ m.error_summary(form) }}{{ m.error_prefix(form) }}", form=form)
        == ""
    )


def test_required_is_said_in_words_and_left_to_the_server(in_request: Flask) -> None:
    page = form_page(in_request)
    labels = {e.attributes["for"]: e.text for e in page.all("label")}
    assert labels["title"].endswith("必須")
    assert labels["decided_on"].endswith("任意")
    assert not [e for e in page.elements if "required" in e.attributes]
    assert not [e for e in page.elements if "maxlength" in e.attributes]


def test_one_question_a_page_is_the_heading(in_request: Flask) -> None:
    source = "{{ m.field(form.reason, page=true) }}"
    page = page_of(in_request, source, form=posted_form())
    assert page.find("h1").text == "選んだ理由"
    source = "{{ m.field(form.kind, page=true) }}"
    assert "どのような" in page_of(in_request, source, form=posted_form()).find("h1").text


# Figures


@pytest.mark.parametrize(
    ("percent", "step"),
    [(0, "0"), (1, "1"), (39, "1"), (40, "2"), (59, "2"), (60, "3"), (79, "3"), (80, "4"),
     (94, "4"), (95, "5"), (100, "5"), (None, "x")],
)  # fmt: skip
def test_heat_follows_its_key(in_request: Flask, percent: int | None, step: str) -> None:
    html = rendered(in_request, "{{ m.heat_cell(percent, 1, 2) }}", percent=percent)
    assert f'class="heat-{step}"' in html
    assert ("算定対象外" in html) is (percent is None)


def widths(html: str) -> list[float]:
    return [float(w) for w in re.findall(r'width="([\d.]+)%"', html)]


def test_a_bar_is_as_long_as_its_figure(in_request: Flask) -> None:
    html = rendered(in_request, "{{ m.bar(12, 2, 14) }}")
    assert widths(html) == [100, 85.7, 14.3, 14.3]
    assert 'x="85.7%"' in html


def test_a_bar_never_leaves_its_frame(in_request: Flask) -> None:
    assert max(widths(rendered(in_request, "{{ m.bar(30, 10, 14) }}"))) == 100
    assert widths(rendered(in_request, "{{ m.bar(3, 1, 0) }}")) == [100]


def test_a_level_shows_as_many_boxes_as_its_figure(in_request: Flask) -> None:
    html = rendered(in_request, "{{ m.level('x', 3, 2, true, false) }}")
    assert html.count('class="on"') == 3
    assert html.count('class="off"') == 1
    assert "レベル3" in html
    assert "申告" in html


def test_a_short_week_is_said_in_words(in_request: Flask) -> None:
    weeks = [{"week": "1/11", "free": 4, "need": 6.25, "kind": "short"}]
    html = rendered(in_request, "{{ m.strip(weeks, 'x') }}", weeks=weeks)
    assert "1/11の週、空き4、必要6.25、不足" in html


@pytest.mark.parametrize(
    ("page", "pages", "shown"),
    [
        (1, 1, ""),
        (1, 3, "1 2 3 次へ"),
        (6, 12, "前へ 1 … 4 5 6 7 8 … 12 次へ"),
        (3, 3, "前へ 1 2 3"),
    ],
)
def test_pages_near_the_present_one_are_offered(
    in_request: Flask, page: int, pages: int, shown: str
) -> None:
    html = rendered(
        in_request, "{{ m.pagination(page, pages, url_of) }}", page=page, pages=pages,
        url_of=lambda n: f"?page={n}",
    )  # fmt: skip
    items = [li.text for li in read(html).all("li")]
    assert " ".join(re.sub(r"\d+ページ", "", text) for text in items) == shown
    current = [a.attributes["href"] for a in read(html).all("a") if "aria-current" in a.attributes]
    assert current == ([f"?page={page}"] if pages > 1 else [])


# Words


def test_english_says_everything_and_nothing_else(sheet: Flask) -> None:
    folder = FOLDER.parent / "templates"
    files = [
        folder / "base.html",
        *(folder / "m").glob("*.html"),
        *(folder / "errors").glob("*.html"),
    ]
    asked = set()
    for path in files:
        with path.open("rb") as source:
            found = [message for _, _, message, _ in babel_extract(source, ("_",), (), {})]
        asked |= {message if isinstance(message, str) else message[0] for message in found}
    with (FOLDER / "en" / "look.po").open("rb") as source:
        english = {m.id: m.string for m in read_po(source) if m.id}
    assert asked == set(english)
    assert all(english.values())
    blanks = re.compile(r"%\(\w+\)s")
    assert all(set(blanks.findall(i)) == set(blanks.findall(s)) for i, s in english.items())
