"""Candidates of a position, and some of them side by side: for coordinators."""

from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.catalogue import queries as catalogue
from talentshare.engine.explain import most_helpful
from talentshare.engine.rules import MUST
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.kernel.weeks import WEEK
from talentshare.matching import queries
from talentshare.matching.queries import Names, Ranked
from talentshare.matching.views import shown, words
from talentshare.matching.views.blueprint import bp
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor
from talentshare.talent_requests.models import Position
from talentshare.talent_requests.states import PositionState, RequestState

PAGE_ROWS = 20
FIRST_OUTSIDE, MOST_OUTSIDE = 10, 50
FEWEST_COMPARED, MOST_COMPARED = 2, 4
STEPS = {
    "level": "skills",
    "not_must": "skills",
    "online": "place",
    "legal_basis": "basis",
    "role": "role",
}
OF_THE_PERSON = {"pledge", "declaration"}


@bp.get("/requests/<number>/candidates")
def candidates(number: str) -> ResponseReturnValue:
    """Who fits, with reasons; who does not, with the smallest change."""
    actor = current_actor()
    case, position = queries.case_of(actor, number, request.args.get("position", type=bounded))
    known = queries.names(case.catalogue_version)
    if position.state is PositionState.STAFFED:
        return render_template("matching/filled.html", **_frame(position, known))
    try:
        found = queries.rank_position(actor, position)
    except Conflict:  # no week is left in which it may start
        return render_template("matching/passed.html", **_frame(position, known))
    pages = max(1, -(-found.total // PAGE_ROWS))
    page = min(max(request.args.get("page", 1, type=bounded), 1), pages)
    some = found.candidates((page - 1) * PAGE_ROWS, page * PAGE_ROWS)
    return render_template(
        "matching/candidates.html",
        found=found,
        people=shown.cards(actor, found, some, known),
        version=words.version(found.weights),
        page=page,
        pages=pages,
        page_url=lambda n: _url(position, page=n),
        help=None if found.total else _help(found, known),
        **_outside(actor, found, known),
        **_frame(position, known, found),
    )


@bp.get("/requests/<number>/candidates/compare")
def compare(number: str) -> ResponseReturnValue:
    """Two to four candidates side by side."""
    actor = current_actor()
    case, position = queries.case_of(actor, number, request.args.get("position", type=bounded))
    wanted = list(dict.fromkeys(request.args.getlist("who", type=bounded)))
    known = queries.names(case.catalogue_version)
    try:
        found = queries.rank_position(actor, position)
    except Conflict:
        return redirect(_url(position))
    some = [one for who in wanted if (one := found.candidate(who))]
    if not FEWEST_COMPARED <= len(some) <= MOST_COMPARED:
        flash(_("比べる人を2〜4人選んでから、もう一度押してください。"), "care")
        return redirect(_url(position))
    people = shown.cards(actor, found, sorted(some, key=lambda one: -one.score), known)
    return render_template(
        "matching/compare.html",
        people=people,
        weeks=shown.comparison_weeks(people),
        version=words.version(found.weights),
        back_url=_url(position),
        **_frame(position, known, found),
    )


def _frame(position: Position, known: Names, found: Ranked | None = None) -> dict[str, Any]:
    """What each of these pages shows of the request."""
    case = position.talent_request
    return {
        "case": case,
        "position": position,
        "conditions": words.conditions(position, known, *_calendar(position, found)),
        "tabs": _tabs(position, known),
        "is_open": case.state is RequestState.OPEN and position.state is PositionState.OPEN,
        "person_url": shown.person_url,
        "review_url": _review_url(position, "time"),
    }


def _calendar(position: Position, found: Ranked | None) -> tuple[date, frozenset[date]]:
    """The first start, and the closed days around it."""
    if found:
        return found.need.first_start_on, found.need.closed
    first = position.first_start_on
    return first, catalogue.closed_days(first, first + position.week_count * WEEK)


def _help(found: Ranked, known: Names) -> dict[str, str] | None:
    """What would bring in most people, as one sentence with one action."""
    reason = most_helpful(found.ranking, found.changes)
    if reason is None:
        return None
    change = reason.code.removeprefix("help.")
    step = STEPS.get(change, "time")
    label, url = sentence(f"review.{step}"), _review_url(found.position, step)
    if change in OF_THE_PERSON:
        label, url = _("該当する人を見る"), _url(found.position, anchor="excluded", rule=change)
    return {"text": queries.worded_reason(reason, known), "label": label, "url": url}


def _review_url(position: Position, step: str) -> str:
    """The question of the request whose answer has to change."""
    number = position.talent_request.number
    where: dict[str, Any] = {"position": position.ordinal, "from": "candidates"}
    return url_for("talent_requests.edit", number=number, step=step, **where)


def _tabs(position: Position, known: Names) -> list[dict[str, Any]]:
    """One tab per position of the request, where there are several."""
    others = position.talent_request.live_positions
    return [
        {
            "label": _tab(one, named(known.roles[one.role_code])),
            "url": _url(one),
            "current": one.id == position.id,
        }
        for one in others
        if len(others) > 1
    ]


def _tab(position: Position, role: str) -> str:
    """2：システムアーキテクト, with a word where somebody was found."""
    if position.state is PositionState.STAFFED:
        return _("%(n)s：%(role)s（決定済み）", n=position.ordinal, role=role)
    return _("%(n)s：%(role)s", n=position.ordinal, role=role)


def _outside(actor: Actor, found: Ranked, known: Names) -> dict[str, Any]:
    """The excluded: the nearest ten, then more of them, all or of one rule."""
    rule = request.args.get("rule", "")
    rule = rule if rule in MUST else ""
    nearest = found.excluded()
    chosen = found.excluded(rule) if rule else nearest
    relaxations = found.relaxations()
    first = nearest[:FIRST_OUTSIDE]
    rest = chosen[:MOST_OUTSIDE] if rule else nearest[FIRST_OUTSIDE:MOST_OUTSIDE]
    rows = shown.outside(actor, found, [*first, *rest], known)
    return {
        "rule": rule,
        "rules": shown.rule_choices(relaxations),
        "nearest": rows[: len(first)],
        "rest": rows[len(first) :],
        "rest_total": len(chosen) if rule else max(0, len(nearest) - FIRST_OUTSIDE),
        "outside_total": len(nearest),
        "relaxations": [(row, words.way_of(row, found.need, known)) for row in relaxations],
        "filter_url": _url(position=found.position, anchor="excluded"),
    }


def _url(
    position: Position, page: int = 1, anchor: str | None = None, rule: str | None = None
) -> str:
    return url_for(
        ".candidates",
        number=position.talent_request.number,
        position=position.ordinal,
        page=page if page > 1 else None,
        rule=rule,
        _anchor=anchor,
    )
