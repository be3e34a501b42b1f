"""A coordinator and an administrator with browsers."""

import pytest

from tests import make


@pytest.fixture
def coordinator(app):
    make.catalogue()
    return make.coordinator()


@pytest.fixture
def desk(coordinator, sign_in):
    """The browser of a coordinator."""
    return sign_in(coordinator)
