"""A position as the engine asks for it."""

from collections.abc import Sequence
from datetime import date, timedelta

from talentshare.engine.changes import FARTHEST
from talentshare.engine.problem import MOST_STARTS, Need, Place, SkillNeed
from talentshare.engine.week import Effort
from talentshare.kernel import clock
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.kernel.weeks import WEEK
from talentshare.matching.queries.supply import Lists, lists
from talentshare.talent_requests.models import Position

LEAST_MINUTES, MOST_MINUTES = 15, 2400


def first_possible_start(today: date) -> date:
    """The next Monday, today included: no week that has begun is offered."""
    return today + timedelta(days=-today.weekday() % 7)


def need_of(
    position: Position,
    minutes_per_week: int | None = None,
    start_on: date | None = None,
    known: Lists | None = None,
) -> Need:
    """What the position asks for, with other minutes or with one exact start on wish."""
    window = _window(position) if start_on is None else (_exact(start_on), start_on)
    return need_within(position, window, minutes_per_week, known)


def need_within(
    position: Position,
    window: tuple[date, date],
    minutes_per_week: int | None = None,
    known: Lists | None = None,
) -> Need:
    """The same for any Mondays, also such as cannot be offered any more."""
    request, known = position.talent_request, known or lists()
    first, last = window
    full = Effort(position.minutes_per_week, position.inside_minutes_per_week, position.weekdays)
    return Need(
        id=position.id,
        role=position.role_code,
        skills=tuple(SkillNeed(s.skill_code, s.level, s.is_must) for s in position.skills),
        effort=full if minutes_per_week is None else _cut(full, minutes_per_week),
        weeks=position.week_count,
        first_start_on=first,
        last_start_on=last,
        body=request.body_id,
        theme=request.theme_code or "",
        place=Place(request.place or Place.ONLINE),  # a draft may not say yet: no journey
        island=request.body.is_island,
        suppliers=frozenset(
            key for row in request.suppliers for key in (row.key, row.corporate_number) if key
        ),
        legal_bases=known.mask_of(request.basis_codes),
        closed=known.closed_days(
            first - FARTHEST * WEEK, last + (position.week_count + FARTHEST) * WEEK
        ),
    )


def codes_of(mask: int, bases: Sequence[str]) -> list[str]:
    """The codes in a mask of legal bases, of all codes in the order of their rank."""
    return [code for bit, code in enumerate(bases) if mask >> bit & 1]


def _window(position: Position) -> tuple[date, date]:
    first = max(position.first_start_on, first_possible_start(clock.today()))
    last = min(position.last_start_on, first + (MOST_STARTS - 1) * WEEK)
    if last < first:
        raise Conflict("matching.window_passed", latest_end_on=position.latest_end_on)
    return first, last


def _exact(start_on: date) -> date:
    first = first_possible_start(clock.today())
    if start_on.weekday() or start_on < first:
        raise Invalid("matching.start_not_possible", field="start_on", first_on=first)
    return start_on


def _cut(full: Effort, minutes_per_week: int) -> Effort:
    if not LEAST_MINUTES <= minutes_per_week <= MOST_MINUTES:
        raise Invalid(
            "matching.minutes_out_of_range",
            field="minutes_per_week",
            least_minutes=LEAST_MINUTES,
            most_minutes=MOST_MINUTES,
        )
    return full.cut_to(minutes_per_week)
