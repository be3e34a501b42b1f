"""What makes a match possible (MUST) and good (PREFER). One rule, one function, one row.

These functions judge one person and are the definition; `columns` does the same for all at once.
Never asked: declines, leave (but to skip it), hours elsewhere, home address, age, sex, evaluations.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from talentshare.engine.people import BEYOND_LEDGER, Person
from talentshare.engine.problem import Need, Place
from talentshare.engine.week import Effort, asked, available_days
from talentshare.kernel.weeks import month_of_week

FULL = 100


@dataclass(frozen=True)
class AskedWeek:
    """One week of a position beside the person's: minutes asked and free, and what forbids it."""

    week_on: date
    minutes: int
    inside_minutes: int
    free_total: int
    free_inside: int
    on_leave: bool
    engaged: bool
    bodies: int

    @property
    def missing_minutes(self) -> int:
        """Minutes that would have to be found; none in a week of leave, which is skipped."""
        gap = max(self.minutes - self.free_total, self.inside_minutes - self.free_inside, 0)
        return 0 if self.on_leave else gap


Stay = tuple[AskedWeek, ...]


def stay(need: Need, person: Person, start: int) -> Stay:
    """Return the weeks of the position for this person when it starts `start` weeks on.

    A week of leave without any available day is not one: nothing is asked of it. Weeks beyond
    the person's ledger have nothing free.
    """
    return tuple(_asked_week(need, person, need.start_on(start + at)) for at in range(need.weeks))


@lru_cache(maxsize=1024)
def _asked_of(effort: Effort, closed: frozenset[date], week_on: date) -> tuple[int, int, int]:
    """Available days of the week, and what it is asked for in all and inside office hours."""
    allowed = effort.weekdays.bit_count()
    days = available_days(effort.weekdays, week_on, closed)
    minutes, inside_minutes = effort.minutes_per_week, effort.inside_minutes_per_week
    return days, asked(minutes, allowed, days), asked(inside_minutes, allowed, days)


def _asked_week(need: Need, person: Person, week_on: date) -> AskedWeek:
    known = person.weeks.get(week_on, BEYOND_LEDGER)
    days, minutes, inside_minutes = _asked_of(need.effort, need.closed, week_on)
    return AskedWeek(
        week_on,
        minutes,
        inside_minutes,
        known.free_total,
        known.free_inside,
        known.on_leave and days > 0,
        known.engaged,
        known.bodies_served + (need.body not in known.bodies),
    )


def level_of(person: Person, skill: str) -> int:
    """Return the level that counts: the higher of the verified and the claimed one."""
    return max(person.verified.get(skill, 0), person.claimed.get(skill, 0))


def has_role(need: Need, person: Person, stay: Stay) -> bool:
    return need.role in person.roles


def has_must_skills(need: Need, person: Person, stay: Stay) -> bool:
    return all(level_of(person, s.skill) >= s.level for s in need.skills if s.must)


def has_free_time(need: Need, person: Person, stay: Stay) -> bool:
    """All weeks but those of leave have the minutes asked, inside office hours too."""
    return not any(week.missing_minutes for week in stay)


def keeps_leave_share(need: Need, person: Person, stay: Stay) -> bool:
    """Leave takes at most a fifth of the weeks."""
    return sum(week.on_leave for week in stay) <= need.leave_weeks


def keeps_month_cap(need: Need, person: Person, stay: Stay) -> bool:
    """No month (of a week's Thursday) takes more minutes than its cap has left."""
    taken: dict[date, int] = {}
    for week in stay:
        month = month_of_week(week.week_on)
        taken[month] = taken.get(month, 0) + (0 if week.on_leave else week.minutes)
    return all(minutes <= person.month_left.get(m, minutes) for m, minutes in taken.items())


def keeps_bodies_per_week(need: Need, person: Person, stay: Stay) -> bool:
    """In no week, not even one of leave, are more bodies served than the person takes on."""
    return all(week.bodies <= person.max_bodies for week in stay)


def reaches_place(need: Need, person: Person, stay: Stay) -> bool:
    """Online work, travel to the area and, for islands, the crossing are accepted as needed."""
    online = person.online or need.place == Place.ONSITE
    travels = person.onsite and not need.areas & ~person.areas
    crosses = person.islands or not need.island
    return online and (need.place == Place.ONLINE or (travels and crosses))


def is_engaged(need: Need, person: Person, stay: Stay) -> bool:
    """All weeks lie within the engagement, none in a pause."""
    return all(week.engaged for week in stay)


def has_pledge(need: Need, person: Person, stay: Stay) -> bool:
    return person.pledge_valid


def has_declaration(need: Need, person: Person, stay: Stay) -> bool:
    return person.declaration_valid


def has_no_conflict(need: Need, person: Person, stay: Stay) -> bool:
    return not need.suppliers & person.suppliers


