"""The demo as a command: what it prints, leaves behind, refuses, and finds again."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talentshare.accounts import queries as accounts
from talentshare.app import create_app
from talentshare.demo.personas import chosen
from talentshare.home.queries import tasks
from talentshare.platform.db import db
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests.states import RequestState
from tests import make

KEYS = [
    "bodies",
    "specialists",
    "requests",
    "positions",
    "ranked",
    "proposals_confirmed",
    "proposals_waiting",
    "allocated_minutes",
    "ledger",
    "audit",
    "seconds",
]
# Secrets are drawn anew for each instance, and so are what is sealed or salted with them.
SECRET = {"password_hash", "hash", "prev"}
LATE_PERCENT = 30
HAMLET = """
import sys
from datetime import date
from talentshare.app import create_app
from talentshare.demo import run
from talentshare.platform import schema
settings = run.environment({"TALENTSHARE_INSTANCE": sys.argv[1]})
with create_app({"ENVIRONMENT": settings, "DURABLE": False}).app_context():
    schema.upgrade()
    run.run(run.Order("hamlet", int(sys.argv[2]), date(2026, 11, 24)))
"""
# Reached on the way only, or by hand: nothing waits in these.
NOT_LEFT = {
    ProposalState.AGREED,
    ProposalState.NOT_CHOSEN,
    ProposalState.EXPIRED,  # derived on read, from a hold that ran out
    ProposalState.CANCELLED,
    ProposalState.ENDED,
}


def demo(folder: Path, **settings: str):
    environment = {name: value for name, value in os.environ.items() if "TALENTSHARE" not in name}
    command = [str(Path(sys.executable).with_name("talentshare")), "demo", "--no-serve"]
    return subprocess.run(
        command,
        env=environment | {"TALENTSHARE_INSTANCE": str(folder)} | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def digest(path: Path) -> dict[str, str]:
    """All tables, but for what is secret."""
    with closing(sqlite3.connect(path)) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        return {name: table(connection, name) for (name,) in connection.execute(names).fetchall()}


def table(connection: sqlite3.Connection, name: str) -> str:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
    kept = ", ".join(column for column in columns if column not in SECRET)
    rows = sorted(map(repr, connection.execute(f"SELECT {kept} FROM {name}")))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def hamlet(folder: Path, seed: int, hash_seed: str) -> dict[str, str]:
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", HAMLET, str(folder), str(seed)],
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
    return digest(folder / "talentshare.sqlite")


def count(folder: Path, statement: str) -> dict:
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        return dict(connection.execute(statement).fetchall())


def last_deed(folder: Path) -> datetime:
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        (at,) = connection.execute("SELECT max(at) FROM audit_event").fetchone()
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


@pytest.fixture
def copied(demo_folder, tmp_path) -> Path:
    return Path(shutil.copytree(demo_folder, tmp_path / "copy"))


def test_the_last_line_says_what_was_done(demo_folder):
    said = json.loads((demo_folder / "last_line").read_text("utf-8"))
    assert list(said) == KEYS
    assert (said["bodies"], said["specialists"], said["positions"]) == (95, 120, 150)
    assert (said["ledger"], said["audit"]) == ("ok", "ok")
    assert said["ranked"] > 0
    assert said["proposals_confirmed"] >= 70
    assert said["proposals_waiting"] >= 15
    assert said["allocated_minutes"] > 0


def test_something_is_left_in_every_state(demo_folder):
    requests = count(demo_folder, "SELECT state, count(*) FROM talent_request GROUP BY state")
    proposals = count(demo_folder, "SELECT state, count(*) FROM proposal GROUP BY state")
    assert set(requests) == {state.value for state in RequestState} - {
        "referred",
        "in_progress",
        "completed",
    }
    assert set(proposals) >= {state.value for state in set(ProposalState) - NOT_LEFT}


def test_little_of_what_waits_is_late(demo_folder):
    waiting = "turn_due_on IS NOT NULL AND state NOT IN ('staffed', 'unmet', 'withdrawn')"
    late = "turn_due_on < (SELECT date(max(at)) FROM audit_event)"
    found = count(
        demo_folder, f"SELECT {late}, count(*) FROM talent_request WHERE {waiting} GROUP BY 1"
    )
    assert found.get(1, 0) * 100 <= sum(found.values()) * LATE_PERCENT, found


def test_each_persona_has_something_to_do(copied, still_clock):
    still_clock(last_deed(copied))
    environment = {"TALENTSHARE_INSTANCE": str(copied), "TALENTSHARE_DEMO": "1"}
    app = create_app({"ENVIRONMENT": environment | {"TALENTSHARE_HTTPS": "0"}})
    with app.app_context():
        personas = {one.key: accounts.person_named(one.sign_in_name) for one in chosen()}
        idle = [
            key
            for key, person in personas.items()
            if key != "demo.admin" and not tasks(accounts.actor_of(person))
        ]
        db.session.remove()
    assert len(personas) == 6
    assert idle == []


def test_a_second_start_finds_its_own_data_and_keeps_it(copied):
    before = digest(copied / "talentshare.sqlite")
    done = demo(copied)
    assert done.returncode == 0, done.stderr
    assert "there already" in done.stdout
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert list(said) == KEYS
    assert digest(copied / "talentshare.sqlite") == before


def test_it_refuses_a_database_that_holds_other_people(app, sqlite_url, tmp_path):
    make.person()
    db.session.commit()
    db.session.remove()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    before = digest(path)
    done = demo(tmp_path, TALENTSHARE_DATABASE_URL=sqlite_url)
    assert done.returncode == 1
    assert "holds people who are not of the demo; nothing was changed" in done.stderr
    assert digest(path) == before


def test_the_same_seed_and_date_make_the_same_data_and_another_seed_others(tmp_path):
    first = hamlet(tmp_path / "first", 1, "1")
    again = hamlet(tmp_path / "again", 1, "2")
    other = hamlet(tmp_path / "other", 2, "1")
    assert [name for name in first if first[name] != again[name]] == []
    assert first["proposal"] != other["proposal"]
    assert first["specialist"] != other["specialist"]
