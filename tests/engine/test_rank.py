"""The columnar ranking against the rules one person at a time, and its edges one by one."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from talentshare.engine import points
from talentshare.engine.people import PersonWeek, person_of
from talentshare.engine.problem import COLUMNS, Marks, Need, Place, SkillNeed
from talentshare.engine.rank import prepare, rank, rank_reference
from talentshare.engine.rules import MUST, PREFER, WEIGHTS, names_of
from talentshare.engine.starts import BLOCK
from talentshare.engine.week import Effort
from tests.engine.pools import pool_of
from tests.engine.worlds import MONDAY, open_need, open_person, open_pool, world

WORLDS = 1000


def test_columns_and_rules_agree_fully_on_a_thousand_worlds():
    candidates, broken = 0, dict.fromkeys(MUST, 0)
    for seed in range(WORLDS):
        need, pool = world(seed)
        ranking = rank(need, pool)
        assert (ranking.candidates, ranking.excluded) == rank_reference(need, pool), seed
        candidates += len(ranking.order)
        for exclusion in ranking.excluded:
            for name in exclusion.rules:
                broken[name] += 1
    assert candidates > WORLDS / 2
    assert min(broken.values()) > WORLDS / 10, broken


def test_other_weights_agree_too():
    weights = {
        "skill": 0,
        "evidence": 7,
        "free_time": 40,
        "experience": 3,
        "balance": 50,
        "fairness": 0,
    }
    for seed in range(100):
        need, pool = world(seed)
        assert rank(need, pool, weights).candidates == rank_reference(need, pool, weights)[0]


def test_parts_add_up_and_ties_go_by_id():
    for seed in range(200):
        need, pool = world(seed)
        found = rank(need, pool).candidates
        assert [(-c.score, c.person) for c in found] == sorted((-c.score, c.person) for c in found)
        for c in found:
            assert sum(c.parts.values()) == c.score
            assert all(0 <= part <= 100 * WEIGHTS[name] for name, part in c.parts.items())


def test_equal_people_come_by_id_in_any_order_of_input():
    people = [open_person(who) for who in (30, 4, 111, 5)]
    one = rank(open_need(), open_pool(*people))
    two = rank(open_need(), open_pool(*reversed(people)))
    assert [c.person for c in one.candidates] == [4, 5, 30, 111]
    assert one.candidates == two.candidates


def test_people_survive_the_way_into_columns_and_back():
    _, pool = world(5)
    people = [person_of(pool, at) for at in range(len(pool.ids))]
    again = pool_of(people, pool.first_week_on, pool.weeks, pool.weekdays)
    assert [person_of(again, at) for at in range(len(pool.ids))] == people


def test_a_part_of_the_pool_is_ranked_the_same():
    for seed in range(100):
        need, pool = world(seed)
        few = rank(need, pool.take(np.array([5, 1, 2])))
        ids = {int(pool.ids[at]) for at in (1, 2, 5)}
        assert few.candidates == [c for c in rank(need, pool).candidates if c.person in ids]
        assert few.excluded == [e for e in rank(need, pool).excluded if e.person in ids]


def test_more_people_than_one_block_holds_are_judged_alike():
    for seed in range(12):
        need, few = world(seed, people=11)
        times = 2 * BLOCK // len(few.ids) + 3
        many = repeated(few, times)
        one, all_of_them = rank(need, few), rank(need, many)
        assert np.array_equal(all_of_them.masks, np.tile(one.masks, times))
        assert np.array_equal(all_of_them.starts, np.tile(one.starts, times))
        assert np.array_equal(all_of_them.missing, np.tile(one.missing, times))
        assert np.array_equal(all_of_them.score, np.repeat(one.score, times))


def repeated(pool, times):
    """The same people again and again under other ids."""
    step = int(pool.ids.max()) + 1

    def ids_of(ids):
        return np.concatenate([ids + step * n for n in range(times)])

    def marks_of(table):
        return {
            key: Marks(ids_of(marks.ids), np.tile(marks.values, times))
            for key, marks in table.items()
        }

    columns = {name: getattr(pool, name) for name in COLUMNS}
    return replace(
        pool,
        ids=ids_of(pool.ids),
        **{n: np.tile(c, (1, times) if c.ndim == 2 else times) for n, c in columns.items()},
        **{
            n: marks_of(getattr(pool, n))
            for n in ("serving", "body_experience", "theme_experience")
        },
        suppliers={key: ids_of(ids) for key, ids in pool.suppliers.items()},
    )


def test_what_is_compiled_has_one_form_for_all_pools():
    """A second form would be compiled while somebody waits."""
    prepare()
    for seed in range(50):
        rank(*world(seed))
    assert len(points.whole.signatures) == 1


def test_wider_integers_change_nothing():
    for seed in range(100):
        need, pool = world(seed)
        wide = replace(
            pool,
            free_total=pool.free_total.astype(np.int32),
            free_inside=pool.free_inside.astype(np.int32),
        )
        assert rank(need, wide).candidates == rank(need, pool).candidates
        assert rank(need, wide).excluded == rank(need, pool).excluded


def only(need, person):
    ranking = rank(need, open_pool(person))
    return ranking.candidates[0] if len(ranking.order) else ranking.excluded[0]


def rules_of(need, person):
    result = only(need, person)
    return getattr(result, "rules", ())


@pytest.mark.parametrize(
    ("rule", "need", "person"),
    [
        ("role", {}, {"roles": frozenset({"PM"})}),
        ("role", {"role": "no such role"}, {}),
        ("must_skills", {}, {"verified": {"A01": 1}, "claimed": {"A01": 1}}),
        ("must_skills", {"skills": (SkillNeed("no such skill", 1),)}, {}),
        ("free_time", {}, {"weeks": {3: PersonWeek(479, 479)}}),
        ("free_time", {}, {"weeks": {0: PersonWeek(480, 359)}}),
        ("leave_share", {}, {"weeks": {1: PersonWeek(on_leave=True)}}),
        ("month_cap", {}, {"month_left": {date(2026, 12, 1): 4 * 480 - 1}}),
        (
            "bodies_per_week",
            {},
            {"max_bodies": 2, "weeks": {2: PersonWeek(960, 960, bodies_served=2)}},
        ),
        ("place", {}, {"online": False}),
        ("place", {"place": Place.ONSITE}, {"onsite": False}),
        ("place", {"place": Place.HYBRID}, {"online": False}),
        ("place", {"place": Place.HYBRID, "areas": 0b100}, {"areas": 0b011}),
        ("place", {"place": Place.ONSITE, "island": True}, {"islands": False}),
        ("engaged", {}, {"weeks": {3: PersonWeek(960, 960, engaged=False)}}),
        ("pledge", {}, {"pledge_valid": False}),
        ("declaration", {}, {"declaration_valid": False}),
        (
            "no_conflict",
            {"suppliers": frozenset({"sample"})},
            {"suppliers": frozenset({"sample", "b"})},
        ),
        ("legal_basis", {"legal_bases": 0b10}, {"legal_bases": 0b01}),
    ],
)
def test_each_rule_excludes_by_itself(rule, need, person):
    assert rules_of(open_need(), open_person()) == ()
    assert rules_of(open_need(**need), open_person(**person)) == (rule,)


@pytest.mark.parametrize(
    ("need", "person"),
    [
        ({}, {"verified": {}, "claimed": {"A01": 2}}),
        ({}, {"weeks": {0: PersonWeek(480, 360)}}),
        ({"weeks": 5}, {"weeks": {1: PersonWeek(on_leave=True)}}),
        ({}, {"month_left": {date(2026, 12, 1): 4 * 480}}),
        ({}, {"max_bodies": 1, "weeks": {2: PersonWeek(960, 960, True * 0, True, 1, frozenset({1}))}}),
        ({"place": Place.ONSITE}, {"online": False}),
        ({"island": True}, {"islands": False, "onsite": False, "areas": 0}),
        ({"suppliers": frozenset({"sample"})}, {"suppliers": frozenset({"samples"})}),
        ({"weeks": 4}, {"weeks": {4: PersonWeek(0, 0)}}),
        ({"closed": frozenset({MONDAY + timedelta(days=d) for d in range(5)})}, {"weeks": {0: PersonWeek(0, 0)}}),
    ],
)  # fmt: skip
def test_what_does_not_exclude(need, person):
    assert rules_of(open_need(**need), open_person(**person)) == ()


def test_one_start_must_keep_all_rules_together():
    need = open_need(weeks=2, last_start_on=MONDAY + timedelta(weeks=1))
    person = open_person(weeks={0: PersonWeek(0, 0), 2: PersonWeek(960, 960, engaged=False)})
    exclusion = only(need, person)

    assert exclusion.rules == ("engaged",)
    assert exclusion.start_on == MONDAY + timedelta(weeks=1)
    assert exclusion.missing_minutes == 0


def test_the_best_start_breaks_least_then_misses_least_then_is_first():
    need = open_need(weeks=1, last_start_on=MONDAY + timedelta(weeks=3))
    short = {0: 100, 1: 300, 2: 300, 3: 200}
    person = open_person(weeks={at: PersonWeek(free, free) for at, free in short.items()})
    exclusion = only(need, person)
    assert (exclusion.start_on, exclusion.missing_minutes) == (MONDAY + timedelta(weeks=1), 180)


def test_the_first_start_that_fits_is_taken_and_leave_is_skipped():
    need = open_need(weeks=5, last_start_on=MONDAY + timedelta(weeks=4))
    person = open_person(weeks={0: PersonWeek(0, 0), 3: PersonWeek(on_leave=True)})
    found = only(need, person)

    assert found.start_on == MONDAY + timedelta(weeks=1)
    assert found.skipped == (MONDAY + timedelta(weeks=3),)
    assert [week.minutes for week in found.weeks] == [480] * 5
    assert [week.on_leave for week in found.weeks] == [False, False, True, False, False]


def test_weeks_beyond_the_ledger_are_not_free():
    need = open_need(
        first_start_on=MONDAY + timedelta(weeks=17), last_start_on=MONDAY + timedelta(weeks=17)
    )
    exclusion = only(need, open_person())
    assert (exclusion.rules, exclusion.missing_minutes) == (("free_time",), 480)


def test_a_week_counts_in_the_month_of_its_thursday():
    # The week of 2026-12-28 has its Thursday on 31 December.
    need = open_need(weeks=5, effort=Effort(480, 0, 31))
    assert rules_of(need, open_person(month_left={date(2026, 12, 1): 4 * 480 - 1})) == (
        "month_cap",
    )
    assert rules_of(need, open_person(month_left={date(2026, 12, 1): 4 * 480})) == ()
    assert rules_of(need, open_person(month_left={date(2027, 1, 1): 479})) == ("month_cap",)


def test_claims_count_less_and_are_flagged():
    verified, claimed = open_person(1), open_person(2, verified={}, claimed={"A01": 2})
    first, second = rank(open_need(), open_pool(claimed, verified)).candidates
    assert (first.person, first.claimed_only) == (1, ())
    assert (second.person, second.claimed_only) == (2, ("A01",))
    assert first.parts["skill"] == second.parts["skill"]
    assert first.parts["evidence"] == 2 * second.parts["evidence"] == 100 * WEIGHTS["evidence"]


@pytest.mark.parametrize(
    ("part", "better", "worse"),
    [
        ("skill", {"verified": {"A01": 3}}, {"verified": {"A01": 2}}),
        ("free_time", {}, {"weeks": {0: PersonWeek(480, 480)}}),
        ("experience", {"body_experience": {1: 1}}, {"theme_experience": {"": 1}}),
        ("experience", {"theme_experience": {"": 1}}, {}),
        ("balance", {"load_permille": 300}, {"load_permille": 800}),
        ("fairness", {"served_minutes": 0}, {"served_minutes": 4800}),
    ],
)
def test_each_preference_orders_by_what_it_says(part, better, worse):
    first, second = rank(
        open_need(), open_pool(open_person(9, **better), open_person(1, **worse))
    ).candidates
    assert (first.person, second.person) == (9, 1)
    assert first.parts[part] > second.parts[part]
    assert {n: p for n, p in first.parts.items() if n != part} == {
        n: p for n, p in second.parts.items() if n != part
    }


def test_the_pool_must_be_counted_for_the_needs_weekdays():
    with pytest.raises(ValueError, match="weekdays"):
        rank(open_need(effort=Effort(480, 0, 0b11)), open_pool(open_person()))


@pytest.mark.parametrize("weights", [{}, {**WEIGHTS, "skill": 31}, {**WEIGHTS, "age": 0}])
def test_wrong_weights_are_refused(weights):
    for judge in (rank, rank_reference):
        with pytest.raises(ValueError, match="weights"):
            judge(open_need(), open_pool(open_person()), weights)


@pytest.mark.parametrize(
    "wrong",
    [
        {"first_start_on": MONDAY + timedelta(days=1)},
        {"last_start_on": MONDAY - timedelta(weeks=1)},
        {"weeks": 0},
        {"weeks": 105},
        {"skills": (SkillNeed("A01", 2), SkillNeed("A01", 1))},
        {"skills": (SkillNeed("A01", -1),)},
        {"skills": (SkillNeed("A01", 1, worth=0),)},
    ],
)
def test_impossible_needs_are_refused(wrong):
    with pytest.raises(ValueError):
        open_need(**wrong)


def test_impossible_pools_are_refused():
    pool = open_pool(open_person(1), open_person(2))
    for wrong in (
        {"ids": np.array([2, 1])},
        {"online": np.ones(3, dtype=bool)},
        {"free_total": pool.free_total - 2000},
        {"first_week_on": MONDAY + timedelta(days=2)},
    ):
        with pytest.raises(ValueError):
            replace(pool, **wrong)


def test_nobody_and_no_skill_are_answered_too():
    empty = pool_of([], MONDAY, 20, 31)
    assert rank(open_need(), empty).candidates == rank(open_need(), empty).excluded == []
    found = only(open_need(skills=()), open_person())
    assert found.parts["skill"] == found.parts["evidence"] // 2 * 3 == 3000


def test_stored_masks_keep_their_meaning():
    assert {name: rule.bit for name, rule in MUST.items()} == {
        "free_time": 0, "leave_share": 1, "month_cap": 2, "bodies_per_week": 3, "engaged": 4,
        "role": 5, "must_skills": 6, "place": 7, "pledge": 8, "declaration": 9,
        "no_conflict": 10, "legal_basis": 11,
    }  # fmt: skip
    assert names_of(0b100001) == ("role", "free_time")
    assert sum(WEIGHTS.values()) == 100
    assert list(PREFER) == list(WEIGHTS)


def test_what_must_never_count_is_not_even_there():
    fields = set(Need.__dataclass_fields__) | set(open_person().__dataclass_fields__)
    never = (
        "decline",
        "address",
        "age_",
        "birth",
        "sex",
        "gender",
        "evaluation",
        "rating",
        "elsewhere",
    )
    assert not [field for field in fields for word in never if word in field]


def test_equal_work_by_leave_elsewhere_scores_the_same():
    at_work, on_leave_later = open_person(1), open_person(2, weeks={9: PersonWeek(on_leave=True)})
    first, second = rank(open_need(), open_pool(at_work, on_leave_later)).candidates
    assert (first.score, first.parts) == (second.score, second.parts)
