"""A slow, plain model of one person's booked time: it asks each quarter of an hour by itself."""

from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from talentshare.engine.week import Load, Week
from tests.engine.test_week import most_placed

QUARTERS = range(0, 1440, 15)
OFFICE = range(8 * 60 + 30, 17 * 60 + 15)


@dataclass(frozen=True)
class Off:
    first: date
    last: date
    hours: tuple[int, int] | None
    is_leave: bool

    def takes(self, day, minute):
        in_hours = self.hours is None or self.hours[0] <= minute < self.hours[1]
        return self.first <= day <= self.last and in_hours


@dataclass
class Booked:
    body: int
    mask: int
    rows: dict[date, tuple[int, int]]
    state: str
    expires_at: datetime | None

    @property
    def starts_on(self):
        first_day = next(d for d in range(7) if self.mask >> d & 1)
        return min(self.rows) + timedelta(days=first_day)


@dataclass
class Oracle:
    """What should be, and what each deed should answer: None, or the code of the refusal."""

    weeks: list[date]
    closed: frozenset[date]
    max_bodies: int
    cap: int | None
    now: datetime
    patterns: dict[date, tuple[int, tuple]] = field(default_factory=dict)
    overrides: dict[date, tuple[int, int]] = field(default_factory=dict)
    offs: list[Off] = field(default_factory=list)
    booked: dict[int, Booked] = field(default_factory=dict)
    cells: dict[date, list[int]] = field(default_factory=dict)

    def day(self, day):
        gone = {m for m in QUARTERS if any(off.takes(day, m) for off in self.offs)}
        if day in self.overrides:
            inside, outside = self.overrides[day]
            if len(gone) == len(QUARTERS):
                return 0, 0
            lost = 15 * sum(1 for m in gone if m in OFFICE)
            return max(0, inside - lost), max(0, outside - (15 * len(gone) - lost))
        begun = [first for first in self.patterns if first <= day]
        if day in self.closed or not begun:
            return 0, 0
        share, windows = self.patterns[max(begun)]
        if day.weekday() > 4:
            return 0, 0
        worked = [m for m in QUARTERS if m not in gone and any(a <= m < b for a, b in windows)]
        inside = 15 * sum(1 for m in worked if m in OFFICE) * share // 100
        return inside, 15 * len(worked) * share // 100 - inside

    def computed(self, week_on):
        pairs = [self.day(week_on + timedelta(days=n)) for n in range(7)]
        return [pair[0] for pair in pairs] + [pair[1] for pair in pairs]

    def lines(self, week_on):
        return [one for one in self.booked.values() if week_on in one.rows]

    def loads(self, week_on):
        return [Load(*one.rows[week_on], one.mask) for one in self.lines(week_on)]

    def taken(self, week_on):
        return sum(one.rows[week_on][0] for one in self.lines(week_on))

    def missing(self, week_on, cells=None, more=()):
        cells = self.cells[week_on] if cells is None else cells
        loads = [*self.loads(week_on), *more]
        placed = most_placed(Week(cells[:7], cells[7:]), loads)
        return sum(load.minutes for load in loads) - placed

    def is_gone(self, one):
        return one.state == "held" and one.expires_at <= self.now

    def without_expired(self):
        then = replace(self, booked=deepcopy(self.booked), cells=dict(self.cells))
        for one in then.booked.values():
            if self.is_gone(one):
                one.state, one.expires_at, one.rows = "released", None, {}
        return then

    def adopt(self, then):
        self.booked, self.cells = then.booked, then.cells
        self.patterns, self.overrides, self.offs = then.patterns, then.overrides, then.offs

    def month_of(self, week_on):
        thursday = week_on + timedelta(days=3)
        return thursday.year, thursday.month

    def room(self, week_on, mask, inside):
        """The most minutes that still find a place, by placing more than there could be."""
        if self.missing(week_on):
            return 0
        most = sum(self.cells[week_on])
        return most - self.missing(week_on, more=[Load(most, most if inside else 0, mask)])

    def month_left(self, week_on):
        month = self.month_of(week_on)
        return max(
            0, self.cap - sum(self.taken(w) for w in self.weeks if self.month_of(w) == month)
        )

    @property
    def this_week(self):
        return self.now.date() - timedelta(days=self.now.date().weekday())

    def has_begun(self, week_on, mask):
        """A day on which its work could fall has passed."""
        days = [week_on + timedelta(days=n) for n in range(7) if mask >> n & 1]
        return week_on < self.this_week or any(
            day < self.now.date() and day not in self.closed for day in days
        )

    def refusal(self, wanted: Booked):
        """The code with which a booking is refused; expired holds are gone before."""
        rows = wanted.rows.items()
        if any(self.has_begun(week_on, wanted.mask) for week_on in wanted.rows):
            return "allocation.week_past"
        if any(self.taken(w) + m > sum(self.cells[w]) for w, (m, _) in rows):
            return "allocation.no_fit"
        if any(self.missing(w, more=[Load(*row, wanted.mask)]) for w, row in rows):
            return "allocation.day_full"
        for week_on in wanted.rows:
            if len({one.body for one in self.lines(week_on)} | {wanted.body}) > self.max_bodies:
                return "allocation.bodies_limit"
        for month in {self.month_of(week_on) for week_on in wanted.rows}:
            used = sum(self.taken(w) for w in self.weeks if self.month_of(w) == month)
            more = sum(m for w, (m, _) in rows if self.month_of(w) == month)
            if self.cap is not None and used + more > self.cap:
                return "allocation.month_cap"
        return None

    def book(self, wanted: Booked):
        then = self.without_expired()
        return then.refusal(wanted), then

    def follow(self, is_leave, **facts):
        """Change facts; (refusal, what is then)."""
        then = replace(self.without_expired(), **facts)
        for week_on in self.weeks:
            cells = then.computed(week_on)
            if week_on < self.this_week and not (
                is_leave and sum(cells) < sum(then.cells[week_on])
            ):
                continue
            if not is_leave and then.missing(week_on, cells) > then.missing(week_on):
                return "time.below_booked", then
            then.cells[week_on] = cells
        return None, then

    def ledger(self, week_on):
        capacity, booked = sum(self.cells[week_on]), self.taken(week_on)
        return capacity, booked, max(0, booked - capacity)

    def clashes(self):
        return {w: missing for w in self.weeks if (missing := self.missing(w))}
