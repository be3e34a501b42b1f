"""Rank one position from the database: cold, warm, after a booking, and the page over HTTP.

Usage: python -m bench.rank_database [PEOPLE]     prints a Markdown table per database

Cold: this process knows nothing of the pool and reads everybody. Warm: it knows, and asks the
database only whether something has happened. Every tenth has leave, every third serves a body,
two of five have a monthly cap, patterns differ; weeks run to the end of the next fiscal year.
"""

import hashlib
import secrets
import sys
import tempfile
import time
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np
from sqlalchemy import func, insert, select, text

from bench.table import Row, leave_cleanly, milliseconds, on_both, p95
from talentshare.accounts.models import Body, Person, PersonRole, SignInSession
from talentshare.allocations import actions as allocations
from talentshare.allocations.models import (
    Allocation,
    BookedWeek,
    Booking,
    allocation_inside,
    allocation_week,
    week_ledger,
)
from talentshare.app import create_app
from talentshare.catalogue import actions as catalogue
from talentshare.catalogue import queries as catalogue_rows
from talentshare.engine.changes import relaxations
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor, Role
from talentshare.kernel.weeks import monday
from talentshare.matching import actions, queries
from talentshare.platform import schema
from talentshare.platform.db import db
from talentshare.specialists.models import (
    Declaration,
    DeclaredInterest,
    PatternWindow,
    Pledge,
    Specialist,
    SpecialistBasis,
    SpecialistRole,
    SpecialistSkill,
    TimeOff,
    WorkingPattern,
)
from talentshare.specialists.states import TimeOffKind
from talentshare.talent_requests.models import (
    Position,
    PositionSkill,
    RequestSupplier,
    TalentRequest,
)
from talentshare.talent_requests.queries import load_position
from tests.conftest import settings

NOW = datetime(2026, 11, 24, 9, tzinfo=clock.TOKYO)
NUMBER = "R-2026-0001"
RNG = np.random.default_rng(20261124)
FORMS = ("govtech_staff", "side_job", "company")
REQUESTS, WARM, PATCHES = 30, 50, 20
COLD, WARM_GOAL, PAGE = 1500, 5, 300
KATAKANA = [chr(code) for code in range(ord("ア"), ord("ワ"))]
COMPANIES = ["".join(RNG.choice(KATAKANA, 7)) for _ in range(400)]


def put(model, rows):
    if rows:
        db.session.execute(insert(model), rows)


def fill(people):
    """People, papers and skills by bulk SQL; the ledger by the application itself."""
    catalogue.load(SYSTEM)
    actions.load_weights(SYSTEM)
    db.session.commit()
    home = db.session.scalar(select(Body.id).order_by(Body.id))
    put(Person, [person_row(1, home)])
    put(PersonRole, [{"person_id": 1, "role": "coordinator"}])
    put_people(range(100, 100 + people), home)
    db.session.commit()
    allocations.open_weeks_for_all(SYSTEM)
    request()
    bookings()
    count_on()
    settle()


def put_people(ids, home):
    """Specialists with these ids, everything but their ledgers."""
    put(Person, [person_row(n, home) for n in ids])
    put(PersonRole, [{"person_id": n, "role": "specialist"} for n in ids])
    put(Specialist, [specialist_row(n) for n in ids])
    papers(ids)
    abilities(ids)
    patterns(ids)
    leave(ids)


def count_on():
    """PostgreSQL counts on after the ids that were given by hand."""
    if db.engine.dialect.name == "postgresql":
        for model in (Person, Specialist, Declaration, WorkingPattern, Allocation):
            name, last = model.__tablename__, func.max(model.id)
            db.session.scalar(select(func.setval(func.pg_get_serial_sequence(name, "id"), last)))
        db.session.commit()


