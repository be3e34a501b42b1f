"""People of a ranking as a page shows them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from talentshare.engine.explain import facts, suggestions
from talentshare.engine.rank import Candidate, FreeWeek
from talentshare.engine.week import STEP
from talentshare.kernel.actor import Actor
from talentshare.matching import queries
from talentshare.matching.queries import Names, Ranked, Relaxation, joined
from talentshare.matching.views import words
from talentshare.platform.formats import decimal_hours, is_en, named, short_day
from talentshare.platform.i18n import sentence
from talentshare.specialists.models import Specialist


@dataclass(frozen=True)
class Level:
    """One skill asked for: what is held, what is needed, and whether somebody verified it."""

    name: str
    level: int
    needed: int
    is_must: bool
    is_verified: bool


@dataclass(frozen=True)
class Part:
    """One line of the score: points of at most `most`, and the fact behind them."""

    name: str
    points: str
    most: int
    fact: str


@dataclass(frozen=True)
class Card:
    """One candidate: reasons first, figures of weeks, the score folded away."""

    specialist: Specialist
    name: str
    kana: str
    form: str
    basis: str
    reasons: list[tuple[str, str]]
    levels: list[Level]
    weeks: list[dict[str, str]]
    start_on: date
    free: str
    needed: str
    score: str
    parts: list[Part]


@dataclass(frozen=True)
class Outside:
    """One excluded person: the conditions that are not met, and what would help."""

    specialist_id: int
    name: str
    kana: str
    why: list[str]
    changes: list[str]


def cards(actor: Actor, found: Ranked, some: Sequence[Candidate], known: Names) -> list[Card]:
    """These candidates, in their order."""
    people = queries.people_of(actor, [one.person for one in some])
    return [
        Card(
            specialist=people[one.person],
            form=words.form_of(people[one.person]),
            basis=named(known.bases[found.basis_codes(one.person)[0]]),
            reasons=_reasons(found, one, known),
            levels=_levels(found, one, known),
            score=words.points(one.score),
            parts=_parts(found, one, known),
            **_names(people[one.person].person),
            **_weeks(one),
        )
        for one in some
    ]


def outside(actor: Actor, found: Ranked, columns: Any, known: Names) -> list[Outside]:
    """These columns of the pool, in their order, with reasons."""
    ids = found.ranking.pool.ids[columns].tolist()
    people = queries.names_of(actor, ids)
    return [
        Outside(
            specialist_id=who,
            why=_why(found, who, known),
            changes=[
                queries.worded_reason(reason, known)
                for reason in suggestions(found.ranking, found.changes, who)
            ],
            **_names(people[who]),
        )
        for who in ids
    ]


def rule_choices(relaxations: Sequence[Relaxation]) -> list[tuple[str, str]]:
    """The rules by which the excluded can be narrowed down."""
    rules = [(row.rule, sentence(f"rule.{row.rule}")) for row in relaxations]
    return [("", _("すべての条件")), *rules]


def comparison_weeks(people: Collection[Card]) -> list[list[str]]:
    """A row per week: its day, then free and needed hours of each person."""
    by_person = [{week["on"]: week for week in card.weeks} for card in people]
    days = sorted({on for weeks in by_person for on in weeks})
    return [
        [
            short_day(date.fromisoformat(on)),
            *(
                f"{weeks[on]['free']}／{weeks[on]['need']}" if on in weeks else "―"
                for weeks in by_person
            ),
        ]
        for on in days
    ]


def _names(person: Any) -> dict[str, Any]:
    return {"name": named(person), "kana": "" if is_en() else person.kana}


def _reasons(found: Ranked, one: Candidate, known: Names) -> list[tuple[str, str]]:
    reasons = [*found.reasons(one), *found.flags(one.person)]
    return queries.worded_reasons(map(queries.row_of, reasons), known)


def _levels(found: Ranked, one: Candidate, known: Names) -> list[Level]:
    """The verified level where it is enough, else the higher one."""
    levels = []
    for asked, verified, claimed in found.held(one.person):
        shown = verified if verified >= asked.level else max(verified, claimed)
        skill = named(known.skills[asked.skill])
        levels.append(Level(skill, shown, asked.level, asked.must, verified >= shown > 0))
    return levels


def _parts(found: Ranked, one: Candidate, known: Names) -> list[Part]:
    return [
        Part(
            sentence(f"preference.{name}"),
            words.points(one.parts[name]),
            found.weights.shares[name],
            queries.worded_reason(fact, known),
        )
        for name, fact in facts(found.ranking, one).items()
    ]


def _weeks(one: Candidate) -> dict[str, Any]:
    worked = [week for week in one.weeks if not week.on_leave]
    return {
        "weeks": [_week(week) for week in one.weeks],
        "start_on": worked[0].week_on if worked else one.start_on,
        "free": decimal_hours(sum(_whole(week.free_minutes) for week in worked)),
        "needed": decimal_hours(sum(week.minutes for week in worked)),
    }


def _whole(minutes: int) -> int:
    """Free time in whole steps: no less can be asked for."""
    return minutes // STEP * STEP


def _week(week: FreeWeek) -> dict[str, str]:
    return {
        "on": week.week_on.isoformat(),
        "week": short_day(week.week_on),
        "free": _("休") if week.on_leave else decimal_hours(_whole(week.free_minutes)),
        "need": decimal_hours(week.minutes),
        "kind": "off" if week.on_leave else "",
    }


def _why(found: Ranked, who: int, known: Names) -> list[str]:
    """A line per rule: its name and what is missing."""
    lines: dict[str, list[str]] = {}
    for reason in found.exclusions(who):
        lines.setdefault(reason.rule, []).append(queries.worded_reason(reason, known))
    return [
        _("%(rule)s：%(why)s", rule=sentence(f"rule.{rule}"), why=joined(texts))
        for rule, texts in lines.items()
    ]


def person_url(specialist_id: int) -> str:
    return url_for("specialists.show", specialist_id=specialist_id)
