"""When fictional specialists work, are away, and are engaged."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from random import Random

from talentshare.demo.world.draw import chance, one_of
from talentshare.demo.world.shapes import DemoLeave, DemoPattern, DemoWindow
from talentshare.kernel.weeks import APRIL, fiscal_year, fiscal_year_end, monday

MORNING_TO_EVENING = ((540, 720), (780, 1050))
TOWN_HALL_DAY = ((510, 720), (780, 1035))
FLEXIBLE_DAY = ((600, 720), (780, 1110))
EVENING = ((1140, 1290),)
SHORT_EVENINGS = (((1170, 1230),), ((1140, 1215),), ((1200, 1290),))
SATURDAY_MORNING = ((540, 720),)
_SATURDAY = 5
_SHARES: Mapping[str, tuple[int, ...]] = {
    "govtech_staff": (10, 10, 15, 15, 20, 20, 25, 40),
    "side_job": (100,),
    "company": (20, 25, 25, 30),
    "ict_post": (10, 15, 15, 20),
}
_MONTH_CAPS_HOURS = (16, 16, 20, 20, 24, 30, 40)


def engagement(rng: Random, as_of: date) -> tuple[date, date]:
    """From a day in the past to the end of this (one in five) or of the next fiscal year."""
    this_year = fiscal_year(as_of)
    years = rng.randrange(1, 4)
    starts = (date(this_year - years, APRIL, 1), date(this_year - years, 10, 1))
    ends = fiscal_year_end(this_year + (0 if chance(rng, 20) else 1))
    return one_of(rng, starts), ends


def patterns(
    rng: Random, form: str, engaged: tuple[date, date], least_percent: int
) -> tuple[DemoPattern, ...]:
    """The pattern from the engagement's start; for a few another one from its last 1 April."""
    share_percent = max(least_percent, one_of(rng, _SHARES[form]))
    first = DemoPattern(engaged[0], share_percent, _windows(rng, form))
    last_april = date(engaged[1].year - 1, APRIL, 1)
    if form == "side_job" or last_april <= engaged[0] or not chance(rng, 12):
        return (first,)
    share = max(10, first.share_percent - 5)
    return (first, DemoPattern(last_april, share, first.windows))


def _windows(rng: Random, form: str) -> tuple[DemoWindow, ...]:
    if form == "side_job":
        return _side_job_windows(rng)
    if form == "company":
        days = sorted({0, 3, 4, *rng.sample(range(5), rng.randrange(3))})
        return _on(days, MORNING_TO_EVENING)
    if form == "ict_post":
        return _on(range(5), TOWN_HALL_DAY)
    hours = one_of(rng, (MORNING_TO_EVENING, MORNING_TO_EVENING, FLEXIBLE_DAY))
    return _on(range(4 if chance(rng, 15) else 5), hours)


def _side_job_windows(rng: Random) -> tuple[DemoWindow, ...]:
    """An hour or so each evening, else, for a few, some long evenings and a day of the weekend."""
    if chance(rng, 75):
        return _on(range(5), one_of(rng, SHORT_EVENINGS))
    evenings = sorted(rng.sample(range(1, 5), rng.randrange(2, 4)))
    daytime = [rng.randrange(1, 5)] if chance(rng, 10) else []
    saturday = [_SATURDAY] if chance(rng, 10) else []
    windows = (
        *_on(evenings, EVENING),
        *_on(daytime, MORNING_TO_EVENING),
        *_on(saturday, SATURDAY_MORNING),
    )
    return tuple(sorted(windows, key=lambda window: (window.weekday, window.start_minute)))


def _on(days: list[int] | range, hours: tuple[tuple[int, int], ...]) -> tuple[DemoWindow, ...]:
    return tuple(DemoWindow(day, start, end) for day in days for start, end in hours)


def month_cap_minutes(rng: Random, form: str, made: Sequence[DemoPattern]) -> int | None:
    """A side job has a cap, for most near to what the windows of a month hold."""
    if form != "side_job":
        return None
    week = sum(window.end_minute - window.start_minute for window in made[-1].windows)
    return 60 * max(one_of(rng, _MONTH_CAPS_HOURS), week * 9 // 120)


def leaves(rng: Random, as_of: date) -> tuple[DemoLeave, ...]:
    """Up to three leaves and for a few a long one, apart, within five months to and fro."""
    weeks = rng.sample(range(-18, 22), rng.randrange(4))
    found = [_leave(rng, monday(as_of) + timedelta(weeks=week)) for week in sorted(weeks)]
    if found and found[-1].first_on > as_of and chance(rng, 6):
        first = monday(found[-1].first_on)
        found[-1] = DemoLeave(first, first + timedelta(days=11), None, None, is_late=False)
    return tuple(found)


def late_leave(rng: Random, as_of: date) -> DemoLeave:
    """A week away that is told only after the time was given: it makes a conflict."""
    first = monday(as_of) + timedelta(weeks=rng.randrange(1, 4))
    return DemoLeave(first, first + timedelta(days=4), None, None, is_late=True)


def _leave(rng: Random, week_on: date) -> DemoLeave:
    """Mostly a whole week, else a few hours of one day."""
    if chance(rng, 80):
        return DemoLeave(week_on, week_on + timedelta(days=6), None, None, is_late=False)
    day = week_on + timedelta(days=rng.randrange(5))
    if chance(rng, 15):
        return DemoLeave(day, day, None, None, is_late=False)
    start, end = one_of(rng, ((540, 600), (960, 1050), (540, 630), (990, 1050)))
    return DemoLeave(day, day, start, end, is_late=False)


def pause(rng: Random, as_of: date) -> tuple[date, date]:
    """A pause with its end: now, or within two months."""
    first = monday(as_of) + timedelta(weeks=rng.randrange(-2, 8))
    return first, first + timedelta(days=7 * rng.randrange(4, 13) - 1)
