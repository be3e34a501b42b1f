"""The page, the file and a recomputation day by day from the raw tables say the same."""

import random
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from sqlalchemy.exc import IntegrityError

from talentshare.allocations.models import Allocation
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.specialists.models import SpecialistSkill
from tests import make
from tests.reports import pool, reading
from tests.reports.expected import DAY, NAMES, NOW, Expected, raw, recomputed_days

PERIODS = 200
ROLES = ("PM", "SA", "UX")
SKILLS = ("A01", "A02", "A03", "A04", "B03")
BASES = ("agreement", "contract")
PROPOSED = 0.7
CUT = {
    "week": lambda day: day.isocalendar()[:2],
    "month": lambda day: day.month,
    "quarter": lambda day: (day.month - 1) // 3,
    "year": lambda day: day.year - (day.month <= 3),
}


def test_page_file_and_recomputation_agree_for_200_random_periods(app, sign_in):
    rng = random.Random(20261124)
    make.catalogue()
    fill(rng)
    client = sign_in(make.coordinator())
    days, works = recomputed_days()
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
    met = set()
    for _ in range(PERIODS):
        query, parts, chosen = question(rng, people)
        expected = Expected(days, works, chosen, parts, query)
        met |= expected.met()
        page = client.get("/reports/utilisation?" + urlencode(query)).text
        files = {
            by: reading.sheet(
                client.get("/reports/utilisation.csv?" + urlencode(query | {"by": by}))
            )
            for by in ("person", query["by"] if query["by"] != "person" else "role", "month")
        }
        assert files["person"][1:] == expected.person_file(query["unit"]), query
        assert files["month"][1:] == expected.month_file(), query
        grouping = "role" if query["by"] == "person" else query["by"]
        assert files[grouping][1:] == expected.group_file(grouping, query["unit"]), query
        shown = [table[1:] for table in reading.tables(page)]
        assert shown == expected.tables(), query
    assert met == {*NAMES, *CUT, "31 March and 1 April", "week 53", "nothing to divide by"}


def fill(rng):
    """Eight people with all that moves a figure: patterns, leave, holds, masks, slots, grants."""
    mondays = [date(2026, 4, 6) + n * timedelta(days=7) for n in range(100)]
    bodies = [make.body(code=f"1310{n}{n}") for n in range(4)]
    positions = [make.position(make.talent_request(of=one), week_count=1) for one in bodies]
    for n in range(8):
        skills = {code: rng.randint(0, 4) for code in rng.sample(SKILLS, 3)}
        role = rng.choice(ROLES)
        who = pool.member(f"架空 {n}号", f"カクウ {n:02}", roles=(role,), skills=skills)
        claim(who, rng.choice(SKILLS))
        pool.odd_pattern(who, date(2026, 4, 1), [rng.randrange(0, 500, 7) for _ in range(5)])
        pool.odd_pattern(who, date(2027, 4, 1), [rng.randrange(0, 500, 11) for _ in range(6)])
        off = rng.choice(mondays[:60])
        pool.days_off(who, off, off + timedelta(days=rng.randrange(30)))
        for make_one in (pool.booked, pool.booked, pool.booked, pool.held, pool.held):
            place(rng, who, make_one, mondays, rng.choice(positions))
        for _ in range(4):
            slot(rng, who, mondays)
        pool.granted(who, rng.choice(mondays), rng.randrange(15, 300, 15))
        fall_ill(rng, who)
        place(rng, who, pool.held_and_expired, mondays, rng.choice(positions))
    for allocation in db.session.scalars(db.select(Allocation)):
        if rng.random() < PROPOSED:
            propose(allocation, rng.choice(BASES))


def claim(who, code):
    """A skill that nobody has verified, if it is not there yet."""
    if code not in {skill.skill_code for skill in who.skills}:
        who.skills.append(SpecialistSkill(skill_code=code, claimed_level=2))
        make.saved(who)


def propose(allocation, basis_code):
    """The proposal by which it came about, with its legal basis."""
    make.saved(
        Proposal(
            position_id=allocation.position_id,
            specialist_id=allocation.specialist_id,
            body_id=allocation.body_id,
            state=ProposalState.WITHDRAWN,
            reason="経験が合うため",
            basis_code=basis_code,
            minutes_per_week=60,
            inside_minutes_per_week=0,
            weekdays=31,
            prepared_by_id=allocation.specialist.person_id,
            prepared_at=NOW,
            allocation_id=allocation.id,
        )
    )


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
    for _ in range(rng.choice((0, 0, 0, 1, 1, 2, 2, 5, 11, 23))):
        months.append(next_month(months[-1]))
    last = next_month(months[-1]) - DAY
    unit, by = rng.choice(tuple(CUT)), rng.choice(tuple(NAMES))
    role, text = rng.choice(("", "", *ROLES)), rng.choice(("", "", "架空", "5号"))
    query = {
        "from": f"{first:%Y-%m}",
        "to": f"{last:%Y-%m}",
        "unit": unit,
        "role": role,
        "q": text,
        "by": by,
    }
    chosen = [p for p in people if role in {"", p.role_code} and text in p.name]
    every_day = [first + n * DAY for n in range((last - first).days + 1)]
    return (
        query,
        {"month": grouped(every_day, CUT["month"]), "shown": grouped(every_day, CUT[unit])},
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
