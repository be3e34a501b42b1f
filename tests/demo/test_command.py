"""The demo as a command: what it prints, leaves behind, refuses, and finds again."""

import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import inspect

from talentshare.accounts import queries as accounts
from talentshare.accounts.actions import open_session
from talentshare.accounts.models import Device
from talentshare.app import create_app
from talentshare.demo import ground
from talentshare.demo.personas import chosen
from talentshare.demo.run import environment
from talentshare.home.queries import tasks
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests.states import RequestState
from tests import make
from tests.conftest import Browser
from tests.journeys.hand import decide, desk, done, reply

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
# Secrets are drawn anew for each instance, and so are what is sealed or salted with them. A version
# counts how often a row was written: twice in one deed where something had to be read in between,
# which depends on when memory was freed.
UNLIKE = {"password_hash", "hash", "prev", "version"}
LATE_PERCENT = 30
UNGUARDED = {"TESTING": True, "WTF_CSRF_ENABLED": False, "SERVER_NAME": "localhost"}
HAMLET = """
import signal
import sys
from datetime import date
from pathlib import Path
from talentshare.app import create_app
from talentshare.demo import run
folder, seed, day, stops_at = sys.argv[1:]
signal.signal(signal.SIGINT, signal.default_int_handler)  # a parent in the background ignores it

class Said:
    def __init__(self, out):
        self.out, self.line = out, ""
    def write(self, text):
        self.out.write(text)
        self.line += text
        if text.endswith("\\n"):
            self.out.flush()
            if stops_at and stops_at in self.line:
                sys.stdin.readline()  # until it is ended
            self.line = ""
    def flush(self):
        self.out.flush()

sys.stdout = Said(sys.stdout)
settings = run.environment({"TALENTSHARE_INSTANCE": folder})
with create_app({"ENVIRONMENT": settings, "DURABLE": False}).app_context():
    run.run(run.Order("hamlet", int(seed), date.fromisoformat(day)), Path(folder))
"""
UNDER_WAY = " %  received"
# Reached on the way only, or by hand: nothing waits in these.
NOT_LEFT = {
    ProposalState.AGREED,
    ProposalState.NOT_CHOSEN,
    ProposalState.EXPIRED,  # derived on read, from a hold that ran out
    ProposalState.CANCELLED,
    ProposalState.ENDED,
}


def demo(folder: Path, *options: str, **settings: str):
    environment = {name: value for name, value in os.environ.items() if "TALENTSHARE" not in name}
    command = [str(Path(sys.executable).with_name("talentshare")), "demo", "--no-serve", *options]
    return subprocess.run(
        command,
        env=environment | {"TALENTSHARE_INSTANCE": str(folder)} | settings,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def digest(path: Path) -> dict[str, str]:
    """All tables, but for what is unlike each time."""
    with closing(sqlite3.connect(path)) as connection:
        names = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        return {name: table(connection, name) for (name,) in connection.execute(names).fetchall()}


def table(connection: sqlite3.Connection, name: str) -> str:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
    kept = ", ".join(column for column in columns if column not in UNLIKE)
    rows = sorted(map(repr, connection.execute(f"SELECT {kept} FROM {name}")))
    return hashlib.sha256("\n".join(rows).encode()).hexdigest()


def begin_hamlet(
    folder: Path, seed: int, hash_seed: str = "0", day: str = "2026-11-24", stops_at: str = ""
):
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", HAMLET, str(folder), str(seed), day, stops_at],
        env={"PATH": os.environ["PATH"], "PYTHONHASHSEED": hash_seed},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def hamlet(folder: Path, seed: int, hash_seed: str) -> tuple[str, dict[str, str]]:
    """What was said, and all that was made."""
    process = begin_hamlet(folder, seed, hash_seed)
    said, complaint = process.communicate(timeout=300)
    assert process.returncode == 0, complaint
    return said, digest(folder / "talentshare.sqlite")


def stopped_hamlet(folder: Path, how: signal.Signals) -> str:
    """Begin it and end it in the middle of the main job; what it complained of."""
    process = begin_hamlet(folder, 1, stops_at=UNDER_WAY)
    assert any(UNDER_WAY in line for line in process.stdout)
    process.send_signal(how)
    _, complaint = process.communicate(timeout=60)
    assert process.returncode != 0
    return complaint


def count(folder: Path, statement: str) -> dict:
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        return dict(connection.execute(statement).fetchall())


def last_deed(folder: Path) -> datetime:
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        (at,) = connection.execute("SELECT max(at) FROM audit_event").fetchone()
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


@contextmanager
def opened(folder: Path):
    """The demo of a folder."""
    settings = environment({"TALENTSHARE_INSTANCE": str(folder)})
    app = create_app({"ENVIRONMENT": settings, **UNGUARDED})
    app.test_client_class = Browser
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def everything() -> dict[str, list[str]]:
    """All rows of all tables of the current database."""
    db.session.remove()
    with db.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}")))
            for name in inspect(connection).get_table_names()
        }


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
    assert said["proposals_waiting"] >= 10
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
    with opened(copied):
        personas = {one.key: accounts.person_named(one.sign_in_name) for one in chosen()}
        found = {
            key: {task.code for task in tasks(accounts.actor_of(person))}
            for key, person in personas.items()
        }
        db.session.remove()
    assert len(found) == 6
    assert "home.task.request.revise" in found["demo.officer"]
    assert found["demo.manager"] >= {"home.task.decide", "home.task.request.endorse"}
    assert "home.task.answer" in found["demo.specialist"]
    first, second = found["demo.coordinator1"], found["demo.coordinator2"]
    assert "home.task.check" in first | second
    for one in (first, second):
        assert {code for code in one if code.startswith("home.task.request.")}
    assert found["demo.admin"] == {"home.task.reset"}


