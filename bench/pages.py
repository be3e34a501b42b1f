"""Pages at the size of Japan: 10,000 people, 15,000 positions, over WSGI in this process, warm.

Usage: python bench/pages.py      prints a Markdown table
TALENTSHARE_BENCH_INSTANCE names a folder that `talentshare demo --no-serve --size japan` has
filled (with TALENTSHARE_INSTANCE); without it such a folder is made first, which takes minutes.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from table import Row, p95, written

from talentshare.app import create_app
from talentshare.demo.personas import chosen
from talentshare.kernel import clock
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import RequestState

REQUESTS, TIMES = 60, 20
CANDIDATES_GOAL, QUERIES_GOAL = 300, 8
LISTS = (
    ("desk", "demo.coordinator1", "/desk"),
    ("requests of a manager", "demo.manager", "/requests/waiting"),
    ("requests of a body", "demo.officer", "/requests"),
    ("finished requests", "demo.officer", "/requests/finished"),
    ("specialists", "demo.coordinator1", "/specialists"),
    ("offers", "demo.specialist", "/offers"),
    ("supports", "demo.officer", "/supports"),
    ("clashes", "demo.coordinator1", "/clashes"),
    ("notices", "demo.coordinator1", "/notices"),
    ("utilisation", "demo.coordinator1", "/reports/utilisation"),
    ("people", "demo.admin", "/admin/people"),
    ("bodies", "demo.admin", "/admin/bodies"),
    ("home of a coordinator", "demo.coordinator1", "/"),
    ("home of an officer", "demo.officer", "/"),
    ("home of a specialist", "demo.specialist", "/"),
)


@contextmanager
def instance() -> Iterator[Path]:
    """The folder with the demo of Japan."""
    given = os.environ.get("TALENTSHARE_BENCH_INSTANCE")
    if given:
        yield Path(given)
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("talentshare"))]
        command += ["demo", "--no-serve", "--size", "japan"]
        settings = os.environ | {"TALENTSHARE_INSTANCE": folder}
        subprocess.run(command, env=settings, check=True, stdout=sys.stderr)
        yield Path(folder)


def served(folder: Path) -> Flask:
    environment = {"TALENTSHARE_DEMO": "1", "TALENTSHARE_HTTPS": "0"}
    environment["TALENTSHARE_INSTANCE"] = str(folder)
    return create_app({"ENVIRONMENT": environment, "WTF_CSRF_ENABLED": False})


def clients(app: Flask) -> dict[str, FlaskClient]:
    """Each persona signed in, as the banner does it; requests share no context."""
    found = {}
    with app.app_context():
        personas = chosen()
    for persona in personas:
        found[persona.key] = client = app.test_client()
        answer = client.post("/demo/switch", data={"sign_in_name": persona.sign_in_name})
        assert answer.status_code == 302, (persona, answer.status)
    return found


def took(client: FlaskClient, path: str) -> float:
    before = time.perf_counter()
    answer = client.get(path)
    seconds = time.perf_counter() - before
    assert answer.status_code == 200, (path, answer.status)
    return seconds * 1000


def queries_of(client: FlaskClient, path: str) -> int:
    """How many statements one page sends, without those that only begin a transaction."""
    seen: list[str] = []

    def note(*args: object) -> None:
        seen.append(str(args[2]))

    with client.application.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    took(client, path)
    event.remove(engine, "before_cursor_execute", note)
    if "--queries" in sys.argv:
        print(path, *seen, sep="\n\n", file=sys.stderr)
    return sum(not one.startswith("BEGIN") for one in seen)


def candidates(client: FlaskClient) -> list[Row]:
    """The candidates page of many different open requests, once each, after a first one."""
    open_ = select(TalentRequest.number).where(TalentRequest.state == RequestState.OPEN)
    newest = open_.order_by(TalentRequest.id.desc()).limit(REQUESTS + 1)
    with client.application.app_context():
        numbers = db.session.scalars(newest).all()
    paths = [f"/requests/{number}/candidates" for number in numbers]
    first, *rest = [took(client, path) for path in paths]
    return [
        Row("candidates: first page of the process", round(first)),
        Row(f"candidates: {len(rest)} requests, p50", round(median(rest))),
        Row(f"candidates: {len(rest)} requests, p95", round(p95(rest)), goal=CANDIDATES_GOAL),
        Row("candidates: slowest", round(max(rest))),
        Row("candidates: queries", queries_of(client, paths[-1]), ""),
    ]


def lists(client_of: dict[str, FlaskClient]) -> Iterator[Row]:
    for name, role, path in LISTS:
        client = client_of[role]
        took(client, path)
        times = [took(client, path) for _ in range(TIMES)]
        yield Row(f"{name}: queries", queries_of(client, path), "", QUERIES_GOAL)
        yield Row(f"{name}: p50", round(median(times)))
        yield Row(f"{name}: p95", round(p95(times)))


def main() -> None:
    with instance() as folder:
        app = served(folder)
        with app.app_context():
            last = db.session.scalar(select(func.max(AuditEvent.at)))
        assert last is not None, "the demo is there"
        with clock.standing_at(last + timedelta(hours=1)):
            client_of = clients(app)
            rows = [*candidates(client_of["demo.coordinator1"]), *lists(client_of)]
        print(written(rows))


if __name__ == "__main__":
    main()
