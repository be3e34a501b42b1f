"""What is computed of all rows: kept per process, renewed by what the audit says has happened."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar

from flask import current_app
from sqlalchemy import ColumnElement, Select, func, literal, select

from talentshare.kernel import clock
from talentshare.platform.db import db, reading
from talentshare.platform.events import AuditEvent, AuditHead

T = TypeVar("T")
Statement = Select[*tuple[Any, ...]]
Deeds = Collection[tuple[str, str]]
Numbers = tuple[int | None, ...]

SEQ = select(AuditHead.seq).where(AuditHead.id == 1).scalar_subquery()
OF_ALL = "_for_all"
MOST_NAMED = 1000  # rows of a table; beyond it all are read


@dataclass(frozen=True)
class Scope:
    """Whom a deed concerns.

    `of`: by table of its subject, the subject's number and whom that is about. `newest`: numbers of
    rows and whose they are, of tables to which another hand may add. `beside`: kinds of deeds, and
    `beside_tables` of subjects, that concern nobody; any others concern all, unless `only_these`.
    `may_be_gone`: tables of which a missing row concerns nobody. `passed`: whom it concerns that an
    instant passed, between `since` and `now`.
    """

    of: Mapping[str, Statement]
    newest: Sequence[Statement]
    beside: frozenset[str] = frozenset()
    beside_tables: frozenset[str] = frozenset()
    only_these: bool = False
    may_be_gone: frozenset[str] = frozenset()
    passed: Select[int] | None = None

    def concerned(self, deeds: Deeds) -> set[int] | None:
        """Whom these deeds, by name and subject, concern; nothing when it can be anybody."""
        numbers: dict[str, set[int]] = {}
        for deed, subject in deeds:
            table, _, number = subject.partition(":")
            if deed.endswith(OF_ALL):
                return None
            if deed.partition(".")[0] in self.beside or table in self.beside_tables:
                continue
            if table in self.of:
                numbers.setdefault(table, set()).add(int(number))
            elif not self.only_these:
                return None
        found: set[int] = set()
        for table, wanted in numbers.items():
            if len(wanted) > MOST_NAMED:
                return None
            key, _ = self.of[table].selected_columns
            rows = db.session.execute(self.of[table].where(key.in_(wanted))).all()
            if len(rows) < len(wanted) and table not in self.may_be_gone:
                return None  # a row that is gone does not say whose it was
            found |= {one for _, one in rows}
        return found

    @property
    def newest_numbers(self) -> list[ColumnElement[int | None]]:
        """The highest number in each table."""
        ids = [next(iter(rows.selected_columns)) for rows in self.newest]
        return [select(func.max(one)).scalar_subquery() for one in ids]

    def added(self, before: Numbers, now: Numbers) -> set[int] | None:
        """Whose rows came between; nothing when rows are gone."""
        found: set[int] = set()
        for rows, old, new in zip(self.newest, before, now, strict=True):
            if (new or 0) < (old or 0):
                return None
            if new != old:
                key, whose = rows.selected_columns
                added = rows.with_only_columns(whose).where(key > (old or 0)).distinct()
                found |= set(db.session.scalars(added))
        return found


@dataclass(frozen=True)
class Moment:
    """What a picture includes: deeds up to `seq`, instants up to `at`, rows up to `newest`."""

    seq: int
    at: datetime
    newest: Numbers

    @property
    def is_of_today(self) -> bool:
        return clock.tokyo_day(self.at) == clock.today() and self.at <= clock.now()


@dataclass
class Keeper(Generic[T]):
    """The last picture of one kind in this process; one thread at a time renews it.

    `whole` makes one, as of today; `renewed` the same with some whom the scope knows read anew, or
    nothing where it has to be made as a whole.
    """

    scope: Scope
    whole: Callable[[], T]
    renewed: Callable[[T, Sequence[int]], T | None]
    lock: Lock = field(default_factory=Lock)
    last: tuple[T, Moment] | None = None

    def now(self) -> T:
        """The picture as this transaction sees it, never older than what is committed."""
        with self.lock:
            last = self.last
            if last is None or not self._is_fresh(last[1]):
                with _committed():
                    last = self.last = self._next(last)
        queued = [(event.deed, event.subject) for event in db.session.info.get("events", ())]
        return self._after(last[0], self.scope.concerned(queued)) if queued else last[0]

    def _is_fresh(self, moment: Moment) -> bool:
        """Nothing was done, no instant passed, no day began, no row was added by another hand."""
        if not moment.is_of_today:
            return False
        passed = self.scope.passed
        has_passed = literal(value=False) if passed is None else passed.exists()
        asked: Statement = select(SEQ, has_passed, *self.scope.newest_numbers)
        moments = {"since": moment.at, "now": clock.now()} if passed is not None else {}
        seq, is_late, *newest = db.session.execute(asked, moments).one()
        info = db.session.info
        own_rows = bool(info.get("in_action") or info.get("held"))  # rows of ours are newer
        return (
            not is_late
            and (seq or 0) <= moment.seq
            and (own_rows or tuple(newest) == moment.newest)
        )

    def _next(self, last: tuple[T, Moment] | None) -> tuple[T, Moment]:
        now = clock.now()
        asked: Statement = select(SEQ, *self.scope.newest_numbers)
        seq, *newest = db.session.execute(asked).one()
        moment = Moment(seq or 0, now, tuple(newest))
        if last is None or not last[1].is_of_today:
            return self.whole(), moment
        picture, before = last
        found = self.scope.concerned(_deeds_after(before.seq))
        added = self.scope.added(before.newest, moment.newest)
        if found is None or added is None:
            return self.whole(), moment
        found |= added
        if self.scope.passed is not None:
            found |= set(db.session.scalars(self.scope.passed, {"since": before.at, "now": now}))
        return self._after(picture, found), moment

    def _after(self, picture: T, concerned: set[int] | None) -> T:
        """The picture with these read anew, or, where that does not do, all."""
        if concerned is None:
            return self.whole()
        if not concerned:
            return picture
        found = self.renewed(picture, sorted(concerned))
        return self.whole() if found is None else found


@dataclass
class Album(Generic[T]):
    """Pictures by what they show, the ones asked for last, as far as they have room."""

    keeper_of: Callable[..., Keeper[T]]
    size_of: Callable[[T], int]
    most: int
    most_bytes: int
    lock: Lock = field(default_factory=Lock)
    keepers: OrderedDict[tuple[Hashable, ...], Keeper[T]] = field(default_factory=OrderedDict)

    def now(self, *key: Hashable) -> T:
        """The picture of this key; the one not asked for longest gives room."""
        with self.lock:
            if key not in self.keepers:
                self.keepers[key] = self.keeper_of(*key)
            self.keepers.move_to_end(key)
            keeper = self.keepers[key]
        found = keeper.now()
        with self.lock:
            size = 0
            for n, (one, other) in enumerate(reversed(list(self.keepers.items()))):
                own = self.size_of(other.last[0]) if other.last else 0
                if n and (n >= self.most or size + own > self.most_bytes):
                    del self.keepers[one]
                elif own <= self.most_bytes:  # one that is too large stays until the next
                    size += own
        return found


def of_app(name: str, make: Callable[[], T]) -> T:
    """One keeper or album of this name in the app of this process."""
    if name not in current_app.extensions:
        current_app.extensions.setdefault(name, make())
    found: T = current_app.extensions[name]
    return found


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


def _deeds_after(seq: int) -> Deeds:
    done = select(AuditEvent.deed, AuditEvent.subject).where(AuditEvent.seq > seq).distinct()
    return [(deed, subject) for deed, subject in db.session.execute(done)]
