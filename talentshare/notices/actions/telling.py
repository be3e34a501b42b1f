"""Telling people, and their having read it."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import insert, update

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Person
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.notices import queries
from talentshare.notices.actions.mails import promised
from talentshare.notices.models import Notice, packed
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can


@transactional
def tell(
    actor: Actor,
    person_ids: Iterable[int],
    code: str,
    path: str,
    due_on: date | None = None,
    **details: object,
) -> None:
    """Tell each person once; `details` fill the blanks of the sentence `code` when it is read."""
    policy.require(actor, Can.TELL)
    said = _said(code, path, details) | {"due_on": due_on}
    _write(actor, sorted(set(person_ids)), said)


@transactional
def tell_once(
    actor: Actor, person_ids: Iterable[int], once: str, code: str, path: str, **details: object
) -> int:
    """The same, but nobody twice under the key `once`; how many were told."""
    policy.require(actor, Can.TELL)
    told = sorted(set(person_ids) - queries.told_once(once))
    _write(actor, told, _said(code, path, details) | {"once_key": once})
    return len(told)


def _said(code: str, path: str, details: Mapping[str, object]) -> dict[str, Any]:
    if not path.startswith("/") or path.startswith("//"):
        raise ValueError("a notice leads to a path of our own")
    said = {"code": code, "details": packed(details), "path": path, "created_at": clock.now()}
    return {**said, "due_on": details.get("due_on"), "once_key": None}


def _write(actor: Actor, told: list[int], said: dict[str, Any]) -> None:
    if not told:
        return
    mails = promised(queries.mailed_at_once(told))
    said = {**said, "wording_id": queries.wording_id(said["code"])}
    rows = [{"person_id": one, "mail_id": mails.get(one), **said} for one in told]
    notice = Notice(**rows[0])
    db.session.add(notice)
    if rows[1:]:
        db.session.execute(insert(Notice), rows[1:])
    facts = {"code": said["code"], "people": len(told), "mails": len(mails)}
    events.announce(actor, "notice.told", notice, **facts)


@transactional
def read(actor: Actor, notice_id: int) -> Notice:
    """Remember that the person has read it."""
    notice = queries.find(actor, notice_id)
    policy.require(actor, Can.READ_NOTICE, notice)
    notice.read_at = notice.read_at or clock.now()
    events.announce(actor, "notice.read", notice)
    return notice


@transactional
def read_all(actor: Actor) -> None:
    """Remember that the person has read all of them."""
    person = accounts.person(actor.id)
    policy.require(actor, Can.READ_NOTICE, person)
    unread = (Notice.person_id == actor.id, Notice.read_at.is_(None))
    db.session.execute(update(Notice).where(*unread).values(read_at=clock.now()))
    events.announce(actor, "notice.all_read", person)


@transactional
def tell_reset_asked(actor: Actor, person: Person) -> None:
    """The admins learn that somebody waits for a reset link."""
    policy.require(actor, Can.TELL)
    admins = accounts.ids_with(Role.ADMIN)
    tell(actor, admins, "person.reset_asked", f"/admin/people/{person.id}", name=person)
    events.announce(actor, "person.reset_told", person)
