"""What happened: queued by the deed, sealed into the audit chain just before its commit."""

import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import current_app, has_request_context, request
from sqlalchemy import CheckConstraint, Index, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, system_for
from talentshare.platform.db import Base, before_commit, db

Reaction = Callable[[Actor, Any], object]
Reactions = Mapping[str, Sequence[Reaction]]

GENESIS = b"\0" * 32
LINKS_AT_ONCE = 10_000


class AuditEvent(Base):
    """One deed, as an auditor will read it. Never changed, never deleted."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_deed_seq", "deed", "seq"),)

    seq: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(index=True)
    on_behalf_of_id: Mapped[int | None]
    deed: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    details: Mapped[dict[str, Any]]
    request_ip: Mapped[str | None]
    prev: Mapped[bytes]
    hash: Mapped[bytes]


class AuditHead(Base):
    """The last link of the chain: one row, locked last."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[bytes] = mapped_column(default=GENESIS)


class Remark(Base):
    """A free text said with a deed; the audit names it by id, so that it can be erased."""

    __tablename__ = "remark"

    subject: Mapped[str] = mapped_column(index=True)
    deed: Mapped[str]
    by_id: Mapped[int]
    at: Mapped[datetime]
    text: Mapped[str]


HEAD = select(AuditHead.seq, AuditHead.hash).where(AuditHead.id == 1)
EVENT_COLUMNS = [column.name for column in AuditEvent.__table__.columns if column.name != "id"]


def name_of(subject: Base) -> str:
    """How the audit names a thing."""
    return f"{subject.__tablename__}:{subject.id}"


def announce(
    actor: Actor, deed: str, subject: Base, remark: str = "", **facts: str | int | bool | None
) -> None:
    """Tell that `actor` did `deed` to `subject`; what must follow, follows now.

    `facts` are codes, numbers and ids, never personal data; free text goes into `remark`.
    """
    db.session.flush()
    details: dict[str, Any] = dict(facts)
    if remark:
        said = Remark(
            subject=name_of(subject), deed=deed, by_id=actor.id, at=clock.now(), text=remark
        )
        db.session.add(said)
        db.session.flush()
        details["remark"] = said.id
    _queue(db.session(), actor, deed, name_of(subject), details)
    reactions: Reactions = current_app.extensions["reactions"]
    for react in reactions.get(deed, ()):
        react(system_for(actor), subject)


def remarks_of(subjects: Iterable[Base]) -> Mapping[str, str]:
    """What was last said with a deed on each of these, by its name."""
    said = select(Remark.subject, Remark.text).where(
        Remark.subject.in_([name_of(one) for one in subjects])
    )
    return dict(db.session.execute(said.order_by(Remark.id)).all())


def note(session: Session, actor: Actor, deed: str, subject: str, **facts: object) -> None:
    """Queue a record without a subject row: sign-ins and refusals."""
    _queue(session, actor, deed, subject, dict(facts))


def _queue(
    session: Session, actor: Actor, deed: str, subject: str, details: dict[str, Any]
) -> None:
    event = AuditEvent(
        at=clock.now(),
        actor_id=actor.id,
        on_behalf_of_id=actor.on_behalf_of_id,
        deed=deed,
        subject=subject,
        details=details,
        request_ip=request.remote_addr if has_request_context() else None,
    )
    session.info.setdefault("events", []).append(event)


@contextmanager
def undone_alone() -> Iterator[None]:
    """Within a use case: when this part is refused, all of it is undone, deeds too, and no more."""
    queue: list[AuditEvent] = db.session().info.setdefault("events", [])
    before = len(queue)
    try:
        with db.session.begin_nested():
            yield
    except BaseException:
        del queue[before:]
        raise


def queued(deed: str) -> list[dict[str, Any]]:
    """The details of each `deed` of this transaction so far, in order."""
    events: list[AuditEvent] = db.session().info.get("events", [])
    return [event.details for event in events if event.deed == deed]


def seal(session: Session) -> None:
    """Chain the queued deeds; the head row is locked here, last of all locks."""
    events: list[AuditEvent] = session.info.pop("events", [])
    if not events:
        return
    last = session.execute(HEAD.with_for_update()).one_or_none()
    if last is None:
        session.execute(insert(AuditHead).values(id=1, seq=0, hash=GENESIS))
    number, before = last or (0, GENESIS)
    key = audit_key()
    for event in events:
        number += 1
        event.seq, event.prev = number, before
        before = event.hash = digest(key, event)
    session.execute(insert(AuditEvent), [_row(event) for event in events])
    link = update(AuditHead).where(AuditHead.id == 1).values(seq=number, hash=before)
    session.execute(link, execution_options={"synchronize_session": False})


def _row(event: AuditEvent) -> dict[str, Any]:
    return {name: getattr(event, name) for name in EVENT_COLUMNS}


before_commit.append(seal)


def audit_key() -> bytes:
    key: str = current_app.config["AUDIT_KEY"]
    return key.encode()


def digest(key: bytes, event: AuditEvent) -> bytes:
    """The keyed hash of an event and of all before it."""
    row = [
        event.seq,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        event.actor_id,
        event.on_behalf_of_id,
        event.deed,
        event.subject,
        event.details,
        event.request_ip,
    ]
    text = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, event.prev + text.encode(), hashlib.sha256).digest()


def chain() -> Iterator[AuditEvent]:
    """All deeds in order, a thousand at a time."""
    statement = select(AuditEvent).order_by(AuditEvent.seq)
    with db.session.scalars(statement.execution_options(yield_per=1000)) as found:
        yield from found


def first_break() -> int | None:
    """The number of the first deed that does not follow from those before it, or None."""
    key, before, expected = audit_key(), GENESIS, 1
    for event in chain():
        if event.seq != expected or event.prev != before or event.hash != digest(key, event):
            return expected
        before, expected = event.hash, expected + 1
    last = db.session.execute(HEAD).one_or_none() or (0, GENESIS)
    return None if tuple(last) == (expected - 1, before) else expected


def head() -> tuple[int, str]:
    """Number and hash of the last deed, to be published elsewhere."""
    seq, link = db.session.execute(HEAD).one_or_none() or (0, GENESIS)
    return seq, link.hex()


def links_of(numbers: Collection[int]) -> Mapping[int, str]:
    """The link of each of these deeds that the chain has; number 0 is its beginning."""
    found, wanted = {0: GENESIS.hex()}, sorted(set(numbers))
    for start in range(0, len(wanted), LINKS_AT_ONCE):
        some = AuditEvent.seq.in_(wanted[start : start + LINKS_AT_ONCE])
        rows = db.session.execute(select(AuditEvent.seq, AuditEvent.hash).where(some))
        found |= {seq: link.hex() for seq, link in rows}
    return found
