"""A notice: a code, its details and where to go; worded in the reader's language when read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentshare.accounts.models import Person
from talentshare.notices.states import LIFE, MailState
from talentshare.platform.db import Base


class NoticeWording(Base):
    """A notice as administrators word it, blanks by name; empty is the product's own sentence."""

    __tablename__ = "notice_wording"
    __table_args__ = (UniqueConstraint("code", "number"),)

    code: Mapped[str]
    number: Mapped[int]
    text_ja: Mapped[str]
    text_en: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship()


@dataclass(frozen=True)
class WordingDraft:
    """A notice as an admin words it, its blanks in words, who saw the version `seen` before."""

    text_ja: str
    text_en: str
    seen: int = 0


class Notice(Base):
    """Something a person is told in the app."""

    __tablename__ = "notice"
    __table_args__ = (Index("uq_notice_person_id_once_key", "person_id", "once_key", unique=True),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code: Mapped[str]
    details: Mapped[dict[str, Any]]
    path: Mapped[str]
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    once_key: Mapped[str | None]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"), index=True)
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("notice_wording.id"))

    wording: Mapped[NoticeWording | None] = relationship(lazy="joined")


class MailKind(StrEnum):
    """What a mail is about."""

    NOTICE = "notice"
    DIGEST = "digest"
    INVITATION = "invitation"
    RESET = "reset"


class Mail(Base):
    """A mail that was promised: written with the deed, worded when it is sent."""

    __tablename__ = "mail"
    __table_args__ = (Index("ix_mail_state_due_at", "state", "due_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[MailKind]
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    token_id: Mapped[int | None] = mapped_column(ForeignKey("one_time_token.id"))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    def move(self, event: str) -> None:
        """Take the step that `event` names; the only code that sets `state`."""
        self.state = LIFE.after(self.state, event)


class MailNote(Base):
    """追記: what every mail says before its end; the newest version holds, empty says nothing."""

    __tablename__ = "mail_note"

    number: Mapped[int] = mapped_column(unique=True)
    text_ja: Mapped[str]
    text_en: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


@dataclass(frozen=True)
class NoteDraft:
    """A note as an admin words it, who saw the version `seen` before."""

    text_ja: str
    text_en: str
    seen: int = 0


@dataclass(frozen=True)
class Names:
    """A name in both languages, as it was when the notice was written."""

    name_ja: str
    name_en: str


@dataclass(frozen=True)
class Words:
    """Words in the reader's language, by their code."""

    message_code: str


def packed(details: Mapping[str, object]) -> dict[str, Any]:
    """Details as they are stored: days, instants and names keep what they are."""
    return {name: _packed(value) for name, value in details.items()}


def unpacked(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details as they were told."""
    return {name: _unpacked(value) for name, value in details.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, list):
        return [_packed(one) for one in value]
    if isinstance(value, Words):
        return {"code": value.message_code}
    if isinstance(value, (datetime, date)):
        return {"at" if isinstance(value, datetime) else "on": value.isoformat()}
    if hasattr(value, "sign_in_name"):
        return {"ja": value.name, "en": value.name_latin or value.name}
    if hasattr(value, "name_ja"):
        return {"ja": value.name_ja, "en": value.name_en}
    return value


def _unpacked(value: Any) -> Any:
    if isinstance(value, list):
        return [_unpacked(one) for one in value]
    if not isinstance(value, dict):
        return value
    for name, kind in KINDS.items():
        if name in value:
            return kind(value[name])
    return Names(value["ja"], value["en"])


KINDS: dict[str, Callable[[str], object]] = {
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "code": Words,
}
