"""People with passwords, and a look at the database that holds no lock afterwards."""

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.orm import Session

from talentshare.accounts import queries
from talentshare.accounts.models import BodyKind
from talentshare.kernel.actor import Role
from talentshare.platform.db import db
from tests import make
from tests.accounts.browsing import PASSWORD


@pytest.fixture
def rows(app):
    """Read beside the test's own session, so that no lock is left behind."""

    def rows(statement):
        with Session(db.engine, expire_on_commit=False) as session:
            return session.scalars(statement).all()

    return rows


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


@pytest.fixture
def counted(app):
    """Count the statements of a request."""

    def counted(do):
        statements = []

        def note(_connection, _cursor, statement, *_rest):
            statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            do()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return [s for s in statements if s.lstrip().upper().startswith("SELECT")]

    return counted
