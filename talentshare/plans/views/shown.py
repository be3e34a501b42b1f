"""The rows of a plan, who is left out, and the figures of bodies, as a page shows them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from talentshare.accounts.models import Body
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import JobRole
from talentshare.kernel.actor import Actor
from talentshare.matching import queries as matching
from talentshare.plans import queries
from talentshare.plans.forms import position_name
from talentshare.plans.models import PlanPair, PlanRow, PlanRun
from talentshare.plans.queries import Comparison, LeftOut, Override, Result, Row
from talentshare.plans.states import HAS_PLAN, RowState
from talentshare.plans.views import words
from talentshare.platform.formats import at, beside, day, hours, named
from talentshare.platform.i18n import locale_code
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position

PAGE_ROWS = 40
FIRST_LEFT_OUT = 20


@dataclass(frozen=True)
class Place:
    """A position as a reader finds it."""

    number: str
    title: str
    role: str
    body: str
    url: str


@dataclass(frozen=True)
class Shown:
    """One row: who goes where, why, and what is other than before."""

    id: int
    name: str
    person_url: str
    sign_in_name: str
    place: Place
    time: str
    reason: str
    more: list[tuple[str, str]]
    changes: list[tuple[str, str]]
    state: RowState
    proposal_url: str
    conflict: str
    ways: list[tuple[str, str]]


@dataclass(frozen=True)
class Group:
    """The rows of one body."""

    body: str
    rows: list[Shown] = field(default_factory=list)


@dataclass(frozen=True)
class Left:
    """A position without anybody: why, and what would serve it."""

    place: Place
    why: str
    changes: list[str]
    loss: str
    find_url: str


def place_of(position: Position, roles: Mapping[str, JobRole]) -> Place:
    it = position.talent_request
    return Place(
        position_name(position),
        it.title,
        named(roles[position.role_code]),
        named(it.body),
        url_for("talent_requests.show", number=it.number),
    )


def order_of(position: Position) -> tuple[str, int, str, int]:
    """By body in the order of its reading, then by number."""
    it = position.talent_request
    return it.body.name_kana, it.body_id, it.number, position.ordinal


def groups(rows: Sequence[Row]) -> list[Group]:
    """These rows by body, in their order."""
    roles, known = catalogue.role_by_code(), matching.names()

    def body_of(row: Row) -> Body:
        body: Body = row.row.position.talent_request.body
        return body

    return [
        Group(named(body), [_shown(row, roles, known) for row in some])
        for body, some in groupby(rows, key=body_of)
    ]


def _shown(row: Row, roles: Mapping[str, JobRole], known: matching.Names) -> Shown:
    it = row.row
    said = matching.worded_reasons(row.reasons, known)
    return Shown(
        it.id,
        named(it.specialist.person),
        person_url(it.specialist),
        it.specialist.person.sign_in_name,
        place_of(it.position, roles),
        time_of(it),
        said[0][0] if said else "",
        said[1:],
        _changes(row),
        it.state,
        url_for("proposals.show", proposal_id=it.proposal_id) if it.proposal_id else "",
        it.conflict.get(locale_code(), ""),
        _ways(it) if it.state is RowState.CONFLICT else [],
    )


def _ways(row: PlanRow) -> list[tuple[str, str]]:
    """What can be done with a row that does not fit any more."""
    case = row.position.talent_request
    where: dict[str, Any] = {"number": case.number, "position": row.position.ordinal}
    prepare = url_for("proposals.prepare", **where, specialist_id=row.specialist_id)
    return [
        (str(_("時間や時期を変えて準備する")), prepare),
        (str(_("ほかの候補者を見る")), url_for("matching.candidates", **where)),
    ]


def person_url(specialist: Specialist) -> str:
    return url_for("specialists.show", specialist_id=specialist.id)


def time_of(row: PlanRow) -> str:
    """12月7日（月）の週から16週、週8時間."""
    return str(
        ngettext(
            "%(day)sの週から%(num)d週、週%(time)s",
            "%(day)sの週から%(num)d週、週%(time)s",
            sum(1 for _on, minutes, _inside in row.weeks if minutes),
            day=day(row.start_on),
            time=hours(row.minutes_per_week),
        )
    )


def _changes(row: Row) -> list[tuple[str, str]]:
    """What is other than in the plan before, with how much it stands out."""
    found: list[tuple[str, str]] = []
    if row.previous is None:
        found.append((str(_("新しい割当て")), "plain"))
    elif row.is_changed:
        found.append((str(_("前の案の%(name)sから変更", name=named(row.previous.person))), "care"))
    else:
        found.append((str(_("前の案と同じ")), "plain"))
    if row.is_new_to_body:
        found.append((str(_("この団体の支援は初めて")), "plain"))
    if row.row.is_pinned:
        found.append((str(_("固定した組合せ")), "plain"))
    return found


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """How many rows are new, other than before, and as before."""
    found = {"new": 0, "changed": 0, "same": 0}
    for row in rows:
        is_same = "changed" if row.is_changed else "same"
        found["new" if row.previous is None else is_same] += 1
    return found


def left(found: Sequence[LeftOut]) -> list[Left]:
    """Who stays without anybody, by body."""
    roles = catalogue.role_by_code()
    return [
        Left(
            place_of(one.position, roles),
            words.left_out(one),
            words.changes(one),
            words.loss(one),
            url_for(
                "matching.candidates",
                number=one.position.talent_request.number,
                position=one.position.ordinal,
            ),
        )
        for one in sorted(found, key=lambda one: order_of(one.position))
    ]


def supposed(actor: Actor, result: Result) -> list[str]:
    """Where people would go who are only supposed."""
    known = queries.positions_of(actor, [position_id for _n, position_id, _on in result.supposed])
    return [
        str(
            _(
                "加わるとする人%(n)s：%(position)s（%(day)sの週から）",
                n=number,
                position=position_name(known[position_id]),
                day=day(date.fromisoformat(start_on)),
            )
        )
        for number, position_id, start_on in result.supposed
        if position_id in known
    ]


def body_lines(result: Result) -> list[dict[str, Any]]:
    """Asked and served of each body, those with the most left open first."""
    lines = sorted(
        (line for line in result.bodies if line.asked_minutes or line.plan_minutes),
        key=lambda line: (
            -(line.asked_minutes - line.plan_minutes),
            line.body.name_kana,
            line.body.id,
        ),
    )
    return [
        {
            "name": named(line.body),
            "today": line.today_minutes,
            "plan": line.plan_minutes,
            "hand": line.hand_minutes,
            "asked": line.asked_minutes,
            "whole": line.today_minutes + max(line.asked_minutes, line.plan_minutes),
        }
        for line in lines
    ]


@dataclass(frozen=True)
class PairLine:
    """A pair that is fixed or kept out."""

    pair: PlanPair
    place: Place
    name: str
    person_url: str
    made: str
    removed: str


def pair_lines(pairs: Iterable[PlanPair]) -> list[PairLine]:
    """Pairs with who fixed them, and who left them to the plan again."""
    roles = catalogue.role_by_code()
    return [
        PairLine(
            pair,
            place_of(pair.position, roles),
            named(pair.specialist.person),
            person_url(pair.specialist),
            beside(named(pair.maker), at(pair.made_at)),
            beside(named(pair.remover), at(pair.removed_at)) if pair.remover else "",
        )
        for pair in pairs
    ]


def override_lines(overrides: Iterable[Override]) -> list[dict[str, Any]]:
    """Proposals of others than a plan had."""
    roles = catalogue.role_by_code()
    return [
        {
            "place": place_of(one.proposal.position, roles),
            "planned": named(one.planned.person),
            "chosen": named(one.proposal.specialist.person),
            "url": url_for("proposals.show", proposal_id=one.proposal.id),
            "made": beside(named(one.proposal.preparer), at(one.proposal.prepared_at)),
            "reason": one.proposal.reason,
            "run_url": url_for("plans.show", run_id=one.run_id),
            "run": one.run_id,
        }
        for one in overrides
    ]


def differences(found: Comparison) -> list[dict[str, Any]]:
    """A line for each position that two plans treat differently."""
    roles = catalogue.role_by_code()
    return [
        {
            "place": place_of(pair.position, roles),
            "sides": [_side(pair.first), _side(pair.second)],
        }
        for pair in sorted(found.rows, key=lambda pair: order_of(pair.position))
    ]


def _side(row: PlanRow | None) -> dict[str, str]:
    if row is None:
        return {"name": str(_("割当てなし")), "time": ""}
    return {"name": named(row.specialist.person), "time": time_of(row)}


def others(runs: Iterable[PlanRun], but: PlanRun) -> list[tuple[int, str]]:
    """Plans with which this one can be compared."""
    return [
        (run.id, words.choice_of(run)) for run in runs if run.id != but.id and run.state in HAS_PLAN
    ]
