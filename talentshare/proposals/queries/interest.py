"""Who is tied to whom: the companies around a request beside those of the specialist."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from talentshare.matching import queries as matching
from talentshare.platform.search_text import company_key
from talentshare.proposals.models import Proposal
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import DeclaredInterest
from talentshare.talent_requests.models import RequestSupplier


@dataclass(frozen=True)
class Interest:
    """Suppliers, the employer, what was declared; `near` pairs names that are much alike."""

    suppliers: Sequence[RequestSupplier]
    employer: str
    declared: Sequence[DeclaredInterest]
    same: Sequence[tuple[str, str]]
    near: Sequence[tuple[str, str]]


def interest_of(proposal: Proposal) -> Interest:
    """The newest declaration counts, also when it is no longer valid."""
    who = proposal.specialist
    last = specialists.declaration_on(who.id, date.min)
    declared = list(last.interests) if last else []
    suppliers = proposal.position.talent_request.suppliers
    ties = [(row.company, row.key, row.corporate_number) for row in declared]
    if who.employer_name:
        ties.append((who.employer_name, company_key(who.employer_name), who.employer_number))
    same, near = set(), set()
    for row in suppliers:
        for company, key, number in ties:
            if row.key == key or (number and row.corporate_number == number):
                same.add((row.company, company))
            elif matching.is_near(row.key, key):
                near.add((row.company, company))
    return Interest(suppliers, who.employer_name, declared, sorted(same), sorted(near))
