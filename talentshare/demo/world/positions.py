"""One position of a need: who, how much, from when until when, and how far its proposal got."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from talentshare.demo.sizes import POSITIONS_UNDER_WAY
from talentshare.demo.world.draw import chance, days_before, one_of, several
from talentshare.demo.world.facts import Template, skill_roles
from talentshare.demo.world.shapes import DemoBody, DemoDecision, DemoNeededSkill, DemoPosition
from talentshare.demo.world.supply import Ask, Fit, Supply
from talentshare.kernel.weeks import WEEK, fiscal_year, fiscal_year_end, monday

CONFIRMED = "confirmed"
WITH_A_CHOICE = frozenset(POSITIONS_UNDER_WAY) - {"none"} | {CONFIRMED}
WAITING = frozenset({"prepared", "checked", "offered", "accepted", "proposed", "returned"})
WORKDAY_MINUTES = 465  # 7 h 45 min
LARGE_POPULATION, SMALL_POPULATION = 200_000, 30_000
LONGEST_HISTORY_WEEKS = 16
SHORTEST_WEEKS, SHORTEST_CONFIRMED_WEEKS = 4, 30
LONGEST_SEARCH = timedelta(days=200)
LAST_WEEKS_OF_YEAR = 12  # what starts or runs then goes on into the next fiscal year
LONGEST_WEEK_MINUTES = 1200
SUBSTANTIAL_MINUTES = (660, 780, 900)  # what a coordinator finds first is seldom small
OFFICE_PERCENTS: Mapping[str, tuple[int, ...]] = {
    "onsite": (100,),
    "hybrid": (50, 50, 75),
    "online": (0, 0, 0, 0, 25),
}
_USUAL_SKILLS: Mapping[str, tuple[str, ...]] = {
    "PM": ("B01", "B02", "B03"),
    "SA": ("A03", "D01", "D07"),
    "UX": ("C01", "C02", "C05"),
    "AP": ("E02", "E04", "H08"),
    "IN": ("F01", "F03", "F06"),
    "SE": ("G02", "G04", "G11"),
}
_LAST_MOVE_DAYS: Mapping[str, tuple[int, int]] = {
    "prepared": (0, 3),
    "checked": (0, 3),
    "offered": (0, 2),
    "accepted": (0, 3),
    "proposed": (0, 4),
    "declined": (1, 6),
    "refused": (1, 6),
    "expired": (20, 27),
    "rejected": (1, 4),
    "returned": (0, 3),
    "withdrawn": (1, 6),
}
_DECIDERS = ("情報政策課長", "デジタル推進課長", "総務部長", "企画部長", "総務課長")
_REIWA_BEFORE_FIRST = 2018


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the positions of one request have in common."""

    template: Template
    kind: str
    place: str
    body: DemoBody
    legal_bases: tuple[str, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class _Span:
    weeks: int
    first_on: date
    latest_end_on: date


def position(rng: Random, wanted: Wanted, index: int, target: str, supply: Supply) -> DemoPosition:
    """A position as wished for, or, where somebody was chosen, as that person can serve it."""
    span = _span(rng, wanted, target)
    roles = wanted.template.role_ids[index % 2 :] + wanted.template.role_ids[: index % 2]
    asks = [_ask(rng, wanted, role_id, target, span) for role_id in roles]
    ask, fit = asks[0], None
    if target in WITH_A_CHOICE:
        fits = ((each, supply.take(rng, each)) for each in asks)
        ask, fit = next((pair for pair in fits if pair[1]), (ask, None))
    minutes = fit.minutes_per_week if fit else ask.minutes_per_week
    moved = _last_move_on(rng, target, span.first_on, wanted.as_of)
    return DemoPosition(
        role_id=ask.role_id,
        skills=_skills(rng, wanted.template, ask.skills, fit),
        minutes_per_week=minutes,
        office_minutes_per_week=minutes * ask.office_percent // 100 // 15 * 15,
        weeks=span.weeks,
        earliest_start_on=span.first_on,
        latest_end_on=span.latest_end_on,
        proposal_target=target,
        chosen=fit.specialist.person.sign_in_name if fit else None,
        last_move_on=moved,
        decision=_decision(rng, moved) if moved and target == CONFIRMED else None,
    )


def _ask(rng: Random, wanted: Wanted, role_id: str, target: str, span: _Span) -> Ask:
    minutes = _minutes(rng, wanted, is_first=role_id == wanted.template.role_ids[0])
    if target == CONFIRMED and wanted.kind == "project":
        minutes = max(minutes, one_of(rng, SUBSTANTIAL_MINUTES))
    return Ask(
        role_id=role_id,
        skills=_near_skills(rng, wanted.template, role_id),
        minutes_per_week=minutes,
        office_percent=one_of(rng, OFFICE_PERCENTS[wanted.place]),
        first_on=span.first_on,
        last_on=span.first_on + span.weeks * WEEK - timedelta(days=1),
        body=wanted.body,
        place=wanted.place,
        legal_bases=wanted.legal_bases,
    )


def _span(rng: Random, wanted: Wanted, target: str) -> _Span:
    """Weeks in a window that ends with the ledgers of the day on which it was asked for."""
    shortest = SHORTEST_CONFIRMED_WEEKS if target == CONFIRMED else SHORTEST_WEEKS
    weeks = max(shortest, wanted.template.weeks * one_of(rng, (4, 5, 6)) // 4)
    start = monday(wanted.as_of) + _start_week(rng, target, weeks) * WEEK
    asked_on = min(start, wanted.as_of) - LONGEST_SEARCH
    horizon = fiscal_year_end(fiscal_year(asked_on) + 1)
    year_end = fiscal_year_end(fiscal_year(start))
    counted_from = start if wanted.kind == "standing" else max(start, wanted.as_of)
    if year_end - counted_from < LAST_WEEKS_OF_YEAR * WEEK:
        year_end = horizon
    if wanted.kind == "standing":
        return _Span(_whole_weeks(start, year_end), start, year_end)
    limit = year_end if chance(rng, 70) else horizon
    weeks = min(weeks, _whole_weeks(start, limit))
    end = start + (weeks + rng.randrange(5)) * WEEK - timedelta(days=1)
    return _Span(weeks, start, min(end, limit))


def _start_week(rng: Random, target: str, weeks: int) -> int:
    """Weeks from that of `as_of`; what is confirmed mostly runs already, for two thirds at most."""
    if target != CONFIRMED:
        return rng.randrange(3, 10)
    if chance(rng, 12):
        return rng.randrange(1, 4)
    back = min(LONGEST_HISTORY_WEEKS, weeks * 2 // 3) + 1
    return -max(rng.randrange(1, back), rng.randrange(1, back))


def _whole_weeks(start: date, end: date) -> int:
    return ((end - start).days + 1) // WEEK.days


def _minutes(rng: Random, wanted: Wanted, *, is_first: bool) -> int:
    """For a full week; larger bodies ask for more, a second role for half."""
    if wanted.kind == "standing":
        return one_of(rng, (240, WORKDAY_MINUTES, WORKDAY_MINUTES, 2 * WORKDAY_MINUTES))
    halves = (2, 3, 3, 4)
    if wanted.body.kind != "bureau" and wanted.body.population < SMALL_POPULATION:
        halves = (1, 2, 2, 3)
    elif wanted.body.population >= LARGE_POPULATION:
        halves = (2, 3, 4, 4)
    minutes = wanted.template.minutes_per_week * one_of(rng, halves) // (2 if is_first else 4)
    return min(LONGEST_WEEK_MINUTES, max(120, minutes // 30 * 30))


def _near_skills(rng: Random, template: Template, role_id: str) -> tuple[tuple[str, int], ...]:
    """What the template asks of this role, or what is usual for it; at times a level lower."""
    near = [pair for pair in template.skills if role_id in skill_roles()[pair[0]]]
    if not near:
        usual = dict.fromkeys(_USUAL_SKILLS[role_id], 1)
        near = [(skill_id, 2) for skill_id in several(rng, usual, 2)]
    ease = 1 if chance(rng, 40) else 0
    return tuple((skill_id, max(1, level - ease)) for skill_id, level in near)


def _skills(
    rng: Random, template: Template, near: tuple[tuple[str, int], ...], fit: Fit | None
) -> tuple[DemoNeededSkill, ...]:
    """One or two musts, of those that the chosen person has; the rest are wishes."""
    musts = (fit.skills if fit else near)[: one_of(rng, (1, 1, 2))]
    needed = {skill_id: DemoNeededSkill(skill_id, level, True) for skill_id, level in musts}
    for skill_id, level in (*near, *template.skills):
        needed.setdefault(skill_id, DemoNeededSkill(skill_id, max(1, level - 1), False))
    return tuple(needed.values())


def _last_move_on(rng: Random, target: str, start: date, as_of: date) -> date | None:
    """The workday of the last step; a confirmation lies before its start and not after `as_of`."""
    if target == CONFIRMED:
        planned = days_before(start, rng.randrange(3, 12))
        return min(planned, days_before(as_of, rng.randrange(4)))
    if target not in _LAST_MOVE_DAYS:
        return None
    least, most = _LAST_MOVE_DAYS[target]
    return days_before(as_of, rng.randrange(least, most + 1))


def _decision(rng: Random, decided_on: date) -> DemoDecision:
    year = fiscal_year(decided_on) - _REIWA_BEFORE_FIRST
    number = f"{year}情第{rng.randrange(101, 990)}号"
    return DemoDecision(decided_on, one_of(rng, _DECIDERS), number)
