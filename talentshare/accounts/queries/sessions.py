"""Signed-in browsers: who is behind a cookie, and what was typed when the time had run out."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, joinedload

from talentshare import policy
from talentshare.accounts.models import Person, SavedInput, SignInSession
from talentshare.accounts.queries.aside import aside
from talentshare.accounts.queries.people import actor_of
from talentshare.accounts.states import PersonState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound, Refusal
from talentshare.platform import events
from talentshare.platform.db import db, short_transaction
from talentshare.policy import Can

IDLE = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class SignedIn:
    """A person behind a living session, in the shape that Flask-Login wants."""

    person: Person
    session_id: int
    actor: Actor
    is_authenticated: bool = True
    is_active: bool = True
    is_anonymous: bool = False

    @property
    def locale(self) -> str:
        return self.person.locale

    def get_id(self) -> str:
        return str(self.person.id)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def signed_in(actor: Actor, token: str) -> SignedIn | None:
    """Who is behind a cookie now; notes at most once a minute that the session is in use."""
    now = clock.now()
    with aside() as session:
        found = _carried(session, token)
    if found is None or not lives(found[0], now):
        return None
    opened, person = found
    if now - opened.seen_at >= TOUCH_EVERY:
        _touch(opened.id, now)
    return SignedIn(person=person, session_id=opened.id, actor=actor_of(person))


def run_out(actor: Actor, token: str) -> Actor | None:
    """Who was behind a cookie whose time has run out; None when it was ended on purpose."""
    with aside() as session:
        found = _carried(session, token)
    if found is None or lives(found[0], clock.now()):
        return None
    return actor_of(found[1])


def lives(opened: SignInSession, now: datetime) -> bool:
    """Tell whether a session that nobody ended is neither idle nor too old."""
    return opened.ended_at is None and now < min(opened.expires_at, opened.seen_at + IDLE)


def _carried(session: Session, token: str) -> tuple[SignInSession, Person] | None:
    wanted = (
        select(SignInSession, Person)
        .join(Person, Person.id == SignInSession.person_id)
        .options(joinedload(Person.duties))
        .where(
            SignInSession.token_hash == token_hash(token),
            SignInSession.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
    )
    found = session.execute(wanted).unique().one_or_none()
    return (found[0], found[1]) if found else None


def _touch(session_id: int, now: datetime) -> None:
    """Beside the page: where nothing can be written, what stands can still be read."""
    still_open = (SignInSession.id == session_id, SignInSession.ended_at.is_(None))
    with suppress(OperationalError), short_transaction() as session:
        session.execute(update(SignInSession).where(*still_open).values(seen_at=now))


def own_sessions(actor: Actor) -> Sequence[SignInSession]:
    """The actor's living sessions, the last used first."""
    return open_sessions(actor.id)


def open_sessions(person_id: int) -> Sequence[SignInSession]:
    now = clock.now()
    return db.session.scalars(
        select(SignInSession)
        .where(
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > now,
            SignInSession.seen_at > now - IDLE,
        )
        .order_by(SignInSession.seen_at.desc(), SignInSession.id.desc())
    ).all()


def session_count(actor: Actor, person_id: int) -> int:
    """On how many devices a person is signed in, for an admin."""
    policy.require(actor, Can.EDIT_PERSON)
    return len(open_sessions(person_id))


def own_session(actor: Actor, session_id: int) -> SignInSession:
    found = db.session.get(SignInSession, session_id)
    if found is None or found.person_id != actor.id or found.ended_at is not None:
        raise NotFound("session.not_found")
    return found


def take_back(actor: Actor, saved_id: int, path: str) -> dict[str, Any]:
    """What the actor had typed on `path`, once; it is gone afterwards."""
    with short_transaction() as session:
        saved = session.get(SavedInput, saved_id)
        if saved is None or saved.person_id != actor.id or saved.path != path:
            return {}
        session.delete(saved)
        return saved.data if clock.now() - saved.created_at < KEPT_FOR else {}


def forget_input(session: Session, person_id: int, keep: int) -> None:
    """Drop what is too old, and of one person all but the `keep` newest."""
    newest = (
        select(SavedInput.id)
        .where(SavedInput.person_id == person_id)
        .order_by(SavedInput.id.desc())
        .limit(keep)
    )
    too_many = (SavedInput.person_id == person_id) & SavedInput.id.not_in(newest)
    too_old = SavedInput.created_at < clock.now() - KEPT_FOR
    session.execute(delete(SavedInput).where(or_(too_many, too_old)))


def note_refusal(actor: Actor, where: str, refusal: Refusal, **facts: str) -> None:
    """Keep in the audit trail that a door stayed shut, whatever becomes of the page."""
    db.session.rollback()
    with short_transaction() as session:
        events.note(session, actor, "refused", where, code=refusal.code, **facts)
        events.seal(session)
