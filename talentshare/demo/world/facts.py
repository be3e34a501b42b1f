"""The catalogue's rows as the generator needs them, read from the package."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import holidays

from talentshare.demo.world.draw import SATURDAY
from talentshare.kernel.weeks import monday

Row = Mapping[str, str]
PAST, FUTURE = timedelta(weeks=22), timedelta(weeks=72)


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of one catalogue file, in its order."""
    text = files("talentshare").joinpath(f"catalogue/data/{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@dataclass(frozen=True, slots=True)
class Template:
    template_id: str
    title_ja: str
    description_ja: str
    theme_code: str
    phases: tuple[str, ...]
    role_ids: tuple[str, ...]
    skills: tuple[tuple[str, int], ...]
    minutes_per_week: int
    weeks: int
    kind: str
    personal_data: str
    place: str


@cache
def templates() -> tuple[Template, ...]:
    return tuple(_template(row) for row in rows("request_templates"))


def _template(row: Row) -> Template:
    pairs = (pair.split(":") for pair in row["skills"].split(";"))
    return Template(
        template_id=row["template_id"],
        title_ja=row["title_ja"],
        description_ja=row["description_ja"],
        theme_code=row["theme_code"],
        phases=tuple(row["phases"].split(";")),
        role_ids=tuple(row["roles"].split(";")),
        skills=tuple((skill_id, int(level)) for skill_id, level in pairs),
        minutes_per_week=int(row["minutes_per_week"]),
        weeks=int(row["weeks"]),
        kind=row["kind"],
        personal_data=row["personal_data"],
        place=row["place"],
    )


@cache
def skill_names() -> Mapping[str, str]:
    return {row["skill_id"]: row["name_ja"] for row in rows("skills")}


@cache
def skill_roles() -> Mapping[str, tuple[str, ...]]:
    """The roles that usually hold a skill, the nearest first."""
    return {row["skill_id"]: tuple(row["roles"].split(";")) for row in rows("skills")}


@cache
def asked_for() -> Mapping[str, int]:
    """How many templates ask for a skill."""
    counts = dict.fromkeys(skill_names(), 0)
    for template in templates():
        for skill_id, _ in template.skills:
            counts[skill_id] += 1
    return counts


@cache
def closed_days(as_of: date) -> Mapping[date, frozenset[int]]:
    """The weekdays without work from five months ago to the end of the next year, by Monday."""
    years = range(as_of.year - 1, as_of.year + 3)
    days = set(holidays.country_holidays("JP", years=years))
    for year in years:
        days |= {date(year, 12, day) for day in (29, 30, 31)} | {date(year, 1, d) for d in (2, 3)}
    found: dict[date, set[int]] = {}
    for day in sorted(days):
        if day.weekday() < SATURDAY and -PAST <= day - as_of <= FUTURE:
            found.setdefault(monday(day), set()).add(day.weekday())
    return {week_on: frozenset(shut) for week_on, shut in found.items()}
