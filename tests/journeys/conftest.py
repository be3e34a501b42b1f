"""Browsers that know nothing of the test's own session, on both databases."""

import contextvars

import pytest
from flask import has_app_context
from flask.testing import FlaskClient

from talentshare.platform.db import db
from tests import make


class Browser(FlaskClient):
    """A browser shares neither `g` nor the database session with the test."""

    def open(self, *args, **kwargs):
        if has_app_context():
            db.session.rollback()  # no lock of the test's own stands in the way
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def browse(either_app):
    """Somebody's browser, in a session that is really signed in; language ja."""
    either_app.test_client_class = Browser

    def browse(person):
        client = either_app.test_client()
        make.session_cookie(client, getattr(person, "person", person))
        client.set_cookie("locale", "ja", domain="localhost")
        return client

    return browse
