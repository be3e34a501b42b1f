"""The page, the file and a recomputation day by day from the raw tables say the same."""

import random
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from urllib.parse import urlencode

from sqlalchemy.exc import IntegrityError

from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from tests import make
from tests.reports import pool, reading

PERIODS = 200
NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ROLES = ("PM", "SA", "UX")


def test_page_file_and_recomputation_agree_for_200_random_periods(app, sign_in):
    rng = random.Random(20261124)
    make.catalogue()
    fill(rng)
    client = sign_in(make.coordinator())
    days = recomputed_days()
    seen = [any(values[measure] for values in days.values()) for measure in range(5)]
    assert seen == [True] * 5
    gone = "SELECT 1 FROM allocation WHERE state = 'held' AND expires_at < '2026-11-25'"
    assert raw(gone)
    people = raw(
        "SELECT s.id, p.name, p.kana, r.role_code FROM specialist s"
        " JOIN person p ON p.id = s.person_id"
        " JOIN specialist_role r ON r.specialist_id = s.id AND r.is_primary"
        " ORDER BY p.kana, s.id"
    )
    for _ in range(PERIODS):
        query, parts, chosen = question(rng, people)
        expected = Expected(days, chosen, parts)
        page = client.get("/reports/utilisation?" + urlencode(query)).text
        files = {
            by: reading.sheet(
                client.get("/reports/utilisation.csv?" + urlencode(query | {"by": by}))
            )
            for by in ("person", "role", "month")
        }
        assert files["person"][1:] == expected.person_file(query["unit"]), query
        assert files["role"][1:] == expected.role_file(), query
        assert files["month"][1:] == expected.month_file(), query
        shown = [table[1:] for table in reading.tables(page)]
        assert shown == expected.tables(), query


def fill(rng):
    """Eight people with all that moves a figure: patterns, leave, holds, masks, slots, grants."""
    mondays = [date(2026, 4, 6) + n * timedelta(days=7) for n in range(100)]
    position = make.position(week_count=1)
    for n in range(8):
        who = pool.member(f"架空 {n}号", f"カクウ {n:02}", roles=(rng.choice(ROLES),))
        pool.odd_pattern(who, date(2026, 4, 1), [rng.randrange(0, 500, 7) for _ in range(5)])
        pool.odd_pattern(who, date(2027, 4, 1), [rng.randrange(0, 500, 11) for _ in range(6)])
        off = rng.choice(mondays[:60])
        pool.days_off(who, off, off + timedelta(days=rng.randrange(30)))
        for make_one in (pool.booked, pool.booked, pool.booked, pool.held, pool.held):
            place(rng, who, make_one, mondays, position)
        for _ in range(4):
            slot(rng, who, mondays)
        pool.granted(who, rng.choice(mondays), rng.randrange(15, 300, 15))
        fall_ill(rng, who)
        place(rng, who, pool.held_and_expired, mondays, position)


def place(rng, who, make_one, mondays, position):
    """Book what fits into the allowed days of some weeks; nothing where nothing does."""
    first = rng.randrange(len(mondays) - 12)
    weeks = mondays[first : first + rng.randint(1, 12)]
    weekdays = rng.choice((127, 127, rng.randrange(1, 128)))
    minutes = rng.randint(1, 900)
    while minutes:
        try:
            make_one(who, minutes, *weeks, weekdays=weekdays, position=position)
        except Conflict:
            minutes //= 2
        else:
            return


def fall_ill(rng, who):
    """Leave over a week in which something is booked, and some more days."""
    weeks = raw(f"SELECT DISTINCT week_on FROM allocation_week WHERE specialist_id = {who.id}")
    if weeks:
        first = date.fromisoformat(rng.choice(weeks)[0])
        pool.days_off(who, first, first + timedelta(days=rng.randrange(30)))


def slot(rng, who, mondays):
    start = datetime.combine(rng.choice(mondays), datetime.min.time(), UTC)
    state = rng.choice(("confirmed", "cancelled"))
    try:
        pool.appointed(who, start + timedelta(hours=rng.randrange(-9, 158)), 30, state)
    except IntegrityError:
        db.session.rollback()  # the ledger has no room for it, or another slot


def question(rng, people):
    first = date(2026, 3, 1)
    for _ in range(rng.randrange(27)):
        first = next_month(first)
    months = [first]
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 2, 2, 5, 11))):
        months.append(next_month(months[-1]))
    last = next_month(months[-1]) - DAY
    unit = rng.choice(("week", "month"))
    role, text = rng.choice(("", "", *ROLES)), rng.choice(("", "", "架空", "5号"))
    query = {"from": f"{first:%Y-%m}", "to": f"{last:%Y-%m}", "unit": unit, "role": role, "q": text}
    chosen = [p for p in people if role in {"", p.role_code} and text in p.name]
    every_day = [first + n * DAY for n in range((last - first).days + 1)]
    cut = {"week": lambda d: d.isocalendar()[:2], "month": lambda d: d.month}
    return (
        query,
        {name: grouped(every_day, key) for name, key in cut.items()}
        | {"shown": grouped(every_day, cut[unit])},
        chosen,
    )


def grouped(days, key):
    parts = []
    for day in days:
        if not parts or key(parts[-1][-1]) != key(day):
            parts.append([])
        parts[-1].append(day)
    return parts


def next_month(day):
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def raw(statement):
    return db.session.execute(db.text(statement)).all()


