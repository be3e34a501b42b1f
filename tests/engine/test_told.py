"""What is told of overlapping groups never tells of few people, however sums are combined."""

from itertools import combinations, product

import numpy as np
import pytest

from talentshare.engine.told import Atoms

ENOUGH = 5


def atoms_of(people, presence=None):
    people = np.array(people)
    shown = np.ones((len(people), 1), bool) if presence is None else np.array(presence, bool)
    return Atoms(shown, people, np.zeros(len(people), np.int64))


def first(count, of):
    return np.arange(of) < count


class Plain:
    """The definition, atom by atom."""

    def __init__(self, presence, people, marks):
        self.presence, self.people, self.marks = presence, people, marks

    def admits(self, members):
        if not self.is_told(members):
            return False
        marks = np.unique(self.marks * 2 + members, return_inverse=True)[1]
        split = np.intersect1d(self.marks[members], self.marks[~members])
        parts = np.unique(marks[np.isin(self.marks, split)])
        if not all(self.is_told(marks == mark) for mark in parts):
            return False
        self.marks = marks
        return True

    def is_told(self, members):
        for time in range(self.presence.shape[1]):
            there = self.people[members & self.presence[:, time]]
            if 0 < len(set(there.tolist())) < ENOUGH:
                return False
        return True


@pytest.mark.parametrize("seed", range(60))
def test_it_says_what_the_definition_says(seed):
    rng = np.random.default_rng(seed)
    pieces, times = rng.integers(30, 200), rng.integers(1, 4)
    people = rng.integers(0, pieces // 2, pieces)
    presence = rng.random((pieces, times)) < 0.8
    marks = rng.integers(0, 3, pieces)
    fast, plain = (kind(presence, people.copy(), marks.copy()) for kind in (Atoms, Plain))
    for share in rng.random(25):
        members = rng.random(pieces) < share
        assert fast.admits(members) == plain.admits(members)


def test_a_group_of_few_is_not_told():
    assert not atoms_of(range(20)).admits(first(4, 20))
    assert atoms_of(range(20)).admits(first(5, 20))


def test_a_group_that_leaves_few_is_not_told():
    assert not atoms_of(range(20)).admits(first(16, 20))


def test_a_group_that_differs_from_another_by_one_is_not_told():
    told = atoms_of(range(20))
    assert told.admits(first(8, 20))
    assert not told.admits(first(9, 20))
    assert told.admits(first(13, 20))


def test_several_pieces_of_one_person_are_one_person():
    assert not atoms_of([0] * 5 + list(range(1, 16))).admits(first(5, 20))


def test_at_a_time_with_few_nothing_is_told():
    presence = np.ones((20, 2), bool)
    presence[3:8, 1] = False
    assert not atoms_of(range(20), presence).admits(first(8, 20))


@pytest.mark.parametrize("seed", range(100))
def test_no_union_of_differences_is_of_few(seed):
    rng = np.random.default_rng(seed)
    people = rng.integers(0, 40, 60)
    atoms = atoms_of(people)
    told = [one for one in rng.random((8, 60)) < rng.random((8, 1)) if atoms.admits(one)]
    for some in combinations(told, min(3, len(told))):
        for sides in product((True, False), repeat=len(some)):
            both = np.all([one == side for one, side in zip(some, sides, strict=True)], axis=0)
            count = len(set(people[both].tolist()))
            assert count == 0 or count >= ENOUGH
