"""申込・提供・未対応 by area: page, file and a recomputation from the raw rows say the same."""

import random
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from statistics import median

import pytest

from talentshare.accounts.models import Area
from talentshare.engine import fairness
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests.states import RequestState
from tests import make
from tests.reports import pool, reading

PAGE, FILE = "/reports/areas", "/reports/areas.csv"
YEAR = "?from=2026-04&to=2026-11"
NAMES = {"wards": "区部", "cities": "市部", "towns": "町村部", "islands": "島しょ"}
STATES = {
    "open": RequestState.OPEN,
    "unmet": RequestState.UNMET,
    "referred": RequestState.REFERRED,
    "withdrawn": RequestState.WITHDRAWN,
    "returned": RequestState.RETURNED,
    "served": RequestState.STAFFED,
}
JST = timedelta(hours=9)


@pytest.fixture
def coordinator(app, sign_in):
    make.catalogue()
    return sign_in(make.coordinator())


def asked(of, state, submitted_at, who=None, waited=(4, 3)):
    """A request that was submitted, and, if served, proposed and agreed so many days later."""
    it = make.talent_request(of=of, state=STATES[state], submitted_at=submitted_at)
    where = make.position(it, minutes_per_week=240, inside_minutes_per_week=0, week_count=2)
    if state == "served":
        booked = pool.booked(who, 60, date(2026, 12, 7), position=where)
        proposed = submitted_at + timedelta(days=waited[0])
        make.saved(
            Proposal(
                position_id=where.id,
                specialist_id=who.id,
                body_id=of.id,
                state=ProposalState.CONFIRMED,
                reason="理由",
                basis_code="agreement",
                minutes_per_week=60,
                inside_minutes_per_week=0,
                weekdays=31,
                prepared_by_id=who.person_id,
                prepared_at=submitted_at,
                proposed_at=proposed,
                agreed_at=proposed + timedelta(days=waited[1]),
                allocation_id=booked.id,
            )
        )
    return it


def town(area, n, population=20_000):
    return make.body(code=f"x{area}{n}", area=Area(area), population=population)


def raw(statement):
    return db.session.execute(db.text(statement)).all()


def day_of(text):
    return (datetime.fromisoformat(str(text)) + JST).date()


def recomputed(first, last):
    """Lines of the file without its basis, straight from the tables."""
    bodies = {b.id: b for b in raw("SELECT id, area, is_active FROM body")}
    lines = {area: Counter() for area in NAMES}
    days, asking = {area: [] for area in NAMES}, {area: set() for area in NAMES}
    given, positions = {}, raw("SELECT * FROM position")
    for row in raw(
        "SELECT p.talent_request_id AS id, w.minutes, r.proposed_at, r.agreed_at FROM allocation a"
        " JOIN position p ON p.id = a.position_id"
        " JOIN allocation_week w ON w.allocation_id = a.id"
        " JOIN proposal r ON r.allocation_id = a.id WHERE a.state IN ('confirmed', 'ended')"
    ):
        given.setdefault(row.id, []).append(row)
    for it in raw("SELECT id, body_id, state, submitted_at FROM talent_request"):
        area = bodies[it.body_id].area
        if area not in NAMES or it.submitted_at is None:
            continue
        if not first <= day_of(it.submitted_at) <= last:
            continue
        minutes = sum(
            p.minutes_per_week * p.week_count for p in positions if p.talent_request_id == it.id
        )
        kind = {"unmet": "unmet", "referred": "unmet", "withdrawn": "withdrawn"}
        outcome = "served" if it.id in given else kind.get(it.state, "pending")
        asking[area].add(it.body_id)
        lines[area].update({"asked": 1, outcome: 1, "minutes": minutes, outcome + "_m": minutes})
        if it.id in given:
            lines[area]["given"] += sum(row.minutes for row in given[it.id])
            one = min(given[it.id], key=lambda row: str(row.agreed_at))
            end = day_of(one.agreed_at)
            own = (end - day_of(one.proposed_at)).days
            days[area].append(((end - day_of(it.submitted_at)).days, own))
    return [row_of(NAMES[area], [area], bodies, asking, lines, days) for area in NAMES] + [
        row_of("全体", list(NAMES), bodies, asking, lines, days)
    ]


