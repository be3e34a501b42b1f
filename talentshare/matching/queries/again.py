"""Whether somebody who was a candidate still is, but for the time, which the ledger keeps."""

from dataclasses import replace
from datetime import date

from talentshare.catalogue import queries as catalogue
from talentshare.engine.explain import Reason, exclusions
from talentshare.engine.rank import rank
from talentshare.kernel import clock
from talentshare.matching.queries.needs import mask_of, need_within
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
    need = need_within(position, (start_on, start_on))
    only = mask_of([basis_code], catalogue.legal_bases())
    need = replace(need, legal_bases=need.legal_bases & only)
    pool = papers_of(clock.today(), [specialist_id]).pool_for(need)
    found = exclusions(rank(need, pool), specialist_id)
    return tuple(reason for reason in found if reason.rule in ASKED_AGAIN)
