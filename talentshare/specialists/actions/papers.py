"""What must be declared and pledged each year before anything is offered."""

from collections.abc import Sequence
from datetime import date, timedelta

from talentshare import policy
from talentshare.catalogue.states import is_corporate_number
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Invalid
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.platform.search_text import company_key
from talentshare.policy import Can
from talentshare.specialists import queries
from talentshare.specialists.models import (
    Declaration,
    DeclaredInterest,
    InterestDraft,
    Pledge,
)


@transactional
def declare(actor: Actor, specialist_id: int, interests: Sequence[InterestDraft]) -> Declaration:
    """Declare all companies one is tied to, none when there are none; valid for a year.

    The same once more on the same day is the declaration that stands.
    """
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.DECLARE, specialist)
    made_at, rows = clock.now(), [_interest(draft) for draft in interests]
    valid_until = _a_year_less_a_day(clock.tokyo_day(made_at))
    last = queries.declaration_on(specialist.id, valid_until)
    if last is not None and _said(last.interests) == _said(rows):
        return last
    declaration = Declaration(
        specialist_id=specialist.id, made_at=made_at, valid_until=valid_until, interests=rows
    )
    db.session.add(declaration)
    events.announce(actor, "specialist.declared", declaration, interests=len(interests))
    return declaration


@transactional
def sign_pledge(actor: Actor, specialist_id: int, year: int) -> Pledge:
    """Pledge secrecy for a fiscal year, once: this one, and from March on the next."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.DECLARE, specialist)
    if year not in queries.pledge_years(actor):
        raise Invalid("specialist.pledge_year", field="year")
    signed = queries.pledge_for(specialist.id, year)
    if signed is not None:
        return signed
    pledge = Pledge(specialist_id=specialist.id, fiscal_year=year, signed_at=clock.now())
    db.session.add(pledge)
    events.announce(actor, "specialist.pledged", pledge, fiscal_year=year)
    return pledge


def _interest(draft: InterestDraft) -> DeclaredInterest:
    if not draft.company:
        raise Invalid("specialist.company_needed")
    if draft.corporate_number and not is_corporate_number(draft.corporate_number):
        raise Invalid("specialist.bad_corporate_number")
    return DeclaredInterest(
        company=draft.company,
        key=company_key(draft.company),
        corporate_number=draft.corporate_number,
        relation=draft.relation,
    )


def _said(rows: Sequence[DeclaredInterest]) -> list[tuple[str, str, str]]:
    return [(row.company, row.corporate_number, row.relation.value) for row in rows]


def _a_year_less_a_day(day: date) -> date:
    """The last day of a year that begins on `day`; 29 February gives 28 February."""
    return date(day.year + 1, day.month, 1) + timedelta(days=day.day - 2)
