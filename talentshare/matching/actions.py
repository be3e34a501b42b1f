"""Keeping a ranking on which a decision rests, and the weights behind rankings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select

from talentshare import policy
from talentshare.engine.people import person_of
from talentshare.engine.problem import Need
from talentshare.engine.rank import Candidate
from talentshare.engine.rules import FULL, PREFER, WEIGHTS, stay
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid, NotFound
from talentshare.matching import queries
from talentshare.matching.models import RankedCandidate, StoredRanking, WeightSet
from talentshare.matching.queries import Ranked, Sentences, row_of
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.talent_requests import queries as talent_requests

LONGEST_REASON = 500
Terms = tuple[int | None, date | None]


@dataclass(frozen=True)
class WeightDraft:
    """A version of the weights to be: shares of 100 from a day on."""

    valid_from: date
    shares: Mapping[str, int]


@transactional
def keep_ranking(
    actor: Actor, position_id: int, specialist_id: int, terms: Terms = (None, None)
) -> tuple[StoredRanking, RankedCandidate]:
    """Rank now, with other minutes or one exact start on wish, and keep why this person fits."""
    position = talent_requests.load_position(position_id)
    policy.require(actor, Can.RANK, position)
    found = queries.ranked(position, *terms)
    _require_candidate(found, specialist_id)
    kept = StoredRanking(
        position_id=position.id,
        weight_number=found.weights.number,
        weights=dict(found.weights.shares),
        made_at=clock.now(),
        made_by_id=actor.id,
        need=_plain_need(found),
        excluded=_excluded(found),
    )
    db.session.add(kept)
    db.session.flush()
    db.session.execute(insert(RankedCandidate), _lines(found, kept.id))
    events.announce(
        actor,
        "ranking.kept",
        kept,
        position_id=position.id,
        specialist_id=specialist_id,
        candidates=found.total,
        weights=found.weights.number,
    )
    return kept, _line(kept.id, specialist_id)


@transactional
def load_weights(actor: Actor) -> WeightSet:
    """The first version of the weights, the engine's own; nothing new where there is one."""
    policy.require(actor, Can.EDIT_WEIGHTS)
    first = db.session.scalar(select(WeightSet).order_by(WeightSet.number).limit(1))
    return first or _add(actor, WeightDraft(clock.today(), WEIGHTS), 1, "")


@transactional
def add_weights(actor: Actor, draft: WeightDraft, reason: str) -> WeightSet:
    """A new version, from today or a later day on; rankings that were kept stay as they are."""
    policy.require(actor, Can.EDIT_WEIGHTS)
    if draft.valid_from < clock.today():
        raise Invalid("weights.day_is_past", field="valid_from")
    if set(draft.shares) != set(PREFER) or min(draft.shares.values()) < 0:
        raise Invalid("weights.not_shares", field="skill")
    if sum(draft.shares.values()) != FULL:
        raise Invalid("weights.not_hundred", field="skill", total=sum(draft.shares.values()))
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("weights.reason_needed", field="reason", most=LONGEST_REASON)
    return _add(actor, draft, queries.last_number() + 1, reason.strip())


def _add(actor: Actor, draft: WeightDraft, number: int, reason: str) -> WeightSet:
    made = WeightSet(
        number=number,
        valid_from=draft.valid_from,
        weights=dict(draft.shares),
        made_by_id=None if actor.is_system else actor.id,
        made_at=clock.now(),
    )
    db.session.add(made)
    events.announce(actor, "weights.added", made, remark=reason, number=number)
    return made


def _require_candidate(found: Ranked, specialist_id: int) -> None:
    """Refuse whoever is no candidate, with the rules, the weeks and the minutes."""
    ranking = found.ranking
    try:
        column = ranking.column_of(specialist_id)
    except KeyError:
        raise NotFound("specialist.not_found") from None
    broken = ranking.exclusion(column)
    if not broken.rules:
        return
    why = found.exclusions(specialist_id)
    raise Conflict(
        "matching.not_a_candidate",
        field=None,
        rules=broken.rules,
        why=Sentences(tuple(row_of(reason) for reason in why)),
        start_on=broken.start_on,
        weeks=tuple(ranking.mondays(column)),
        missing_minutes=broken.missing_minutes,
    )


def _plain_need(found: Ranked) -> dict[str, Any]:
    need: Need = found.need
    return {
        "role": need.role,
        "skills": [[s.skill, s.level, s.must] for s in need.skills],
        "minutes_per_week": need.effort.minutes_per_week,
        "inside_minutes_per_week": need.effort.inside_minutes_per_week,
        "weekdays": need.effort.weekdays,
        "weeks": need.weeks,
        "first_start_on": need.first_start_on.isoformat(),
        "last_start_on": need.last_start_on.isoformat(),
        "body": need.body,
        "theme": need.theme,
        "place": need.place.value,
        "island": need.island,
        "suppliers": sorted(need.suppliers),
        "basis_codes": queries.codes_of(need.legal_bases, found.bases),
    }


def _excluded(found: Ranked) -> list[list[int]]:
    """Everybody else as [id, mask of broken rules]."""
    ranking = found.ranking
    out = ranking.masks != 0
    pairs = zip(ranking.pool.ids[out].tolist(), ranking.masks[out].tolist(), strict=True)
    return [list(pair) for pair in pairs]


def _lines(found: Ranked, ranking_id: int) -> list[dict[str, Any]]:
    return [
        {
            "ranking_id": ranking_id,
            "specialist_id": one.person,
            "place": place,
            "score": one.score,
            "measures": _measures(found, one),
            "parts": dict(one.parts),
            "detail": _detail(found, one),
        }
        for place, one in enumerate(found.ranking.candidates, start=1)
    ]


def _measures(found: Ranked, one: Candidate) -> dict[str, int]:
    """The points of each preference, 0 to 100, also of those that weigh nothing."""
    shares = found.weights.shares
    points = {name: one.parts[name] // share for name, share in shares.items() if share}
    if len(points) == len(PREFER):
        return points
    ranking = found.ranking
    column = ranking.column_of(one.person)
    person = person_of(ranking.pool, column)
    weeks = stay(found.need, person, int(ranking.starts[column]))
    return {name: rule.points(found.need, person, weeks) for name, rule in PREFER.items()}


def _detail(found: Ranked, one: Candidate) -> dict[str, Any]:
    return {
        "start_on": one.start_on.isoformat(),
        "leave_weeks": [week.isoformat() for week in one.skipped],
        "rows": [[w.week_on.isoformat(), w.minutes, w.free_minutes] for w in one.weeks],
        "reasons": [row_of(reason) for reason in found.reasons(one)],
        "flags": [row_of(reason) for reason in found.flags(one.person)],
        "basis_codes": found.basis_codes(one.person),
    }


def _line(ranking_id: int, specialist_id: int) -> RankedCandidate:
    return db.session.scalars(
        select(RankedCandidate).where(
            RankedCandidate.ranking_id == ranking_id,
            RankedCandidate.specialist_id == specialist_id,
        )
    ).one()
