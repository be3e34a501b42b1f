"""A body sees its own requests; of another body never a name, a title or an hour, anywhere."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from talentshare.allocations import actions as allocations
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.specialists.models import TimeOff
from talentshare.specialists.states import TimeOffKind
from tests import make
from tests.proposals.crawl import addresses, visited, words_of
from tests.proposals.stage import FIRST, Stage, decision, ready

CANARIES = (
    "カナリア町",
    "カナリアチョウ",
    "Canarytown",
    "カナリア計画の点検",
    "カナリアの悩み",
    "カナリアの望み",
    "カナリア費用",
    "カナリア 次郎",
    "カナリア ジロウ",
    "カナリア理由",
    "カナリア課長",
    "カナリア第9号",
    "カナリア相談",
)
# 8:15 a week, its sum over the weeks and what is left: hours that nothing else has.
HOURS = ("8時間15分", "8 h 15 min", "8.25", "26時間15分", "26 h 15 min", "26.25")


@dataclass
class Two:
    """Two bodies that share one person, and a person of whom the other body knows nothing."""

    own: Stage
    other: Stage
    manager: Any
    stranger: Any


@pytest.fixture
def two(app):
    who = ready(windows=((540, 780),))
    other = Stage(
        body=make.body(
            name_ja="カナリア町", name_kana="カナリアチョウ", name_en="Canarytown", code="canary"
        ),
        specialist=who,
    )
    request = other.request
    request.title, request.worry = "カナリア計画の点検", "カナリアの悩みです。"
    request.wish, request.cost_note = "カナリアの望みです。", "カナリア費用"
    request.officer.name, request.officer.kana = "カナリア 次郎", "カナリア ジロウ"
    db.session.commit()
    booked = other.wanting(495).to("proposed", reason="カナリア理由")
    officer = other.actor(other.officer)
    said = decision(decider_title="カナリア課長", document_number="カナリア第9号")
    actions.agree(officer, booked.id, booked.version, said)
    own = Stage(body=make.body(), specialist=who, owner=other.owner, second=other.second)
    own.to("proposed")
    stranger = ready()
    rest = make.position(own.request)
    aside = Stage(rest, stranger, own.body, own.owner, own.second)
    aside.to("offered")
    late = Stage(specialist=stranger, owner=own.owner, second=own.second, body=other.body)
    late.request.worry = "カナリア相談"
    db.session.commit()
    late.to("checked")
    off = TimeOff(specialist_id=who.id, kind=TimeOffKind.LEAVE, starts_on=FIRST, ends_on=FIRST)
    make.saved(off)
    allocations.keep_capacity_after_leave(SYSTEM, who)
    return Two(own, other, make.manager(of=own.body), stranger)


def found(text: str) -> list[str]:
    """Which canaries sing in a page."""
    plain = re.sub(r"<[^>]+>", "", text)
    heard = [c for c in CANARIES if c in text or "".join(c.split()) in text]
    return heard + [h for h in HOURS if h in plain or "".join(h.split()) in plain]


def leaks(client) -> tuple[int, dict[str, list[str]]]:
    """How many pages were read, and on which a canary was found."""
    pages = [(path, answer) for path, answer in visited(client)]
    assert [path for path, answer in pages if answer.status_code >= 500] == []
    read = sum(answer.status_code == 200 for _, answer in pages)
    return read, {path: names for path, answer in pages if (names := found(words_of(answer)))}


@pytest.mark.parametrize(
    ("role", "locale"),
    [("officer", "ja"), ("officer", "en"), ("manager", "ja"), ("stranger", "ja")],
)
def test_no_page_names_another_body_its_need_or_its_hours(two, browse, role, locale):
    who = {"officer": two.own.officer, "manager": two.manager, "stranger": two.stranger}[role]
    read, leaked = leaks(browse(who, locale))
    assert leaked == {}
    assert read > 15, "the crawl goes somewhere"


def test_the_canaries_would_be_heard(two, browse):
    """The coordinator and the person of both bodies find them on the same addresses."""
    number, who = two.other.request.number, two.own.specialist.id
    desk = browse(two.own.owner)
    paths = ("/desk", f"/requests/{number}", f"/specialists/{who}/time?month=2026-12")
    heard = {name for path in paths for name in found(desk.get(path).text)}
    assert heard >= {"カナリア町", "カナリア計画の点検", "カナリアの悩み", "26時間15分"}
    [booked] = queries.supports(make.actor_of(two.other.officer), 1).items
    paper = found(words_of(desk.get(f"/proposals/{booked.id}/paper.pdf")))
    assert {*paper} >= {"カナリア町", "カナリア計画の点検", "カナリアの悩み", "8時間15分"}
    client = browse(two.own.specialist)
    paths = ("/offers", "/me/availability?month=2026-12", "/notices")
    heard = {name for path in paths for name in found(client.get(path).text)}
    assert heard >= {"カナリア町", "カナリア計画の点検", "8時間15分"}


@pytest.mark.parametrize("role", ["officer", "manager", "stranger"])
def test_no_answer_to_a_form_names_another_body(two, browse, role):
    who = {"officer": two.own.officer, "manager": two.manager, "stranger": two.stranger}[role]
    client, heard = browse(who), {}
    it = queries.live_of(two.own.position.id)[0]
    agree = {"form": "decision", "answer": "agree", "version": it.version}
    agree |= {"decided_on": "2026/11/24", "decider_title": "課長", "document_number": "1"}
    for path in addresses("POST"):
        if path.startswith("/account") or path == "/sign-in":
            continue
        forms = ({}, agree, {"form": "discuss"}) if "/proposals/" in path else ({},)
        for data in forms:
            answer = client.post(path, data=data)
            assert answer.status_code < 500, path
            names = found(answer.text)
            if names:
                heard[path] = names
    assert heard == {}


def test_not_even_the_length_of_a_list_tells_of_others(two, browse):
    """The index of a request counts what the body may see."""
    before = browse(two.own.officer).get(f"/requests/{two.own.request.number}/proposals").text
    two.own.prepare(ready(), start_on=date(2026, 12, 14))
    after = browse(two.own.officer).get(f"/requests/{two.own.request.number}/proposals").text
    of_the_page = re.compile(r'(csrf_token|_press)" value="[^"]+"')
    assert of_the_page.sub("", before) == of_the_page.sub("", after)
