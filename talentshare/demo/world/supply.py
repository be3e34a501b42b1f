"""Who still has time: choices are drawn from here, so that the pool can really serve them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from talentshare.demo.world.companies import company_of
from talentshare.demo.world.draw import weighted
from talentshare.demo.world.shapes import DemoBody, DemoSpecialist, DemoWindow

OFFICE_START, OFFICE_END = 510, 1035  # 8:30 to 17:15
WEEKEND = (5, 6)
SHORTEST_MINUTES = 120
STEP_MINUTES = 15
SAMPLE = 80
BOOKABLE_PERCENT = 95  # holidays and hours of leave round down
DECLARATION_DAYS = 365
LEAST_LEVEL = 2


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

    def __init__(self, specialists: Iterable[DemoSpecialist], as_of: date) -> None:
        self._as_of = as_of
        self._by_role: dict[str, list[DemoSpecialist]] = defaultdict(list)
        for specialist in specialists:
            if self._is_in_order(specialist):
                for role_id in specialist.role_ids:
                    self._by_role[role_id].append(specialist)
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
            if (minutes := self._free_minutes(specialist, ask)) >= SHORTEST_MINUTES
            and self._suits(specialist, ask)
        }
        enough = {i: minutes for i, minutes in free.items() if minutes >= ask.minutes_per_week}
        if not free:
            return None
        fitting = enough or free
        specialist = drawn[weighted(rng, {i: minutes**2 for i, minutes in fitting.items()})]
        return self._give(specialist, ask)

    def _give(self, specialist: DemoSpecialist, ask: Ask) -> Fit:
        name = specialist.person.sign_in_name
        minutes = min(ask.minutes_per_week, self._free_minutes(specialist, ask))
        self._given[name] += minutes
        self._given_office[name] += minutes * ask.office_percent // 100
        self._bodies[name].add(ask.body.code)
        held = _held(specialist, ask)
        return Fit(specialist, held, minutes)

    def _is_in_order(self, specialist: DemoSpecialist) -> bool:
        oldest = self._as_of - timedelta(days=DECLARATION_DAYS)
        return specialist.pledged_on is not None and specialist.declared_on > oldest

    def _free_minutes(self, specialist: DemoSpecialist, ask: Ask) -> int:
        name = specialist.person.sign_in_name
        free = week_minutes(specialist) * BOOKABLE_PERCENT // 100 - self._given[name]
        if ask.office_percent:
            office = office_minutes(specialist) * BOOKABLE_PERCENT // 100
            free_office = office - self._given_office[name]
            free = min(free, free_office * 100 // ask.office_percent)
        return free // STEP_MINUTES * STEP_MINUTES

    def _suits(self, specialist: DemoSpecialist, ask: Ask) -> bool:
        bodies = self._bodies[specialist.person.sign_in_name] | {ask.body.code}
        return (
            len(bodies) <= specialist.max_bodies
            and bool(set(specialist.legal_bases) & set(ask.legal_bases))
            and can_be_at(specialist, ask.body, ask.place)
            and _is_there(specialist, ask.first_on, ask.last_on)
            and bool(_held(specialist, ask))
        )


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


def _shared(windows: tuple[DemoWindow, ...], share_percent: int, *, whole_day: bool) -> int:
    by_day: Counter[int] = Counter()
    for window in windows:
        if whole_day:
            by_day[window.weekday] += window.end_minute - window.start_minute
        elif window.weekday not in WEEKEND:
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


def _held(specialist: DemoSpecialist, ask: Ask) -> tuple[tuple[str, int], ...]:
    levels = {skill.skill_id: skill.level for skill in specialist.skills}
    return tuple(
        (skill_id, min(level, levels[skill_id]))
        for skill_id, level in ask.skills
        if levels.get(skill_id, 0) >= min(level, LEAST_LEVEL)
    )
