"""A house on each kind of database, with people at work in it and a real mail server beside it."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

from talentshare.platform import schema
from tests.conftest import NOW
from tests.faults.cluster import cluster, programs
from tests.faults.house import housed
from tests.notices.conftest import Server


@pytest.fixture
def post_office():
    """A real SMTP server that takes what it is given."""
    server = Server()
    server.controller.start()
    yield server
    server.controller.stop()


@pytest.fixture
def make_house(tmp_path, post_office):
    """`with make_house(environment) as house`: the processes on the database of these settings."""
    mail = {
        "TALENTSHARE_MAIL_URL": post_office.url,
        "TALENTSHARE_MAIL_FROM": "noreply@talent.example",
        "TALENTSHARE_PUBLIC_URL": "https://talent.example",
    }
    return lambda environment: housed(environment | mail, tmp_path, NOW)


@pytest.fixture
def house(either_app, make_house):
    """The processes on this test's own database."""
    with make_house(either_app.config["ENVIRONMENT"]) as house:
        yield house


@pytest.fixture(scope="package")
def own_cluster():
    """A PostgreSQL server of our own, which may be killed; where it cannot be made, CI says so."""
    found = programs()
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("PostgreSQL's server programs are required with CI=true")
        pytest.skip("PostgreSQL's server programs are not here")
    folder = Path(tempfile.mkdtemp(prefix="talentshare-"))  # its owner may enter, as in no other
    try:
        with cluster(found, folder) as made:
            yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_app(own_cluster, running):
    with running(own_cluster.new_database()) as app:
        schema.upgrade()
        yield app


@pytest.fixture
def own_house(own_app, make_house):
    """The processes on a database of the server that may be killed."""
    with make_house(own_app.config["ENVIRONMENT"]) as house:
        yield house
