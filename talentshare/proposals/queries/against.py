"""What speaks against going on with a proposal today: the calendar, changed facts, MUST rules."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale

from talentshare.accounts.states import PersonState
from talentshare.allocations import queries as allocations
from talentshare.matching import queries as matching
from talentshare.notices.models import Names
from talentshare.platform.formats import is_en
from talentshare.platform.i18n import sentence
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.facts import changed_facts
from talentshare.proposals.queries.terms import Row

FACTS = "proposal.against.facts"
PAST = "allocation.week_past"
PAPERS = frozenset({"exclusion.pledge", "exclusion.declaration"})
REVISED = frozenset({FACTS, PAST})


@dataclass(frozen=True)
class Against:
    """Reasons as codes with details, worded when the reader's language is known."""

    rows: tuple[Row, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __str__(self) -> str:
        return matching.joined([*(_worded(row) for row in self.rows), sentence(self.todo)])

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(row["code"] for row in self.rows)

    @property
    def todo(self) -> str:
        """What helps: papers alone are waited for, terms prepared anew, else somebody else."""
        if self.codes <= PAPERS:
            return "proposal.todo.papers"
        if self.codes <= PAPERS | REVISED:
            return "proposal.todo.revise"
        return "proposal.todo.other_person"

    @property
    def facts(self) -> str:
        """Only the sentence about changed facts."""
        return matching.joined(_worded(row) for row in self.rows if row["code"] == FACTS)

    def without(self, codes: Collection[str]) -> "Against":
        return Against(tuple(row for row in self.rows if row["code"] not in codes))

    def in_both_languages(self) -> Names:
        """For a notice, which is kept as it was told."""
        with force_locale("ja"):
            ja = str(self)
        with force_locale("en"):
            return Names(ja, str(self))


def against(proposal: Proposal) -> Against:
    """Everything that has changed under a proposal so that it cannot go on as it stands."""
    return Against((*_past(proposal), *_changed(proposal), *_broken(proposal)))


def papers_missing(proposal: Proposal) -> frozenset[str]:
    """The declaration or the pledge that the specialist has to renew first."""
    return Against(tuple(_broken(proposal))).codes & PAPERS


def changes(proposal: Proposal) -> Against:
    """Only the facts that are not as they were checked."""
    return Against(tuple(_changed(proposal)))


def _past(proposal: Proposal) -> Iterator[Row]:
    for week in proposal.weeks:
        if week.minutes and allocations.has_begun(proposal.weekdays, week.week_on):
            yield _row(PAST, week_on=week.week_on.isoformat())
            return


def _changed(proposal: Proposal) -> Iterator[Row]:
    facts = changed_facts(proposal)
    if facts:
        yield _row(FACTS, facts=facts)


def _broken(proposal: Proposal) -> Iterator[Row]:
    if proposal.specialist.person.state is PersonState.SUSPENDED:
        yield _row("proposal.against.suspended")
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
