"""A need with its people, and browsers that know nothing of the test's own session."""

import pytest
from flask import current_app

from tests import make
from tests.proposals.stage import Stage


@pytest.fixture
def stage(app):
    """One open position, two coordinators, somebody who fits."""
    return Stage()


@pytest.fixture
def either_stage(either_app):
    """The same on both databases."""
    return Stage()


@pytest.fixture
def browse():
    """Somebody's browser, in a session that is really signed in."""

    def browse(person, locale="ja"):
        client = current_app.test_client()
        make.session_cookie(client, getattr(person, "person", person))
        client.set_cookie("locale", locale, domain="localhost")
        return client

    return browse


@pytest.fixture
def browse_either(either_app):
    """A browser on the database of the stage."""

    def browse(person):
        client = either_app.test_client()
        make.session_cookie(client, person)
        client.set_cookie("locale", "ja", domain="localhost")
        return client

    return browse
