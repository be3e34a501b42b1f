"""What a ranking is given: one position (`Need`) and a columnar snapshot of people (`Pool`)."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from talentshare.engine.week import WORKING_DAYS, Effort
from talentshare.kernel.weeks import month_of_week

Ints = npt.NDArray[np.integer[Any]]
T = TypeVar("T")
Bools = npt.NDArray[np.bool_]

NO_CAP = 1 << 30
LONGEST = 104
MOST_STARTS = 105
LEAVE_SHARE = 5


class Place(StrEnum):
    ONLINE = "online"
    ONSITE = "onsite"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class SkillNeed:
    """A skill at least at `level` (0 = not needed); `worth` weighs it against the others."""

    skill: str
    level: int
    must: bool = True
    worth: int = 1


@dataclass(frozen=True)
class Need:
    """One position. Starts are Mondays; masks: weekdays in `effort`, `areas`, `legal_bases`.

    `weeks` <= 104 and at most 105 possible starts. `areas` is the mask of areas to travel to when
    on site, `suppliers` the keys of companies concerned, `legal_bases` the possible ones,
    `closed` the holidays and closures. Errors: ValueError for what no position can be.
    """

    id: int
    role: str
    skills: tuple[SkillNeed, ...]
    effort: Effort
    weeks: int
    first_start_on: date
    last_start_on: date
    body: int
    theme: str = ""
    place: Place = Place.ONLINE
    areas: int = 0
    island: bool = False
    suppliers: frozenset[str] = frozenset()
    legal_bases: int = 1
    closed: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.first_start_on.weekday() or self.last_start_on.weekday():
            raise ValueError("starts are Mondays")
        if not 1 <= self.weeks <= LONGEST or not 1 <= self.starts <= MOST_STARTS:
            raise ValueError("a position lasts 1 to 104 weeks and starts in an ordered window")
        if len({s.skill for s in self.skills}) < len(self.skills):
            raise ValueError("a skill is asked for once")
        if any(s.level < 0 or s.worth < 1 for s in self.skills):
            raise ValueError("levels are at least 0, worths at least 1")

    @property
    def starts(self) -> int:
        """How many Mondays the position may start on."""
        return (self.last_start_on - self.first_start_on).days // 7 + 1

    @property
    def leave_weeks(self) -> int:
        """How many weeks of leave may be skipped: a fifth of the length."""
        return self.weeks // LEAVE_SHARE

    @property
    def last_end_on(self) -> date:
        """The Friday by which the latest stay ends."""
        return self.last_start_on + timedelta(weeks=self.weeks - 1, days=4)

    def start_on(self, at: int) -> date:
        return self.first_start_on + timedelta(weeks=at)

    def moved(self, weeks: int) -> "Need":
        """Return the need with its whole window of starts moved by `weeks`."""
        first, last = self.start_on(weeks), self.last_start_on + timedelta(weeks=weeks)
        return replace(self, first_start_on=first, last_start_on=last)


@dataclass(frozen=True, eq=False)
class Marks:
    """A number noted for some people: `values[k]` for the person with id `ids[k]`."""

    ids: Ints
    values: Ints


NO_MARKS = Marks(np.zeros(0, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class Pool:
    """A snapshot of people in columns: the last axis is people, ordered by `ids`.

    Shapes, with p people, w weeks from Monday `first_week_on` and m months (0 = the month of the
    first week's Thursday): `has_role` bool (roles, p); `verified`, `claimed` int8 levels
    (skills, p); `free_total`, `free_inside` int16 minutes (w, p), >= 0 and 0 beyond a person's
    ledger, counted by `week.free` for the mask `weekdays`; `on_leave` bool (w, p), each working
    minute of the week is leave; `engaged` bool (w, p), within the engagement and not paused;
    `bodies_served` int8 (w, p), holds included; `month_left` int32 minutes (m, p), NO_CAP without
    cap. Of shape (p,): `max_bodies` int8, `online`, `onsite`, `islands`, `pledge_valid`,
    `declaration_valid` bool, `areas`, `legal_bases` int64 masks, `load_permille` int32 booked of
    capacity, `served_minutes` int32 served lately. Kept per body, theme or supplier key, so that
    one snapshot serves all needs: `serving` week index per (body, person), `body_experience` and
    `theme_experience` past engagements, `suppliers` ids of the people tied to it.
    Errors: ValueError for unordered ids, wrong shapes or negative free minutes.
    """

    ids: Ints
    first_week_on: date
    weekdays: int
    roles: tuple[str, ...]
    has_role: Bools
    skills: tuple[str, ...]
    verified: Ints
    claimed: Ints
    free_total: Ints
    free_inside: Ints
    on_leave: Bools
    engaged: Bools
    bodies_served: Ints
    month_left: Ints
    max_bodies: Ints
    online: Bools
    onsite: Bools
    islands: Bools
    areas: Ints
    pledge_valid: Bools
    declaration_valid: Bools
    legal_bases: Ints
    load_permille: Ints
    served_minutes: Ints
    serving: Mapping[int, Marks] = field(default_factory=dict)
    body_experience: Mapping[int, Marks] = field(default_factory=dict)
    theme_experience: Mapping[str, Marks] = field(default_factory=dict)
    suppliers: Mapping[str, Ints] = field(default_factory=dict)
    _noted: dict[tuple[str, Hashable], tuple[Ints, Ints]] = field(default_factory=dict, init=False)
    _made: dict[Callable[["Pool"], Any], Any] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        people, weeks = len(self.ids), len(self.free_total)
        if self.first_week_on.weekday() or np.any(np.diff(self.ids) <= 0):
            raise ValueError("weeks start on Monday, people are ordered by id")
        rows = {"has_role": len(self.roles), "month_left": len(self.month_left)}
        rows |= dict.fromkeys(("verified", "claimed"), len(self.skills))
        rows |= dict.fromkeys(BY_WEEK, weeks)
        for name in COLUMNS:
            expected = (rows[name], people) if name in rows else (people,)
            if getattr(self, name).shape != expected:
                raise ValueError(f"{name} has the wrong shape, expected {expected}")
        if self.free_total.size and min(self.free_total.min(), self.free_inside.min()) < 0:
            raise ValueError("free minutes are never negative")

    @property
    def weeks(self) -> int:
        return len(self.free_total)

    @cached_property
    def has_caps(self) -> bool:
        """Claim that somebody has a monthly cap."""
        return bool((self.month_left < NO_CAP).any())

    @cached_property
    def row_of(self) -> Mapping[str, int]:
        """The row of each skill."""
        return {skill: at for at, skill in enumerate(self.skills)}

    def week_on(self, at: int) -> date:
        return self.first_week_on + timedelta(weeks=at)

    def month_at(self, week_at: int) -> int:
        """Return the row of `month_left` to which a week counts; outside 0..m-1 there is none."""
        first, month = month_of_week(self.first_week_on), month_of_week(self.week_on(week_at))
        return (month.year - first.year) * 12 + month.month - first.month

    def columns_of(self, ids: Ints) -> tuple[Ints, Bools]:
        """Return the column of each id and whether it is in the pool (else its column is 0)."""
        at = np.searchsorted(self.ids, ids)
        at[at == len(self.ids)] = 0
        known = self.ids[at] == ids if len(self.ids) else np.zeros(len(ids), dtype=bool)
        return at, known

    def once(self, make: Callable[["Pool"], T]) -> T:
        """Return what is made of this pool, kept once."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    def noted(self, table: str, key: Hashable) -> tuple[Ints, Ints]:
        """Return (columns, values) of the marks under `key`, int64, in the order of the columns."""
        if (table, key) not in self._noted:
            marks = getattr(self, table).get(key, NO_MARKS)
            at, known = self.columns_of(marks.ids)
            order = np.flatnonzero(known)[np.argsort(at[known], kind="stable")]
            self._noted[table, key] = at[order], marks.values[order].astype(np.int64)
        return self._noted[table, key]

    def spread(self, table: str, key: Hashable) -> Ints:
        """Return the marks as one int32 column of shape (p,), 0 for whoever has none."""
        column = np.zeros(len(self.ids), np.int32)
        at, values = self.noted(table, key)
        column[at] = values
        return column

    def take(self, columns: Ints | Bools) -> "Pool":
        """Return the pool of these people only, in the order of their ids."""
        kept = np.flatnonzero(columns) if columns.dtype == bool else np.sort(columns)
        ids = self.ids[kept]
        return replace(self, ids=ids, **{n: getattr(self, n)[..., kept] for n in COLUMNS})


_NOT_COLUMNS = {"ids", "first_week_on", "weekdays", "roles", "skills", "serving"}
_NOT_COLUMNS |= {"body_experience", "theme_experience", "suppliers", "_noted", "_made"}
COLUMNS = tuple(f.name for f in fields(Pool) if f.name not in _NOT_COLUMNS)
BY_WEEK = ("free_total", "free_inside", "on_leave", "engaged", "bodies_served")
BY_ROW = ("has_role", "month_left", "verified", "claimed", *BY_WEEK)


def nobody(first_week_on: date, weekdays: int = WORKING_DAYS) -> Pool:
    """Return a pool without people, weeks or skills."""
    none, flat = np.zeros((0, 0), np.int64), np.zeros(0, np.int64)
    tables: dict[str, Any] = {name: none if name in BY_ROW else flat for name in COLUMNS}
    return Pool(
        ids=flat, first_week_on=first_week_on, weekdays=weekdays, roles=(), skills=(), **tables
    )
