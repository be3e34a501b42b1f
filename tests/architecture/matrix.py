"""Every address × persona × thing, by real requests: how one is made, and how it is judged."""

import csv
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import url_for
from sqlalchemy import event
from werkzeug.test import TestResponse

from talentshare.platform.db import db
from tests.architecture.forms import posting
from tests.architecture.messages import CODE, entries
from tests.architecture.world import PERSONAS, Side, World

TABLE = Path(__file__).with_name("permissions.csv")
COLUMNS = ("endpoint", "case", "method", "thing", *PERSONAS)
# What a shut door may write: its trace, the session's touch, what was typed, how often it was tried;
# a use case begins with its press, which a refusal undoes (tests/attacks/test_presses.py).
TRACES = {
    "audit_event",
    "audit_head",
    "sign_in_session",
    "saved_input",
    "remark",
    "failed_sign_in",
    "press",
}
WRITING = re.compile(
    r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM|REPLACE INTO)\s+\"?(\w+)", re.IGNORECASE
)
ADDED_TO = {"audit_event", "audit_head", "remark"}  # what others wrote there changes no answer
ALONE, EACH, KNOWN = ("–",), ("own", "other", "missing"), ("own", "missing")

Values = Callable[[Side], dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """Take the fields from a page, as this persona sees it for the own thing."""

    persona: str
    endpoint: str = ""
    values: Values | None = None


@dataclass(frozen=True)
class Case:
    """One thing to try at one address: the address, what is sent, whose things are tried."""

    endpoint: str
    method: str = "GET"
    name: str = ""
    values: Values | None = None
    data: Values = field(default=lambda _side: {})
    shown: Shown | None = None
    things: tuple[str, ...] = ALONE

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.endpoint, self.name, self.method)


@dataclass
class Outcome:
    """What an address answered: its class, and which tables were written on the way."""

    status: str
    tables: set[str]
    response: TestResponse

    @property
    def is_refused(self) -> bool:
        return self.status != "ok"


def cookie(world: World, persona: str) -> dict[str, str]:
    token = world.tokens.get(persona)
    return {"Cookie": f"talentshare={token}"} if token else {}


def url_of(world: World, case: Case, side: Side) -> str:
    with world.app.test_request_context():
        return url_for(case.endpoint, **(case.values(side) if case.values else {}))


def persona_of(shown: Shown, thing: str) -> str:
    """The same persona on the other side."""
    twin = f"{shown.persona}_other"
    return twin if thing == "other" and twin in PERSONAS else shown.persona


def fields_of(world: World, case: Case, thing: str) -> dict[str, Any]:
    """What is sent: the fields of the page on which the form stands, then what the case says."""
    side = world.side("own" if thing in {"missing", "–"} else thing)
    given = case.data(side)
    if case.shown is None:
        return given
    target = url_of(world, case, side)
    values = case.shown.values or case.values
    page_case = Case(case.shown.endpoint or case.endpoint, values=values)
    persona = persona_of(case.shown, thing)
    page = ask(world, "GET", persona, url_of(world, page_case, side), {}).response
    assert page.status_code == 200, f"{case.key}: {persona} sees no page, {page.status_code}"
    return posting(page.text, urlsplit(target).path).fields | given


def ask(world: World, method: str, persona: str, url: str, data: dict[str, Any]) -> Outcome:
    """One request, its class, and the tables that it wrote to."""
    world.written.clear()
    given = {"data": data} if method == "POST" else {}
    response = world.client.open(url, method=method, headers=cookie(world, persona), **given)
    response.get_data()
    response.close()
    return Outcome(classed(response), set(world.written), response)


def classed(response: TestResponse) -> str:
    """ok, sign-in (redirected there to come back), or the status."""
    if response.status_code >= 400:
        return str(response.status_code)
    asks = 300 <= response.status_code < 400 and "/sign-in?next=" in response.location
    return "sign-in" if asks else "ok"


def watch(world: World) -> None:
    """Note the tables of all INSERT, UPDATE and DELETE statements from now on."""

    def note(_connection, _cursor, statement, *_rest):
        found = WRITING.match(statement)
        if found:
            world.written.add(found[1])

    with world.app.app_context():
        event.listen(db.engine, "before_cursor_execute", note)


def contents(world: World) -> dict[str, int]:
    """A fingerprint of what is committed in each table, but for the traces."""
    with closing(sqlite3.connect(world.path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if name not in TRACES
        ]
        return {n: hash(tuple(connection.execute(f"SELECT * FROM {n}"))) for n in names}


def tried(world: World, case: Case, thing: str) -> Iterator[tuple[str, Outcome]]:
    """Ask as each persona, putting the world back whenever something was written."""
    url = url_of(world, case, world.side("own" if thing == "–" else thing))
    data = fields_of(world, case, thing) if case.method == "POST" else {}
    for persona in PERSONAS:
        outcome = ask(world, case.method, persona, url, data)
        yield persona, outcome
        if outcome.tables - ADDED_TO:
            world.put_back()


SAID = re.compile(r">([^<>]+)<")


@cache
def families() -> frozenset[str]:
    """Everything that may stand before the last dot of a code."""
    codes = (entry.key for entry in entries("ja") if CODE.fullmatch(entry.key))
    return frozenset(code.rpartition(".")[0] for code in codes)


def raw_codes(page: str) -> set[str]:
    """Codes that reached the reader instead of their sentence."""
    words = {word for text in SAID.findall(page) for word in CODE.findall(text)}
    return {word for word in words if word.rpartition(".")[0] in families()}


def rows(world: World, cases: list[Case]) -> Iterator[dict[str, str]]:
    """What the app answers now, a row for each case and thing."""
    for case in cases:
        for thing in case.things:
            row = dict(zip(COLUMNS, (case.endpoint, case.name, case.method, thing), strict=False))
            yield row | {persona: found.status for persona, found in tried(world, case, thing)}


def reviewed() -> dict[tuple[str, str, str, str], dict[str, str]]:
    """The expectations that somebody has read and compared with the product."""
    with TABLE.open(encoding="utf-8", newline="") as source:
        found = list(csv.DictReader(source))
    return {(r["endpoint"], r["case"], r["method"], r["thing"]): r for r in found}
