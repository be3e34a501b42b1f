"""Seeded bugs in the columns: each must be noticed by the comparison with the rules."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from talentshare.engine import columns as true_columns
from talentshare.engine import rank as true_rank
from tests.engine.worlds import world

BUGS = [
    ("return np.asarray(pool.has_role[pool.roles", "return ~np.asarray(pool.has_role[pool.roles"),
    ("(verified[at] >= asked.level) | (claimed[at]", "(verified[at] >= asked.level) & (claimed[at]"),
    ("        if asked.must:\n", "        if True:\n"),
    ("if need.place != Place.ONSITE:", "if need.place == Place.ONLINE:"),
    ("(need.areas & ~pool.areas) == 0", "(need.areas & pool.areas) != 0"),
    ("        if need.island:\n", "        if False:\n"),
    ("return pool.pledge_valid", "return pool.declaration_valid"),
    ("clear[at[known]] = False", "clear[at[:1]] = False"),
    ("(pool.legal_bases & need.legal_bases) != 0", "pool.legal_bases == need.legal_bases"),
    ("share // STEP * STEP", "share"),
    ("// effort.weekdays.bit_count()", "// 7"),
    ("_weeks(pool.free_total, at, weeks, 0)", "_weeks(pool.free_total, at, weeks, 9999)"),
    ("on_leave if days.all() else on_leave & (days > 0)[:, None]", "on_leave"),
    ("crowded: Bools = served >= pool.max_bodies", "crowded: Bools = served > pool.max_bodies"),
    ("served[row, column] > pool.max_bodies[column]", "served[row, column] >= pool.max_bodies[column]"),
    ("> need.leave_weeks", ">= need.leave_weeks"),
    ("_bits(gaps != 0", "_bits(gaps > 15"),
    ("np.maximum(gaps, span.asked_inside - span.free_inside, out=gaps)", "np.minimum(gaps, span.asked_inside - span.free_inside, out=gaps)"),
    ("np.multiply(gaps, span.is_counted, out=gaps)", "pass"),
    ("span.asked * span.is_counted", "span.asked * np.ones_like(span.is_counted)"),
    ("over.get(start, none) | parts[part]", "parts[part]"),
    ("parts[part] = taken[part[1]] - taken[part[0]] > pool", "parts[part] = taken[part[1]] > pool"),
    ("where=key < best", "where=key <= best"),
    ("COUNT_AT = 24", "COUNT_AT = 6"),
    ("held - asked.level))", "held + asked.level))"),
    ("proof = np.where(chosen.verified[at] >=", "proof = np.where(chosen.verified[at] >"),
    ("np.minimum(np.maximum(free, 0), asked)", "np.maximum(free, 0)"),
    ("np.minimum(MOST_TIMES, body)", "body"),
    ("np.minimum(1000, pool.load_permille[chosen.columns])", "pool.load_permille[chosen.columns]"),
    ("np.maximum(0, SERVED_PLENTY - pool", "np.abs(SERVED_PLENTY - pool"),
]  # fmt: skip
BUGS_OF_RANK = [
    ('np.argsort(-score, kind="stable")', "np.argsort(score)"),
    ("kept[order], score[order]", "kept, score[order]"),
    ("columns.broken_still(need, pool) | codes", "columns.broken_still(need, pool) + 2 * codes"),
]


def changed(module, old, new):
    """Return a copy of the module with one piece of its source exchanged."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"stands {source.count(old)} times in the source: {old}"
    copy = ModuleType(module.__name__ + "_changed")
    exec(compile(source.replace(old, new), module.__file__, "exec"), copy.__dict__)
    return copy


def rank_on(columns):
    """Return a copy of the ranking that computes with these columns."""
    copy = changed(true_rank, "import columns\n", "import columns\n")
    copy.columns = columns
    return copy


def notices(rank_module):
    """Tell whether the comparison with the true rules finds a difference."""
    for seed in range(400):
        need, pool = world(seed, people=12)
        true = true_rank.rank(need, pool)
        try:
            ranking = rank_module.rank(need, pool)
        except (ValueError, IndexError, TypeError):
            return True
        columns = ("order", "score", "parts", "masks", "starts", "missing")
        if not all(np.array_equal(getattr(ranking, n), getattr(true, n)) for n in columns):
            return differs_from_reference(ranking, need, pool)
    return False


def differs_from_reference(ranking, need, pool):
    candidates, excluded = true_rank.rank_reference(need, pool)
    found = [(c.person, c.score, dict(c.parts), c.start_on) for c in ranking.candidates]
    wanted = [(c.person, c.score, dict(c.parts), c.start_on) for c in candidates]
    out = [(e.person, e.rules, e.start_on, e.missing_minutes) for e in ranking.excluded]
    return (found, out) != (
        wanted,
        [(e.person, e.rules, e.start_on, e.missing_minutes) for e in excluded],
    )


@pytest.mark.parametrize(("old", "new"), BUGS)
def test_a_bug_in_a_columnar_rule_is_noticed(old, new):
    assert notices(rank_on(changed(true_columns, old, new)))


@pytest.mark.parametrize(("old", "new"), BUGS_OF_RANK)
def test_a_bug_in_the_order_is_noticed(old, new):
    assert notices(changed(true_rank, old, new))


def test_the_copy_without_a_bug_is_not_blamed():
    assert not notices(rank_on(changed(true_columns, "COUNT_AT = 24", "COUNT_AT = 25")))
