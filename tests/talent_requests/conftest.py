"""People of one town hall and of GovTech, each with a browser of their own."""

from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from talentshare.kernel.actor import Role
from talentshare.notices.models import Notice
from talentshare.platform.db import db
from talentshare.talent_requests.models import Position, TalentRequest
from tests import make


@pytest.fixture
def town(app):
    make.catalogue()
    return make.body(name_ja="町田市", name_kana="マチダシ", name_en="Machida City")


@pytest.fixture
def people(town):
    """Who plays a part; `people.officer` and so on are persons."""
    return SimpleNamespace(
        officer=make.officer(of=town, name="佐藤 美咲", section="デジタル戦略課"),
        colleague=make.officer(of=town, name="田中 次郎"),
        manager=make.manager(of=town, name="鈴木 一郎"),
        stranger=make.officer(),
        coordinator=make.coordinator(name="山田 花子"),
        second=make.coordinator(name="川口 誠"),
        specialist=make.person(Role.SPECIALIST),
        admin=make.admin(),
    )


@pytest.fixture
def at(app, people, sign_in):
    """Browsers of these people, by the same names."""
    return SimpleNamespace(**{name: sign_in(person) for name, person in vars(people).items()})


@pytest.fixture
def stored(app):
    """Read a request beside the test's own session, so that no lock is left behind."""

    def stored(number) -> TalentRequest:
        statement = select(TalentRequest).where(TalentRequest.number == number)
        loaded = statement.options(
            selectinload(TalentRequest.positions).selectinload(Position.skills),
            selectinload(TalentRequest.suppliers),
            selectinload(TalentRequest.sketches),
        )
        with Session(db.engine, expire_on_commit=False) as session:
            return session.scalars(loaded).one()

    return stored


@pytest.fixture
def actor(app):
    """The actor of a person, read without leaving a lock behind."""

    def actor(person):
        found = make.actor_of(person)
        db.session.commit()
        return found

    return actor


@pytest.fixture
def told(rows):
    """The codes of what a person was told, oldest first."""

    def told(person):
        found = rows(select(Notice).where(Notice.person_id == person.id).order_by(Notice.id))
        return [notice.code.rsplit(".", 1)[1] for notice in found]

    return told


@pytest.fixture
def wanting_endorsement(town):
    town.needs_endorsement = True
    return make.saved(town)