def settle():
    """PostgreSQL cleans up and counts now, not while the figures are taken."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


def person_row(n, home):
    return {
        "id": n, "sign_in_name": f"hito{n}", "name": f"見本 {n}", "kana": f"ミホン {n}", "state": "active",
        "body_id": home, "locale": "ja", "version": 1, "search_text": f"ミホン {n}",
    }  # fmt: skip


def specialist_row(n):
    capped = n % 5 < 2
    return {
        "id": n, "person_id": n, "form": FORMS[1 if capped else 2 * (n % 7 == 0)], "version": 1,
        "max_bodies": int(RNG.integers(1, 5)), "month_cap_minutes": 2400 if capped else None,
        "online_ok": True, "onsite_ok": n % 3 > 0, "islands_ok": n % 4 == 0,
        "engaged_from": date(2024, 4, 1), "employer_name": COMPANIES[n % 300] if n % 7 == 0 else "",
    }  # fmt: skip


def papers(ids):
    put(
        Declaration,
        [
            {"id": n, "specialist_id": n, "made_at": NOW, "valid_until": date(2027, 10, 31)}
            for n in ids
            if n % 40
        ],
    )
    put(DeclaredInterest, [
        {"declaration_id": n, "company": COMPANIES[n % 400], "key": COMPANIES[n % 400], "relation": "client"}
        for n in ids if n % 40 and n % 3 == 0
    ])  # fmt: skip
    put(
        Pledge, [{"specialist_id": n, "fiscal_year": 2026, "signed_at": NOW} for n in ids if n % 50]
    )


def abilities(ids):
    roles = [row.code for row in catalogue_rows.job_roles()]
    skills = [row.code for row in catalogue_rows.skills()]
    heavy = 1 / np.arange(1, len(skills) + 1) ** 0.6
    heavy /= heavy.sum()
    put(
        SpecialistRole,
        [{"specialist_id": n, "role_code": roles[n % len(roles)], "is_primary": True} for n in ids],
    )
    put(
        SpecialistBasis,
        [
            {"specialist_id": n, "basis_code": code}
            for n in ids
            for code in ("agreement", "appointment")[: 1 + n % 2]
        ],
    )
    rows = []
    for n in ids:
        for code in RNG.choice(skills, 8, replace=False, p=heavy).tolist():
            level = int(RNG.integers(1, 5))
            known = level if RNG.random() < 0.6 else None
            rows.append(
                {
                    "specialist_id": n,
                    "skill_code": code,
                    "claimed_level": level,
                    "verified_level": known,
                    "version": 1,
                }
            )
    put(SpecialistSkill, rows)


def patterns(ids):
    put(
        WorkingPattern,
        [
            {
                "id": n,
                "specialist_id": n,
                "valid_from": date(2024, 4, 1),
                "share_percent": (50, 100)[n % 2],
            }
            for n in ids
        ],
    )
    put(PatternWindow, [
        {"pattern_id": n, "weekday": d, "starts_minute": first, "ends_minute": last}
        for n in ids for d in range(5) for first, last in ((540, 720), (780, 1020 + 60 * (n % 3)))
    ])  # fmt: skip


def leave(ids):
    put(TimeOff, [
        {"specialist_id": n, "kind": TimeOffKind.LEAVE, "starts_on": first, "ends_on": first + timedelta(days=n % 12)}
        for n in ids if n % 10 == 0
        for first in (date(2026, 12, 28), date(2027, 2, 1) + timedelta(days=n % 90))
    ])  # fmt: skip


def request():
    body = db.session.scalar(select(Body.id).order_by(Body.id).offset(1))
    skills = [row.code for row in catalogue_rows.skills()]
    it = TalentRequest(
        number=NUMBER, body_id=body, created_by_id=1, coordinator_id=1, title="移行計画の点検", state="open",
        kind="project", personal_data="none", is_procurement=False,
        place="hybrid", basis_codes=["agreement"], created_at=NOW, theme_code=catalogue_rows.themes()[0].code,
    )  # fmt: skip
    it.suppliers = [RequestSupplier(company=COMPANIES[9], key=COMPANIES[9], relation="known")]
    it.positions = [
        Position(
            ordinal=1, role_code=catalogue_rows.job_roles()[1].code, minutes_per_week=480, inside_minutes_per_week=360,
            week_count=16, earliest_on=date(2026, 12, 7), latest_end_on=date(2027, 5, 31),
            skills=[PositionSkill(skill_code=skills[0], level=2, is_must=True), PositionSkill(skill_code=skills[3], level=2, is_must=False)],
        )
    ]  # fmt: skip
    db.session.add(it)
    db.session.commit()


def bookings():
    """A third of the people serve a body for twenty weeks, as the ledger lets them."""
    position = db.session.scalar(select(Position.id))
    bodies = db.session.scalars(select(Body.id)).all()
    first = date(2026, 11, 23)
    last = first + timedelta(weeks=20)
    room = defaultdict(dict)
    for who, week_on, free in db.session.execute(
        select(week_ledger.c.specialist_id, week_ledger.c.week_on, week_ledger.c.capacity_minutes)
        .where(week_ledger.c.week_on >= first, week_ledger.c.week_on < last)
    ):  # fmt: skip
        room[who][week_on] = free
    made = []
    for number, who in enumerate(sorted(room)[::3], start=1):
        weeks = {w: 240 for w, free in sorted(room[who].items()) if free >= 240}
        made.append((number, who, bodies[number % len(bodies)], weeks))
    put(Allocation, [
        {
            "id": n, "specialist_id": who, "position_id": position, "body_id": body, "theme_code": None, "state": "confirmed",
            "weekdays": 31, "minutes_per_week": 240, "inside_minutes_per_week": 0, "starts_on": first, "ends_on": last,
            "created_at": NOW, "version": 1,
        }
        for n, who, body, _ in made
    ])  # fmt: skip
    rows = [(n, who, week, minutes) for n, who, _, weeks in made for week, minutes in weeks.items()]
    put(
        allocation_week,
        [
            {"allocation_id": n, "specialist_id": who, "week_on": w, "minutes": m}
            for n, who, w, m in rows
        ],
    )
    put(
        allocation_inside,
        [{"allocation_id": n, "week_on": w, "inside_minutes": 0} for n, _, w, _ in rows],
    )
    db.session.commit()


def cold(app, position):
    def run():
        app.extensions.pop("matching.pool", None)
        queries.ranked(load_position(position))

    return milliseconds(run, 5)


def after_a_hold(position):
    """Book somebody, then rank: only this person is read again."""
    took = []
    idle = select(Specialist.id).where(Specialist.id.not_in(select(Allocation.specialist_id)))
    ids = db.session.scalars(idle.order_by(Specialist.id).limit(PATCHES)).all()
    for who in ids:
        week = monday(clock.today()) + timedelta(weeks=3)
        booking = Booking(who, position, 31, 60, 0, (BookedWeek(week, 60, 0),))
        allocations.hold(SYSTEM, booking, NOW + timedelta(days=5))
        took += milliseconds(lambda: queries.ranked(load_position(position)), 1)
    return took


def keep(position):
    """Rank and store, as a decision does."""
    found = queries.ranked(load_position(position))
    first = found.candidates(0, 1)[0].person
    actor = Actor(1, frozenset({Role.COORDINATOR}))
    return milliseconds(lambda: actions.keep_ranking(actor, position, first), 5)


def pages(app):
    token = secrets.token_urlsafe(32)
    session = SignInSession(
        token_hash=hashlib.sha256(token.encode()).hexdigest(), person_id=1, created_at=NOW, seen_at=NOW,
        expires_at=NOW + timedelta(hours=12),
    )  # fmt: skip
    db.session.add(session)
    db.session.commit()
    client = app.test_client()
    client.set_cookie("talentshare", token, domain="localhost")

    def run():
        answer = client.get(f"/requests/{NUMBER}/candidates?position=1")
        assert answer.status_code == 200, answer.status

    return milliseconds(run, REQUESTS + 1)


def apart(url: str, people: int) -> list[Row]:
    """In a process of its own, which nothing was measured in before, as a server begins."""
    with ProcessPoolExecutor(1, get_context("spawn")) as one:
        return one.submit(measured, url, people).result()


def measured(url: str, people: int) -> list[Row]:
    """Everything on one database."""
    with tempfile.TemporaryDirectory() as folder, clock.standing_at(NOW):
        return on(create_app(settings(url, Path(folder))), people)


def on(app, people) -> list[Row]:
    with app.app_context():
        schema.upgrade()
        before = time.perf_counter()
        fill(people)
        filled = time.perf_counter() - before
        position = db.session.scalar(select(Position.id))
        colds = cold(app, position)
        found = queries.ranked(load_position(position))
        more = sum(1 for count in relaxations(found.ranking).values() if count)
        warm = milliseconds(lambda: queries.ranked(load_position(position)), WARM)
        booked = after_a_hold(position)
        kept = keep(position)
        first, *rest = pages(app)
        db.session.remove()
        db.engine.dispose()
    return [
        Row("people", people, ""),
        Row("filled in", round(filled, 1), "s"),
        Row("candidates", found.total, ""),
        Row("rules that keep somebody out", more, ""),
        Row("cold rank, median of 5", round(median(colds)), goal=COLD),
        Row("cold rank, worst of 5", round(max(colds)), goal=COLD),
        Row(f"warm rank, median of {WARM}", round(median(warm), 2), goal=WARM_GOAL),
        Row("rank after one booking, median", round(median(booked), 1)),
        Row("rank and keep, median", round(median(kept), 1)),
        Row("page, first", round(first)),
        Row("page, p95", round(p95(rest), 1), goal=PAGE),
    ]


if __name__ == "__main__":
    leave_cleanly()
    on_both(partial(apart, people=int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
