"""A production database begins with the catalogue, and is served only with its guards."""

import runpy
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from talentshare import config
from talentshare.cli import main
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
