"""One picture of the pool per process, renewed by what the audit says has happened since."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

from flask import current_app
from sqlalchemy import Select, bindparam, func, select

from talentshare.allocations.models import Allocation, Clash
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.matching.queries.stock import Stock, renewed, whole_stock
from talentshare.platform.db import db, reading
from talentshare.platform.events import AuditEvent, AuditHead
from talentshare.specialists.models import (
    Declaration,
    Pledge,
    Specialist,
    SpecialistSkill,
    TimeOff,
    WorkingPattern,
)

# Deeds of these kinds change nothing that a ranking reads of people.
BESIDE_THE_POOL = frozenset(
    {
        "body",
        "input",
        "notice",
        "position",
        "proposal",
        "ranking",
        "refused",
        "session",
        "sign_in",
        "talent_request",
    }
)
SESSIONS, PERSON = "sign_in_session", "person"
Statement = Select[*tuple[Any, ...]]
# From these the people follow; after a deed about anything else everybody is read again.
PEOPLE_OF: dict[str, Statement] = {
    "specialist": select(Specialist.id, Specialist.id),
    PERSON: select(Specialist.person_id, Specialist.id),
    **{
        model.__tablename__: select(model.id, model.specialist_id)
        for model in (
            Allocation,
            Clash,
            Declaration,
            Pledge,
            SpecialistSkill,
            TimeOff,
            WorkingPattern,
        )
    },
}
SEQ = select(AuditHead.seq).where(AuditHead.id == 1)
NEWEST = [
    select(func.max(model.id)).scalar_subquery()
    for model in (Specialist, Allocation, Declaration, Pledge, SpecialistSkill)
]
# Whose holds ran out between two moments.
RAN_OUT = select(Allocation.specialist_id).where(
    Allocation.state == AllocationState.HELD,
    Allocation.expires_at > bindparam("since"),
    Allocation.expires_at <= bindparam("now"),
)
FRESH = select(SEQ.scalar_subquery(), RAN_OUT.exists(), *NEWEST)
OF_EVERYBODY = "_for_all"
Deeds = Collection[tuple[str, str]]


@dataclass(frozen=True)
class Picture:
    """A stock with what it includes: deeds up to `seq`, holds as of `at`, rows up to `newest`."""

    stock: Stock
    seq: int
    at: datetime
    newest: tuple[int | None, ...]


@dataclass
class Keeper:
    """The last picture of this process; one thread at a time renews it."""

    lock: Lock = field(default_factory=Lock)
    picture: Picture | None = None


def stock_now() -> Stock:
    """The pool as this transaction sees it, never older than what is committed."""
    keeper: Keeper = current_app.extensions.setdefault("matching.pool", Keeper())
    with keeper.lock:
        picture = keeper.picture
        if picture is None or not _is_fresh(picture):
            with _committed():
                picture = keeper.picture = _renewed(picture)
    queued = [(event.deed, event.subject) for event in db.session.info.get("events", ())]
    return _after(picture.stock, _people_of(queued)) if queued else picture.stock


def _is_fresh(picture: Picture) -> bool:
    """Nothing was done, no hold ran out, no day began, no row was added by another hand."""
    if picture.stock.day != clock.today() or picture.at > clock.now():
        return False
    moments = {"since": picture.at, "now": clock.now()}
    seq, has_run_out, *newest = db.session.execute(FRESH, moments).one()
    info = db.session.info
    own_rows = bool(info.get("in_action") or info.get("held"))  # rows of ours are newer
    return (
        not has_run_out
        and (seq or 0) <= picture.seq
        and (own_rows or tuple(newest) == picture.newest)
    )


@contextmanager
def _committed() -> Iterator[None]:
    """A session of its own, which sees one committed state and no deed that is under way."""
    token = reading.set(True)
    try:
        with current_app.app_context():
            if db.engine.dialect.name == "postgresql":
                db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield
    finally:
        reading.reset(token)


def _renewed(picture: Picture | None) -> Picture:
    now, today = clock.now(), clock.today()
    seq = db.session.scalar(SEQ) or 0
    newest = tuple(db.session.execute(select(*NEWEST)).one())
    if picture is None or picture.stock.day != today or picture.at > now:
        return Picture(whole_stock(today), seq, now, newest)
    people = _people_of(_deeds_after(picture.seq))
    if people is None or (not people and newest != picture.newest):
        return Picture(whole_stock(today), seq, now, newest)
    people |= set(db.session.scalars(RAN_OUT, {"since": picture.at, "now": now}))
    return Picture(_after(picture.stock, people), seq, now, newest)


def _after(stock: Stock, people: set[int] | None) -> Stock:
    """The stock with these people read anew, or, where that does not do, everybody."""
    if people is None:
        return whole_stock(stock.day)
    return (renewed(stock, sorted(people)) or whole_stock(stock.day)) if people else stock


def _people_of(deeds: Deeds) -> set[int] | None:
    """Whom these deeds, by name and subject, concern; nothing when it can be anybody."""
    numbers: dict[str, set[int]] = {}
    for deed, subject in deeds:
        table, _, number = subject.partition(":")
        if deed.partition(".")[0] in BESIDE_THE_POOL or table == SESSIONS:
            continue
        if table not in PEOPLE_OF or deed.endswith(OF_EVERYBODY):
            return None
        numbers.setdefault(table, set()).add(int(number))
    people: set[int] = set()
    for table, wanted in numbers.items():
        key, _ = PEOPLE_OF[table].selected_columns
        rows = db.session.execute(PEOPLE_OF[table].where(key.in_(wanted))).all()
        if len(rows) < len(wanted) and table != PERSON:
            return None  # a row that is gone does not say whose it was
        people |= {specialist_id for _, specialist_id in rows}
    return people


def _deeds_after(seq: int) -> Deeds:
    done = select(AuditEvent.deed, AuditEvent.subject).where(AuditEvent.seq > seq).distinct()
    return [(deed, subject) for deed, subject in db.session.execute(done)]
