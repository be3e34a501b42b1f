"""A coordinator with a browser, and a small pool around one position."""

import contextvars

import pytest
from flask import has_app_context
from flask.testing import FlaskClient

from talentshare.platform.db import db
from tests import make


class Browser(FlaskClient):
    """A browser knows nothing of the test's own context, and finds no lock of its session."""

    def open(self, *args, **kwargs):
        if has_app_context():
            db.session.commit()
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture
def app(app):
    app.test_client_class = Browser
    return app


@pytest.fixture
def coordinator(app):
    make.catalogue()
    return make.coordinator()


@pytest.fixture
def desk(coordinator, sign_in):
    """The browser of a coordinator."""
    return sign_in(coordinator)
