"""Everything is said in Japanese and in English."""

import re

import pytest
from babel.messages.pofile import read_po

from talentshare.platform.i18n import FOLDER
from talentshare.talent_requests.forms import REASONED
from talentshare.talent_requests.queries.timeline import SHOWN
from talentshare.talent_requests.queries.turns import DEEDS
from talentshare.talent_requests.states import (
    ENDORSEMENT,
    RESUMING,
    TURNS,
    CostBearer,
    PersonalData,
    Place,
    RequestKind,
    RequestState,
    Side,
    SupplierRelation,
)
from talentshare.talent_requests.views.steps import FORMS
from tests.talent_requests.pages import begin, submitted, text_of, written

JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
# What stays as people wrote it, and the names of the demo that are nobody's.
TYPED = (
    "移行計画の工程と費用が妥当か、判断できる人がいません。",
    "移行計画の点検",
    "月1回は市役所",
    "株式会社サンプル基盤",
    "デジタル戦略課",
    "日本語",
    "令和8年12月2日",
)


def untyped(response) -> str:
    shown = text_of(response)
    for words in TYPED:
        shown = shown.replace(words, "")
    return shown


def entries(locale) -> dict[str, str]:
    """Each message by its key; of one with a plural that of several."""
    with (FOLDER / locale / "talent_requests.po").open("rb") as source:
        found = [(m.id, m.string) for m in read_po(source) if m.id]
    return {key if isinstance(key, str) else key[0]: last_of(said) for key, said in found}


def last_of(said) -> str:
    return said if isinstance(said, str) else said[-1]


def codes() -> set[str]:
    """Every code that is put together from parts, so that no search of the source finds it."""
    named = {"state": RequestState, "kind": RequestKind, "side": Side, "place": Place}
    named |= {"personal_data": PersonalData, "relation": SupplierRelation}
    made = {f"talent_request.{word}.{v.value}" for word, kind in named.items() for v in kind}
    made |= {f"cost_bearer.{v.value}" for v in CostBearer if v.value}
    for side, task in [*TURNS.values(), ENDORSEMENT, RESUMING]:
        voices = ("you", "other", "short") if side else ("what", "short")
        family = "turn" if side else "quiet"
        made |= {f"talent_request.{family}.{task}.{voice}" for voice in voices}
    for deed in DEEDS:
        words = ("deed", "deed_heading", "deed_then", "remark", *(["done"] * (deed != "submit")))
        made |= {f"talent_request.{word}.{deed}" for word in words}
    made |= {f"talent_request.did.{deed}" for deed in SHOWN}
    made |= {f"talent_request.step.{step}" for step in (*FORMS, "add", "remove")}
    return made


def test_every_code_has_a_sentence_in_both_languages():
    ja, en = entries("ja"), entries("en")
    assert codes() <= ja.keys()
    assert ja.keys() <= en.keys()
    assert set(DEEDS) >= REASONED
    blanks = re.compile(r"%\((\w+)\)s")
    for code, words in ja.items():
        assert words, code
        assert en[code], code
        assert set(blanks.findall(words)) == set(blanks.findall(en[code])), code


def test_every_code_in_the_source_has_a_sentence():
    ja = entries("ja")
    root = FOLDER.parent / "talent_requests"
    used, deeds = set(), {f"talent_request.{deed}" for deed in SHOWN}
    for path in root.rglob("*.py"):
        source = path.read_text("utf-8")
        used |= set(re.findall(r'"(talent_request\.[a-z_.]+[a-z])"', source))
        deeds |= set(re.findall(r'announce\(\s*\w+, "(talent_request\.\w+)"', source))
    assert used - deeds - {"talent_request.id"} <= ja.keys()


@pytest.mark.parametrize("who", ["officer", "manager", "coordinator"])
def test_english_pages_hold_no_japanese_but_what_was_typed(at, stored, who, wanting_endorsement):
    number = submitted(at.officer)
    draft = written(at.officer, begin(at.officer))
    client = getattr(at, who)
    client.set_cookie("locale", "en", domain="localhost")
    paths = {
        "officer": [
            "/requests",
            "/requests/finished",
            "/requests/new",
            f"/requests/{draft}",
            f"/requests/{draft}/check",
            f"/requests/{draft}/withdraw",
            *[f"/requests/{draft}/edit/{step}" for step in FORMS],
        ],
        "manager": ["/requests/waiting", f"/requests/{number}", f"/requests/{number}/endorse"],
        "coordinator": ["/desk", "/desk?q=x", f"/requests/{number}", f"/requests/{number}/refer"],
    }[who]
    for path in paths:
        response = client.get(path)
        assert response.status_code == 200, path
        shown = untyped(response)
        assert not JAPANESE.search(shown), (path, JAPANESE.findall(shown)[:20], shown)


def test_refusals_are_english_too(at):
    number = begin(at.officer)
    at.officer.set_cookie("locale", "en", domain="localhost")
    for step, data in {
        "worry": {"worry": ""},
        "time": {"earliest_on": "x", "minutes_per_week": "x", "week_count": "x"},
        "kind": {"kind": "x"},
        "place": {"place": ""},
        "data": {"personal_data": ""},
        "closing": {"title": "x" * 81},
    }.items():
        response = at.officer.post(f"/requests/{number}/edit/{step}", data=data)
        assert response.status_code == 422, step
        assert not JAPANESE.search(untyped(response)), untyped(response)