def has_legal_basis(need: Need, person: Person, stay: Stay) -> bool:
    return bool(need.legal_bases & person.legal_bases)


@dataclass(frozen=True)
class Rule:
    """`bit` is the rule's place in stored masks and never changes; `moves` with the start."""

    bit: int
    holds: Callable[[Need, Person, Stay], bool]
    moves: bool = False


MUST: Mapping[str, Rule] = {
    "role": Rule(5, has_role),
    "must_skills": Rule(6, has_must_skills),
    "free_time": Rule(0, has_free_time, moves=True),
    "leave_share": Rule(1, keeps_leave_share, moves=True),
    "month_cap": Rule(2, keeps_month_cap, moves=True),
    "bodies_per_week": Rule(3, keeps_bodies_per_week, moves=True),
    "place": Rule(7, reaches_place),
    "engaged": Rule(4, is_engaged, moves=True),
    "pledge": Rule(8, has_pledge),
    "declaration": Rule(9, has_declaration),
    "no_conflict": Rule(10, has_no_conflict),
    "legal_basis": Rule(11, has_legal_basis),
}


def names_of(mask: int) -> tuple[str, ...]:
    """Return the names of the rules whose bits are set, in the order of the table."""
    return tuple(name for name, rule in MUST.items() if mask >> rule.bit & 1)


SKILL_MET = 80
SKILL_ABOVE = 10
CLAIMED_ONLY = 50
BODY_STEP, THEME_STEP, MOST_TIMES = 30, 20, 2
SERVED_PLENTY = 26 * 480


def skill(need: Need, person: Person, stay: Stay) -> int:
    """80 when the level is met, 10 more per level above, less in proportion below; by worth."""
    points = [(s.worth, skill_points(level_of(person, s.skill), s.level)) for s in need.skills]
    return weighted(points)


def skill_points(held: int, needed: int) -> int:
    if held < needed:
        return SKILL_MET * held // needed
    return min(FULL, SKILL_MET + SKILL_ABOVE * (held - needed))


def evidence(need: Need, person: Person, stay: Stay) -> int:
    """How much of the skills is verified at the level; a claim alone counts half."""
    points = []
    for s in need.skills:
        verified, claimed = person.verified.get(s.skill, 0), person.claimed.get(s.skill, 0)
        claim = CLAIMED_ONLY if claimed >= s.level else 0
        points.append((s.worth, FULL if verified >= s.level else claim))
    return weighted(points)


def free_time(need: Need, person: Person, stay: Stay) -> int:
    """Slack: 100 when each week, but those of leave, has twice the minutes asked free."""
    weeks = [week for week in stay if not week.on_leave]
    spare = sum(min(max(week.free_total - week.minutes, 0), week.minutes) for week in weeks)
    return FULL * spare // max(1, sum(week.minutes for week in weeks))


def experience(need: Need, person: Person, stay: Stay) -> int:
    """Up to two engagements each with this body (30) and this theme (20)."""
    body = min(MOST_TIMES, person.body_experience.get(need.body, 0))
    return BODY_STEP * body + THEME_STEP * min(
        MOST_TIMES, person.theme_experience.get(need.theme, 0)
    )


def balance(need: Need, person: Person, stay: Stay) -> int:
    """The share of the capacity that is not booked, so that work spreads over people."""
    return (1000 - min(1000, person.load_permille)) // 10


def fairness(need: Need, person: Person, stay: Stay) -> int:
    """100 for who served nothing lately, 0 from 8 h a week over half a year: all get a turn."""
    return FULL * max(0, SERVED_PLENTY - person.served_minutes) // SERVED_PLENTY


def weighted(points: list[tuple[int, int]]) -> int:
    """Return the mean of points by worth, floored; 100 when nothing is asked."""
    if not points:
        return FULL
    return sum(worth * value for worth, value in points) // sum(worth for worth, _ in points)


@dataclass(frozen=True)
class Preference:
    """`weight` is the default share of 100; `points` gives 0 to 100."""

    weight: int
    points: Callable[[Need, Person, Stay], int]


PREFER: Mapping[str, Preference] = {
    "skill": Preference(30, skill),
    "evidence": Preference(20, evidence),
    "free_time": Preference(20, free_time),
    "experience": Preference(10, experience),
    "balance": Preference(10, balance),
    "fairness": Preference(10, fairness),
}
WEIGHTS: Mapping[str, int] = {name: row.weight for name, row in PREFER.items()}


def require_weights(weights: Mapping[str, int]) -> None:
    """Refuse with ValueError weights that do not name each preference once or not sum to 100."""
    if set(weights) != set(PREFER) or sum(weights.values()) != FULL or min(weights.values()) < 0:
        raise ValueError("weights are shares of 100 for each preference")
