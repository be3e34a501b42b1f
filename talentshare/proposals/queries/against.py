"""What speaks against going on with a proposal today: the calendar, changed facts, MUST rules."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import force_locale

from talentshare.allocations import queries as allocations
from talentshare.matching import queries as matching
from talentshare.notices.models import Names
from talentshare.platform.formats import is_en
from talentshare.platform.i18n import sentence
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.facts import changed_facts
from talentshare.proposals.queries.fit import does_fit
from talentshare.proposals.queries.terms import Row
from talentshare.proposals.states import HELD, ProposalState

FACTS = "proposal.against.facts"
PAST = "allocation.week_past"
SHORT = "proposal.against.short"
PAPERS = frozenset({"exclusion.pledge", "exclusion.declaration"})
REVISED = frozenset({FACTS, PAST, SHORT})


@dataclass(frozen=True)
class Against:
    """Reasons as codes with details, worded when the reader's language is known."""

    rows: tuple[Row, ...] = ()
    is_with_body: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __str__(self) -> str:
        return self._with(self.todo)

    @property
    def reasons(self) -> str:
        """Without what helps."""
        return matching.joined(_worded(row) for row in self.rows)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(row["code"] for row in self.rows)

    @property
    def todo(self) -> str:
        """What helps: papers alone are waited for, terms prepared anew, else somebody else."""
        if self.codes <= PAPERS:
            return "proposal.todo.papers"
        if self.codes <= PAPERS | REVISED:
            return "proposal.todo.with_body" if self.is_with_body else "proposal.todo.revise"
        return "proposal.todo.other_person"

    @property
    def facts(self) -> str:
        """Only the sentence about changed facts."""
        return matching.joined(_worded(row) for row in self.rows if row["code"] == FACTS)

    def without(self, codes: Collection[str]) -> "Against":
        return replace(self, rows=tuple(row for row in self.rows if row["code"] not in codes))

    def in_both_languages(self, todo: str | None = None) -> Names:
        """For a notice, which is kept as it was told; `todo` says what follows instead, or ""."""
        with force_locale("ja"):
            ja = self._with(self.todo if todo is None else todo)
        with force_locale("en"):
            return Names(ja, self._with(self.todo if todo is None else todo))

    def _with(self, todo: str) -> str:
        return matching.joined([self.reasons, *([sentence(todo)] if todo else [])])


def against(proposal: Proposal) -> Against:
    """Everything that has changed under a proposal so that it cannot go on as it stands."""
    rows = (*_past(proposal), *_changed(proposal), *_short(proposal), *_broken(proposal))
    return _against(proposal, rows)


def has_begun(proposal: Proposal) -> bool:
    """One of its weeks has begun: an agreement would not confirm it as it stands."""
    return any(True for _ in _past(proposal))


def papers_missing(proposal: Proposal) -> frozenset[str]:
    """The declaration or the pledge that the specialist has to renew first."""
    return Against(tuple(_broken(proposal))).codes & PAPERS


def changes(proposal: Proposal) -> Against:
    """Only the facts that are not as they were checked."""
    return _against(proposal, tuple(_changed(proposal)))


def _against(proposal: Proposal, rows: tuple[Row, ...]) -> Against:
    return Against(rows, is_with_body=proposal.state is ProposalState.PROPOSED)


def _past(proposal: Proposal) -> Iterator[Row]:
    for week in proposal.weeks:
        if week.minutes and allocations.has_begun(proposal.weekdays, week.week_on):
            yield _row(PAST, week_on=week.week_on.isoformat())
            return


def _changed(proposal: Proposal) -> Iterator[Row]:
    facts = changed_facts(proposal)
    if facts:
        yield _row(FACTS, facts=facts)


def _short(proposal: Proposal) -> Iterator[Row]:
    """Leave pushed minutes out of the hold, or what was sent back has no room any more."""
    if proposal.state in HELD and proposal.allocation_id is not None:
        clash = allocations.clash_of(proposal.specialist_id, proposal.allocation_id)
        if clash is not None:
            yield _row(
                SHORT,
                week_on=clash.week_on.isoformat(),
                missing_minutes=clash.missing_minutes,
            )
    elif proposal.was_sent_back:
        found = does_fit(proposal)
        if found is not None and found.code != PAST:
            week = found.weeks[0]
            yield _row(
                SHORT, week_on=week.week_on.isoformat(), missing_minutes=week.missing_minutes
            )


def _broken(proposal: Proposal) -> Iterator[Row]:
    if not proposal.specialist.can_answer:
        yield _row("proposal.against.cannot_answer")
        return
    first_on = proposal.weeks[0].week_on
    for reason in matching.broken_since(
        proposal.position, proposal.specialist_id, first_on, proposal.basis_code
    ):
        yield matching.row_of(reason)


def _row(code: str, **details: Any) -> Row:
    return {"code": code, "details": details, "kind": "care"}


def _worded(row: Row) -> str:
    if row["code"] != FACTS:
        return matching.worded_reasons([row])[0][0]
    names = [sentence(f"proposal.fact.{name}") for name in row["details"]["facts"]]
    return sentence(FACTS, facts=(", " if is_en() else "、").join(dict.fromkeys(names)))
