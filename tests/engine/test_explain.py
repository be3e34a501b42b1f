"""Each reason, exclusion and suggestion: the right code, its details, and a sentence for it."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import talentshare
from talentshare.engine.changes import changes_for
from talentshare.engine.explain import (
    CARE,
    OK,
    Reason,
    exclusions,
    facts,
    most_helpful,
    reasons,
    suggestions,
)
from talentshare.engine.people import PersonWeek
from talentshare.engine.problem import Place, SkillNeed
from talentshare.engine.rank import rank
from talentshare.engine.rules import MUST, PREFER
from talentshare.engine.week import Effort
from tests.engine.worlds import MONDAY, open_need, open_person, open_pool, world

DECEMBER = date(2026, 12, 1)


def why(need, person):
    ranking = rank(need, open_pool(person))
    return reasons(ranking, ranking.candidates[0])


def why_not(need, person):
    return exclusions(rank(need, open_pool(person)), person.id)


def what_helps(need, person, first_day=MONDAY):
    ranking = rank(need, open_pool(person))
    return suggestions(ranking, changes_for(ranking, first_day), person.id)


def test_the_reasons_of_the_design():
    need = open_need(weeks=16, skills=(SkillNeed("A01", 2), SkillNeed("B06", 2)))
    person = open_person(verified={"A01": 3, "B06": 2}, body_experience={1: 2})

    assert why(need, person) == (
        Reason("reason.all_must"),
        Reason("reason.skill_above", {"skill": "A01", "level": 3, "needed": 2}),
        Reason("reason.skill_met", {"skill": "B06", "level": 2, "needed": 2}),
        Reason("reason.all_weeks", {"weeks": 16}),
        Reason("reason.experience_body", {"count": 2}),
    )


def test_what_to_look_at_is_marked():
    wishes = (SkillNeed("B06", 3, must=False), SkillNeed("F01", 1, must=False))
    need = open_need(
        weeks=5, last_start_on=MONDAY + timedelta(weeks=1), skills=(SkillNeed("A01", 2), *wishes)
    )
    late = {0: PersonWeek(0, 0), 3: PersonWeek(on_leave=True)}
    person = open_person(verified={"A01": 1, "B06": 2}, claimed={"A01": 4}, weeks=late)
    found = why(need, person)

    assert found[1:] == (
        Reason("reason.skill_claimed_only", {"skill": "A01", "level": 4, "needed": 2}, CARE),
        Reason("reason.wish_below", {"skill": "B06", "level": 2, "needed": 3}, CARE),
        Reason("reason.wish_missing", {"skill": "F01", "level": 0, "needed": 1}, CARE),
        Reason("reason.other_weeks", {"weeks": 4}),
        Reason("reason.starts_on", {"start_on": MONDAY + timedelta(weeks=1)}, CARE),
        Reason("reason.leave_skipped", {"week_on": MONDAY + timedelta(weeks=3)}, CARE),
    )


@pytest.mark.parametrize(
    ("need", "person", "code", "details"),
    [
        ({"role": "PM"}, {}, "role", {"role": "PM"}),
        ({}, {"verified": {"A01": 1}}, "must_skills", {"skill": "A01", "level": 1, "needed": 2}),
        ({}, {"verified": {}}, "must_skill_missing", {"skill": "A01", "level": 0, "needed": 2}),
        (
            {},
            {"weeks": {1: PersonWeek(420, 420), 2: PersonWeek(360, 360)}},
            "free_time",
            {"weeks": 2, "months": (DECEMBER,), "missing_minutes": 180},
        ),
        (
            {},
            {"weeks": {1: PersonWeek(473, 473), 2: PersonWeek(464, 464)}},
            "free_time",
            {"weeks": 2, "months": (DECEMBER,), "missing_minutes": 15 + 30},
        ),
        (
            {"weeks": 6},
            {"month_left": {DECEMBER: 1793, date(2027, 1, 1): 945}},
            "month_cap",
            {"months": (DECEMBER, date(2027, 1, 1)), "missing_minutes": 135 + 15},
        ),
        (
            {},
            {"weeks": {1: PersonWeek(480, 300)}},
            "free_time_inside",
            {"weeks": 1, "months": (DECEMBER,), "missing_minutes": 60},
        ),
        (
            {"weeks": 21},
            {},
            "free_time_beyond",
            {"weeks": 1, "last_on": MONDAY + timedelta(weeks=19)},
        ),
        (
            {"weeks": 5},
            {"weeks": {1: PersonWeek(on_leave=True), 2: PersonWeek(on_leave=True)}},
            "leave_share",
            {"weeks": 5, "allowed": 1, "leave_weeks": 2},
        ),
        (
            {"weeks": 6},
            {"month_left": {DECEMBER: 1800, date(2027, 1, 1): 945}},
            "month_cap",
            {"months": (DECEMBER, date(2027, 1, 1)), "missing_minutes": 120 + 15},
        ),
        (
            {},
            {"max_bodies": 2, "weeks": {3: PersonWeek(960, 960, bodies_served=2)}},
            "bodies_per_week",
            {"weeks": 1, "months": (DECEMBER,), "max_bodies": 2},
        ),
        ({}, {"online": False}, "place_online", {}),
        ({"place": Place.ONSITE}, {"onsite": False}, "place_onsite", {}),
        ({"place": Place.ONSITE, "areas": 1}, {"areas": 2}, "place_area", {}),
        ({"place": Place.ONSITE, "island": True}, {"islands": False}, "place_island", {}),
        (
            {},
            {"weeks": {0: PersonWeek(960, 960, engaged=False)}},
            "engaged",
            {"weeks": 1, "months": (DECEMBER,)},
        ),
        ({}, {"pledge_valid": False}, "pledge", {}),
        ({}, {"declaration_valid": False}, "declaration", {}),
        ({"suppliers": frozenset("x")}, {"suppliers": frozenset("x")}, "no_conflict", {}),
        ({}, {"legal_bases": 2}, "legal_basis", {}),
    ],
)
def test_each_exclusion_names_what_is_missing(need, person, code, details):
    (found,) = why_not(open_need(**need), open_person(**person))
    assert (found.code, found.details, found.kind) == (f"exclusion.{code}", details, CARE)
    assert code.startswith(found.rule) or found.rule == "must_skills"


def test_several_rules_are_all_named():
    found = why_not(open_need(role="PM"), open_person(pledge_valid=False, verified={}))
    assert [reason.rule for reason in found] == ["role", "must_skills", "pledge"]


@pytest.mark.parametrize(
    ("need", "person", "expected"),
    [
        (
            {},
            {"weeks": {1: PersonWeek(360, 360)}},
            [
                ("later", {"weeks": 2, "end_on": date(2027, 1, 15)}),
                ("cut", {"weekly_minutes": 360}),
            ],
        ),
        (
            {"first_start_on": MONDAY + timedelta(weeks=3), "last_start_on": MONDAY + timedelta(weeks=3)},
            {"weeks": {at: PersonWeek(0, 0) for at in range(6, 20)}},
            [("earlier", {"weeks": 1, "start_on": MONDAY + timedelta(weeks=2)})],
        ),
        ({}, {"verified": {"A01": 1}}, [("level", {"skill": "A01", "level": 1})]),
        ({}, {"verified": {}}, [("not_must", {"skill": "A01", "level": 0})]),
        ({"place": Place.ONSITE}, {"onsite": False}, [("online", {})]),
        ({}, {"pledge_valid": False}, [("pledge", {})]),
        ({}, {"declaration_valid": False}, [("declaration", {})]),
        ({"suppliers": frozenset("x")}, {"suppliers": frozenset("x")}, [("no_conflict", {})]),
        ({}, {"legal_bases": 2}, [("none", {})]),
        (
            {"role": "PM"},
            {"pledge_valid": False},
            [("several", {"rules": ("role", "pledge")})],
        ),
        ({}, {}, []),
    ],
)  # fmt: skip
def test_the_smallest_change_is_suggested(need, person, expected):
    found = what_helps(open_need(**need), open_person(**person))
    assert [(r.code.removeprefix("suggestion."), r.details) for r in found] == expected


def test_the_facts_behind_the_parts():
    person = open_person(load_permille=615, served_minutes=960, theme_experience={"": 3})
    ranking = rank(open_need(), open_pool(person))
    found = facts(ranking, ranking.candidates[0])

    assert list(found) == list(PREFER)
    assert found["free_time"].details == {"weeks": 4, "spare_minutes": 4 * 480}
    assert found["experience"].details == {"body": 0, "theme": 3}
    assert found["balance"].details == {"percent": 61}
    assert found["fairness"].details == {"served_minutes": 960}


def test_a_stranger_is_not_explained():
    with pytest.raises(KeyError):
        exclusions(rank(open_need(), open_pool(open_person(1))), 2)


def catalogue(language):
    folder = Path(talentshare.__file__).parent / "translations" / language
    with (folder / "engine.po").open("rb") as source:
        return {m.id: m.string for m in read_po(source) if m.id}


def emitted():
    """Every reason that many worlds and the cases above bring up, one of each code."""
    found = {}
    for seed in range(300):
        need, pool = world(seed)
        ranking = rank(need, pool)
        changes = changes_for(ranking, MONDAY)
        helpful = most_helpful(ranking, changes)
        said = [helpful] if helpful else []
        for candidate in ranking.candidates:
            said += [*reasons(ranking, candidate), *facts(ranking, candidate).values()]
        for exclusion in ranking.excluded:
            said += exclusions(ranking, exclusion.person)
            said += suggestions(ranking, changes, exclusion.person)
        found |= {reason.code: reason for reason in said}
    return found


def test_every_code_has_a_sentence_in_both_languages_with_its_details():
    ja, en, said = catalogue("ja"), catalogue("en"), emitted()
    names = {f"rule.{name}" for name in MUST} | {f"preference.{name}" for name in PREFER}

    assert set(ja) == set(en)
    assert names | set(said) <= set(ja)
    rare = {"exclusion.must_skill_missing", "suggestion.online", "suggestion.not_must"}
    rare |= {"help.pledge", "help.declaration", "help.legal_basis", "help.online"}
    rare.add("reason.starts_after_leave")  # `matching` says it where the first week is leave
    assert set(ja) - names - set(said) <= rare
    for code, reason in said.items():
        for text in (ja[code], en[code]):
            assert text
            assert set(re.findall(r"%\((\w+)\)s", text)) <= set(reason.details), code
            assert "%(" not in text % reason.details
    for code in ja:
        assert set(re.findall(r"%\((\w+)\)s", ja[code])) == set(
            re.findall(r"%\((\w+)\)s", en[code])
        )


def test_the_sentences_of_the_labels():
    ja = catalogue("ja")
    above = {"skill": "クラウド設計", "level": 3, "needed": 2}
    short = {"months": "7月", "weeks": 2, "missing_minutes": "3時間"}
    assert ja["reason.all_must"] == "必須条件をすべて満たしています。"
    assert (
        ja["reason.skill_above"] % above
        == "クラウド設計はレベル3（確認済み）で、必要なレベル2を上回ります。"
    )
    assert (
        ja["reason.all_weeks"] % {"weeks": 16} == "希望する16週のすべてで必要な時間を確保できます。"
    )
    assert ja["exclusion.free_time"] % short == "7月の2週で計3時間不足しています。"
    assert (
        ja["suggestion.later"] % {"weeks": 2, "end_on": "1月15日（金）"}
        == "開始を2週間遅らせ、1月15日（金）までに終えるようにすると候補になります。"
    )
    assert {reason.kind for reason in emitted().values()} == {OK, CARE}


def test_reduced_minutes_of_the_labels():
    person = open_person(weeks={at: PersonWeek(360, 270) for at in range(20)})
    found = what_helps(open_need(effort=Effort(480, 360, 31)), person)
    assert found == (Reason("suggestion.cut", {"weekly_minutes": 360}),)
