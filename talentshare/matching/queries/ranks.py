"""One position ranked against the pool, as coordinators and decisions use it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from talentshare.engine.changes import Changes, changes_for, relaxations
from talentshare.engine.columns import levels
from talentshare.engine.explain import CARE, Reason, exclusions, reasons
from talentshare.engine.problem import Need, SkillNeed
from talentshare.engine.rank import Candidate, Ranking, rank
from talentshare.engine.rules import MUST
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.matching.models import RankedCandidate, StoredRanking
from talentshare.matching.queries.kept import stock_now
from talentshare.matching.queries.near import near_to
from talentshare.matching.queries.needs import codes_of, first_possible_start, need_of
from talentshare.matching.queries.stock import Stock
from talentshare.matching.queries.weights import Weights
from talentshare.platform.db import db
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position, TalentRequest
from talentshare.talent_requests.states import PositionState

# What stands for the engagement of whoever is suspended or has lost the role of a specialist.
CANNOT_ANSWER = Reason("exclusion.cannot_answer", kind=CARE, rule="can_answer")


@dataclass(frozen=True)
class Relaxation:
    """A MUST rule: how many more there are without it, and the smallest changes that help.

    `shift_weeks` and `cut_minutes` are 0, `skill` is empty where such a change helps nobody.
    """

    rule: str
    more: int
    shift_weeks: int = 0
    cut_minutes: int = 0
    skill: str = ""
    level: int = 0


@dataclass(frozen=True, eq=False)
class Ranked:
    """The answer for one position with the version of the weights behind it."""

    position: Position
    weights: Weights
    ranking: Ranking
    bases: tuple[str, ...]
    near: Mapping[int, str]
    silent: frozenset[int] = frozenset()

    @property
    def need(self) -> Need:
        return self.ranking.need

    @property
    def total(self) -> int:
        """How many candidates there are."""
        return len(self.ranking.order)

    @property
    def people(self) -> int:
        """How many people were judged."""
        return len(self.ranking.pool.ids)

    @cached_property
    def changes(self) -> Changes:
        """The smallest changes for everybody who is excluded."""
        return changes_for(self.ranking, first_possible_start(clock.today()))

    def candidates(self, first: int, last: int) -> list[Candidate]:
        """Some candidates, from the one at `first` up to the one before `last`, in full."""
        some, found = slice(first, last), self.ranking
        part = replace(
            found, order=found.order[some], score=found.score[some], parts=found.parts[:, some]
        )
        return part.candidates

    def candidate(self, specialist_id: int) -> Candidate | None:
        """One candidate in full."""
        place = np.flatnonzero(self.ranking.pool.ids[self.ranking.order] == specialist_id)
        return self.candidates(int(place[0]), int(place[0]) + 1)[0] if len(place) else None

    def held(self, specialist_id: int) -> list[tuple[SkillNeed, int, int]]:
        """The skills asked for with this person's verified and claimed level of each."""
        column = self.ranking.column_of(specialist_id)
        verified, claimed = levels(self.need, self.ranking.pool)
        held = verified[:, column].tolist(), claimed[:, column].tolist()
        return list(zip(self.need.skills, *held, strict=True))

    def flags(self, specialist_id: int) -> list[Reason]:
        """What a coordinator must look at before asking this person; never shown to a body."""
        company = self.near.get(specialist_id)
        return [Reason("flag.near_interest", {"company": company}, CARE)] if company else []

    def basis_codes(self, specialist_id: int) -> list[str]:
        """The legal bases that are possible for this person here, in the order of their rank."""
        column = self.ranking.column_of(specialist_id)
        mask = int(self.ranking.pool.legal_bases[column]) & self.need.legal_bases
        return codes_of(mask, self.bases)

    def reasons(self, candidate: Candidate) -> list[Reason]:
        """Why this person is a candidate, as all may read it."""
        return list(reasons(self.ranking, candidate))

    def exclusions(self, specialist_id: int) -> tuple[Reason, ...]:
        """Why this person is no candidate, rule by rule; nothing for a candidate."""
        is_silent = specialist_id in self.silent
        return tuple(
            CANNOT_ANSWER if is_silent and reason.rule == "engaged" else reason
            for reason in exclusions(self.ranking, specialist_id)
        )

    def excluded(self, rule: str = "") -> Any:
        """Columns of the excluded, of all or those who break one rule, the nearest first.

        First whom one change would help, then fewest rules, least minutes, lowest id.
        """
        masks, found = self.ranking.masks, self.changes
        columns = np.flatnonzero(self._breaking(rule) if rule else masks)
        helped = (found.cut_minutes != 0) | (found.shift_weeks != 0) | (found.drop_skill >= 0)
        nearest = columns, self.ranking.missing[columns], np.bitwise_count(masks[columns])
        return columns[np.lexsort((*nearest, ~helped[columns]))]

    @cached_property
    def _cannot_answer(self) -> Any:
        """Who could not answer an offer, whatever was asked; read as if the engagement was over."""
        return np.isin(self.ranking.pool.ids, sorted(self.silent))

    def _breaking(self, rule: str) -> Any:
        """Who breaks a rule in truth."""
        breaks = self.ranking.masks & 1 << MUST[rule].bit != 0
        return breaks & ~self._cannot_answer if rule == "engaged" else breaks

    def relaxations(self) -> list[Relaxation]:
        """The rules that keep somebody out, those first that would bring in most."""
        found = [
            self._relaxation(rule, more)
            for rule, more in relaxations(self.ranking, self._cannot_answer).items()
            if self._breaking(rule).any()
        ]
        return sorted(found, key=lambda row: -row.more)

    def _relaxation(self, rule: str, more: int) -> Relaxation:
        alone = self.ranking.masks == 1 << MUST[rule].bit
        shifts = self.changes.shift_weeks[alone]
        cuts = self.changes.cut_minutes[alone]
        skill, level = self._smallest_drop() if rule == "must_skills" else ("", 0)
        return Relaxation(
            rule,
            more,
            min(shifts[shifts != 0].tolist(), key=lambda k: (abs(k), -k), default=0),
            int(cuts.max(initial=0)),
            skill,
            level,
        )

    def _smallest_drop(self) -> tuple[str, int]:
        """The must skill, and its level, that would have to be lowered least."""
        skills = self.need.skills
        helped = np.flatnonzero(self.changes.drop_skill >= 0)
        found = (self.changes.drop_skill[helped], self.changes.drop_level[helped])
        pairs = zip(*(column.tolist() for column in found), strict=True)
        drops = {(skills[at].level - level, at, level) for at, level in pairs}
        if not drops:
            return "", 0
        _, at, level = min(drops)
        return skills[at].skill, level


