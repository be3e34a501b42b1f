"""Seeded bugs in the columns: each must be noticed by the comparison with the rules.

The copies with a bug are not compiled: what is compiled is kept, and would be taken for the truth.
"""

from pathlib import Path
from types import ModuleType

import numba
import numpy as np
import pytest

from talentshare.engine import columns as true_columns
from talentshare.engine import points as true_points
from talentshare.engine import rank as true_rank
from talentshare.engine import standing as true_standing
from talentshare.engine import starts as true_starts
from tests.engine.worlds import world

TRUE = {"columns": true_columns, "points": true_points, "rank": true_rank,
        "standing": true_standing, "starts": true_starts}  # fmt: skip
BUGS = [
    ("standing", "(u16(u8(1) - has_role[i])", "(u16(has_role[i])"),
    ("standing", "max(verified[i], claimed[i]) < level", "min(verified[i], claimed[i]) < level"),
    ("standing", "if ask.is_must[k] and ask.rows[k] >= 0", "if ask.rows[k] >= 0"),
    ("columns", "int(need.place != Place.ONSITE)", "int(need.place == Place.ONLINE)"),
    ("standing", "(asked & ~areas[i]) != 0", "(asked & areas[i]) == 0"),
    ("standing", "        if ask.island:\n", "        if False:\n"),
    ("columns", "_claims(pool.pledge_valid)", "_claims(pool.declaration_valid)"),
    ("standing", "masks[column] |= u16(1 << CONFLICT)", "masks[column] &= u16(1 << CONFLICT)"),
    ("columns", "tied.append(at[known])", "tied.append(at[:1])"),
    ("standing", "(bases[i] & asked) == 0", "bases[i] != asked"),
    ("columns", "share // STEP * STEP", "share"),
    ("columns", "// effort.weekdays.bit_count()", "// 7"),
    ("columns", "BEYOND = (0, 0, False, True, 0)", "BEYOND = (9999, 9999, False, True, 0)"),
    ("columns", "(days > 0).view(np.uint8)", "(days >= 0).view(np.uint8)"),
    ("columns", "days[week] -= 1", "days[week] -= 0"),
    ("columns", "and weekdays >> weekday & 1", ""),
    ("columns", "np.arange(first, first + weeks) + 3", "np.arange(first, first + weeks)"),
    ("columns", "week[inside] - first)", "week[inside] * 0)"),
    ("starts", "served[week, at] - same[week, i]) >= most[at]", "served[week, at]) >= most[at]"),
    ("starts", "same[week, i]) >= most[at]", "same[week, i]) > most[at]"),
    ("starts", "room.same[serving.values[at], serving.columns[at] - low] = 0", "pass"),
    ("starts", "u8(ask.length - ask.leave_weeks)", "u8(ask.length - ask.leave_weeks + 1)"),
    ("starts", "u8(missing[end, i] != missing[at, i])", "u8(missing[end, i] > missing[at, i] + 15)"),
    ("starts", "lacks = max(i16(minutes[i] - total[week, at])", "lacks = min(i16(minutes[i] - total[week, at])"),
    ("starts", "i16(max(lacks, i16(0)) * works[i])", "i16(max(lacks, i16(0)))"),
    ("starts", "i16(minutes[i] * works[i])", "i16(minutes[i])"),
    ("starts", "over[at, i] |= u8(part", "over[at, i] = u8(part"),
    ("starts", "min(end, at + ask.length), max(first, at)", "end, max(first, at)"),
    ("starts", "    room.over[:] = 0\n", ""),
    ("starts", "!= length) << u8(ENGAGED)", "== 0) << u8(ENGAGED)"),
    ("starts", "(crowded[end, i] != crowded[at, i])", "(crowded[end, i] != crowded[0, i])"),
    ("starts", "START_BITS, COUNT_AT = 8, 28", "START_BITS, COUNT_AT = 8, 14"),
    ("starts", "START_BITS, COUNT_AT = 8, 28", "START_BITS, COUNT_AT = 0, 28"),
    ("points", "scale.skill_above * (held - needed)", "scale.skill_above * (held + needed)"),
    ("points", "        if verified >= level:\n", "        if verified > level:\n"),
    ("points", "min(max(int(of.total[week, who[i]]) - minutes, 0), minutes)", "max(int(of.total[week, who[i]]) - minutes, 0)"),
    ("points", "if not of.on_leave[week, who[i]] & ask.is_open[week]", "if True"),
    ("points", "step * min(most, marks.values[at])", "step * marks.values[at]"),
    ("points", "min(WHOLE_LOAD, of.load_permille[who[i]])", "of.load_permille[who[i]]"),
    ("points", "max(0, scale.served_plenty - of.served_minutes[who[i]])", "abs(scale.served_plenty - of.served_minutes[who[i]])"),
    ("rank", 'np.argsort((BEST - score).astype(np.uint16), kind="stable")', "np.argsort(score)"),
    ("rank", "found = who[order], score[order]", "found = who, score[order]"),
    ("points", "masks[i] |= judged[2][i]", "masks[i] += 2 * judged[2][i]"),
]  # fmt: skip


def changed(module, old, new):
    """Return a copy of the module, not compiled, with one piece of its source exchanged."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert source.count(old) == 1, f"stands {source.count(old)} times in the source: {old}"
    copy = ModuleType(module.__name__ + "_changed")
    exec(compile(source.replace(old, new), module.__file__, "exec"), copy.__dict__)
    return copy


def rank_with(name, old, new):
    """Return a copy of the ranking where everything is as it is but one piece of one module."""
    copies = {
        one: changed(true, *((old, new) if one == name else ("\nimport numpy as np\n",) * 2))
        for one, true in TRUE.items()
    }
    copies["starts"].BLOCK = 5
    copies["points"].judge = copies["starts"].judge
    copies["points"].still = copies["standing"].still
    for one in ("starts", "standing", "points"):
        setattr(copies["columns"], one, copies[one])
    copies["rank"].columns = copies["columns"]
    return copies["rank"]


@pytest.fixture(autouse=True)
def _not_compiled(monkeypatch):
    monkeypatch.setattr(numba.config, "DISABLE_JIT", 1)


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


@pytest.mark.parametrize(("name", "old", "new"), BUGS)
def test_a_bug_is_noticed(name, old, new):
    assert notices(rank_with(name, old, new))


def test_the_copy_without_a_bug_is_not_blamed():
    assert not notices(
        rank_with("starts", "START_BITS, COUNT_AT = 8, 28", "START_BITS, COUNT_AT = 7, 28")
    )
