"""Signing in and out: tries are counted first, passwords hashed before anything is locked."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from flask import current_app
from sqlalchemy import update

from talentshare import policy
from talentshare.accounts import queries
from talentshare.accounts.models import (
    Device,
    Person,
    SavedInput,
    SignInSession,
    cookie_name,
)
from talentshare.accounts.states import PersonState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid, TooMany
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can

LONGEST_USER_AGENT = 200
KEPT_INPUTS = 5
MINUTE_SECONDS = 60


@dataclass(frozen=True)
class Opened:
    """A session just opened; the token is known to nobody but the browser."""

    token: str
    session_id: int
    person_id: int

    @property
    def cookie(self) -> dict[str, Any]:
        """The arguments of `response.set_cookie`; the cookie ends with the browser."""
        https: bool = current_app.config["HTTPS"]
        return {
            "key": cookie_name(https),
            "value": self.token,
            "path": "/",
            "secure": https,
            "httponly": True,
            "samesite": "Lax",
        }


@transactional
def count_try(actor: Actor, name: str, address: str) -> None:
    """Count a try before it is made, so that tries in parallel wait for each other too."""
    policy.require(actor, Can.OPEN_SESSION)
    now = clock.now()
    by_name, by_address = queries.locked_tries(name, address)
    wait = queries.wait(by_name, by_address, now)
    if wait > timedelta(0):
        raise _too_many(ceil(wait.total_seconds()))
    by_address.failures += 1 - queries.forgiven(by_address, now)
    by_name.failures += 1
    by_name.last_at = by_address.last_at = now
    events.announce(actor, "sign_in.tried", by_name)


def _too_many(seconds: int) -> TooMany:
    if seconds < MINUTE_SECONDS:
        return TooMany("sign_in.wait", seconds=seconds)
    return TooMany(
        "sign_in.wait_long", seconds=seconds, left_minutes=ceil(seconds / MINUTE_SECONDS)
    )


@transactional
def sign_in(actor: Actor, name: str, password: str, device: Device) -> Opened:
    """Open a session to whoever knows the password of an active person."""
    known = queries.credential(name)
    if not queries.proves(known, password):
        raise Invalid("sign_in.failed")
    renewed = queries.hashed(password) if queries.is_outdated(known.password_hash or "") else None
    person = queries.person(known.person_id)
    policy.require(actor, Can.OPEN_SESSION, person)
    if person.state is not PersonState.ACTIVE or person.password_hash != known.password_hash:
        raise Invalid("sign_in.failed")
    _forgive(name, device.ip)
    if renewed:
        person.password_hash = renewed
    opened = _open(person, device)
    actor = queries.actor_of(person)
    events.announce(actor, "person.signed_in", person, session_id=opened.session_id)
    return opened


@transactional
def change_password(
    actor: Actor, session_id: int, current: str, new: str, address: str = ""
) -> Person:
    """Set another password by knowing the current one; other sessions and open links end."""
    known = queries.credential_of(actor.id)
    if not queries.proves(known, current):
        raise Invalid("password.current_wrong", field="current")
    password_hash = queries.new_hash(new, known.sign_in_name)
    person = queries.person(actor.id)
    policy.require(actor, Can.USE_OWN_ACCOUNT, person)
    if person.password_hash != known.password_hash:
        raise Conflict("state.changed_meanwhile")
    person.password_hash = password_hash
    for kept in queries.unused_tokens(person.id):
        kept.used_at = clock.now()
    _forgive(person.sign_in_name, address)
    end_other_sessions(actor, session_id)
    events.announce(actor, "person.password_changed", person)
    return person


@transactional
def open_session(actor: Actor, person_id: int, device: Device) -> Opened:
    """Open a session without a password: the demo's switch of persona."""
    person = queries.person(person_id)
    policy.require(actor, Can.OPEN_SESSION, person)
    if person.state is not PersonState.ACTIVE:
        raise Invalid("sign_in.failed")
    opened = _open(person, device)
    actor = queries.actor_of(person)
    events.announce(actor, "person.signed_in", person, session_id=opened.session_id)
    return opened


def _open(person: Person, device: Device) -> Opened:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    opened = SignInSession(
        token_hash=queries.token_hash(token),
        person_id=person.id,
        created_at=now,
        seen_at=now,
        expires_at=now + queries.LONGEST_SESSION,
        user_agent=device.user_agent[:LONGEST_USER_AGENT],
        ip=device.ip,
    )
    db.session.add(opened)
    db.session.flush()
    return Opened(token, opened.id, person.id)


def _forgive(name: str, address: str) -> None:
    by_name, by_address = queries.locked_tries(name, address)
    by_name.failures = 0
    by_address.failures = max(0, by_address.failures - 1)


@transactional
def sign_out(actor: Actor, session_id: int) -> None:
    """End the session in use."""
    opened = queries.own_session(actor, session_id)
    policy.require(actor, Can.USE_OWN_ACCOUNT, opened)
    opened.ended_at = clock.now()
    events.announce(actor, "person.signed_out", opened)


@transactional
def end_session(actor: Actor, session_id: int) -> None:
    """End one of the own sessions, on whatever device it is."""
    opened = queries.own_session(actor, session_id)
    policy.require(actor, Can.USE_OWN_ACCOUNT, opened)
    opened.ended_at = clock.now()
    events.announce(actor, "session.ended", opened)


@transactional
def end_other_sessions(actor: Actor, session_id: int) -> int:
    """End all own sessions but the one in use; tells how many were alive."""
    person = queries.person(actor.id)
    policy.require(actor, Can.USE_OWN_ACCOUNT, person)
    ended = _end_all(person, but=session_id)
    events.announce(actor, "session.others_ended", person, sessions=ended)
    return ended


@transactional
def end_all_sessions(actor: Actor, person_id: int) -> int:
    """End somebody's sessions at once, as when a device is lost; tells how many were alive."""
    policy.require(actor, Can.SUSPEND_PERSON)
    person = queries.person(person_id)
    ended = _end_all(person)
    events.announce(actor, "session.all_ended", person, sessions=ended)
    return ended


def _end_all(person: Person, but: int = 0) -> int:
    """Those that ran out are ended too, so that they can keep no input any more."""
    alive = [opened for opened in queries.open_sessions(person.id) if opened.id != but]
    db.session.execute(
        update(SignInSession)
        .where(
            SignInSession.person_id == person.id,
            SignInSession.id != but,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=clock.now())
    )
    return len(alive)


@transactional
def keep_input(actor: Actor, path: str, field: str, data: dict[str, list[str]]) -> int:
    """Keep what was typed after the time had run out; tells by which number to ask for it."""
    saved = SavedInput(
        person_id=actor.id, path=path, field=field, data=data, created_at=clock.now()
    )
    policy.require(actor, Can.USE_OWN_ACCOUNT, saved)
    db.session.add(saved)
    events.announce(actor, "input.kept", saved)
    queries.forget_input(db.session(), actor.id, KEPT_INPUTS)
    return saved.id
