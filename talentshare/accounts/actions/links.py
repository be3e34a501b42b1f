"""The links that set a password; hashes are made before anything is locked."""

import secrets

from talentshare import policy
from talentshare.accounts import queries
from talentshare.accounts.actions.sessions import end_other_sessions
from talentshare.accounts.models import OneTimeToken, Person, TokenPurpose
from talentshare.accounts.states import PersonState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can


@transactional
def ask_reset(actor: Actor, name: str) -> None:
    """Let the admins know that somebody forgot the password; says nothing about the name."""
    person = queries.person_named(queries.sign_in_name(name))
    policy.require(actor, Can.RESET_PASSWORD, person)
    if person and person.state is PersonState.ACTIVE and person.reset_asked_at is None:
        person.reset_asked_at = clock.now()
        events.announce(actor, "person.reset_asked", person)


@transactional
def make_invitation(actor: Actor, person_id: int) -> str:
    """A new link for the first password; the one before opens no more."""
    policy.require(actor, Can.INVITE_PERSON)
    person = queries.person(person_id)
    if person.state is not PersonState.INVITED:
        raise Conflict("person.already_active")
    _end_links(person)
    token = _make_link(person, TokenPurpose.INVITATION)
    events.announce(actor, "person.invited", person)
    return token


@transactional
def make_reset(actor: Actor, person_id: int) -> str:
    """A link to set the password anew; the one before opens no more, the password stays."""
    policy.require(actor, Can.RESET_PASSWORD)
    person = queries.person(person_id)
    if person.state is not PersonState.ACTIVE:
        raise Conflict("person.not_active")
    _end_links(person)
    token = _make_link(person, TokenPurpose.RESET)
    person.reset_asked_at = None
    events.announce(actor, "person.reset_link_made", person)
    return token


@transactional
def set_password(actor: Actor, token: str, password: str) -> Person:
    """Set the password by a one-time link: the invited become active, all sessions end."""
    link = queries.find_link(actor, token)
    password_hash = queries.new_hash(password, link.sign_in_name)
    kept = queries.locked_token(link.token_id)
    person = queries.person(kept.person_id)
    actor = queries.actor_of(person)
    policy.require(actor, Can.USE_OWN_ACCOUNT, person)
    if kept.purpose is TokenPurpose.INVITATION:
        person.move("activate")
    elif person.state is not PersonState.ACTIVE:
        raise Conflict("person.not_active")
    person.password_hash = password_hash
    person.reset_asked_at = None
    _end_links(person)
    end_other_sessions(actor, 0)
    events.announce(actor, "person.password_set", person, purpose=kept.purpose)
    return person


def _make_link(person: Person, purpose: TokenPurpose) -> str:
    now = clock.now()
    kept = OneTimeToken(
        purpose=purpose,
        person_id=person.id,
        token_hash=secrets.token_hex(),
        created_at=now,
        expires_at=now + queries.LIFETIME[purpose],
    )
    db.session.add(kept)
    db.session.flush()
    token = queries.token_of(kept)
    kept.token_hash = queries.token_hash(token)
    return token


def _end_links(person: Person) -> None:
    for kept in queries.unused_tokens(person.id):
        kept.used_at = clock.now()
