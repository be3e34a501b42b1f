"""Loading the catalogue from the package."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from importlib.resources import files
from typing import Any

import holidays
from sqlalchemy import select

from talentshare import policy
from talentshare.accounts.models import Area, Body, BodyKind
from talentshare.catalogue.actions.entries import keep_first_words
from talentshare.catalogue.models import (
    Holiday,
    JobRole,
    LegalBasis,
    Phase,
    RequestTemplate,
    Skill,
    SkillLevel,
    Theme,
)
from talentshare.kernel.actor import Actor
from talentshare.platform import events, search_text
from talentshare.platform.db import Base, db, forget_kept, transactional
from talentshare.policy import Can

Row = Mapping[str, str]
FIRST_YEAR = 2024
LAST_YEAR = 2029
AREAS = {"区部": Area.WARDS, "市部": Area.CITIES, "町村部": Area.TOWNS, "島しょ": Area.ISLANDS}
YEAR_END_DAYS = ((1, 2), (1, 3), (12, 29), (12, 30), (12, 31))
YEAR_END = ("年末年始の休み", "Year-end and New Year closure")


@transactional
def load(actor: Actor) -> int:
    """Add what the package knows and the database lacks; what an admin changed stays."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    added = sum(_add_missing(model, key, rows) for model, key, rows in _packaged())
    days = _add_missing(Holiday, "day", _holidays())
    forget_kept()
    keep_first_words(actor)
    if added:
        events.announce(actor, "catalogue.loaded", _any(Body), added=added)
    if days:
        events.announce(actor, "catalogue.holidays_changed", _any(Holiday), added=days)
    return added + days


def _any(model: type[Base]) -> Base:
    return db.session.scalars(select(model).order_by(model.id).limit(1)).one()


def _add_missing(model: type[Base], key: str, rows: Iterable[dict[str, Any]]) -> int:
    known = set(db.session.scalars(select(getattr(model, key))))
    new = [model(**row) for row in rows if row[key] not in known]
    db.session.add_all(new)
    return len(new)


def _read(name: str) -> list[dict[str, str]]:
    source = files("talentshare.catalogue").joinpath(f"data/{name}.csv")
    with io.StringIO(source.read_text(encoding="utf-8-sig"), newline="") as lines:
        return list(csv.DictReader(lines))


def _packaged() -> list[tuple[type[Base], str, Iterable[dict[str, Any]]]]:
    sources: list[tuple[type[Base], str, str, Callable[[Row], dict[str, Any]]]] = [
        (Body, "code", "municipalities", _municipality),
        (Body, "code", "bureaus", _bureau),
        (Body, "code", "other_bodies", _other_body),
        (JobRole, "code", "roles", _role),
        (Skill, "code", "skills", _skill),
        (SkillLevel, "level", "levels", _level),
        (Phase, "code", "phases", _phase),
        (Theme, "code", "themes", _theme),
        (RequestTemplate, "code", "request_templates", _template),
        (LegalBasis, "code", "legal_bases", _basis),
    ]
    return [
        (model, key, [shape({**row, "_rank": str(n)}) for n, row in enumerate(_read(name), 1)])
        for model, key, name, shape in sources
    ]


def _names(row: Row, *more: str) -> dict[str, Any]:
    kept = ("name_ja", "name_en", *more)
    return {name: row[name] for name in kept}


def _body(row: Row, code: str, kind: BodyKind, area: Area) -> dict[str, Any]:
    kana = search_text.katakana(row.get("name_kana") or row["name_ja"])
    found = search_text.fold(row["name_ja"], kana, row["name_en"])
    return {
        **_names(row),
        "code": code,
        "kind": kind,
        "area": area,
        "name_kana": kana,
        "search_text": found,
    }


def _municipality(row: Row) -> dict[str, Any]:
    return {
        **_body(row, row["lg_code"], BodyKind(row["kind"]), AREAS[row["area_ja"]]),
        "is_island": row["is_island"] == "1",
        "population": int(row["population"]) if row["population"] else None,
        "population_on": _day(row["population_on"]),
    }


def _bureau(row: Row) -> dict[str, Any]:
    return _body(row, row["bureau_id"], BodyKind.BUREAU, Area.METROPOLIS)


def _other_body(row: Row) -> dict[str, Any]:
    return _body(row, row["code"], BodyKind(row["kind"]), Area.OTHER)


def _role(row: Row) -> dict[str, Any]:
    return {
        **_names(row, "description_ja", "description_en"),
        "code": row["role_id"],
        "rank": int(row["_rank"]),
    }


def _skill(row: Row) -> dict[str, Any]:
    return {
        **_names(row, "category_ja", "category_en", "definition_ja", "definition_en"),
        "code": row["skill_id"],
        "category_code": row["category_id"],
        "role_codes": row["roles"].split(";"),
    }


def _level(row: Row) -> dict[str, Any]:
    more = ("short_ja", "short_en", "behaviour_ja", "behaviour_en", "evidence_ja")
    return {**_names(row, *more), "level": int(row["level"])}


def _phase(row: Row) -> dict[str, Any]:
    return {
        **_names(row, "description_ja", "description_en"),
        "code": row["phase_id"],
        "rank": int(row["order"]),
    }


def _theme(row: Row) -> dict[str, Any]:
    return {**_names(row), "code": row["theme_code"], "rank": int(row["order"])}


def _template(row: Row) -> dict[str, Any]:
    kept = ("title_ja", "title_en", "theme_code", "description_ja", "kind", "personal_data")
    pairs = [pair.split(":") for pair in row["skills"].split(";")]
    return {
        **{name: row[name] for name in kept},
        "code": row["template_id"],
        "place": row["place"],
        "phase_codes": row["phases"].split(";"),
        "role_codes": row["roles"].split(";"),
        "skills": [[code, int(level)] for code, level in pairs],
        "minutes_per_week": int(row["minutes_per_week"]),
        "week_count": int(row["weeks"]),
    }


def _basis(row: Row) -> dict[str, Any]:
    return {
        **_names(row),
        "code": row["basis_code"],
        "rank": int(row["order"]),
        "meaning_ja": row["description_ja"],
        "meaning_en": row["description_en"],
        "makes_allocation": row["makes_allocation"] == "1",
        "ranks_individuals": row["ranks_individuals"] == "1",
    }


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _holidays() -> list[dict[str, Any]]:
    """National holidays, and 29 December to 3 January, which offices take off by rule."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    ja = holidays.country_holidays("JP", years=years, language="ja")
    en = holidays.country_holidays("JP", years=years, language="en_US")
    named = {day: (str(ja[day]), str(en[day])) for day in ja}
    for year in years:
        for month, day in YEAR_END_DAYS:
            named.setdefault(date(year, month, day), YEAR_END)
    return [
        {"day": day, "name_ja": names[0], "name_en": names[1]}
        for day, names in sorted(named.items())
    ]
