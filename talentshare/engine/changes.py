"""The smallest change that would make somebody a candidate: a rule, hours, weeks or a level.

All answers equal `rank_reference` tried over every possibility (tests); here in columns.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from talentshare.engine import columns
from talentshare.engine.problem import Bools, Ints, Need, Pool
from talentshare.engine.rank import Ranking
from talentshare.engine.rules import MUST
from talentshare.engine.week import STEP

FARTHEST = 26
LEAST_SHARE = 2


@dataclass(frozen=True, eq=False)
class Changes:
    """Per person (p,), each alone enough; 0 (of `drop_skill` -1) where it does not help.

    `cut_minutes` the largest weekly minutes below those asked, at least half of them;
    `shift_weeks` the smallest move, negative = earlier; `drop_skill` which of the need's skills,
    `drop_level` to which level.
    """

    cut_minutes: Ints
    shift_weeks: Ints
    drop_skill: Ints
    drop_level: Ints


def relaxations(ranking: Ranking, apart: Bools | None = None) -> dict[str, int]:
    """Return per MUST rule how many more people are candidates when it alone is not asked.

    `apart` (p,): who could not be asked whatever the rules; they are not counted.
    """
    need, pool = ranking.need, ranking.pool
    codes = columns.judge(columns.beside(need, pool)).codes
    still, excluded = columns.broken_still(need, pool), ranking.masks != 0
    if apart is not None:
        excluded &= ~apart
    on_time = (codes == 0).any(axis=0)
    gained = {}
    for name, rule in MUST.items():
        bit = 1 << rule.bit
        alone = still == bit
        if rule.moves:
            alone = (still == 0) & ((codes & (0xFF ^ bit)) == 0).any(axis=0)
        gained[name] = int((alone & excluded & (on_time | rule.moves)).sum())
    return gained


def changes_for(ranking: Ranking, first_day: date) -> Changes:
    """Return the smallest changes for everybody who is excluded, at once.

    `first_day`: no window may start before it.
    """
    need, pool = ranking.need, ranking.pool
    fits = _fits_in_time(need, pool)
    late = _only_late(need, pool, fits)
    skills, levels = _drops(need, pool, fits)
    return Changes(_cuts(need, pool, late), _shifts(need, pool, first_day, late), skills, levels)


def smallest_cut(need: Need, pool: Pool, person: int | None = None) -> int | None:
    """Return the largest weekly minutes below those asked at which this person is a candidate.

    Steps of 15, never below half of those asked: less would be another need. The part inside
    office hours shrinks with them. Without `person`: at which anybody who is excluded becomes
    one. None when no such cut helps or none is needed.
    """
    few = _of(pool, person)
    cuts = _cuts(need, few, _only_late(need, few, _fits_in_time(need, few)))
    return int(cuts.max(initial=0)) or None


def smallest_shift(
    need: Need, pool: Pool, first_day: date, person: int | None = None
) -> int | None:
    """Return the smallest move of the window, in weeks, that makes this person a candidate.

    At most 26 weeks, positive = later, later before earlier on a tie, never to start before
    `first_day`. Without `person`: anybody who is excluded. None as in `smallest_cut`.
    """
    few = _of(pool, person)
    late = _only_late(need, few, _fits_in_time(need, few))
    shifts = _shifts(need, few, first_day, late).tolist()
    return min((k for k in shifts if k), key=lambda k: (abs(k), -k), default=None)


def _of(pool: Pool, person: int | None) -> Pool:
    return pool if person is None else pool.take(pool.ids == person)


def _on_time(
    need: Need, pool: Pool, starts: range | None = None, efforts: tuple[Any, Any] | None = None
) -> Bools:
    """Claim per start, (s, p), that no rule that moves with it is broken."""
    return np.asarray(columns.judge(columns.beside(need, pool, starts, efforts)).codes == 0)


def _fits_in_time(need: Need, pool: Pool) -> Bools:
    """Claim who breaks, at some start, no rule that moves with it."""
    return np.asarray(_on_time(need, pool).any(axis=0))


def _only_late(need: Need, pool: Pool, fits: Bools) -> Bools:
    """Claim who is excluded by rules that move with the start, and by no other."""
    return np.asarray((columns.broken_still(need, pool) == 0) & ~fits)


def _cuts(need: Need, pool: Pool, late: Bools) -> Ints:
    """Bisect the steps for all at once: who fits some minutes fits fewer, rule by rule."""
    effort = need.effort
    found, few = np.zeros(len(pool.ids), np.int32), pool.take(late)
    none = max(0, -(-effort.minutes_per_week // (LEAST_SHARE * STEP)) - 1)
    low = np.full(len(few.ids), none, np.int32)
    high = np.full(len(few.ids), max(0, effort.minutes_per_week - 1) // STEP, np.int32)
    while (low < high).any():
        middle = (low + high + 1) // 2
        minutes = middle * STEP
        inside = effort.inside_minutes_per_week * minutes // max(1, effort.minutes_per_week)
        fits = _on_time(need, few, None, (minutes, inside // STEP * STEP)).any(axis=0)
        low = np.where(fits, middle, low)
        high = np.where(fits, high, middle - 1)
    found[late] = np.where(low > none, low * STEP, 0)
    return found


def _shifts(need: Need, pool: Pool, first_day: date, late: Bools) -> Ints:
    found, few = np.zeros(len(pool.ids), np.int32), pool.take(late)
    # The first Monday on or after the first day, in weeks after the first start.
    earliest = max(-FARTHEST, -((need.first_start_on - first_day).days // 7))
    if earliest > FARTHEST or not len(few.ids):
        return found
    on_time = _on_time(need, few, range(earliest, FARTHEST + need.starts))
    sums = np.vstack([np.zeros(len(few.ids), np.int32), on_time.cumsum(axis=0, dtype=np.int32)])
    any_start = sums[need.starts :] > sums[: -need.starts]
    shift = np.zeros(len(few.ids), np.int32)
    moves = sorted(range(earliest, FARTHEST + 1), key=lambda k: (-abs(k), k))
    for move in moves:
        shift[any_start[move - earliest]] = move
    found[late] = shift
    return found


def _drops(need: Need, pool: Pool, fits: Bools) -> tuple[Ints, Ints]:
    held = np.maximum(*columns.levels(need, pool))
    short = np.array(
        [line < s.level if s.must else line < 0 for s, line in zip(need.skills, held, strict=True)],
        dtype=bool,
    ).reshape(held.shape)
    alone = columns.broken_still(need, pool) == 1 << MUST["must_skills"].bit
    helped = alone & (short.sum(axis=0) == 1) & fits
    skill = np.full(len(pool.ids), -1)
    level = np.zeros(len(pool.ids), np.int32)
    if helped.any():
        skill[helped] = short[:, helped].argmax(axis=0)
        level[helped] = held[skill[helped], helped]
    return skill, level
