"""The versions of the catalogue: how an entry was worded when, and what changed between two."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from talentshare import policy
from talentshare.catalogue.models import (
    FACTS,
    MODELS,
    WORDS,
    CatalogueText,
    CatalogueVersion,
    Kind,
)
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import db, kept
from talentshare.platform.events import name_of, remarks_of
from talentshare.policy import Can

T = TypeVar("T")


@dataclass(frozen=True)
class Version:
    """A version as an admin sees it; without a person the product's own words were loaded."""

    row: CatalogueVersion
    reason: str


@dataclass(frozen=True)
class Difference:
    """An entry in two versions; None where it was not there yet."""

    kind: Kind
    code: str
    before: CatalogueText | None
    after: CatalogueText

    @property
    def fields(self) -> list[str]:
        """The words that differ."""
        new = self.after.words
        if self.before is None:
            return list(new)
        old = self.before.words
        return [name for name, said in new.items() if name in old and old[name] != said]

    @property
    def is_retired(self) -> bool:
        return self.after.is_retired and not (self.before and self.before.is_retired)

    @property
    def is_restored(self) -> bool:
        return bool(self.before and self.before.is_retired) and not self.after.is_retired


def as_of(kind: Kind, rows: Sequence[T], version: int | None) -> Sequence[T]:
    """The rows in the words of a version; without one, as they are worded now."""
    if version is None:
        return rows
    old = {
        text.code: text
        for text in _former()
        if text.kind is kind and text.from_version <= version < (text.until_version or 0)
    }
    return [_worded(row, old[code]) if (code := _code(row)) in old else row for row in rows]


def _code(row: Any) -> str:
    code: str = row.code
    return code


def _worded(row: T, text: CatalogueText) -> T:
    """A row of its own, in no session, with the words of then."""
    made: Any = type(row)
    facts = {column.key: getattr(row, column.key) for column in made.__table__.columns}
    return made(**facts | text.words)  # type: ignore[no-any-return]  # of the same type


@kept
def _former() -> Sequence[CatalogueText]:
    """The words that hold no more: few."""
    return db.session.scalars(_FORMER).all()


def current_version() -> int:
    """The number of the newest version, 0 before any."""
    return db.session.scalar(select(CatalogueVersion.number).order_by(_NEWEST).limit(1)) or 0


def version_at(when: datetime) -> int:
    """The number of the version that was the newest at this moment, 0 before any."""
    made = CatalogueVersion.made_at <= when
    return db.session.scalar(select(func.max(CatalogueVersion.number)).where(made)) or 0


def lock_newest() -> int:
    """The same; one change of the catalogue at a time."""
    newest = select(CatalogueVersion).order_by(_NEWEST).limit(1).with_for_update()
    found = db.session.scalar(newest)
    return found.number if found else 0


def choosable(rows: Sequence[T], chosen: Sequence[str | None] = ()) -> list[T]:
    """What may be chosen anew, and what is chosen already."""
    return [row for row in rows if row.retired_in is None or row.code in chosen]  # type: ignore[attr-defined]  # entries that can be retired


def load_entry(kind: Kind, code: str) -> Any:
    model = MODELS[kind]
    found = db.session.scalar(select(model).where(model.code == code))
    if found is None:
        raise NotFound("catalogue.not_found")
    return found


def find_entry(actor: Actor, kind: Kind, code: str) -> Any:
    """An entry of the catalogue, for its page."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    return load_entry(kind, code)


def text_now(kind: Kind, code: str) -> CatalogueText:
    """How an entry is worded now."""
    return db.session.scalars(
        select(CatalogueText).where(
            CatalogueText.kind == kind,
            CatalogueText.code == code,
            CatalogueText.until_version.is_(None),
        )
    ).one()


def unversioned() -> list[tuple[Kind, Any]]:
    """Entries that no version knows."""
    rows = db.session.execute(select(CatalogueText.kind, CatalogueText.code)).all()
    known = {(kind, code) for kind, code in rows}
    return [
        (kind, row)
        for kind, model in MODELS.items()
        for row in db.session.scalars(select(model).order_by(model.code))
        if (kind, row.code) not in known
    ]


def history_of(actor: Actor, kind: Kind, code: str) -> list[tuple[Version, Difference]]:
    """Each version that touched an entry, the newest first, with what it changed."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    texts = texts_of(kind, code)
    by_number = {version.row.number: version for version in versions(actor)}
    before = [None, *texts]
    return [
        (by_number[text.from_version], Difference(kind, code, old, text))
        for old, text in zip(before, texts, strict=False)
    ][::-1]


def versions(actor: Actor) -> list[Version]:
    """All versions, the newest first, with what was said of each."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    rows = db.session.scalars(
        select(CatalogueVersion).options(joinedload(CatalogueVersion.made_by)).order_by(_NEWEST)
    ).all()
    said = remarks_of(rows)
    return [Version(row, said.get(name_of(row), "")) for row in rows]


def differences(actor: Actor, before: int, after: int) -> list[Difference]:
    """What is worded otherwise in version `after` than in version `before`."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    rows = db.session.scalars(
        select(CatalogueText)
        .where(CatalogueText.from_version <= after)
        .order_by(CatalogueText.kind, CatalogueText.code, CatalogueText.from_version)
    )
    old: dict[tuple[Kind, str], CatalogueText] = {}
    new: dict[tuple[Kind, str], CatalogueText] = {}
    for text in rows:
        new[text.kind, text.code] = text
        if text.from_version <= before:
            old[text.kind, text.code] = text
    return [
        Difference(*key, old.get(key), text)
        for key, text in new.items()
        if text is not old.get(key)
    ]


def words_of(kind: Kind, row: Any) -> dict[str, str]:
    """The words of an entry, by the names of its fields."""
    return {name: str(getattr(row, name)) for name in WORDS[kind]}


def facts_of(kind: Kind, row: Any) -> dict[str, Any]:
    """What an entry fills in; only templates do."""
    return {name: getattr(row, name) for name in FACTS.get(kind, ())}


def texts_of(kind: Kind, code: str) -> Sequence[CatalogueText]:
    """How an entry was worded from version to version."""
    return db.session.scalars(
        select(CatalogueText)
        .where(CatalogueText.kind == kind, CatalogueText.code == code)
        .order_by(CatalogueText.from_version)
    ).all()


_NEWEST = CatalogueVersion.number.desc()
_FORMER = select(CatalogueText).where(CatalogueText.until_version.is_not(None))
