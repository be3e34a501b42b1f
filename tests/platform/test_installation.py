"""A production database begins with the catalogue, and is served only with its guards."""

import os
import runpy
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from talentshare import config
from talentshare.allocations import actions as allocations
from talentshare.app import create_app
from talentshare.cli import main
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from tests import make
from tests.conftest import settings

WSGI = Path(__file__).parents[2] / "wsgi.py"
FILLED = ("body", "job_role", "skill", "legal_basis", "weight_set", "request_template", "holiday")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """What `talentshare db upgrade` makes of nothing."""
    path = tmp_path / "new.sqlite"
    for name, value in settings(f"sqlite:///{path}", tmp_path)["ENVIRONMENT"].items():
        monkeypatch.setenv(name, value)
    assert main(["db", "upgrade"]) == 0
    return path


def counts(path):
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in (*FILLED, "audit_event")
        }


def test_an_upgrade_brings_the_catalogue_once(installed):
    first = counts(installed)
    assert all(first[table] > 0 for table in FILLED)
    assert first["skill"] == 91
    assert main(["db", "upgrade"]) == 0
    assert counts(installed) == first


def test_no_server_starts_without_the_guards(installed):
    assert runpy.run_path(str(WSGI))["app"].name == "talentshare.app"
    with closing(sqlite3.connect(installed)) as connection:
        connection.execute("DROP TRIGGER week_ledger_update_guard")
        connection.commit()
    with pytest.raises(config.BadSettings, match="week_ledger_update_guard"):
        runpy.run_path(str(WSGI))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "DATABASE_URL",
            "postgresql://postgres@127.0.0.1:1/nowhere",
            "The database cannot be used",
        ),
        ("DATABASE_URL", "sqlite:////proc/none/here.sqlite", "unable to open database file"),
        ("INSTANCE", "/proc/none", "/proc/none cannot be used"),
        ("INSTANCE", __file__, "cannot be used: File exists"),
    ],
)
def test_what_cannot_be_reached_is_said_in_a_sentence(
    installed, monkeypatch, capsys, name, value, said
):
    monkeypatch.setenv(f"TALENTSHARE_{name}", value)
    assert main(["check"]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "TALENTSHARE_DATABASE_URL and TALENTSHARE_INSTANCE say where it is" in told


def test_without_secrets_the_way_to_the_demo_is_named(installed, monkeypatch, capsys):
    monkeypatch.delenv("TALENTSHARE_SECRET_KEY")
    assert main(["check"]) == 2
    assert "for the demo set TALENTSHARE_DEMO=1 instead." in capsys.readouterr().err


def test_an_upgrade_in_the_new_fiscal_year_opens_its_weeks(installed, monkeypatch, still_clock):
    with create_app({"ENVIRONMENT": dict(os.environ)}).app_context():
        who = make.specialist(windows=((540, 780),)).id
        allocations.open_weeks_for_all(SYSTEM)
        db.session.remove()
        db.engine.dispose()
    before = weeks_of(installed, who)
    assert before[-1] == "2028-03-27"
    still_clock(datetime(2027, 4, 1, 0, 0, tzinfo=UTC))
    assert main(["db", "upgrade"]) == 0
    after = weeks_of(installed, who)
    assert after[: len(before)] == before
    assert after[-1] == "2029-03-26"


def weeks_of(path, specialist_id):
    wanted = "SELECT week_on FROM week_ledger WHERE specialist_id = ? ORDER BY week_on"
    with closing(sqlite3.connect(path)) as connection:
        return [week for (week,) in connection.execute(wanted, (specialist_id,))]
