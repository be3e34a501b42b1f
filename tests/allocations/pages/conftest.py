"""A specialist of 20 hours a week, signed in, and a coordinator's desk."""

import pytest
from flask import g

from talentshare.allocations import actions
from talentshare.kernel.actor import SYSTEM
from tests import make


def forget(_error):
    for name in ("_login_user", "_flask_babel"):
        g.pop(name, None)


@pytest.fixture(autouse=True)
def nobody_remembered(app):
    """Several people sign in within one test; the fixture's context would keep the first."""
    app.teardown_request(forget)


@pytest.fixture
def me(app):
    """Five days of four hours: 20 hours a week."""
    it = make.specialist(windows=((540, 780),))
    actions.open_weeks(SYSTEM, it)
    return it


@pytest.fixture
def client(me, sign_in):
    return sign_in(me.person)


@pytest.fixture
def desk(me, sign_in):
    return sign_in(make.coordinator(name="山田 花子"))
