"""People with passwords, and how they sign in."""

import pytest
from argon2 import PasswordHasher

from talentshare.accounts import queries
from talentshare.accounts.models import BodyKind
from talentshare.kernel.actor import Role
from tests import make
from tests.accounts.browsing import PASSWORD


@pytest.fixture
def govtech(app):
    return make.body(
        code="govtech",
        kind=BodyKind.GOVTECH,
        name_ja="GovTech東京",
        name_kana="ガブテックトウキョウ",
    )


@pytest.fixture
def member(app):
    """An officer who can sign in as tanaka."""
    return make.officer(sign_in_name="tanaka", password_hash=queries.hashed(PASSWORD))


@pytest.fixture
def chief(govtech):
    """An admin of GovTech東京."""
    return make.person(Role.ADMIN, of=govtech, sign_in_name="kanri", name="管理 一郎")


@pytest.fixture
def enter(client):
    """Type a name and a password into the sign-in page."""

    def enter(name="tanaka", password=PASSWORD, path="/sign-in", **given):
        form = {"sign_in_name": name, "password": password}
        return (given.pop("client", None) or client).post(path, data=form, **given)

    return enter


@pytest.fixture
def verified(monkeypatch):
    """Count how often a password is really verified; the verification itself goes on."""
    count = []
    genuine = PasswordHasher.verify

    def verify(self, password_hash, password):
        count.append(password_hash)
        return genuine(self, password_hash, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    return count
