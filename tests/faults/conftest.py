"""A house on each kind of database, with people at work in it and a real mail server beside it."""

import pytest

from tests.conftest import NOW
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
def house(either_app, tmp_path, post_office):
    """The processes on this test's own database."""
    mail = {
        "TALENTSHARE_MAIL_URL": post_office.url,
        "TALENTSHARE_MAIL_FROM": "noreply@talent.example",
        "TALENTSHARE_PUBLIC_URL": "https://talent.example",
    }
    with housed(either_app.config["ENVIRONMENT"] | mail, tmp_path, NOW) as house:
        yield house
