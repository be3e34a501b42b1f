"""How many minutes a person's days hold: patterns, changed days, leave. Plain data in and out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from talentshare.engine.week import DAYS, Week
from talentshare.kernel.weeks import add_months

OFFICE_OPENS_MINUTE = 510
OFFICE_CLOSES_MINUTE = 1035
WHOLE = 100
Spans = list[tuple[int, int]]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Window:
    """From minute to minute of a weekday (Monday is 0), on Tokyo's clock."""

    weekday: int
    starts_minute: int
    ends_minute: int


@dataclass(frozen=True)
class Pattern:
    """Windows of a week and the share of them for the pool, from a day on."""

    valid_from: date
    share_percent: int
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class Off:
    """Time off that stands: whole days, or hours of one day; `is_leave` is false for other work."""

    starts_on: date
    ends_on: date
    starts_minute: int | None = None
    ends_minute: int | None = None
    is_leave: bool = True


@dataclass(frozen=True)
class DayMinutes:
    """Minutes of one day inside and outside office hours; `full_…` without any time off.

    `without_leave` counts both parts as if there were other work but no leave.
    """

    inside: int = 0
    outside: int = 0
    full_inside: int = 0
    full_outside: int = 0
    without_leave: int = 0
    is_closed: bool = False
    is_overridden: bool = False
    is_away: bool = False

    @property
    def minutes(self) -> int:
        return self.inside + self.outside

    @property
    def full_minutes(self) -> int:
        return self.full_inside + self.full_outside


@dataclass(frozen=True)
class WeekCells:
    """Minutes of each day, Monday first; `pattern_minutes` is the week without leave."""

    inside: tuple[int, ...]
    outside: tuple[int, ...]
    pattern_minutes: int

    @property
    def capacity_minutes(self) -> int:
        return sum(self.inside) + sum(self.outside)

    @property
    def week(self) -> Week:
        return Week(self.inside, self.outside)

    @property
    def is_leave(self) -> bool:
        """Each working minute of the week is leave."""
        return self.capacity_minutes == 0 < self.pattern_minutes


@dataclass(frozen=True)
class TimeFacts:
    """All that decides how many minutes a person's days hold; patterns by `valid_from`.

    `overrides` holds (inside, outside) minutes by day.
    """

    engaged_from: date
    engaged_until: date | None = None
    paused_from: date | None = None
    paused_until: date | None = None
    patterns: tuple[Pattern, ...] = ()
    overrides: Mapping[date, Pair] = field(default_factory=dict)
    time_off: tuple[Off, ...] = ()

    def is_engaged(self, day: date) -> bool:
        """Within the engagement, and not paused."""
        if day < self.engaged_from or (self.engaged_until and day > self.engaged_until):
            return False
        if self.paused_from is None or self.paused_until is None:
            return True
        return not self.paused_from <= day <= self.paused_until

    def pattern_on(self, day: date) -> Pattern | None:
        """The pattern that is valid on a day: the last one that began."""
        begun = [pattern for pattern in self.patterns if pattern.valid_from <= day]
        return begun[-1] if begun else None

    def windows_on(self, day: date) -> Spans:
        """The day's windows, joined where they touch."""
        pattern = self.pattern_on(day)
        windows = pattern.windows if pattern else ()
        spans = [(w.starts_minute, w.ends_minute) for w in windows if w.weekday == day.weekday()]
        return _union(spans)

    def off_on(self, day: date) -> tuple[Off, ...]:
        return tuple(off for off in self.time_off if off.starts_on <= day <= off.ends_on)


def day_minutes(facts: TimeFacts, day: date, closed: Collection[date] = ()) -> DayMinutes:
    """Return what one day holds: an override beats the pattern, leave beats both.

    `closed` holds holidays and closures: zero unless overridden. Outside the engagement and in a
    pause there is nothing. Of an override, hours off take their minutes inside and outside office
    hours. Source: PRODUCT, section 3.
    """
    override = facts.overrides.get(day)
    if override is None:
        return usual_minutes(facts, day, closed)
    if not facts.is_engaged(day):
        return DayMinutes(is_closed=day in closed)
    off = facts.off_on(day)
    inside, outside = _less(override, off)
    return DayMinutes(
        inside,
        outside,
        *override,
        without_leave=sum(_less(override, _other_work(off))),
        is_closed=day in closed,
        is_overridden=True,
        is_away=_is_away(off),
    )


def usual_minutes(facts: TimeFacts, day: date, closed: Collection[date] = ()) -> DayMinutes:
    """Return what one day holds as if it had never been changed by hand.

    Day minutes = floor(share x (windows - time off)); the inside part is floored by itself.
    """
    off = facts.off_on(day)
    if day in closed or not facts.is_engaged(day):
        return DayMinutes(is_closed=day in closed, is_away=_is_away(off))
    pattern = facts.pattern_on(day)
    if pattern is None:
        return DayMinutes(is_away=_is_away(off))
    windows, share = facts.windows_on(day), pattern.share_percent
    inside, outside = _shared(_left(windows, off), share)
    return DayMinutes(
        inside,
        outside,
        *_shared(windows, share),
        without_leave=sum(_shared(_left(windows, _other_work(off)), share)),
        is_away=_is_away(off),
    )


def week_cells(facts: TimeFacts, week_on: date, closed: Collection[date] = ()) -> WeekCells:
    """Return the seven days from Monday `week_on`. Errors: ValueError when it is no Monday."""
    if week_on.weekday():
        raise ValueError("weeks start on Monday")
    days = [day_minutes(facts, week_on + timedelta(days=n), closed) for n in range(DAYS)]
    return WeekCells(
        tuple(day.inside for day in days),
        tuple(day.outside for day in days),
        sum(day.without_leave for day in days),
    )


