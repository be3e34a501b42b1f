"""The commands on a database, the place for a copy of it, and what is left on the disk."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from talentshare.accounts import queries
from talentshare.allocations import actions
from talentshare.cli import main
from talentshare.kernel.actor import SYSTEM
from tests import make, postgresql
from tests.accounts.browsing import PASSWORD
from tests.allocations import world
from tests.conftest import settings


@pytest.fixture
def command(tmp_path, monkeypatch, capsys):
    """Run `talentshare` on a database: its exit status, and what it said."""

    def command(url, *arguments):
        for name, value in settings(url, tmp_path / "instance")["ENVIRONMENT"].items():
            monkeypatch.setenv(name, value)
        status = main([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return status, told.out + told.err

    return command


@pytest.fixture
def program(tmp_path):
    """Run `talentshare` as a process of its own: its exit status, and what it said."""

    def program(url, *arguments, **given):
        environment = {k: v for k, v in os.environ.items() if not k.startswith("TALENTSHARE_")}
        environment |= settings(url, tmp_path / "instance")["ENVIRONMENT"]
        done = subprocess.run(
            [sys.executable, "-m", "talentshare.cli", *map(str, arguments)],
            env=environment | given.pop("environment", {}),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
            **given,
        )
        return done.returncode, done.stdout

    return program


@contextmanager
def nothing_yet(kind, folder):
    """The URL of a database that is not there yet."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'copy.sqlite'}"
        return
    with postgresql.bare() as name:
        yield postgresql.url_of(name)


@pytest.fixture
def copy_url(either_url, tmp_path):
    """The place for a copy: a new file, or a new and empty database."""
    folder = tmp_path / "copy"
    folder.mkdir()
    with nothing_yet(either_url.split(":", 1)[0], folder) as url:
        yield url


@pytest.fixture
def shelf(tmp_path):
    """The folder in which backups are kept, with nothing in it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    return folder


@pytest.fixture
def busy_url(either_url, running):
    """A database with bookings, leave, a clash and somebody who can sign in."""
    with running(either_url):
        make.officer(sign_in_name="tanaka", password_hash=queries.hashed(PASSWORD))
        who = world.specialist()
        for weeks in ((0, 1), (0,)):
            actions.book(SYSTEM, world.booking(who, make.position(), 300, weeks=weeks))
        world.take_leave(who, world.at(0), world.at(0, 3))
    return either_url
