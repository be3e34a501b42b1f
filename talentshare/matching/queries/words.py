"""Codes of the engine as sentences in the reader's language."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import JobRole, LegalBasis, Skill
from talentshare.engine.explain import Reason
from talentshare.kernel.weeks import WEEK, add_months
from talentshare.platform.formats import is_en, month, named, worded
from talentshare.platform.i18n import sentence

Row = Mapping[str, Any]

START, LEAVE = "reason.starts_on", "reason.leave_skipped"
AFTER_LEAVE = "reason.starts_after_leave"
SPAN, YEAR = 3, 12
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


def names(version: int | None = None) -> Names:
    """As the catalogue words them in a version, or now."""
    skills, bases = catalogue.skill_names(version), catalogue.basis_by_code(version)
    return Names(catalogue.role_by_code(), skills, bases)


def row_of(reason: Reason) -> dict[str, Any]:
    """A reason as it is stored: days as ISO texts."""
    details = {name: _plain(value) for name, value in reason.details.items()}
    return {"code": reason.code, "details": details, "kind": reason.kind}


def worded_reasons(rows: Iterable[Row], known: Names | None = None) -> list[tuple[str, str]]:
    """Stored reasons as (sentence, kind), kind ok or care."""
    known = known or names()
    return [(worded_row(row, known), str(row["kind"])) for row in starting_at_work(rows)]


def starting_at_work(rows: Iterable[Row]) -> list[Row]:
    """The same reasons; where the first weeks are leave, the start is the first week of work."""
    found = list(rows)
    leave = {row["details"]["week_on"] for row in found if row["code"] == LEAVE}
    return [_at_work(row, leave) if row["code"] == START else row for row in found]


def _at_work(row: Row, leave: Collection[str]) -> Row:
    start_on = date.fromisoformat(row["details"]["start_on"])
    if start_on.isoformat() not in leave:
        return row
    while start_on.isoformat() in leave:
        start_on += WEEK
    return {**row, "code": AFTER_LEAVE, "details": {"start_on": start_on.isoformat()}}


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
        return _months([date.fromisoformat(one) for one in value])
    if name in COUNTED and is_en():
        return f"{value} {COUNTED[name][value != 1]}"
    return date.fromisoformat(value) if name.endswith("_on") else value


def _months(firsts: list[date]) -> str:
    """12月・1月, 2月〜6月: three and more in a row as a span, with years where it is long."""
    spans: list[list[date]] = []
    for first in firsts:
        if spans and first == add_months(spans[-1][-1], 1):
            spans[-1].append(first)
        else:
            spans.append([first])
    return listed(name for span in spans for name in _span(span))


def _span(months: list[date]) -> list[str]:
    first, last, count = months[0], months[-1], len(months)
    if count < SPAN:
        return [_month_name(one) for one in months]
    name = _month_name if count <= YEAR else month
    return [f"{name(first)}{' – ' if is_en() else '〜'}{name(last)}"]


def _month_name(value: date) -> str:
    """12月 or December: within the year around a position the year is clear."""
    return month(value).split()[0] if is_en() else f"{value.month}月"