def month_days(
    facts: TimeFacts,
    month_on: date,
    answer: Pair,
    closed: Collection[date] = (),
) -> dict[date, Pair]:
    """Return the (inside, outside) minutes of each day of the month that an answer comes to.

    `answer` = (minutes, of which inside office hours), after time off. Each part is laid on the
    days in proportion to their usual minutes, by largest remainder, earlier day first, and never
    beyond a day's windows less time off, of which the share may be exceeded. Overrides of the
    month are not looked at: the answer replaces them. Errors: ValueError when it does not fit.
    """
    days = _days_of_month(month_on)
    minutes, inside = answer
    usual = [usual_minutes(facts, day, closed) for day in days]
    most = [_room(facts, day, closed) for day in days]
    insides = spread(inside, [d.inside for d in usual], [room[0] for room in most])
    outsides = spread(minutes - inside, [d.outside for d in usual], [room[1] for room in most])
    return dict(zip(days, zip(insides, outsides, strict=True), strict=True))


def month_most(facts: TimeFacts, month_on: date, closed: Collection[date] = ()) -> Pair:
    """Return the most that an answer for the month may be: minutes, of which inside."""
    rooms = [_room(facts, day, closed) for day in _days_of_month(month_on)]
    inside = sum(room[0] for room in rooms)
    return inside + sum(room[1] for room in rooms), inside


def spread(minutes: int, weights: Sequence[int], limits: Sequence[int] | None = None) -> list[int]:
    """Return `minutes` spread in proportion to `weights`, by largest remainder, earlier first.

    Where `limits` are given, what a place cannot take goes to the others in the same proportion,
    and to places without weight in proportion to their limits only when all others are full.
    Errors: ValueError when the minutes cannot be placed.
    """
    if limits is None:
        if minutes and not sum(weights):
            raise ValueError("there is no place to spread the minutes over")
        return _largest_remainder(minutes, weights)
    if not 0 <= minutes <= sum(limits):
        raise ValueError("more minutes than there is room for")
    given = [0] * len(limits)
    while left := minutes - sum(given):
        rooms = [limit - so_far for limit, so_far in zip(limits, given, strict=True)]
        shares = [w if room else 0 for w, room in zip(weights, rooms, strict=True)]
        extra = _largest_remainder(left, shares if any(shares) else rooms)
        given = [
            so_far + min(more, room) for so_far, more, room in zip(given, extra, rooms, strict=True)
        ]
    return given


def spread_over_days(
    minutes: int, weekdays: int, available: Sequence[int], open_days: int
) -> list[int]:
    """Return the minutes of each weekday that booked time comes to, Monday first.

    Spread over the days of the mask `weekdays` by `available` minutes; where leave has left
    nothing on them, evenly over those of them that are open (mask `open_days`), else over all.
    Source: PRODUCT, section 7.
    """
    weights = [there * (weekdays >> d & 1) for d, there in enumerate(available)]
    if not any(weights):
        left = weekdays & open_days or weekdays
        weights = [left >> d & 1 for d in range(DAYS)]
    return spread(minutes, weights)


def _largest_remainder(minutes: int, weights: Sequence[int]) -> list[int]:
    total = sum(weights) or 1
    parts = [minutes * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda at: (-(minutes * weights[at] % total), at))
    for at in order[: minutes - sum(parts)]:
        parts[at] += 1
    return parts


def _days_of_month(month_on: date) -> list[date]:
    first = month_on.replace(day=1)
    count = (add_months(first, 1) - first).days
    return [first + timedelta(days=n) for n in range(count)]


def _room(facts: TimeFacts, day: date, closed: Collection[date]) -> Pair:
    """The day's windows less time off, not shared."""
    if day in closed or not facts.is_engaged(day):
        return 0, 0
    return _split(_left(facts.windows_on(day), facts.off_on(day)))


def _other_work(off: Iterable[Off]) -> tuple[Off, ...]:
    return tuple(one for one in off if not one.is_leave)


def _is_away(off: Iterable[Off]) -> bool:
    return any(one.starts_minute is None for one in off)


def _hours(off: Iterable[Off]) -> Spans:
    return _union(
        (one.starts_minute, one.ends_minute)
        for one in off
        if one.starts_minute is not None and one.ends_minute is not None
    )


def _left(windows: Spans, off: Sequence[Off]) -> Spans:
    return [] if _is_away(off) else _without(windows, _hours(off))


def _less(override: Pair, off: Sequence[Off]) -> Pair:
    if _is_away(off):
        return 0, 0
    lost = _split(_hours(off))
    return max(0, override[0] - lost[0]), max(0, override[1] - lost[1])


def _shared(spans: Spans, share_percent: int) -> Pair:
    inside, outside = _split(spans)
    total = (inside + outside) * share_percent // WHOLE
    shared = inside * share_percent // WHOLE
    return shared, total - shared


def _split(spans: Spans) -> Pair:
    inside = sum(
        max(0, min(last, OFFICE_CLOSES_MINUTE) - max(first, OFFICE_OPENS_MINUTE))
        for first, last in spans
    )
    return inside, sum(last - first for first, last in spans) - inside


def _union(spans: Iterable[Pair]) -> Spans:
    joined: Spans = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _without(spans: Spans, off: Spans) -> Spans:
    """Return what `off` leaves of `spans`; both are joined and in order."""
    left: Spans = []
    for first, last in spans:
        at = first
        for gone_first, gone_last in off:
            if gone_last <= at or last <= gone_first:
                continue
            if at < gone_first:
                left.append((at, gone_first))
            at = max(at, gone_last)
        if at < last:
            left.append((at, last))
    return left
