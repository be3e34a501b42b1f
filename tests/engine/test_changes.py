"""The smallest changes against the rules tried over every possibility."""

import random
import time
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from talentshare.engine.changes import (
    changes_for,
    relaxations,
    smallest_cut,
    smallest_shift,
)
from talentshare.engine.explain import exclusions, most_helpful, suggestions
from talentshare.engine.people import PersonWeek, person_of
from talentshare.engine.problem import Place, SkillNeed
from talentshare.engine.rank import broken_rules, rank, rank_reference
from talentshare.engine.rules import MUST, stay
from talentshare.engine.week import Effort
from tests.engine.worlds import MONDAY, open_need, open_person, open_pool, some_need, some_pool

NEEDS = 500


@dataclass(frozen=True)
class LevelDrop:
    """A must skill and the lower level at which it would be met; 0 = no longer a must."""

    skill: str
    level: int


def with_level(need, drop):
    """The need with one skill's level lowered."""
    skills = (replace(s, level=drop.level) if s.skill == drop.skill else s for s in need.skills)
    return replace(need, skills=tuple(skills))


def is_candidate(need, person):
    return any(not broken_rules(need, person, stay(need, person, at)) for at in range(need.starts))


def cut_by_trial(need, person):
    asked = need.effort.minutes_per_week
    for minutes in range((asked - 1) // 15 * 15, 0, -15):
        if minutes * 2 < asked:
            return None
        if is_candidate(replace(need, effort=need.effort.cut_to(minutes)), person):
            return minutes
    return None


def shift_by_trial(need, person, first_day):
    for weeks in sorted(range(-26, 27), key=lambda k: (abs(k), -k)):
        moved = need.moved(weeks)
        if weeks and moved.first_start_on >= first_day and is_candidate(moved, person):
            return weeks
    return None


def drop_by_trial(need, person):
    tried = [
        (asked.level - level, at, LevelDrop(asked.skill, level))
        for at, asked in enumerate(need.skills)
        if asked.must
        for level in range(asked.level)
    ]
    for _, _, drop in sorted(tried, key=lambda row: row[:2]):
        if is_candidate(with_level(need, drop), person):
            return drop
    return None


@pytest.fixture(scope="module")
def worlds():
    found = []
    for seed in range(NEEDS):
        rng = random.Random(f"changes {seed}")
        # Far enough into the ledger that an earlier window may help as well.
        need = some_need(rng).moved(rng.randint(0, 10))
        pool = some_pool(rng, people=4, weeks=24, free_share=0.6)
        people = [person_of(pool, at) for at in range(len(pool.ids))]
        first_day = need.first_start_on - timedelta(days=rng.randint(-20, 60))
        found.append((need, pool, [p for p in people if not is_candidate(need, p)], first_day))
    return found


def best(answers, key):
    return min((answer for answer in answers if answer is not None), key=key, default=None)


def test_cuts_equal_trial(worlds):
    helped = 0
    for need, pool, excluded, first_day in worlds:
        expected = {person.id: cut_by_trial(need, person) for person in excluded}
        for person, minutes in expected.items():
            assert smallest_cut(need, pool, person) == minutes
        assert smallest_cut(need, pool) == best(expected.values(), lambda m: -m)
        cuts = changes_for(rank(need, pool), first_day).cut_minutes.tolist()
        assert cuts == [expected.get(who) or 0 for who in pool.ids.tolist()]
        helped += sum(minutes is not None for minutes in expected.values())
    assert helped > NEEDS / 10


def test_shifts_equal_trial(worlds):
    later = earlier = 0
    for need, pool, excluded, first_day in worlds:
        expected = {person.id: shift_by_trial(need, person, first_day) for person in excluded}
        for person, weeks in expected.items():
            assert smallest_shift(need, pool, first_day, person) == weeks
        nearest = best(expected.values(), lambda k: (abs(k), -k))
        assert smallest_shift(need, pool, first_day) == nearest
        shifts = changes_for(rank(need, pool), first_day).shift_weeks.tolist()
        assert shifts == [expected.get(who) or 0 for who in pool.ids.tolist()]
        later += sum((weeks or 0) > 0 for weeks in expected.values())
        earlier += sum((weeks or 0) < 0 for weeks in expected.values())
    assert min(later, earlier) > NEEDS / 10


def test_drops_equal_trial(worlds):
    helped = 0
    for need, pool, excluded, first_day in worlds:
        expected = {person.id: drop_by_trial(need, person) for person in excluded}
        found = changes_for(rank(need, pool), first_day)
        drops = [
            LevelDrop(need.skills[at].skill, level) if at >= 0 else None
            for at, level in zip(found.drop_skill.tolist(), found.drop_level.tolist(), strict=True)
        ]
        assert drops == [expected.get(who) for who in pool.ids.tolist()]
        helped += sum(drop is not None for drop in expected.values())
    assert helped > NEEDS / 10


def test_relaxations_equal_a_ranking_without_the_rule(worlds):
    gained = dict.fromkeys(MUST, 0)
    for need, pool, excluded, _ in worlds:
        already = len(pool.ids) - len(excluded)
        found = relaxations(rank(need, pool))
        assert found == {
            name: len(rank_reference(need, pool, without=frozenset({name}))[0]) - already
            for name in MUST
        }
        gained = {name: gained[name] + found[name] for name in MUST}
    assert min(gained.values()) > 0, gained


def with_help(need, pool, reason):
    """The need and the people as the advice would have them."""
    details, people = reason.details, [person_of(pool, at) for at in range(len(pool.ids))]
    others = {
        "pledge": {"pledge_valid": True},
        "declaration": {"declaration_valid": True},
        "legal_basis": {"legal_bases": need.legal_bases},
        "role": {"roles": frozenset({need.role})},
    }
    change = reason.code.removeprefix("help.")
    people = [replace(person, **others.get(change, {})) for person in people]
    if change in {"later", "earlier"}:
        need = need.moved(details["weeks"] * (1 if change == "later" else -1))
        assert details.get("end_on", need.last_end_on) == need.last_end_on
        assert details.get("start_on", need.first_start_on) == need.first_start_on
    elif change == "cut":
        need = replace(need, effort=need.effort.cut_to(details["weekly_minutes"]))
    elif change in {"level", "not_must"}:
        need = with_level(need, LevelDrop(details["skill"], details["level"]))
    elif change == "online":
        need = replace(need, place=Place.ONLINE)
    return need, people


def count_of(answer, answers):
    return 0 if answer is None else answers.count(answer)


def test_what_helps_most_brings_in_as_many_as_it_says(worlds):
    seen = set()
    for need, pool, excluded, first_day in worlds:
        ranking = rank(need, pool)
        found = most_helpful(ranking, changes_for(ranking, first_day))
        if len(excluded) < len(pool.ids) or found is None:
            continue
        changed, people = with_help(need, pool, found)
        helped = sum(is_candidate(changed, person) for person in people)
        assert found.details["people"] == helped > 0
        cuts = [cut_by_trial(need, person) for person in excluded]
        shifts = [shift_by_trial(need, person, first_day) for person in excluded]
        assert helped >= count_of(best(cuts, lambda m: -m), cuts)
        assert helped >= count_of(best(shifts, lambda k: (abs(k), -k)), shifts)
        seen.add(found.code)
    assert {"help.later", "help.earlier", "help.cut", "help.level"} <= seen, seen


def test_a_candidate_needs_no_change():
    need, pool = open_need(), open_pool(open_person(3))
    assert smallest_cut(need, pool) is smallest_cut(need, pool, 3) is None
    assert smallest_shift(need, pool, MONDAY, 3) is None
    assert changes_for(rank(need, pool), MONDAY).drop_skill.tolist() == [-1]


def test_two_weeks_later_rather_than_two_weeks_earlier():
    need = open_need(
        weeks=1,
        first_start_on=MONDAY + timedelta(weeks=4),
        last_start_on=MONDAY + timedelta(weeks=4),
    )
    pool = open_pool(open_person(weeks={at: PersonWeek(300, 300) for at in (3, 4, 5)}))

    assert smallest_shift(need, pool, MONDAY) == 2
    assert smallest_cut(need, pool) == 300 + 0 * 15
    pool = open_pool(open_person(weeks={at: PersonWeek(0, 0) for at in range(4, 20)}))
    assert smallest_shift(need, pool, MONDAY) == -1
    assert smallest_shift(need, pool, MONDAY + timedelta(weeks=3)) == -1
    assert smallest_shift(need, pool, MONDAY + timedelta(weeks=3, days=1)) is None
    assert smallest_cut(need, pool) is None


def test_a_cut_shrinks_the_office_hours_with_it():
    need = open_need(effort=Effort(480, 360, 31))
    pool = open_pool(open_person(weeks={0: PersonWeek(960, 180)}))
    # 240 of 480 would need exactly 180 of 360; 255 needs floor15(191.25) = 180 as well.
    assert smallest_cut(need, pool) == 255


def test_a_cut_never_takes_more_than_half():
    need = open_need(effort=Effort(270, 0, 31))
    for free, expected in ((255, 255), (135, 135), (134, None), (0, None)):
        pool = open_pool(open_person(weeks={0: PersonWeek(free, free)}))
        assert smallest_cut(need, pool) == expected


def test_the_whole_page_of_four_hundred_is_explained_in_half_a_second():
    rng = random.Random(400)
    pool = some_pool(rng, people=400, weeks=60)
    need = replace(
        some_need(rng), role="SA", skills=(SkillNeed("A01", 3), SkillNeed("F01", 2)), weeks=16,
        effort=Effort(480, 360, 31), first_start_on=MONDAY + timedelta(weeks=2),
        last_start_on=MONDAY + timedelta(weeks=10),
    )  # fmt: skip
    ranking = rank(need, pool)
    excluded = [exclusion.person for exclusion in ranking.excluded]
    assert len(excluded) > 350

    before = time.perf_counter()
    changes = changes_for(ranking, date(2026, 11, 23))
    page = [(exclusions(ranking, who), suggestions(ranking, changes, who)) for who in excluded]
    relaxations(ranking)
    assert time.perf_counter() - before < 0.5
    assert all(why and how for why, how in page)
