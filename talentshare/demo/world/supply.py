"""Who still has time: choices are drawn from here, so that the pool can really serve them."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter
from random import Random

from talentshare.demo.world.companies import company_of
from talentshare.demo.world.draw import weighted
from talentshare.demo.world.facts import closed_days
from talentshare.demo.world.shapes import (
    DemoBody,
    DemoPattern,
    DemoPosition,
    DemoSpecialist,
    DemoWindow,
)
from talentshare.kernel.weeks import monday

OFFICE_START, OFFICE_END = 510, 1035  # 8:30 to 17:15
WEEKEND = (5, 6)
WORKDAYS = 5
SHORTEST_MINUTES = 120
STEP_MINUTES = 15
SAMPLE = 80
BOOKABLE_PERCENT = 95  # holidays and hours of leave round down
DECLARATION_DAYS = 365
DAY_MINUTES = 1440
LEAST_LEVEL = 2
SHARES_GIVEN = (90, 95, 100)  # percent of what somebody has free; few are asked for all


@dataclass(frozen=True, slots=True)
class Ask:
    """One position as it is first wished for; the skills are (skill_id, level)."""

    role_id: str
    skills: tuple[tuple[str, int], ...]
    minutes_per_week: int
    office_percent: int
    first_on: date
    last_on: date
    body: DemoBody
    place: str
    legal_bases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fit:
    """The specialist who was found, and the wish as far as that person can meet it."""

    specialist: DemoSpecialist
    skills: tuple[tuple[str, int], ...]
    minutes_per_week: int


class Supply:
    """Keeps the minutes and bodies already given, as if all work fell into the same weeks."""

    def __init__(self, specialists: Sequence[DemoSpecialist], as_of: date) -> None:
        self._as_of = as_of
        self._by_role: dict[str, list[DemoSpecialist]] = defaultdict(list)
        for specialist in specialists:
            if self._is_in_order(specialist):
                for role_id in specialist.role_ids:
                    self._by_role[role_id].append(specialist)
        self._week = {_name(s): _bookable(week_minutes(s)) for s in specialists}
        self._office = {_name(s): _bookable(office_minutes(s)) for s in specialists}
        self._levels = {
            _name(s): {skill.skill_id: skill.level for skill in s.skills} for s in specialists
        }
        self._closed = closed_days(as_of)
        self._lean: dict[str, list[tuple[date, int, int]]] = {}
        self._given: Counter[str] = Counter()
        self._given_office: Counter[str] = Counter()
        self._bodies: dict[str, set[str]] = defaultdict(set)

    def take(self, rng: Random, ask: Ask) -> Fit | None:
        """Give time of one specialist who meets the musts; the more free, the likelier by far."""
        pool = self._by_role[ask.role_id]
        drawn = rng.sample(pool, SAMPLE) if len(pool) > SAMPLE else pool
        free = {
            index: minutes
            for index, specialist in enumerate(drawn)
            if self._suits(specialist, ask)
            and (minutes := self._free_minutes(specialist, ask)) >= SHORTEST_MINUTES
        }
        if not free:
            return None
        if not ask.office_percent:  # the evening is asked of those who have nothing else
            free = {i: m for i, m in free.items() if not self._office[_name(drawn[i])]} or free
        enough = {i: minutes for i, minutes in free.items() if minutes >= ask.minutes_per_week}
        idle = {i: m for i, m in free.items() if not self._given[_name(drawn[i])]}
        fitting = {i: m for i, m in enough.items() if i in idle} or idle or enough or free
        specialist = drawn[weighted(rng, {i: minutes**2 for i, minutes in fitting.items()})]
        share = SHARES_GIVEN[rng.randrange(len(SHARES_GIVEN))]
        return self._give(specialist, ask, share)

    def give_back(self, made: Sequence[DemoPosition]) -> None:
        """Undo what was taken for positions that are not wanted after all."""
        for position in made:
            if position.chosen:
                self._given[position.chosen] -= position.minutes_per_week
                self._given_office[position.chosen] -= position.office_minutes_per_week

    def _give(self, specialist: DemoSpecialist, ask: Ask, share: int) -> Fit:
        name = _name(specialist)
        free = self._free_minutes(specialist, ask)
        part = max(min(free, SHORTEST_MINUTES), free * share // 100 // STEP_MINUTES * STEP_MINUTES)
        minutes = min(ask.minutes_per_week, part)
        self._given[name] += minutes
        self._given_office[name] += minutes * ask.office_percent // 100
        self._bodies[name].add(ask.body.code)
        held = self._held(specialist, ask)
        return Fit(specialist, held, minutes)

    def _is_in_order(self, specialist: DemoSpecialist) -> bool:
        oldest = self._as_of - timedelta(days=DECLARATION_DAYS)
        return specialist.pledged_on is not None and specialist.declared_on > oldest

    def _free_minutes(self, specialist: DemoSpecialist, ask: Ask) -> int:
        name = _name(specialist)
        week, office = self._week[name], self._office[name]
        for _monday, minutes, within in self._lean_weeks(specialist, ask):
            week, office = min(week, minutes), min(office, within)
        free = week - self._given[name]
        if ask.office_percent:
            free = min(free, (office - self._given_office[name]) * 100 // ask.office_percent)
        return free // STEP_MINUTES * STEP_MINUTES

    def _lean_weeks(self, specialist: DemoSpecialist, ask: Ask) -> list[tuple[date, int, int]]:
        name = _name(specialist)
        if name not in self._lean:
            self._lean[name] = lean_weeks(specialist, self._closed)
        weeks = self._lean[name]
        first = bisect_left(weeks, ask.first_on, key=itemgetter(0))
        return weeks[first : bisect_right(weeks, ask.last_on, key=itemgetter(0))]

    def _suits(self, specialist: DemoSpecialist, ask: Ask) -> bool:
        bodies = self._bodies[_name(specialist)] | {ask.body.code}
        return (
            len(bodies) <= specialist.max_bodies
            and bool(set(specialist.legal_bases) & set(ask.legal_bases))
            and can_be_at(specialist, ask.body, ask.place)
            and _is_there(specialist, ask.first_on, ask.last_on)
            and ask.first_on < specialist.declared_on + timedelta(days=DECLARATION_DAYS - 1)
            and bool(self._held(specialist, ask))
        )

    def _held(self, specialist: DemoSpecialist, ask: Ask) -> tuple[tuple[str, int], ...]:
        levels = self._levels[_name(specialist)]
        return tuple(
            (skill_id, min(level, levels[skill_id]))
            for skill_id, level in ask.skills
            if levels.get(skill_id, 0) >= min(level, LEAST_LEVEL)
        )


def _name(specialist: DemoSpecialist) -> str:
    return specialist.person.sign_in_name


def _bookable(minutes: int) -> int:
    return minutes * BOOKABLE_PERCENT // 100


def week_minutes(specialist: DemoSpecialist) -> int:
    """Minutes of a full week under the narrowest pattern and the cap per month."""
    least = min(
        _shared(pattern.windows, pattern.share_percent, whole_day=True)
        for pattern in specialist.patterns
    )
    cap = specialist.month_cap_minutes
    return least if cap is None else min(least, cap * 7 // 31)


def office_minutes(specialist: DemoSpecialist) -> int:
    """Minutes of a full week that lie within office hours."""
    return min(
        _shared(pattern.windows, pattern.share_percent, whole_day=False)
        for pattern in specialist.patterns
    )


def lean_weeks(
    specialist: DemoSpecialist, closed: Mapping[date, frozenset[int]]
) -> list[tuple[date, int, int]]:
    """Weeks of which leave or closed days take a part: Monday, minutes left, those in office hours.

    Both as if of a full week: less is asked of a week with closed days. A week that is leave as a
    whole is left out: bookings pass over it; one with open days but no window on them is not.
    """
    away = {monday(leave.first_on) for leave in specialist.leaves}
    away |= {monday(leave.last_on) for leave in specialist.leaves}
    found = []
    for monday_on in sorted(away | set(closed)):
        shut = closed.get(monday_on, frozenset())
        pattern = _pattern_on(specialist, monday_on)
        if monday_on in away:
            minutes = _lean(specialist, pattern, monday_on, shut)
        else:
            minutes = _lean_without_leave(pattern.windows, pattern.share_percent, shut)
        if minutes[0] or (monday_on not in away and len(shut) < WORKDAYS):
            found.append((monday_on, *minutes))
    return found


def _lean(
    specialist: DemoSpecialist, pattern: DemoPattern, monday_on: date, shut: frozenset[int]
) -> tuple[int, int]:
    """Minutes of one week that are left, and those in office hours, as if of a full week."""
    there = tuple(
        part for window in pattern.windows for part in _left(specialist, monday_on, window)
    )
    return _lean_without_leave(there, pattern.share_percent, shut)


@lru_cache(maxsize=10_000)
def _lean_without_leave(
    windows: tuple[DemoWindow, ...], share_percent: int, shut: frozenset[int]
) -> tuple[int, int]:
    if len(shut) == WORKDAYS:
        return 0, 0
    there = tuple(window for window in windows if window.weekday not in shut)
    total = _shared(there, share_percent, whole_day=True)
    office = _shared(there, share_percent, whole_day=False)
    open_days = WORKDAYS - len(shut)
    return _bookable(total) * WORKDAYS // open_days, _bookable(office) * WORKDAYS // open_days


def _pattern_on(specialist: DemoSpecialist, day: date) -> DemoPattern:
    return max(
        (p for p in specialist.patterns if p.valid_from <= day),
        key=lambda pattern: pattern.valid_from,
        default=specialist.patterns[0],
    )


def _left(specialist: DemoSpecialist, monday_on: date, window: DemoWindow) -> Iterator[DemoWindow]:
    """What leave leaves of a window; one that is told late is not known yet."""
    day = monday_on + timedelta(days=window.weekday)
    start = window.start_minute
    for leave in specialist.leaves:
        if not leave.is_late and leave.first_on <= day <= leave.last_on:
            yield replace(
                window,
                start_minute=start,
                end_minute=max(start, min(leave.start_minute or 0, window.end_minute)),
            )
            start = max(start, leave.end_minute or DAY_MINUTES)
    yield replace(window, start_minute=start, end_minute=max(start, window.end_minute))


def _shared(windows: tuple[DemoWindow, ...], share_percent: int, *, whole_day: bool) -> int:
    """Per week from Monday to Friday: positions ask for no weekends."""
    by_day: Counter[int] = Counter()
    for window in windows:
        if window.weekday in WEEKEND:
            continue
        if whole_day:
            by_day[window.weekday] += window.end_minute - window.start_minute
        else:
            start, end = max(window.start_minute, OFFICE_START), min(window.end_minute, OFFICE_END)
            by_day[window.weekday] += max(0, end - start)
    return sum(minutes * share_percent // 100 for minutes in by_day.values())


def can_be_at(specialist: DemoSpecialist, body: DemoBody, place: str) -> bool:
    """Online for everybody who works online; else within the areas the specialist goes to."""
    if place == "online":
        return specialist.online_ok
    return specialist.onsite_ok and (not body.area_ja or body.area_ja in specialist.areas_ja)


def company_ties(specialist: DemoSpecialist) -> frozenset[str]:
    return frozenset(company_of(interest.company_ja) for interest in specialist.interests)


def _is_there(specialist: DemoSpecialist, first: date, last: date) -> bool:
    if specialist.pause_from and specialist.pause_until:
        paused = specialist.pause_from <= last and first <= specialist.pause_until
    else:
        paused = False
    return not paused and specialist.engaged_from <= first and last <= specialist.engaged_until
