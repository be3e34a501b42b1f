"""The whole matrix against each position ranked alone, and each start asked for alone."""

import random
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from talentshare.engine.matrix import matrix
from talentshare.engine.people import PersonWeek
from talentshare.engine.rank import rank, rank_reference
from talentshare.engine.rules import WEIGHTS, names_of
from tests.engine.pools import pool_of
from tests.engine.worlds import MONDAY, open_need, open_person, open_pool, some_need, some_pool

WORLDS, POSITIONS = 40, 12
OTHER = WEIGHTS | {"skill": 5, "free_time": 45}


def several(seed):
    """Some positions beside one pool."""
    rng = random.Random(seed)
    weekdays = rng.choice([31, 31, 0b10010, 127])
    pool = some_pool(rng, people=10, weekdays=weekdays, free_share=0.3)
    return [some_need(rng, weekdays) for _ in range(POSITIONS)], pool


@pytest.mark.parametrize("weights", [WEIGHTS, OTHER])
def test_it_equals_ranking_each_position_alone(weights):
    pairs = 0
    for seed in range(WORLDS):
        needs, pool = several(seed)
        found = matrix(needs, [pool] * len(needs), weights)
        for row, need in enumerate(needs):
            candidates, excluded = rank_reference(need, pool, weights)
            fit = {c.person: c.score // 10 for c in candidates}
            rules = {e.person: e.rules for e in excluded}
            for column, person in enumerate(pool.ids.tolist()):
                assert found.fit[row, column] == fit.get(person, 0), (seed, row, person)
                assert names_of(int(found.masks[row, column])) == rules.get(person, ())
            assert (found.masks[row] == rank(need, pool, weights).masks).all()
            pairs += len(candidates)
    assert pairs > WORLDS * POSITIONS / 4


def test_a_start_is_possible_when_that_start_alone_breaks_no_rule():
    possible = impossible = 0
    for seed in range(WORLDS):
        needs, pool = several(seed)
        found = matrix(needs, [pool] * len(needs))
        for row, need in enumerate(needs):
            for at in range(need.starts):
                exact = replace(
                    need, first_start_on=need.start_on(at), last_start_on=need.start_on(at)
                )
                fits = {c.person for c in rank_reference(exact, pool)[0]}
                for column, person in enumerate(pool.ids.tolist()):
                    is_possible = at in found.starts_of(row, column)
                    assert is_possible == (person in fits), (seed, row, at, person)
                    possible += is_possible
                    impossible += not is_possible and found.masks[row, column] == 0
    assert min(possible, impossible) > WORLDS


def test_the_pairs_are_those_with_a_start_by_position_then_person():
    for seed in range(WORLDS):
        needs, pool = several(seed)
        found = matrix(needs, [pool] * len(needs))
        rows, people = found.pairs
        listed = list(zip(rows.tolist(), people.tolist(), strict=True))
        assert listed == [
            (row, column)
            for row in range(len(needs))
            for column in range(len(pool.ids))
            if found.starts_of(row, column)
        ]


def test_each_position_may_have_a_pool_counted_for_it():
    """Other weekdays, other papers: the people are the same."""
    week = open_person(1), open_person(2, declaration_valid=False)
    mondays = pool_of([open_person(1), open_person(2)], MONDAY, 20, 0b1)
    needs = [open_need(), open_need(effort=replace(open_need().effort, weekdays=0b1))]
    found = matrix(needs, [open_pool(*week), mondays])
    assert [names_of(int(mask)) for mask in found.masks.ravel()] == [(), ("declaration",), (), ()]


def test_a_gap_in_the_calendar_leaves_the_starts_beside_it():
    need = open_need(weeks=2, last_start_on=MONDAY + timedelta(weeks=5))
    person = open_person(weeks={3: PersonWeek(0, 0)})
    found = matrix([need], [open_pool(person)])
    assert found.starts_of(0, 0) == [0, 1, 4, 5]


def test_one_week_in_a_month_without_hours_left_is_one_too_many():
    need = open_need(last_start_on=MONDAY + timedelta(weeks=2))
    person = open_person(month_left={date(2027, 1, 1): 479})
    assert matrix([need], [open_pool(person)]).starts_of(0, 0) == [0]


def test_other_people_are_refused_and_nothing_is_answered():
    need = open_need()
    with pytest.raises(ValueError, match="same people"):
        matrix([need, need], [open_pool(open_person(1)), open_pool(open_person(2))])
    with pytest.raises(ValueError):
        matrix([need, need], [open_pool(open_person(1))])
    with pytest.raises(ValueError, match="weights"):
        matrix([need], [open_pool(open_person(1))], {})
    assert matrix([], []).masks.shape == (0, 0)
    assert matrix([need], [pool_of([], MONDAY, 20, 31)]).fit.shape == (1, 0)
    assert np.array_equal(matrix([], []).pairs[0], [])
