"""Whether somebody who was a candidate still is, but for the time, which the ledger keeps."""

from dataclasses import replace
from datetime import date

from talentshare.engine.explain import Reason, exclusions
from talentshare.engine.rank import rank
from talentshare.kernel import clock
from talentshare.matching.queries.needs import first_possible_start, need_within
from talentshare.matching.queries.stock import papers_of
from talentshare.talent_requests.models import Position

# Rules about free minutes are not asked again: booked time itself would break them.
ASKED_AGAIN = frozenset(
    {
        "role",
        "must_skills",
        "place",
        "engaged",
        "pledge",
        "declaration",
        "no_conflict",
        "legal_basis",
    }
)


def broken_since(
    position: Position, specialist_id: int, start_on: date, basis_code: str
) -> tuple[Reason, ...]:
    """The rules that this person breaks today on this legal basis, each with its reason."""
    stock = papers_of(clock.today(), [specialist_id])
    need = need_within(position, (start_on, start_on), known=stock.known)
    only = stock.known.mask_of([basis_code])
    need = replace(need, legal_bases=need.legal_bases & only)
    asked = stock.pool_for(replace(need, first_start_on=_ranked_from(position, start_on)))
    pool = replace(
        stock.pool_for(need),
        pledge_valid=asked.pledge_valid,
        declaration_valid=asked.declaration_valid,
    )
    found = exclusions(rank(need, pool), specialist_id)
    return tuple(reason for reason in found if reason.rule in ASKED_AGAIN)


def _ranked_from(position: Position, start_on: date) -> date:
    """The first start that the ranking looks at: pledge and declaration are asked for that day."""
    return min(start_on, max(position.first_start_on, first_possible_start(clock.today())))
