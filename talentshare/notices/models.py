"""A notice: a code, its details and where to go; worded in the reader's language when read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from talentshare.platform.db import Base


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


@dataclass(frozen=True)
class Names:
    """A name in both languages, as it was when the notice was written."""

    name_ja: str
    name_en: str


def packed(details: Mapping[str, object]) -> dict[str, Any]:
    """Details as they are stored: days, instants and names keep what they are."""
    return {name: _packed(value) for name, value in details.items()}


def unpacked(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details as they were told."""
    return {name: _unpacked(value) for name, value in details.items()}


def _packed(value: Any) -> Any:
    if isinstance(value, list):
        return [_packed(one) for one in value]
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
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
    if "at" in value:
        return datetime.fromisoformat(value["at"])
    if "on" in value:
        return date.fromisoformat(value["on"])
    return Names(value["ja"], value["en"])
