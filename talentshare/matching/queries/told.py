"""A ranking as plain data, for the command and for whoever wants to check it."""

from typing import Any

from flask_babel import force_locale

from talentshare.engine.rank import Candidate
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.matching.queries.ranks import Ranked, Relaxation, ranked, request_of
from talentshare.matching.queries.weights import weights_on
from talentshare.matching.queries.words import Names, names, row_of, worded_reasons
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position
from talentshare.talent_requests.states import RequestState

SENTENCES_IN = "ja"


def told(actor: Actor, number: str) -> list[dict[str, Any]]:
    """Each position of a request ranked: candidates, exclusions, relaxations; reasons in words.

    Errors: NotFound for an unknown number, Conflict for a draft.
    """
    request = request_of(actor, talent_requests.number_like(number))
    if request.state is RequestState.DRAFT:
        raise Conflict("matching.still_draft", number=request.number)
    known = names(request.catalogue_version)
    with force_locale(SENTENCES_IN):
        return [_position(position, known) for position in request.live_positions]


def _position(position: Position, known: Names) -> dict[str, Any]:
    head = {"position": position.ordinal, "policy_version": weights_on(clock.today()).number}
    try:
        found = ranked(position)
    except Conflict:  # no week is left in which it may start
        return {**head, "candidates": [], "excluded": [], "relaxations": []}
    return {
        **head,
        "candidates": [_candidate(found, one, known) for one in found.ranking.candidates],
        "excluded": [
            {"specialist": one.person, "rules": list(one.rules)} for one in found.ranking.excluded
        ],
        "relaxations": [_relaxation(one) for one in found.relaxations()],
    }


def _candidate(found: Ranked, candidate: Candidate, known: Names) -> dict[str, Any]:
    rows = [row_of(reason) for reason in found.reasons(candidate)]
    return {
        "specialist": candidate.person,
        "score": candidate.score,
        "parts": dict(candidate.parts),
        "reasons": [text for text, _kind in worded_reasons(rows, known)],
    }


def _relaxation(row: Relaxation) -> dict[str, Any]:
    changes = {
        "shift_weeks": row.shift_weeks,
        "minutes_per_week": row.cut_minutes,
        "skill": row.skill,
    }
    told: dict[str, Any] = {"rule": row.rule, "more": row.more}
    told |= {name: value for name, value in changes.items() if value}
    return told | ({"level": row.level} if row.skill else {})
