"""A specialist of 20 hours a week, signed in, and a coordinator's desk."""

import pytest

from talentshare.allocations import actions
from talentshare.kernel.actor import SYSTEM
from tests import make


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