def request_of(actor: Actor, number: str) -> TalentRequest:
    """A request, for a coordinator's eyes only."""
    _require_desk(actor)
    seen = talent_requests.visible(actor).where(TalentRequest.number == number)
    found = db.session.scalar(seen)
    if found is None:
        raise NotFound("talent_request.not_found")
    return found


def case_of(
    actor: Actor, number: str, ordinal: int | None = None
) -> tuple[TalentRequest, Position]:
    """The same with one of its positions; unnamed, the first that looks for somebody."""
    request = request_of(actor, number)
    by_need = sorted(request.live_positions, key=lambda p: p.state is not PositionState.OPEN)
    for position in by_need:
        if ordinal in {None, position.ordinal}:
            return request, position
    raise NotFound("talent_request.not_found")


def rank_position(actor: Actor, position: Position) -> Ranked:
    """Rank the pool for a position that the actor found by `case_of`, as it stands.

    Errors: Conflict when no start is left.
    """
    _require_desk(actor)
    return ranked(position)


def _require_desk(actor: Actor) -> None:
    if not (actor.has(Role.COORDINATOR) or actor.is_system):
        raise NotFound("talent_request.not_found")


def ranked(
    position: Position, minutes_per_week: int | None = None, start_on: date | None = None
) -> Ranked:
    """Rank the pool for a position, with other minutes or one exact start on wish."""
    stock = stock_now()
    need = need_of(position, minutes_per_week, start_on, stock.known)
    ranking = rank(need, stock.pool_for(need), stock.weights.shares)
    near = _near(position, stock) if need.suppliers else {}
    silent = frozenset(stock.supply.ids[~stock.supply.can_answer].tolist())
    return Ranked(position, stock.weights, ranking, stock.known.bases, near, silent)


def _near(position: Position, stock: Stock) -> dict[int, str]:
    """Who is tied to a company with a name much like a supplier's, and the supplier's name."""
    found: dict[int, str] = {}
    for row in position.talent_request.suppliers:
        alike = near_to(row.key, stock.companies)
        found |= dict.fromkeys(stock.tied_to(alike).tolist() if alike else [], row.company)
    return found


def recompute(ranking: StoredRanking) -> list[int]:
    """The order of a stored ranking, from its measures and weights alone."""
    shares = ranking.weights

    def key(line: RankedCandidate) -> tuple[int, int]:
        return -sum(shares[n] * points for n, points in line.measures.items()), line.specialist_id

    return [line.specialist_id for line in sorted(ranking.candidates, key=key)]