def row_of(name, areas, bodies, asking, lines, days):
    count = sum((lines[area] for area in areas), Counter())
    who = set().union(*(asking[area] for area in areas))
    all_bodies = sum(1 for b in bodies.values() if b.area in areas and (b.is_active or b.id in who))
    waits = [pair for area in areas for pair in days[area]]
    middles = [
        f"{median(values):g}" if waits else ""
        for values in (
            [whole for whole, _ in waits],
            [whole - own for whole, own in waits],
            [own for _, own in waits],
        )
    ]
    return [
        name,
        *map(str, (all_bodies, len(who), all_bodies - len(who))),
        *(str(count[k]) for k in ("asked", "served", "unmet", "pending", "withdrawn")),
        *(str(count[k]) for k in ("minutes", "given", "unmet_m", "pending_m")),
        str(len(waits)),
        *middles,
    ]


def filled(rng):
    """Sixty requests of twelve bodies with every outcome, some before and after the months."""
    towns = [town(area, n) for area in NAMES for n in range(4)]
    for _ in range(60):
        at = datetime(2026, 3, 25, 16, tzinfo=UTC) + timedelta(hours=rng.randrange(24 * 250))
        state = rng.choice((*STATES, "served"))
        waited = rng.randrange(40), rng.randrange(15)
        who = pool.member() if state == "served" else None
        asked(rng.choice(towns[:-3]), state, at, who, waited)


@pytest.mark.parametrize(
    ("months", "first", "last"),
    [
        (YEAR, date(2026, 4, 1), date(2026, 11, 30)),
        ("?from=2026-05&to=2026-05", date(2026, 5, 1), date(2026, 5, 31)),
        ("?from=2026-03&to=2026-06", date(2026, 3, 1), date(2026, 6, 30)),
    ],
)
def test_file_and_page_are_as_recomputed(coordinator, months, first, last):
    filled(random.Random(8))
    file = reading.sheet(coordinator.get(FILE + months))
    expected = recomputed(first, last)
    assert [row[:-4] for row in file[1:]] == expected
    assert {tuple(row[-4:]) for row in file[1:]} == {
        (first.isoformat(), last.isoformat(), "2026-11-24", "1")
    }
    page = coordinator.get(PAGE + months).text
    table, bars, waits = reading.tables(page)
    assert [[cell[0] for cell in row] for row in table[1:]] == [
        [*row[:3], *(f"{n}件" for n in row[4:9])] for row in expected
    ]
    assert [row[2][1] for row in table[1:]] == [f"申込みなし {row[3]}" for row in expected]
    assert [[cell[0] for cell in row] for row in waits[1:]] == [
        [row[0], f"{row[13]}件", *(days or "算定対象外" for days in row[14:])] for row in expected
    ]
    areas = expected[:-1]
    assert [row[1] for row in bars[1:]] == [
        [f"提供{row[5]}件 調整中{row[7]}件 未対応{row[6]}件"] for row in areas
    ]
    most = max(int(row[4]) for row in areas)
    assert widths(page) == [
        [f"{100 * int(n) / most:.1f}" for n in (row[5], row[7], row[6]) if int(n)] for row in areas
    ]


def widths(page):
    """Of each bar, how wide its parts are, in hundredths of the whole."""
    found = []
    for bar in re.findall(r'<svg class="bar".*?</svg>', page, re.DOTALL):
        parts = re.findall(r'class="fill-\w+"[^>]*?x="([\d.]+)%"[^>]*?width="([\d.]+)%"', bar)
        found.append([width for _at, width in parts])
    return found


