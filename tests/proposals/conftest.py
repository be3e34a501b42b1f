"""A need with its people, and browsers that know nothing of the test's own session."""

import contextvars

import pytest
from flask import current_app, has_app_context
from flask.testing import FlaskClient

from talentshare.platform.db import db
from tests import make
from tests.proposals.stage import Stage


class Browser(FlaskClient):
    """A browser shares neither `g` nor the database session with the test."""

    def open(self, *args, **kwargs):
        if has_app_context():
            db.session.rollback()  # no lock of the test's own stands in the way
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def app(app):
    app.test_client_class = Browser
    return app


@pytest.fixture
def either_app(either_app):
    either_app.test_client_class = Browser
    return either_app


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
