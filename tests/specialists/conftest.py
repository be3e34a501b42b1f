"""Several people sign in within one test: nobody is remembered from request to request."""

import pytest
from flask import g


def forget(_error):
    for name in ("_login_user", "_flask_babel"):
        g.pop(name, None)


@pytest.fixture(autouse=True)
def nobody_remembered(request):
    """The fixture `app` holds a context, in which Flask-Login would keep the first person."""
    if "app" in request.fixturenames:
        request.getfixturevalue("app").teardown_request(forget)
