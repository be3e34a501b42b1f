"""Who belongs to the pool, and on what terms."""

from datetime import timedelta

from sqlalchemy.orm.attributes import flag_modified

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.catalogue.states import is_corporate_number
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.specialists import queries
from talentshare.specialists.models import (
    PauseDraft,
    Profile,
    Specialist,
    SpecialistBasis,
    SpecialistRole,
    Terms,
)
from talentshare.specialists.states import EngagementForm

TIME_TERMS = ("engaged_from", "engaged_until", "month_cap_minutes", "max_bodies")
LONGEST_PAUSE_DAYS = 366


@transactional
def register(actor: Actor, person_id: int, terms: Terms) -> Specialist:
    """Take somebody with the role specialist into the pool."""
    policy.require(actor, Can.REGISTER_SPECIALIST)
    _check(terms)
    person = accounts.person(person_id)
    if Role.SPECIALIST not in person.roles:
        raise Invalid("specialist.needs_role", field="person_id")
    accounts.lock_person(person_id)
    if queries.id_of_person(person_id) is not None:
        raise Conflict("specialist.already_registered", field="person_id")
    specialist = Specialist(person_id=person_id, engaged_from=terms.engaged_from, form=terms.form)
    db.session.add(specialist)
    _write(specialist, terms)
    db.session.flush()
    specialist.search_text = queries.search_text_of(specialist)
    events.announce(actor, "specialist.registered", specialist, form=terms.form)
    events.announce(actor, "specialist.time_changed", specialist)
    return specialist


@transactional
def edit_terms(actor: Actor, specialist_id: int, terms: Terms, version: int) -> Specialist:
    """Change form, fields, bases, period and limits; time already booked must still fit."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_TERMS, specialist)
    _require_version(specialist, version)
    _check(terms)
    before = [getattr(specialist, name) for name in TIME_TERMS]
    _write(specialist, terms)
    flag_modified(specialist, "form")  # the version moves, also when only a list changed
    db.session.flush()
    specialist.search_text = queries.search_text_of(specialist)
    events.announce(actor, "specialist.terms_changed", specialist, form=terms.form)
    if before != [getattr(specialist, name) for name in TIME_TERMS]:
        events.announce(actor, "specialist.time_changed", specialist)
    return specialist


@transactional
def edit_profile(actor: Actor, specialist_id: int, profile: Profile, version: int) -> Specialist:
    """Change what a specialist says of himself: introduction, place, bodies at once."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.EDIT_PROFILE, specialist)
    _require_version(specialist, version)
    if not (profile.online_ok or profile.onsite_ok):
        raise Invalid("specialist.place_needed", field="places")
    fewer = profile.max_bodies < specialist.max_bodies
    specialist.introduction = profile.introduction
    specialist.max_bodies = profile.max_bodies
    specialist.online_ok = profile.online_ok
    specialist.onsite_ok = profile.onsite_ok
    specialist.islands_ok = profile.islands_ok
    events.announce(actor, "specialist.profile_changed", specialist)
    if fewer:
        events.announce(actor, "specialist.time_changed", specialist)
    return specialist


@transactional
def pause(actor: Actor, specialist_id: int, draft: PauseDraft) -> Specialist:
    """Take no offers for a named length; refused where booked time lies in it."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.PAUSE, specialist)
    if draft.from_on < clock.today():
        raise Invalid("specialist.pause_past", field="from_on")
    if draft.until_on < draft.from_on:
        raise Invalid("specialist.pause_order", field="until_on")
    if (draft.until_on - draft.from_on).days > LONGEST_PAUSE_DAYS:
        raise Invalid("specialist.pause_too_long", field="until_on")
    said = specialist.paused_from, specialist.paused_until, specialist.pause_reason
    if said == (draft.from_on, draft.until_on, draft.reason):
        return specialist
    specialist.paused_from, specialist.paused_until = draft.from_on, draft.until_on
    specialist.pause_reason = draft.reason
    events.announce(actor, "specialist.paused", specialist, until=draft.until_on.isoformat())
    events.announce(actor, "specialist.time_changed", specialist)
    return specialist


@transactional
def resume(actor: Actor, specialist_id: int) -> Specialist:
    """End a pause today; the days that have passed in it stay paused."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.PAUSE, specialist)
    today = clock.today()
    if specialist.paused_from is None or specialist.paused_until is None:
        raise Conflict("specialist.not_paused")
    if specialist.paused_until < today:
        raise Conflict("specialist.not_paused")
    if specialist.paused_from < today:
        specialist.paused_until = today - timedelta(days=1)
    else:
        specialist.paused_from = specialist.paused_until = None
    specialist.pause_reason = ""
    events.announce(actor, "specialist.resumed", specialist)
    events.announce(actor, "specialist.time_changed", specialist)
    return specialist


def _check(terms: Terms) -> None:
    """Refuse terms that cannot hold together; each refusal names its field."""
    if not terms.role_codes:
        raise Invalid("specialist.role_needed", field="main_role")
    if not terms.basis_codes:
        raise Invalid("specialist.basis_needed", field="basis_codes")
    if terms.engaged_until is not None and terms.engaged_until < terms.engaged_from:
        raise Invalid("specialist.engaged_order", field="engaged_until")
    if terms.employer_number and not is_corporate_number(terms.employer_number):
        raise Invalid("specialist.bad_corporate_number", field="employer_number")
    if terms.form is not EngagementForm.COMPANY:
        return
    if not terms.employer_name:
        raise Invalid("specialist.employer_needed", field="employer_name")
    if not terms.company_contact:
        raise Invalid("specialist.contact_needed", field="company_contact")


def _write(specialist: Specialist, terms: Terms) -> None:
    specialist.form = terms.form
    specialist.employer_name = terms.employer_name
    specialist.employer_number = terms.employer_number
    specialist.company_contact = terms.company_contact
    specialist.engaged_from = terms.engaged_from
    specialist.engaged_until = terms.engaged_until
    specialist.month_cap_minutes = terms.month_cap_minutes
    specialist.max_bodies = terms.max_bodies
    _write_roles(specialist, terms.role_codes)
    kept = {basis.basis_code: basis for basis in specialist.bases}
    specialist.bases = [
        kept.get(code) or SpecialistBasis(basis_code=code) for code in terms.basis_codes
    ]


def _write_roles(specialist: Specialist, codes: tuple[str, ...]) -> None:
    kept = {role.role_code: role for role in specialist.roles}
    specialist.roles = [kept.get(code) or SpecialistRole(role_code=code) for code in codes]
    for role in specialist.roles:
        role.is_primary = role.role_code == codes[0]


def _require_version(specialist: Specialist, version: int) -> None:
    if specialist.version != version:
        raise Conflict("state.changed_meanwhile")
