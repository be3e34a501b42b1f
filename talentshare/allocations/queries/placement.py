"""Where booked minutes could go that leave has pushed out of a week."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from talentshare.allocations.queries.fit import load_position
from talentshare.allocations.queries.weeks import BookingLine, LedgerWeek, PersonTime
from talentshare.kernel import clock
from talentshare.kernel.weeks import monday, month_of_week


@dataclass(frozen=True)
class Move:
    """Minutes of a line that leave their week, and the weeks to which they could go."""

    line: BookingLine
    minutes: int
    inside_minutes: int
    to: tuple[BookingLine, ...]

    @property
    def left_minutes(self) -> int:
        """Minutes for which no room is found."""
        return self.minutes - sum(line.minutes for line in self.to)


def moves_out_of(time: PersonTime, week_on: date) -> list[Move]:
    """Make the week feasible: holds give way first, then the newest; earliest free weeks first.

    The weeks of `time` are changed accordingly, so that several short weeks share the room.
    """
    giving, time.weeks[week_on] = gives_way(time.weeks[week_on])
    return [
        Move(line, minutes, min(line.inside_minutes, minutes), tuple(_placed(time, line, minutes)))
        for line, minutes in giving
    ]


def gives_way(week: LedgerWeek) -> tuple[list[tuple[BookingLine, int]], LedgerWeek]:
    """The minutes that leave the week to make it feasible, and the week without them."""
    giving = []
    for line in sorted(week.lines, key=_order):
        minutes = _helps(week, line)
        if minutes:
            week = _without(week, line, minutes)
            giving.append((line, minutes))
    return giving, week


def _order(line: BookingLine) -> tuple[bool, int]:
    return not line.is_held, -(line.allocation_id or 0)


def _helps(week: LedgerWeek, line: BookingLine) -> int:
    """By how much the line can lessen what is missing.

    Taking it out lessens it from M to M'; so does taking out M - M' of its minutes, the inside
    ones first: no set of cells loses less by them.
    """
    if line.allocation_id is None or not week.missing_minutes:
        return 0
    return week.missing_minutes - _without(week, line, line.minutes).missing_minutes


def _without(week: LedgerWeek, line: BookingLine, minutes: int) -> LedgerWeek:
    others = tuple(other for other in week.lines if other is not line)
    return replace(week, lines=(*others, *_rest(line, minutes)))


def _rest(line: BookingLine, minutes: int) -> tuple[BookingLine, ...]:
    left = line.minutes - minutes
    if not left:
        return ()
    inside = max(0, line.inside_minutes - minutes)
    return (replace(line, minutes=left, inside_minutes=inside),)


def _placed(time: PersonTime, line: BookingLine, minutes: int) -> Iterator[BookingLine]:
    assert line.position_id is not None
    inside = min(line.inside_minutes, minutes)
    last_on = load_position(line.position_id).latest_end_on
    first_on = max(line.week_on, monday(clock.today()))
    for week_on in [w for w in time.weeks if first_on < w <= last_on]:
        total, within = _room(time, week_on, line)
        into = min(inside, within)
        taken = min(total, minutes - inside + into)
        if taken <= 0:
            continue
        into = min(into, taken)
        part = replace(line, week_on=week_on, minutes=taken, inside_minutes=into)
        week = time.weeks[week_on]
        time.weeks[week_on] = replace(week, lines=(*week.lines, part))
        yield part
        minutes, inside = minutes - taken, inside - into
        if not minutes:
            return


def _room(time: PersonTime, week_on: date, line: BookingLine) -> tuple[int, int]:
    week = time.weeks[week_on]
    if len(week.bodies() | {line.body_id}) > time.specialist.max_bodies:
        return 0, 0
    total, within = week.room(line.weekdays)
    left = time.month_left(month_of_week(week_on))
    return (total, within) if left is None else (min(total, left), min(within, left))
