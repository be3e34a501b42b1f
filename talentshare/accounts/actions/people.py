"""What admins do with people; nobody locks out the last admin, nor oneself."""

import re

from talentshare import policy
from talentshare.accounts import queries
from talentshare.accounts.actions.bodies import add_body
from talentshare.accounts.actions.links import make_invitation
from talentshare.accounts.actions.sessions import end_all_sessions
from talentshare.accounts.models import (
    Area,
    BodyDraft,
    BodyKind,
    Person,
    PersonDraft,
    PersonFacts,
    PersonRole,
)
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.platform.search_text import fold, katakana
from talentshare.policy import Can

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{2,63}")
INSIDE_ROLES = frozenset({Role.COORDINATOR, Role.ADMIN})
GOVTECH = BodyDraft(
    code="govtech",
    kind=BodyKind.GOVTECH,
    area=Area.OTHER,
    name_ja="GovTech東京",
    name_kana="ガブテックトウキョウ",
    name_en="GovTech Tokyo",
)


@transactional
def invite(actor: Actor, draft: PersonDraft) -> tuple[Person, str]:
    """Add a person who chooses the password by a link; the link's token is told only here."""
    policy.require(actor, Can.INVITE_PERSON)
    person = _add(draft)
    events.announce(actor, "person.added", person)
    return person, make_invitation(actor, person.id)


@transactional
def enrol(actor: Actor, draft: PersonDraft, password_hash: str) -> Person:
    """Add a person who can sign in at once."""
    policy.require(actor, Can.INVITE_PERSON)
    person = _add(draft)
    person.password_hash = password_hash
    person.move("activate")
    events.announce(actor, "person.added", person)
    return person


@transactional
def create_first_admin(
    actor: Actor, sign_in_name: str, name: str, kana: str, password: str
) -> Person:
    """Add an admin from the command line, and GovTech東京 when it is not there yet."""
    password_hash = queries.new_hash(password, sign_in_name)
    policy.require(actor, Can.INVITE_PERSON)
    home = queries.govtech() or add_body(actor, GOVTECH)
    draft = PersonDraft(
        sign_in_name=sign_in_name,
        name=name,
        kana=kana,
        body_id=home.id,
        roles=frozenset({Role.ADMIN}),
    )
    person = enrol(actor, draft, password_hash)
    events.announce(actor, "person.first_admin_created", person)
    return person


@transactional
def edit_person(actor: Actor, person_id: int, version: int, facts: PersonFacts) -> Person:
    """Change what is said of a person, the roles and the body; history stays with the body."""
    policy.require(actor, Can.EDIT_PERSON)
    person = queries.person(person_id)
    if person.version != version:
        raise Conflict("state.changed_meanwhile")
    if Role.ADMIN in person.roles - facts.roles:
        _keep_an_admin(actor, person)
    before = person.roles
    _write(person, facts)
    events.announce(
        actor,
        "person.edited",
        person,
        body_id=facts.body_id,
        roles_before=",".join(sorted(before)),
        roles=",".join(sorted(facts.roles)),
    )
    return person


@transactional
def suspend(actor: Actor, person_id: int) -> Person:
    """Shut a person out at once; nothing that the person did is touched."""
    policy.require(actor, Can.SUSPEND_PERSON)
    person = queries.person(person_id)
    if Role.ADMIN in person.roles or person.id == actor.id:
        _keep_an_admin(actor, person)
    person.move("suspend")
    person.reset_asked_at = None
    for kept in queries.unused_tokens(person.id):
        kept.used_at = clock.now()
    end_all_sessions(actor, person.id)
    events.announce(actor, "person.suspended", person)
    return person


@transactional
def resume(actor: Actor, person_id: int) -> Person:
    """Let a suspended person in again, with the password as it was."""
    policy.require(actor, Can.SUSPEND_PERSON)
    person = queries.person(person_id)
    person.move("resume" if person.password_hash else "invite_again")
    events.announce(actor, "person.resumed", person)
    return person


def _add(draft: PersonDraft) -> Person:
    sign_in_name = queries.sign_in_name(draft.sign_in_name)
    if not NAME.fullmatch(sign_in_name):
        raise Invalid("person.name_form", field="sign_in_name")
    if queries.person_named(sign_in_name):
        raise Conflict("person.name_taken", field="sign_in_name")
    person = Person(sign_in_name=sign_in_name, locale=draft.locale)
    _write(person, draft)
    db.session.add(person)
    db.session.flush()
    return person


def _write(person: Person, facts: PersonFacts) -> None:
    body = queries.body(facts.body_id)
    if not facts.roles:
        raise Invalid("person.no_role", field="roles")
    if facts.roles & INSIDE_ROLES and body.kind is not BodyKind.GOVTECH:
        raise Invalid("person.role_needs_govtech", field="roles")
    person.name, person.name_latin = facts.name, facts.name_latin
    person.kana = katakana(facts.kana)
    person.mail, person.section = facts.mail, facts.section
    person.body = body
    gone = [duty for duty in person.duties if duty.role not in facts.roles]
    for duty in gone:
        person.duties.remove(duty)
    new = facts.roles - person.roles
    person.duties.extend(PersonRole(role=role) for role in sorted(new))
    person.search_text = fold(
        person.name, person.kana, person.name_latin, person.sign_in_name, person.section
    )


def _keep_an_admin(actor: Actor, person: Person) -> None:
    admins = queries.locked_admins()
    if person.id == actor.id:
        raise Conflict("person.not_oneself")
    if set(admins) <= {person.id}:
        raise Conflict("person.last_admin")
