"""Pages at the size of Tokyo and of Japan (10,000 people, 15,000 positions), over WSGI in this process, warm.

Usage: python -m bench.pages [SIZE=FOLDER …]     prints a Markdown table per size
Tokyo's demo is made first; for Japan it is grown by bulk SQL (`growth`). `japan=FOLDER` names a folder that
`talentshare demo --no-serve --size japan` has filled already (with TALENTSHARE_INSTANCE), and measures
only the sizes named.
`--queries` prints the statements of each page.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from statistics import median

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select

from bench.growth import grow
from bench.rank_database import NOW
from bench.table import Row, leave_cleanly, milliseconds, p95, written
from talentshare.app import create_app
from talentshare.demo.personas import chosen
from talentshare.kernel import clock
from talentshare.matching import queries as matching
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.queries import load_position
from talentshare.talent_requests.states import RequestState

GIVEN = dict(one.split("=", 1) for one in sys.argv[1:] if "=" in one)
REQUESTS, TIMES = 60, 20
COLD_GOAL, WARM_GOAL, CANDIDATES_GOAL, QUERIES_GOAL = 1500, 5, 300, 8
COORDINATOR = "demo.coordinator1"
LISTS = {
    COORDINATOR: (
        "/", "/desk", "/specialists", "/clashes", "/notices", "/reports/utilisation",
    ),
    "demo.officer": (
        "/", "/requests", "/requests/finished", "/supports", "/notices",
    ),
    "demo.manager": ("/", "/requests", "/requests/waiting", "/requests/finished", "/supports", "/notices"),
    "demo.specialist": ("/", "/offers", "/notices", "/me/skills", "/me/leave"),
    "demo.admin": (
        "/", "/admin/people", "/admin/bodies", "/admin/holidays", "/admin/weights", "/admin/mails",
        "/admin/audit", "/specialists",
        "/notices", "/reports/utilisation",
    ),
}  # fmt: skip


def made() -> Path:
    """A folder with Tokyo's demo, of the day for which `growth` adds people."""
    folder = tempfile.mkdtemp()
    day = f"{NOW:%Y-%m-%d}"
    command = [sys.executable, "-m", "talentshare.cli", "demo", "--no-serve", "--as-of", day]
    settings = os.environ | {"TALENTSHARE_INSTANCE": folder}
    subprocess.run(command, env=settings, check=True, stdout=sys.stderr)
    return Path(folder)


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


def ranks(app: Flask, goals: bool) -> Iterator[Row]:
    """One position after another from the database, first without the picture of the pool."""
    with app.app_context():
        open_ = (
            select(Position.id)
            .join(TalentRequest)
            .where(
                TalentRequest.state == RequestState.OPEN,
                Position.earliest_on >= clock.today(),  # one whose window has passed is not ranked
            )
        )
        ids = db.session.scalars(open_.order_by(Position.id.desc()).limit(REQUESTS)).all()

        def cold(position: int) -> None:
            app.extensions.pop("matching.pool", None)
            matching.ranked(load_position(position))

        colds = [milliseconds(lambda one=one: cold(one), 1)[0] for one in ids[:5]]
        warm = [
            milliseconds(lambda one=one: matching.ranked(load_position(one)), 2)[1] for one in ids
        ]
        db.session.remove()
    yield Row(
        "cold rank, worst of 5 positions", round(max(colds)), goal=COLD_GOAL if goals else None
    )
    yield Row(
        f"warm rank, median of {len(ids)} positions",
        round(median(warm), 2), goal=WARM_GOAL if goals else None,
    )  # fmt: skip


def candidates(client: FlaskClient, goals: bool) -> Iterator[Row]:
    """The candidates page of many different open requests, once each, after a first one."""
    open_ = select(TalentRequest.number).where(TalentRequest.state == RequestState.OPEN)
    newest = open_.order_by(TalentRequest.id.desc()).limit(REQUESTS + 1)
    with client.application.app_context():
        numbers = db.session.scalars(newest).all()
    paths = [f"/requests/{number}/candidates" for number in numbers]
    first, *rest = [took(client, path) for path in paths]
    yield Row("candidates: first page of the process", round(first))
    yield Row(f"candidates: {len(rest)} requests, median", round(median(rest)))
    goal = CANDIDATES_GOAL if goals else None
    yield Row(f"candidates: {len(rest)} requests, p95", round(p95(rest)), goal=goal)
    yield Row("candidates: statements", queries_of(client, paths[-1]), "")


def lists(client_of: dict[str, FlaskClient]) -> Iterator[Row]:
    for role, paths in LISTS.items():
        client, who = client_of[role], role.removeprefix("demo.").rstrip("1")
        for path in paths:
            took(client, path)
            times = [took(client, path) for _ in range(TIMES)]
            yield Row(f"{who} {path}: statements", queries_of(client, path), "", QUERIES_GOAL)
            yield Row(f"{who} {path}: p95", round(p95(times)))


def main() -> None:
    leave_cleanly()
    if GIVEN:
        for size, folder in GIVEN.items():
            measured(size, Path(folder), is_grown=False)
        return
    folder = made()
    try:
        measured("tokyo", folder, is_grown=False)
        measured("japan", folder, is_grown=True)
    finally:
        shutil.rmtree(folder)


def measured(size: str, folder: Path, *, is_grown: bool) -> None:
    """Print the table of one size."""
    app, is_japan = served(folder), size == "japan"
    with app.app_context():
        last = db.session.scalar(select(func.max(AuditEvent.at)))
    assert last is not None, "the demo is there"
    with clock.standing_at(last + timedelta(hours=1)):
        if is_grown:
            with app.app_context():
                grow()
                db.session.remove()
        client_of = clients(app)
        rows = [
            *ranks(app, is_japan),
            *candidates(client_of[COORDINATOR], is_japan),
            *lists(client_of),
        ]
    how = "; Tokyo's demo, grown by bulk SQL to 10,000 people and 15,000 positions"
    print(f"### {size}{how * is_grown}\n", written(rows), "", sep="\n", flush=True)
    with app.app_context():
        db.engine.dispose()


if __name__ == "__main__":
    main()