def test_a_request_belongs_to_its_day_in_tokyo(coordinator):
    where = town("wards", 1)
    asked(where, "open", datetime(2026, 4, 30, 14, 59, 59, tzinfo=UTC))
    asked(where, "open", datetime(2026, 4, 30, 15, 0, tzinfo=UTC))
    for month in ("04", "05"):
        file = reading.sheet(coordinator.get(f"{FILE}?from=2026-{month}&to=2026-{month}"))
        assert file[1][4] == "1"


def test_nobody_asked_stands_apart_from_nobody_was_found(coordinator):
    town("islands", 1)
    asked(town("towns", 1), "unmet", datetime(2026, 5, 1, tzinfo=UTC))
    rows = {row[0][0]: row for row in reading.tables(coordinator.get(PAGE + YEAR).text)[0]}
    assert [cell[0] for cell in rows["島しょ"][3:6]] == ["0件", "0件", "0件"]
    assert rows["町村部"][5] == ["1件", "8時間"]


def test_administrators_are_not_told_given_hours(app, sign_in):
    make.catalogue()
    asked(town("wards", 1), "served", datetime(2026, 5, 1, tzinfo=UTC), pool.member())
    admin = sign_in(make.admin())
    page, file = admin.get(PAGE + YEAR), reading.sheet(admin.get(FILE + YEAR))
    assert "ジニ係数は0" not in page.text
    assert "提供（分）" not in file[0]
    assert len(file[0]) == len(file[1])
    row = reading.tables(page.text)[0][1]
    assert row[4] == ["1件"]
    coordinator = sign_in(make.coordinator())
    assert reading.tables(coordinator.get(PAGE + YEAR).text)[0][1][4] == ["1件", "1時間"]
    assert "ジニ係数は0" in coordinator.get(PAGE + YEAR).text


def test_specialists_and_bodies_find_nothing(app, sign_in):
    make.catalogue()
    for who in (make.officer(), pool.member().person):
        assert sign_in(who).get(PAGE).status_code == 404
        assert sign_in(who).get(FILE).status_code == 404


def test_usual_months_are_the_fiscal_year_and_unreadable_ones_stay_typed(coordinator):
    assert "2026年4月1日（水）〜2026年11月30日（月）の申込み" in coordinator.get(PAGE).text
    wrong = coordinator.get(PAGE + "?from=いつか")
    assert wrong.status_code == 422
    assert "いつか" in wrong.text


def test_the_median_of_counted_numbers_is_that_of_the_numbers():
    assert fairness.median({}) is None
    rng = random.Random(5)
    for _ in range(200):
        numbers = [rng.randrange(-2, 6) for _ in range(rng.randrange(1, 9))]
        assert fairness.median(Counter(numbers)) == Fraction(median(numbers))


def test_gini_is_nothing_for_equals_and_grows_with_the_difference():
    assert fairness.gini([Fraction(3)] * 4) == 0
    assert fairness.gini([Fraction(0)] * 4) is None
    assert fairness.gini([]) is None
    rng = random.Random(3)
    for _ in range(50):
        shares = [Fraction(rng.randrange(9), rng.randrange(1, 9)) for _ in range(7)]
        apart = sum(abs(a - b) for a in shares for b in shares)
        if sum(shares):
            assert fairness.gini(shares) == apart / (2 * 7 * sum(shares))


def test_the_page_asks_the_database_eight_times_at_most(coordinator, counted):
    filled(random.Random(8))
    coordinator.get(PAGE + YEAR)
    assert len(counted(lambda: coordinator.get(PAGE + YEAR))) <= 8


def test_both_databases_count_alike(either_app, sign_in):
    make.catalogue()
    filled(random.Random(8))
    file = reading.sheet(sign_in(make.coordinator()).get(FILE + YEAR))
    assert [row[:-4] for row in file[1:]] == recomputed(date(2026, 4, 1), date(2026, 11, 30))