def test_the_personas_bring_an_offer_to_booked_time_by_hand(copied, still_clock):
    today = clock.tokyo_day(still_clock(last_deed(copied)))
    with opened(copied) as app:
        be = partial(persona, app)
        offer = next(task.path for task in be("demo.specialist")[1] if "/offers/" in task.path)
        proposal = int(offer.rsplit("/", 1)[1])
        it = db.session.get(Proposal, proposal)
        number, owner = it.position.talent_request.number, it.position.talent_request.coordinator
        coordinators = {"chousei1": "demo.coordinator1", "chousei2": "demo.coordinator2"}
        desk_of = coordinators[owner.sign_in_name]
        db.session.remove()

        done(reply(be("demo.specialist")[0], proposal, "accept"))
        own = be(desk_of)[0]
        done(desk(own, proposal, "consent", who="グループリーダー", on=f"{today:%Y/%m/%d}"))
        done(desk(own, proposal, "propose"))
        manager, waiting = be("demo.manager")
        assert f"/proposals/{proposal}" in {task.path for task in waiting}
        done(decide(manager, proposal, decided_on=f"{today:%Y/%m/%d}"))

        assert db.session.get(Proposal, proposal).state is ProposalState.CONFIRMED
        assert number in manager.get("/supports").text
        db.session.remove()


def persona(app, key: str):
    """A browser in which somebody became this persona by the banner, and what waits for them."""
    name = next(one.sign_in_name for one in chosen() if one.key == key)
    client = app.test_client()
    assert client.post("/demo/switch", data={"sign_in_name": name}).status_code == 302
    assert client.get("/").status_code == 200
    waiting = tasks(accounts.actor_of(accounts.person_named(name)))
    db.session.remove()
    return client, waiting


def test_a_second_start_finds_its_own_data_and_keeps_it(copied):
    before = digest(copied / "talentshare.sqlite")
    ran = demo(copied)
    assert ran.returncode == 0, ran.stderr
    assert "there already (tokyo, seed 1, as of" in ran.stdout
    said = json.loads(ran.stdout.strip().splitlines()[-1])
    assert list(said) == KEYS
    assert digest(copied / "talentshare.sqlite") == before


def test_another_demo_is_not_put_in_the_place_of_one_in_which_somebody_worked(copied):
    with opened(copied):
        person = accounts.person_named("kanri")
        open_session(SYSTEM, person.id, Device(user_agent="", ip="127.0.0.1"))
        db.session.remove()
    before = digest(copied / "talentshare.sqlite")
    ran = demo(copied, "--size", "full", "--seed", "3")
    assert ran.returncode == 1
    assert "Another demo is here (tokyo, seed 1, as of" in ran.stderr
    assert "`make demo SIZE=full SEED=3 FRESH=1` replaces it" in ran.stderr
    assert digest(copied / "talentshare.sqlite") == before


def test_a_fresh_one_is_not_made_over_people_who_joined(copied):
    with opened(copied):
        body_id = accounts.person_named("kanri").body_id
        make.person(body_id=body_id, mail="hanako@city.example.lg.jp")
        db.session.commit()
        db.session.remove()
    before = digest(copied / "talentshare.sqlite")
    ran = demo(copied, "--fresh")
    assert ran.returncode == 1
    assert "have joined it, so it is not cleared; nothing was changed" in ran.stderr
    assert digest(copied / "talentshare.sqlite") == before
    assert demo(copied).returncode == 0


@pytest.mark.parametrize("options", [(), ("--fresh",), ("--size", "full")])
def test_it_refuses_a_database_that_holds_other_people(either_app, either_url, tmp_path, options):
    make.person(sign_in_name="kanri")
    db.session.commit()
    before = everything()
    ran = demo(tmp_path, *options, TALENTSHARE_DATABASE_URL=either_url)
    assert ran.returncode == 1
    assert "holds people who are not of the demo; nothing was changed" in ran.stderr
    assert ran.stdout == ""
    assert everything() == before


def test_other_peoples_database_is_not_even_migrated(tmp_path):
    path = tmp_path / "talentshare.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE staff (name TEXT)")
    before = path.read_bytes()
    ran = demo(tmp_path)
    assert ran.returncode == 1
    assert "nothing was changed" in ran.stderr
    assert path.read_bytes() == before


def test_one_demo_at_a_time_is_made_in_a_folder(tmp_path):
    with ground.alone(tmp_path):
        ran = demo(tmp_path)
    assert ran.returncode == 1
    assert "is being made already" in ran.stderr


def test_an_interrupted_demo_begins_anew_and_the_same_order_makes_the_same_data(tmp_path):
    first_said, first = hamlet(tmp_path / "first", 1, "1")
    assert "not finished" not in first_said
    assert "The next `make demo` begins anew" in stopped_hamlet(tmp_path / "again", signal.SIGINT)
    stopped_hamlet(tmp_path / "again", signal.SIGKILL)
    again_said, again = hamlet(tmp_path / "again", 1, "2")
    assert "A demo was begun here and not finished; it is made anew." in again_said
    assert [name for name in first if first[name] != again[name]] == []
    other_said, other = hamlet(tmp_path / "again", 2, "1")
    assert "in which nobody has done anything; it is replaced" in other_said
    assert first["proposal"] != other["proposal"]
    assert first["specialist"] != other["specialist"]


def test_the_demo_in_the_suite_left_nothing_out(demo_folder):
    said = (demo_folder / "said").read_text("utf-8")
    assert " 0  moves left out" in said, said
    assert "proposals agreed by the body, time booked" in said
