"""What page and file should show, recomputed day by day from the raw tables alone."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from talentshare.platform.db import db

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
UNITS = {"week": "週ごと", "month": "月ごと", "quarter": "四半期ごと", "year": "年度ごと"}


def raw(statement):
    return db.session.execute(db.text(statement)).all()


def recomputed_days():
    """(person, day) -> [capacity, confirmed, held, extra, gap], from the raw rows alone.

    And (person, body, basis) -> day -> [0, confirmed, held, 0, 0] of the same bookings.
    """
    found = defaultdict(lambda: [Fraction(0)] * 5)
    works = defaultdict(lambda: defaultdict(lambda: [0] * 5))

    def add(who, day, which, minutes):
        values = list(found[who, day])
        values[which] += minutes
        found[who, day] = values

    cells, booked = {}, defaultdict(int)
    for row in raw("SELECT * FROM week_cells"):
        week_on = date.fromisoformat(row.week_on)
        minutes = [getattr(row, f"inside_{n}") + getattr(row, f"outside_{n}") for n in range(7)]
        cells[row.specialist_id, week_on] = minutes
        for n, value in enumerate(minutes):
            add(row.specialist_id, week_on + n * DAY, 0, value)
    for row in raw(
        "SELECT w.specialist_id, w.week_on, w.minutes, a.weekdays, a.state, a.expires_at,"
        " a.body_id, p.basis_code"
        " FROM allocation_week w JOIN allocation a ON a.id = w.allocation_id"
        " LEFT JOIN proposal p ON p.allocation_id = a.id"
    ):
        if row.state == "held" and row.expires_at <= NOW.strftime("%Y-%m-%d %H:%M:%S.%f"):
            continue
        week_on = date.fromisoformat(row.week_on)
        allowed = [n for n in range(7) if row.weekdays & 2**n]
        weights = {n: cells[row.specialist_id, week_on][n] for n in allowed}
        if not any(weights.values()):
            weights = dict.fromkeys(allowed, 1)
        for n, minutes in by_largest_remainder(row.minutes, weights).items():
            which = 2 if row.state == "held" else 1
            add(row.specialist_id, week_on + n * DAY, which, minutes)
            key = row.specialist_id, row.body_id, row.basis_code
            works[key][week_on + n * DAY][which] += minutes
        booked[row.specialist_id, week_on] += row.minutes
    for row in raw("SELECT * FROM appointment WHERE state <> 'cancelled'"):
        starts, ends = datetime.fromisoformat(row.starts_at), datetime.fromisoformat(row.ends_at)
        day = (starts + timedelta(hours=9)).date()
        minutes = int((ends - starts).total_seconds()) // 60
        add(row.specialist_id, day, 1, minutes)
        works[row.specialist_id, None, None][day][1] += minutes
        booked[row.specialist_id, day - day.weekday() * DAY] += minutes
    for row in raw(
        "SELECT specialist_id, week_on, granted_extra_minutes AS extra FROM week_ledger"
    ):
        key = row.specialist_id, date.fromisoformat(row.week_on)
        thursday = key[1] + 3 * DAY
        add(key[0], thursday, 3, row.extra)
        add(key[0], thursday, 4, max(0, booked[key] - sum(cells[key]) - row.extra))
    return found, works


def by_largest_remainder(minutes, weights):
    exact = {n: Fraction(minutes * weight, sum(weights.values())) for n, weight in weights.items()}
    given = {n: share.numerator // share.denominator for n, share in exact.items()}
    left = minutes - sum(given.values())
    for n in sorted(exact, key=lambda n: (given[n] - exact[n], n))[:left]:
        given[n] += 1
    return given


class Expected:
    """What page and file should show, from the recomputed days."""

    def __init__(self, days, works, people, parts, query):
        self.days, self.works = days, works
        self.people, self.parts = people, parts
        self.by, self.unit = query["by"], query["unit"]
        self.whole = [day for part in parts["month"] for day in part]

    def met(self):
        """What this question tries."""
        days = set(self.whole)
        found = {self.by, self.unit}
        if {date(2027, 3, 31), date(2027, 4, 1)} <= days:
            found.add("31 March and 1 April")
        if {date(2026, 12, 31), date(2027, 1, 1)} <= days and self.unit == "week":
            found.add("week 53")
        if self.people and not self.sums(self.people, self.whole)[0]:
            found.add("nothing to divide by")
        return found

    def sums(self, people, days):
        """Five sums of a group of people, or of a group of works over everybody's capacity."""
        if people and isinstance(people[0], tuple) and not hasattr(people[0], "kana"):
            wholes = self.sums(self.people, days)
            rows = [
                self.works[key][day] for key in people for day in days if day in self.works[key]
            ]
            summed = [sum(column) for column in zip(*rows, strict=True)] or [0] * 5
            return [wholes[0], *summed[1:]]
        rows = [
            self.days[who.id, day] for who in people for day in days if (who.id, day) in self.days
        ]
        return [sum(column) for column in zip(*rows, strict=True)] or [0] * 5

    def figures(self, people, days, is_work=False):
        n, c, h, extra, gap = self.sums(people, days)
        rates = [rate(c, n), rate(c + h, n)]
        apart = [] if is_work else [str(extra), str(gap)]
        return [*map(str, (n, c, h)), *rates, *apart, "2026-11-24", "1"]

    def cells(self, people, days, is_work=False):
        n, c, h, *_ = self.sums(people, days)
        shown = [[r + "％" if n else r] for r in (rate(c, n), rate(c + h, n))]
        if is_work:
            return [[hours(c)], [hours(h)], *shown, []]
        shown[0] += over(c, n)
        return [[hours(n)], [hours(c)], [hours(h)], *shown, side(c, n)]

    def person_file(self, unit):
        return [
            [p.name, p.kana, role_names()[p.role_code], what, *ends(days), *self.figures([p], days)]
            for p in self.people
            for what, days in self.named_parts(unit)
        ]

    def named_parts(self, unit):
        return [*((UNITS[unit], part) for part in self.parts["shown"]), ("期間計", self.whole)]

    def group_file(self, by, unit):
        is_work = by in {"body", "basis"}
        return [
            [name, str(count(those)), what, *ends(days), *self.figures(those, days, is_work)]
            for name, those in [*self.groups(by), ("全体", self.people)]
            for what, days in self.named_parts(unit)
        ]

    def month_file(self):
        rows = [*(("月ごと", part) for part in self.parts["month"]), ("期間計", self.whole)]
        return [[what, *ends(days), *self.figures(self.people, days)] for what, days in rows]

    def tables(self):
        """Of the page, without their heads; with nobody there is none."""
        if not self.people:
            return []
        if self.by == "person":
            first = [self.heat(), self.group_table("role")]
        else:
            first = [self.group_table(self.by), self.part_table()]
        apart = self.apart_table()
        return [*first, self.month_table(), *([apart] if apart else [])]

    def apart_table(self):
        rows = [(p, *self.sums([p], self.whole)[3:]) for p in self.people]
        return [
            [[p.name, role_names()[p.role_code]], [hours(extra)], [hours(gap)]]
            for p, extra, gap in rows
            if extra or gap
        ]

    def part_table(self):
        is_work = self.by in {"body", "basis"}
        return [
            [[name], *((work_cell if is_work else heat_cell)(self.sums(those, days))
                       for days in self.parts["shown"])]
            for name, those in [*self.groups(self.by), ("全体", self.people)]
        ]  # fmt: skip

    def heat(self):
        rows = []
        for p in self.people:
            row = [[p.name, role_names()[p.role_code]]]
            shown = (*self.parts["shown"], self.whole)
            row += [heat_cell(self.sums([p], days)) for days in shown]
            rows.append(row)
        return rows

    def group_table(self, by):
        is_work = by in {"body", "basis"}
        return [
            [[name], [f"{count(those)}人"], *self.cells(those, self.whole, is_work)]
            for name, those in [*self.groups(by), ("全体", self.people)]
        ]

    def month_table(self):
        rows = [(f"{part[0].year}年{part[0].month}月", part) for part in self.parts["month"]]
        return [
            [[name], *self.cells(self.people, days)]
            for name, days in (*rows, ("期間計", self.whole))
        ]

    def groups(self, by):
        """(name, its people or its works), in the order of the catalogue, without empty ones."""
        if by in {"body", "basis"}:
            place = 1 if by == "body" else 2
            mine = [key for key in self.works if self.is_seen(key)]
            found = [(name, [k for k in mine if k[place] == key]) for key, name in NAMES[by]()]
        elif by == "skill":
            has = raw(
                "SELECT specialist_id, skill_code FROM specialist_skill"
                " WHERE coalesce(verified_level, claimed_level) > 0"
            )
            found = [
                (name, [p for p in self.people if (p.id, code) in has])
                for code, name in NAMES[by]()
            ]
        else:
            found = [
                (name, [p for p in self.people if p.role_code == code])
                for code, name in NAMES["role"]()
            ]
        return [(name, those) for name, those in found if those]

    def is_seen(self, key):
        """Work of one of the people on some day of the period."""
        days = self.works[key]
        return key[0] in {p.id for p in self.people} and any(
            any(days[day]) for day in self.whole if day in days
        )


