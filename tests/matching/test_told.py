"""`talentshare rank REF --json`: a ranking as data, one object per position."""

import json
from datetime import UTC, datetime

import pytest

from talentshare import cli
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.matching import actions, queries
from talentshare.platform.db import db
from talentshare.talent_requests.states import RequestState
from tests import make
from tests.matching import world


@pytest.fixture
def case(app):
    """A request with two positions, the first with a candidate and two who are excluded."""
    (must,) = world.skills(1)
    request = make.talent_request()
    make.position(of=request, must={must: 2})
    make.position(of=request, role_code="UX")
    world.ready(skills={must: 3})
    world.ready(skills={must: 1})
    world.ready(skills={must: 2}, share=20, roles=("SA", "UX"))
    actions.load_weights(SYSTEM)
    return request


def test_one_object_per_position(case):
    first, second = queries.told(SYSTEM, case.number)
    keys = {"position", "policy_version", "candidates", "excluded", "relaxations"}
    assert set(first) == set(second) == keys
    assert [first["position"], second["position"]] == [1, 2]
    assert first["policy_version"] == 1


def test_candidates_with_parts_that_add_up_and_reasons_in_japanese(case):
    (candidate,) = queries.told(SYSTEM, case.number)[0]["candidates"]
    assert set(candidate) == {"specialist", "score", "parts", "reasons"}
    assert sum(candidate["parts"].values()) == candidate["score"]
    assert candidate["reasons"][0] == "必須条件をすべて満たしています。"
    assert candidate["reasons"][-1] == "希望する4週のすべてで必要な時間を確保できます。"


def test_exclusions_and_relaxations(case):
    first, second = queries.told(SYSTEM, case.number)
    people = [one["specialist"] for one in first["excluded"]]
    assert [one["rules"] for one in first["excluded"]] == [["must_skills"], ["free_time"]]
    assert people == sorted(people)
    assert first["relaxations"] == [
        {"rule": "must_skills", "more": 1, "skill": world.skills(1)[0], "level": 1},
        {"rule": "free_time", "more": 1, "minutes_per_week": 420},
    ]
    assert [one["rules"] for one in second["excluded"]] == [["role"], ["role"], ["free_time"]]


def test_the_number_may_be_typed_loosely(case):
    year, count = case.number.removeprefix("R-").split("-")
    assert queries.told(SYSTEM, f"r-{year}-{int(count)}") == queries.told(SYSTEM, case.number)


def test_when_no_start_is_left_there_is_nobody(case, still_clock):
    still_clock(datetime(2027, 1, 20, tzinfo=UTC))
    assert queries.told(SYSTEM, case.number)[0] == {
        "position": 1,
        "policy_version": 1,
        "candidates": [],
        "excluded": [],
        "relaxations": [],
    }


def test_an_unknown_number_and_a_body_find_nothing(case):
    with pytest.raises(NotFound):
        queries.told(SYSTEM, "R-2026-9999")
    with pytest.raises(NotFound):
        queries.told(make.actor_of(case.officer), case.number)


def test_a_draft_is_not_ranked(app):
    draft = make.position(of=make.talent_request(state=RequestState.DRAFT))
    with pytest.raises(Conflict) as refused:
        queries.told(SYSTEM, draft.talent_request.number)
    assert refused.value.code == "matching.still_draft"


@pytest.fixture
def command(case, sqlite_url, tmp_path, monkeypatch):
    """The environment of the command; the database is left to it."""
    for name, value in {
        "DATABASE_URL": sqlite_url,
        "SECRET_KEY": "s" * 32,
        "AUDIT_KEY": "a" * 32,
        "INSTANCE": str(tmp_path),
    }.items():
        monkeypatch.setenv(f"TALENTSHARE_{name}", value)
    return cli.main


def test_the_command_prints_it(case, command, capsys):
    expected, number = queries.told(SYSTEM, case.number), case.number
    db.session.remove()
    assert command(["rank", number, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == expected
    assert [one["position"] for one in expected] == [1, 2]


def test_the_command_says_in_one_sentence_why_it_ranks_nothing(case, command, capsys):
    draft = make.position(of=make.talent_request(state=RequestState.DRAFT)).talent_request.number
    db.session.remove()
    for number, sentence in {
        "R-2026-9999": "There is no such request. Check its number or look for it in the list.",
        "nonsense": "There is no such request. Check its number or look for it in the list.",
        draft: f"{draft} is a draft. Candidates are found once it is submitted.",
    }.items():
        for tail in ([], ["--json"]):
            assert command(["rank", number, *tail]) == cli.REFUSED
            printed = capsys.readouterr()
            assert (printed.out, printed.err) == ("", f"{sentence}\n")
