"""Bodies, people, what they may do, and the proofs that they are who they say."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    UniqueConstraint,
    and_,
    select,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from talentshare.accounts.states import LIFE, PersonState
from talentshare.kernel.actor import Role
from talentshare.platform.db import Base


class BodyKind(StrEnum):
    """What kind of body it is."""

    WARD = "ward"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"
    BUREAU = "bureau"
    GOVTECH = "govtech"
    ASSOCIATION = "association"
    OTHER = "other"


class Area(StrEnum):
    """The four areas in which fairness is counted, and the rest."""

    WARDS = "wards"
    CITIES = "cities"
    TOWNS = "towns"
    ISLANDS = "islands"
    METROPOLIS = "metropolis"
    OTHER = "other"


class MailPace(StrEnum):
    """How often somebody is written to."""

    AT_ONCE = "at_once"
    DAILY = "daily"


class TokenPurpose(StrEnum):
    """What a one-time link is for."""

    INVITATION = "invitation"
    RESET = "reset"


class Body(Base):
    """団体: a municipality, a bureau, GovTech東京 or another body."""

    __tablename__ = "body"
    __table_args__ = (
        CheckConstraint("office_opens_minute < office_closes_minute", name="office_hours"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[BodyKind]
    area: Mapped[Area] = mapped_column(index=True)
    name_ja: Mapped[str]
    name_kana: Mapped[str] = mapped_column(index=True)
    name_en: Mapped[str]
    is_island: Mapped[bool] = mapped_column(default=False)
    population: Mapped[int | None]
    population_on: Mapped[date | None]
    needs_endorsement: Mapped[bool] = mapped_column(default=False)
    needs_manager: Mapped[bool] = mapped_column(default=False)
    needs_document_number: Mapped[bool] = mapped_column(default=False)
    office_opens_minute: Mapped[int] = mapped_column(default=510)
    office_closes_minute: Mapped[int] = mapped_column(default=1035)
    is_active: Mapped[bool] = mapped_column(default=True)
    search_text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    managers: Mapped[list["Person"]] = relationship(
        primaryjoin=lambda: and_(Body.id == foreign(Person.body_id), _is_manager()),
        order_by=lambda: Person.id,
        viewonly=True,
    )

    @property
    def is_named_by_hand(self) -> bool:
        """The catalogue knows the others and would write their names back."""
        return self.kind in {BodyKind.ASSOCIATION, BodyKind.OTHER}


class Person(Base):
    """Somebody who signs in; the name is the person's own, the mail may be a section's."""

    __tablename__ = "person"

    sign_in_name: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    kana: Mapped[str] = mapped_column(index=True)
    name_latin: Mapped[str] = mapped_column(default="")
    mail: Mapped[str] = mapped_column(default="")
    mail_pace: Mapped[MailPace] = mapped_column(
        default=MailPace.AT_ONCE, server_default=MailPace.AT_ONCE
    )
    section: Mapped[str] = mapped_column(default="")
    locale: Mapped[str] = mapped_column(default="ja")
    state: Mapped[PersonState] = mapped_column(default=PersonState.INVITED)
    password_hash: Mapped[str | None]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    reset_asked_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    body: Mapped[Body] = relationship(lazy="joined", innerjoin=True)
    duties: Mapped[list["PersonRole"]] = relationship(
        cascade="all, delete-orphan", order_by="PersonRole.role"
    )

    @property
    def person_id(self) -> int:
        return self.id

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(duty.role for duty in self.duties)

    def acts_as(self, role: Role) -> bool:
        """Signs in and holds this role; neither somebody suspended nor somebody who gave it up."""
        return self.state is PersonState.ACTIVE and role in self.roles

    @property
    def next_events(self) -> list[str]:
        return LIFE.events(self.state)

    def move(self, event: str) -> None:
        """Take the step that `event` names; the only code that sets `state`."""
        self.state = LIFE.after(self.state, event)


class PersonRole(Base):
    """One of the things that a person is here to do."""

    __tablename__ = "person_role"
    __table_args__ = (UniqueConstraint("person_id", "role"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role]


def _is_manager() -> ColumnElement[bool]:
    holders = select(PersonRole.person_id).where(PersonRole.role == Role.MANAGER)
    return and_(Person.state == PersonState.ACTIVE, Person.id.in_(holders))


class SignInSession(Base):
    """A signed-in browser; the cookie holds the token, the database its hash."""

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    user_agent: Mapped[str] = mapped_column(default="")
    ip: Mapped[str] = mapped_column(default="")


class FailedSignIn(Base):
    """How often a name was tried in vain, known or unknown alike."""

    __tablename__ = "failed_sign_in"

    name_hash: Mapped[str] = mapped_column(unique=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class OneTimeToken(Base):
    """An invitation or a reset link; only its hash is kept."""

    __tablename__ = "one_time_token"

    purpose: Mapped[TokenPurpose]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SavedInput(Base):
    """What was typed and sent too late; given back on the page that is opened anew."""

    __tablename__ = "saved_input"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    path: Mapped[str]
    field: Mapped[str] = mapped_column(default="")
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


@dataclass(frozen=True, kw_only=True)
class PersonFacts:
    """What an admin says of a person."""

    name: str
    kana: str
    body_id: int
    roles: frozenset[Role]
    name_latin: str = ""
    mail: str = ""
    section: str = ""


@dataclass(frozen=True, kw_only=True)
class PersonDraft(PersonFacts):
    """A person to be: the facts, the name to sign in with, the language."""

    sign_in_name: str
    locale: str = "ja"


@dataclass(frozen=True, kw_only=True)
class BodyFacts:
    """What is fixed about a body: the names, and how it is counted."""

    kind: BodyKind
    area: Area
    name_ja: str
    name_kana: str
    name_en: str
    is_island: bool = False
    population: int | None = None
    population_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class BodyDraft(BodyFacts):
    """A body to be: the facts and the code by which the catalogue knows it."""

    code: str


@dataclass(frozen=True, kw_only=True)
class BodySettings:
    """What a body wants of its requests and proposals, and when its offices are open."""

    needs_endorsement: bool = False
    needs_manager: bool = False
    needs_document_number: bool = False
    office_opens_minute: int = 510
    office_closes_minute: int = 1035
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class Device:
    """From where somebody signs in."""

    user_agent: str = ""
    ip: str = ""


def cookie_name(https: bool) -> str:
    """The `__Host-` prefix binds the cookie to this host; browsers grant it over https only."""
    return "__Host-talentshare" if https else "talentshare"