def recomputed_days():
    """(person, day) -> [capacity, confirmed, held, extra, gap], from the raw rows alone."""
    found = defaultdict(lambda: [Fraction(0)] * 5)

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
        "SELECT w.specialist_id, w.week_on, w.minutes, a.weekdays, a.state, a.expires_at"
        " FROM allocation_week w JOIN allocation a ON a.id = w.allocation_id"
    ):
        if row.state == "held" and row.expires_at <= NOW.strftime("%Y-%m-%d %H:%M:%S.%f"):
            continue
        week_on = date.fromisoformat(row.week_on)
        allowed = [n for n in range(7) if row.weekdays & 2**n]
        weights = {n: cells[row.specialist_id, week_on][n] for n in allowed}
        if not any(weights.values()):
            weights = dict.fromkeys(allowed, 1)
        for n, minutes in by_largest_remainder(row.minutes, weights).items():
            add(row.specialist_id, week_on + n * DAY, 2 if row.state == "held" else 1, minutes)
        booked[row.specialist_id, week_on] += row.minutes
    for row in raw("SELECT * FROM appointment WHERE state <> 'cancelled'"):
        starts, ends = datetime.fromisoformat(row.starts_at), datetime.fromisoformat(row.ends_at)
        day = (starts + timedelta(hours=9)).date()
        minutes = int((ends - starts).total_seconds()) // 60
        add(row.specialist_id, day, 1, minutes)
        booked[row.specialist_id, day - day.weekday() * DAY] += minutes
    for row in raw(
        "SELECT specialist_id, week_on, granted_extra_minutes AS extra FROM week_ledger"
    ):
        key = row.specialist_id, date.fromisoformat(row.week_on)
        thursday = key[1] + 3 * DAY
        add(key[0], thursday, 3, row.extra)
        add(key[0], thursday, 4, max(0, booked[key] - sum(cells[key]) - row.extra))
    return found


def by_largest_remainder(minutes, weights):
    exact = {n: Fraction(minutes * weight, sum(weights.values())) for n, weight in weights.items()}
    given = {n: share.numerator // share.denominator for n, share in exact.items()}
    left = minutes - sum(given.values())
    for n in sorted(exact, key=lambda n: (given[n] - exact[n], n))[:left]:
        given[n] += 1
    return given


class Expected:
    """What page and file should show, from the recomputed days."""

    def __init__(self, days, people, parts):
        self.days, self.people, self.parts = days, people, parts
        self.whole = [day for part in parts["month"] for day in part]

    def sums(self, people, days):
        rows = [
            self.days[who.id, day] for who in people for day in days if (who.id, day) in self.days
        ]
        return [sum(column) for column in zip(*rows, strict=True)] or [0] * 5

    def figures(self, people, days):
        n, c, h, extra, gap = self.sums(people, days)
        rates = [rate(c, n), rate(c + h, n)]
        return [*map(str, (n, c, h)), *rates, str(extra), str(gap), "2026-11-24", "1"]

    def cells(self, people, days):
        n, c, h, *_ = self.sums(people, days)
        shown = [[r + "％" if n else r] for r in (rate(c, n), rate(c + h, n))]
        shown[0] += over(c, n)
        return [[hours(n)], [hours(c)], [hours(h)], *shown, []]

    def person_file(self, unit):
        name = {"week": "週ごと", "month": "月ごと"}[unit]
        return [
            [p.name, p.kana, role_names()[p.role_code], what, *ends(days), *self.figures([p], days)]
            for p in self.people
            for what, days in [
                *((name, part) for part in self.parts["shown"]),
                ("期間計", self.whole),
            ]
        ]

    def role_file(self):
        return [
            [name, str(len(those)), *ends(self.whole), *self.figures(those, self.whole)]
            for name, those in self.by_role()
        ]

    def month_file(self):
        rows = [*(("月ごと", part) for part in self.parts["month"]), ("期間計", self.whole)]
        return [[what, *ends(days), *self.figures(self.people, days)] for what, days in rows]

    def tables(self):
        """Of the page, without their heads; with nobody there is none."""
        return [self.heat(), self.role_table(), self.month_table()] if self.people else []

    def heat(self):
        rows = []
        for p in self.people:
            row = [[p.name, role_names()[p.role_code]]]
            for days in (*self.parts["shown"], self.whole):
                n, c, *_ = self.sums([p], days)
                told = [rate(c, n) + "％", f"{hours(c)}／{hours(n)}", *over(c, n)]
                row.append(told if n else ["算定対象外"])
            rows.append(row)
        return rows

    def role_table(self):
        return [
            [[name], [f"{len(those)}人"], *self.cells(those, self.whole)]
            for name, those in self.by_role()
        ]

    def month_table(self):
        rows = [(f"{part[0].year}年{part[0].month}月", part) for part in self.parts["month"]]
        return [
            [[name], *self.cells(self.people, days)]
            for name, days in (*rows, ("期間計", self.whole))
        ]

    def by_role(self):
        groups = [
            (name, [p for p in self.people if p.role_code == code])
            for code, name in role_names().items()
        ]
        return [*((name, those) for name, those in groups if those), ("全体", self.people)]


def role_names():
    return {
        row.code: row.name_ja for row in raw("SELECT code, name_ja FROM job_role ORDER BY rank")
    }


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
    return f"{float(Fraction(minutes, 60)):.2f}".rstrip("0").rstrip(".")
