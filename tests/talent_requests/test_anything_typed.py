"""Whatever is typed: no page breaks, and what was refused stays on the page as it was typed."""

from html import unescape
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.talent_requests.pages import answer, begin

ODD = (
    *(
        "",
        " ",
        "0",
        "-1",
        "０．５",
        "1e3",
        "9" * 5000,
        "99999999時間",
        "２０２６年１２月７日",
        "R99.9.9",
    ),
    *("9999/12/31", "0001/1/1", "2/29", "31/2", "<b>&amp;\"'", "\x00", "\u200b\ufeff", "あ" * 5000),
    *("予定価格１億円", "unknown", "../..", "%(found)s", "{examples}", "週1日", "40.25", "12/7"),
)
TYPED = {
    "worry": ("worry",),
    "wish": ("wish",),
    "time": (
        "minutes_per_week",
        "inside_minutes_per_week",
        "week_count",
        "earliest_on",
        "latest_end_on",
    ),
    "place": ("place_note",),
    "data": ("companies-0-company", "companies-0-corporate_number"),
    "closing": ("title", "decision_on", "cost_note"),
}
CHOSEN = {
    "wish": ("theme_code", "phase_code"),
    "kind": ("kind",),
    "role": ("role_code",),
    "skills": ("skills-0-skill_code", "skills-0-level", "skills-0-need"),
    "time": ("weekdays",),
    "place": ("place", "onsite_weekdays"),
    "data": ("personal_data", "is_procurement", "companies-0-relation"),
    "closing": ("cost_bearer",),
}
STEPS = ("worry", "wish", "kind", "role", "skills", "time", "place", "data", "closing")
ANYTHING = st.sampled_from(ODD) | st.text(max_size=40) | st.dates().map(str)
VALID = {
    "place": {"place": "online"},
    "data": {"personal_data": "none", "is_procurement": "no", "companies-0-relation": "known"},
    "wish": {"theme_code": "", "phase_code": ""},
    "closing": {"cost_bearer": ""},
}


def plain(text: str) -> str:
    """What the page may show of it: without NUL and white space, in half width."""
    return "".join(normalize("NFKC", text.replace("\x00", "")).split())


@pytest.mark.parametrize("step", STEPS)
def test_no_text_breaks_a_page_and_none_is_lost(at, step):
    number = begin(at.officer)
    if step == "skills":
        answer(at.officer, number, "role", role_code="SA")
    fields = (*TYPED.get(step, ()), *CHOSEN.get(step, ()))

    @settings(
        max_examples=8,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.fixed_dictionaries(dict.fromkeys(fields, ANYTHING)), st.booleans())
    def any_text(said, is_wild):
        valid = {} if is_wild else VALID.get(step, {})
        response = answer(at.officer, number, step, **(said | valid))
        assert response.status_code in {302, 422}
        if response.status_code == 422:
            assert 'id="error-summary"' in response.text
            shown = plain(unescape(response.text))
            for name in TYPED.get(step, ()):
                assert plain(said[name]) in shown, name

    any_text()
    assert at.officer.get(f"/requests/{number}/check").status_code == 200
