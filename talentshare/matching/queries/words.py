"""Codes of the engine as sentences in the reader's language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import JobRole, LegalBasis, Skill
from talentshare.engine.explain import Reason
from talentshare.platform.formats import is_en, month, named, worded
from talentshare.platform.i18n import sentence

Row = Mapping[str, Any]

COUNTED = {
    "weeks": ("week", "weeks"),
    "leave_weeks": ("week", "weeks"),
    "people": ("candidate", "candidates"),
}


@dataclass(frozen=True)
class Names:
    """What roles, skills and legal bases are called, read once for many sentences."""

    roles: Mapping[str, JobRole]
    skills: Mapping[str, Skill]
    bases: Mapping[str, LegalBasis]


def names() -> Names:
    return Names(catalogue.role_by_code(), catalogue.skill_names(), catalogue.basis_by_code())


def row_of(reason: Reason) -> dict[str, Any]:
    """A reason as it is stored: days as ISO texts."""
    details = {name: _plain(value) for name, value in reason.details.items()}
    return {"code": reason.code, "details": details, "kind": reason.kind}


def worded_reasons(rows: Iterable[Row], known: Names | None = None) -> list[tuple[str, str]]:
    """Stored reasons as (sentence, kind), kind ok or care."""
    known = known or names()
    return [(worded_row(row, known), str(row["kind"])) for row in rows]


def worded_row(row: Row, known: Names) -> str:
    details = {name: _read(name, value, known) for name, value in row["details"].items()}
    return sentence(row["code"], **worded(details))


def worded_reason(reason: Reason, known: Names) -> str:
    """One reason of the engine as a sentence."""
    return worded_row(row_of(reason), known)


@dataclass(frozen=True)
class Sentences:
    """Reasons in the details of a refusal: worded when the reader's language is known."""

    rows: tuple[Row, ...]

    def __str__(self) -> str:
        return joined(text for text, _ in worded_reasons(self.rows))


def joined(sentences: Iterable[str]) -> str:
    """Sentences one after another."""
    return (" " if is_en() else "").join(sentences)


def listed(words: Iterable[str]) -> str:
    """Words of a list inside a sentence."""
    return (", " if is_en() else "・").join(words)


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


def _read(name: str, value: Any, known: Names) -> Any:
    if name == "skill":
        return named(known.skills.get(value)) or value
    if name == "role":
        return named(known.roles.get(value)) or value
    if name == "rules":
        return listed(sentence(f"rule.{rule}") for rule in value)
    if name == "months":
        return listed(_month_name(date.fromisoformat(one)) for one in value)
    if name in COUNTED and is_en():
        return f"{value} {COUNTED[name][value != 1]}"
    return date.fromisoformat(value) if name.endswith("_on") else value


def _month_name(value: date) -> str:
    """12月 or December: within the year around a position the year is clear."""
    return month(value).split()[0] if is_en() else f"{value.month}月"