def side(c, n):
    """On which side of 70 to 85 per cent."""
    if not n:
        return []
    exact = Fraction(c, n)
    below, above = exact < Fraction(70, 100), exact > Fraction(85, 100)
    return ["帯の下" if below else "帯の上" if above else "帯の中"]


def count(those):
    """How many people a group has, or how many work in it."""
    return len({one[0] for one in those})


def role_names():
    return dict(NAMES["role"]())


NAMES = {
    "person": list,
    "role": lambda: raw("SELECT code, name_ja FROM job_role ORDER BY rank"),
    "skill": lambda: raw("SELECT code, name_ja FROM skill ORDER BY code"),
    "body": lambda: [
        *raw("SELECT id, name_ja FROM body ORDER BY code"),
        (None, "団体の記録なし"),
    ],
    "basis": lambda: [
        *raw("SELECT code, name_ja FROM legal_basis ORDER BY rank"),
        (None, "根拠の記録なし"),
    ],
}


def heat_cell(sums):
    n, c, *_ = sums
    return [rate(c, n) + "％", f"{hours(c)}／{hours(n)}", *over(c, n)] if n else ["算定対象外"]


def work_cell(sums):
    _, c, h, *_ = sums
    return [hours(c), f"仮確保 {hours(h)}"]


def over(part, whole):
    """How far what is confirmed lies above what can be given, where it does."""
    return [f"{hours(part - whole)}時間超過"] if part > whole > 0 else []


def ends(days):
    return [days[0].isoformat(), days[-1].isoformat()]


def rate(part, whole):
    if not whole:
        return "算定対象外"
    tenths = Fraction(part, whole) * 1000 + Fraction(1, 2)
    return f"{tenths.numerator // tenths.denominator / 10:.1f}"


def hours(minutes):
    return f"{float(Fraction(minutes, 60)):,.2f}".rstrip("0").rstrip(".")
