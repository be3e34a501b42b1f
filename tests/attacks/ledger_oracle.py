"""The rules of the ledger in plain Python; knows nothing of the SQL."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

WEEK_MINUTES = 7 * 24 * 60
PEOPLE = (1, 2)
WEEKS = tuple(date(2026, 1, 5) + timedelta(days=7 * n) for n in range(5))
OPEN_WEEKS = WEEKS[:4]  # the fifth has no ledger row
FIRST_MINUTE = datetime(2026, 1, 4, 15)  # noqa: DTZ001  Monday 0:00 in Tokyo, told in UTC

Week = tuple[int, date]


def instant(minute: int) -> str:
    """The UTC text of a minute counted from Monday 0:00 in Tokyo."""
    at = FIRST_MINUTE + timedelta(minutes=minute)
    return at.strftime("%Y-%m-%d %H:%M:00.000000")


@dataclass(frozen=True)
class Appointment:
    """Minutes count from Monday 0:00 in Tokyo of the first week."""

    person: int
    start: int
    end: int
    before: int = 0
    after: int = 0
    is_live: bool = True

    @property
    def minutes(self) -> int:
        return self.end - self.start

    @property
    def week(self) -> Week:
        return self.person, WEEKS[self.start // WEEK_MINUTES]

    @property
    def is_in_one_week(self) -> bool:
        return (self.end - 1) // WEEK_MINUTES == self.start // WEEK_MINUTES

    def moved(self, start: int, minutes: int) -> "Appointment":
        return replace(self, start=start, end=start + minutes)

    def clashes_with(self, other: "Appointment") -> bool:
        return (
            self.person == other.person
            and other.is_live
            and other.start - other.before < self.end + self.after
            and self.start - self.before < other.end + other.after
        )


@dataclass
class Oracle:
    """What should be true; each `refusal_of_…` names the rule that must speak, or None."""

    capacity: dict[Week, int] = field(
        default_factory=lambda: {(p, w): 480 for p in PEOPLE for w in OPEN_WEEKS}
    )
    extra: dict[Week, int] = field(
        default_factory=lambda: {(p, w): 0 for p in PEOPLE for w in OPEN_WEEKS}
    )
    allocated: dict[tuple[int, date], tuple[int, int]] = field(default_factory=dict)
    appointments: dict[int, Appointment] = field(default_factory=dict)

    def sold(self, week: Week) -> int:
        allocated = sum(m for (_, w), (p, m) in self.allocated.items() if (p, w) == week)
        live = (a for a in self.appointments.values() if a.is_live and a.week == week)
        return allocated + sum(a.minutes for a in live)

    def short_by(self, week: Week, capacity: int) -> int:
        return self.sold(week) - capacity - self.extra[week]

    def gap(self, week: Week) -> int:
        return max(0, self.short_by(week, self.capacity[week]))

    def figures(self) -> dict[Week, list[int]]:
        return {
            week: [self.capacity[week], self.sold(week), self.extra[week], self.gap(week)]
            for week in self.capacity
        }

    def refusal_of_more(self, week: Week, minutes: int) -> str | None:
        room = max(0, -self.short_by(week, self.capacity[week]))
        return None if minutes <= max(0, room) or minutes <= 0 else "ledger_full"

    def refusal_of_booking(self, allocation: int, person: int, weeks: list[date], minutes: int):
        """Of one statement for many weeks; "several" when the first reason is not promised."""
        owners = [self.allocated.get((allocation, week), (person, 0))[0] for week in weeks]
        if any(owner != person for owner in owners):
            return "several" if minutes <= 0 or len(weeks) > 1 else "ledger_key_moved"
        if minutes <= 0:
            return "allocation_minutes"
        reasons = {self._refusal_of_week(allocation, (person, w), minutes) for w in weeks} - {None}
        if len(reasons) > 1:
            return "several"
        return reasons.pop() if reasons else None

    def _refusal_of_week(self, allocation: int, week: Week, minutes: int) -> str | None:
        if (allocation, week[1]) in self.allocated:
            return "allocation_week_pkey"
        if week not in self.capacity:
            return "ledger_no_week"
        return self.refusal_of_more(week, minutes)

    def refusal_of_sizes(self, rows: list[tuple[int, date]], minutes: int) -> str | None:
        if minutes <= 0:
            return "allocation_minutes"
        for row in rows:
            person, now = self.allocated[row]
            if refusal := self.refusal_of_more((person, row[1]), minutes - now):
                return refusal
        return None

    def refusal_of_appointment(self, wanted: Appointment, number: int | None = None) -> str | None:
        """Of a new one, or of number `number` as it shall be."""
        if not wanted.is_in_one_week:
            return "appointment_one_week"
        if not wanted.is_live:
            return None
        others = (a for n, a in self.appointments.items() if n != number)
        if any(wanted.clashes_with(other) for other in others):
            return "appointment_overlap"
        old = self.appointments.get(number) if number is not None else None
        counted = old.minutes if old and old.is_live and old.week == wanted.week else 0
        return self.refusal_of_more(wanted.week, wanted.minutes - counted)

    def refusal_of_capacity(self, week: Week, minutes: int) -> str | None:
        return "ledger_full" if self.short_by(week, minutes) > self.gap(week) else None

    def refusal_of_grant(self, week: Week, minutes: int) -> str | None:
        needed = self.sold(week) - self.capacity[week] - self.gap(week)
        if minutes < 0 and needed > self.extra[week] + minutes:
            return "ledger_full"
        return "ledger_not_negative" if self.extra[week] + minutes < 0 else None
