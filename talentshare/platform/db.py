"""The session, the base of all models, and the one place that commits."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, TypeDecorator, event
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

from talentshare.kernel.errors import Conflict
from talentshare.platform.triggers import refusal_name

P = ParamSpec("P")
T = TypeVar("T")

TRIES = 6
SQLITE_SETTINGS = (
    "journal_mode=WAL",
    "busy_timeout=15000",
    "foreign_keys=ON",
    "synchronous=FULL",
    "recursive_triggers=ON",
    "trusted_schema=OFF",
    "cache_size=-32000",
)
# A PostgreSQL that takes connections but does not answer is given up after so many seconds.
PATIENCE = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "keepalives_idle": 10}
RETRIED_STATES = frozenset({"40001", "40P01", "55P03"})

reading: ContextVar[bool] = ContextVar("reading", default=False)
# What is done now is committed together with its answer, by `commit_held`.
with_answer: ContextVar[bool] = ContextVar("with_answer", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, stored in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant names its time zone")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002  SQLAlchemy calls it so
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of all models: each has an `id`, named constraints, enums stored by value."""

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-1)

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=32,
            values_callable=lambda enum: [member.value for member in enum],
        ),
    }


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})

at_begin: list[Callable[[Session], None]] = []
before_commit: list[Callable[[Session], None]] = []
after_commit: list[Callable[[], None]] = []


def prepare(engine: Engine, is_durable: bool = True) -> None:
    """Give SQLite its settings and its way to begin; PostgreSQL needs nothing.

    Without `is_durable` a crash may lose the database: only for one that can be made anew.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for setting in SQLITE_SETTINGS:
            connection.execute(f"PRAGMA {setting}")
        if not is_durable:
            connection.execute("PRAGMA synchronous=OFF")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")


def transactional(action: Callable[P, T]) -> Callable[P, T]:
    """Make `action` all or nothing. Actions that it calls join its transaction."""

    @wraps(action)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        session = db.session()
        if session.info.get("in_action"):
            return action(*args, **kwargs)
        tries = 1 if session.info.get("held") else TRIES  # what is held is undone, too
        for attempt in range(1, tries + 1):
            try:
                return _once(session, lambda: action(*args, **kwargs))
            except OperationalError as error:
                if attempt == tries or not _is_worth_retrying(error):
                    raise
                time.sleep(random.uniform(0.01, 0.05) * attempt)  # noqa: S311  spread, not a secret
        raise AssertionError("unreachable")

    return run


def _once(session: Session, action: Callable[[], T]) -> T:
    info = session.info
    if not session.new and not session.dirty and not info.get("held"):
        session.rollback()  # leave the read transaction: the use case begins its own, to write
    info["in_action"] = True
    token = reading.set(False)
    try:
        with undone_if_refused(session):
            for hook in at_begin:
                hook(session)
            result = action()
            session.flush()
            if not with_answer.get():
                _seal_and_commit(session)
    finally:
        reading.reset(token)
    if with_answer.get():
        info["held"] = True
        for name in ("in_action", "kept"):
            info.pop(name, None)
    else:
        _after_commit(session)
    return result


@contextmanager
def undone_if_refused(session: Session) -> Iterator[None]:
    """Undo everything when anything fails; what the database refuses becomes a refusal of ours."""
    try:
        yield
    except BaseException as error:
        session.rollback()
        session.info.clear()
        if isinstance(error, StaleDataError):
            raise Conflict("state.changed_meanwhile") from None
        if isinstance(error, IntegrityError):
            raise Conflict(f"constraint.{refusal_name(error) or 'unknown'}") from error
        raise


def is_held() -> bool:
    """Tell whether something was done that waits for `commit_held`."""
    return bool(db.session().info.get("held"))


def commit_held() -> None:
    """Commit what was done `with_answer`, all of it or nothing."""
    session = db.session()
    with undone_if_refused(session):
        _seal_and_commit(session)
    _after_commit(session)


def undo_held() -> None:
    """Nothing of what was done `with_answer` stays."""
    db.session.rollback()
    db.session().info.clear()


def _seal_and_commit(session: Session) -> None:
    session.flush()
    for hook in before_commit:
        hook(session)
    session.commit()


def _after_commit(session: Session) -> None:
    session.info.clear()
    for done in after_commit:
        done()


def kept(read: Callable[[], T]) -> Callable[[], T]:
    """A reading of what hardly ever changes: within a use case, or a page, it is read once.

    Whoever writes what is read so calls `forget_kept` in the same use case.
    """

    @wraps(read)
    def run() -> T:
        info = db.session().info
        if not info.get("in_action") and not has_request_context():
            return read()
        known: dict[Callable[[], Any], Any] = info.setdefault("kept", {})
        if read not in known:
            known[read] = read()
        return known[read]  # type: ignore[no-any-return]  # by key

    return run


def forget_kept() -> None:
    """What `kept` holds is read anew."""
    db.session().info.pop("kept", None)


def _is_worth_retrying(error: OperationalError) -> bool:
    state = getattr(error.orig, "sqlstate", None)
    return state in RETRIED_STATES or "locked" in str(error.orig)


@contextmanager
def short_transaction() -> Iterator[Session]:
    """A session of its own for the few small writes beside a page: touch of a session, refusals."""
    token = reading.set(False)
    try:
        with Session(db.engine, expire_on_commit=False) as session, session.begin():
            yield session
    finally:
        reading.reset(token)
