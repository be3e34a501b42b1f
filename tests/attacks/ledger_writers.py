"""Many writers at once on the same few people, each with a connection of its own."""

import random
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any

import psycopg

from talentshare.platform.db import SQLITE_SETTINGS
from talentshare.platform.triggers import refusal_name
from tests.attacks.databases import Attacked
from tests.attacks.ledger_statements import capacity, leave

WRITERS = 16
PEOPLE = (1, 2)
WEEKS = [date(2026, 1, 5) + timedelta(days=7 * n) for n in range(8)]
BOOK = "insert into allocation_week values (?,?,?,?)"
RELEASE = "delete from allocation_week where allocation_id=?"
APPOINT = "insert into appointment(id,specialist_id,starts_at,ends_at) values (?,?,?,?)"
CANCEL = "update appointment set state='cancelled' where id=?"
LOCK = (
    "select 1 from week_ledger where specialist_id=? "
    "order by specialist_id, week_on for no key update"
)
Run = Callable[..., Any]
Held = tuple[str, int, int]  # what, its number, whose


def open_weeks(it: Attacked) -> None:
    """Commit the ledger rows over which the writers will quarrel."""
    for person in PEOPLE:
        for week in WEEKS:
            values = (person, str(week), 480)
            it.run(
                "insert into week_ledger(specialist_id,week_on,capacity_minutes) values (?,?,?)",
                values,
            )
    it.connection.commit()


def on_sqlite(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in SQLITE_SETTINGS:
        connection.execute(f"PRAGMA {setting}")
    return connection


def on_postgresql(url: str) -> psycopg.Connection:
    return psycopg.connect(url, autocommit=True)


def let_all_write(connect: Callable[[], Any], seconds: float) -> Counter[str]:
    """How often each end came: committed, or the name of the rule that refused."""
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(partial(_write, connect, until), range(WRITERS)), Counter())


def _write(connect: Callable[[], Any], until: float, number: int) -> Counter[str]:
    ends: Counter[str] = Counter()
    draw = random.Random(number)
    numbers = count(number * 1_000_000 + 1)
    mine: list[Held] = []
    with closing(connect()) as connection:
        while time.monotonic() < until:
            try:
                made = _one_transaction(connection, draw, mine, next(numbers))
            except (sqlite3.IntegrityError, psycopg.IntegrityError) as refusal:
                connection.execute("ROLLBACK")
                ends[refusal_name(refusal) or repr(refusal)] += 1
            else:
                ends["committed"] += 1
                mine[:] = made
    return ends


def _one_transaction(
    connection: Any, draw: random.Random, mine: list[Held], number: int
) -> list[Held]:
    """Do one thing that people do; return what this writer then holds."""
    is_sqlite = isinstance(connection, sqlite3.Connection)
    given_up = draw.choice(mine) if mine and draw.random() < 0.3 else None
    person = given_up[2] if given_up else draw.choice(PEOPLE)

    def run(statement: str, *values: object) -> None:
        connection.execute(statement if is_sqlite else statement.replace("?", "%s"), values or ())

    connection.execute("BEGIN IMMEDIATE" if is_sqlite else "BEGIN")
    if not is_sqlite:
        run(LOCK, person)
    if given_up:
        held = [each for each in mine if each != given_up]
        run(CANCEL if given_up[0] == "appointment" else RELEASE, given_up[1])
    else:
        held = [*mine, *_take_more(run, draw, person, number)]
    connection.execute("COMMIT")
    return held


def _take_more(run: Run, draw: random.Random, person: int, number: int) -> Iterator[Held]:
    week = draw.choice(WEEKS)
    kind = draw.choices(("week", "all weeks", "appointment", "leave", "back"), (5, 3, 3, 1, 1))[0]
    if kind == "week":
        run(BOOK, number, person, str(week), draw.choice((15, 30, 60)))
    elif kind == "all weeks":
        for each in WEEKS:
            run(BOOK, number, person, str(each), 30)
    elif kind == "appointment":
        hour = draw.randrange(8)
        at = f"{week} 0{hour}:00:00.000000", f"{week} 0{hour}:45:00.000000"
        run(APPOINT, number, person, *at)
    else:
        update = leave(draw.choice((120, 240))) if kind == "leave" else capacity(480)
        lowered = " and capacity_minutes > 240" if kind == "leave" else ""
        run(f"{update} where specialist_id=? and week_on=?{lowered}", person, str(week))
        return
    yield ("appointment" if kind == "appointment" else "allocation"), number, person
