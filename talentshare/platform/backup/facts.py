"""What is in a database, in figures that two copies must share: the digest of all tables.

A row is one line of JSON: values in the order of the columns' names, bytes as {"hex": …}, instants
and days as text, truth as 0 or 1. Rows stand in the order of the primary key, texts by code point.
The same rows give the same digest on SQLite and on PostgreSQL.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Float,
    Inspector,
    Integer,
    LargeBinary,
    Select,
    String,
    Text,
    cast,
    collate,
    column,
    func,
    inspect,
    select,
    table,
    type_coerce,
)

from talentshare.platform.backup.files import Unfit
from talentshare.platform.events import GENESIS, HEAD
from talentshare.platform.schema import UNFINISHED

AT_ONCE = 1000
INSTANT, DAY = "YYYY-MM-DD HH24:MI:SS.US", "YYYY-MM-DD"

ROLES = """
SELECT DISTINCT pg_get_userbyid(grantee) FROM pg_class, aclexplode(relacl)
 WHERE relnamespace = 'public'::regnamespace AND grantee NOT IN (0, relowner) ORDER BY 1
"""


@dataclass(frozen=True)
class Facts:
    """What a database holds; `roles` have rights in it without owning it."""

    kind: str
    revision: str
    audit_seq: int
    audit_hash: str
    tables: dict[str, dict[str, Any]]
    digest: str
    roles: list[str]

    @property
    def row_count(self) -> int:
        return sum(its["rows"] for its in self.tables.values())


def facts_of(connection: Connection) -> Facts:
    """Read every row once; whoever wants a steady picture gives a connection that has one."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise Unfit("The database is empty: there is nothing to back up.")
    seq, link = connection.execute(HEAD).one_or_none() or (0, GENESIS)
    inspector = inspect(connection)
    names = sorted(set(inspector.get_table_names()) - {UNFINISHED})
    tables = {name: _digest(connection, inspector, name) for name in names}
    is_sqlite = connection.dialect.name == "sqlite"
    return Facts(
        kind=connection.dialect.name,
        revision=revision,
        audit_seq=seq,
        audit_hash=link.hex(),
        tables=tables,
        digest=hashlib.sha256(_line.encode(tables).encode()).hexdigest(),
        roles=[] if is_sqlite else list(connection.exec_driver_sql(ROLES).scalars()),
    )


def differences(connection: Connection, wanted: Facts) -> list[str]:
    """One sentence for each thing in which a database is not what these facts say."""
    found = facts_of(connection)
    said = [
        f"Table {name} is not as it was backed up."
        for name in sorted(found.tables.keys() | wanted.tables.keys())
        if found.tables.get(name) != wanted.tables.get(name)
    ]
    if (found.audit_seq, found.audit_hash) != (wanted.audit_seq, wanted.audit_hash):
        said.append("The head of the audit is not the one that was backed up.")
    if found.revision != wanted.revision:
        said.append(f"The revision is {found.revision}, not {wanted.revision}.")
    if found.digest != wanted.digest and not said:
        said.append("The digest over all tables differs.")
    return said


def _digest(connection: Connection, inspector: Inspector, name: str) -> dict[str, Any]:
    told, count = hashlib.sha256(), 0
    for line in _lines(connection, inspector, name):
        told.update(line)
        count += 1
    return {"rows": count - 1, "sha256": told.hexdigest()}


def _lines(connection: Connection, inspector: Inspector, name: str) -> Iterator[bytes]:
    """The names of the columns, then each row."""
    columns = sorted(inspector.get_columns(name), key=lambda its: its["name"])
    kinds = {its["name"]: its["type"] for its in columns}
    key = inspector.get_pk_constraint(name)["constrained_columns"] or list(kinds)
    is_sqlite = connection.dialect.name == "sqlite"
    wanted: Select[Any] = select(table(name)).with_only_columns(
        *(column(its) if is_sqlite else _plain(its, kind) for its, kind in kinds.items())
    )
    ordered = wanted.select_from(table(name)).order_by(
        *(column(its) if is_sqlite else _place(its, kinds[its]) for its in key)
    )
    yield _line.encode(list(kinds)).encode() + b"\n"
    rows = connection.execute(ordered, execution_options={"yield_per": AT_ONCE})
    for row in rows:
        yield _line.encode(tuple(row)).encode() + b"\n"


def _plain(name: str, kind: Any) -> ColumnElement[Any]:
    """A column of PostgreSQL, in the form in which SQLite keeps it."""
    its: ColumnElement[Any] = column(name)
    if isinstance(kind, Boolean):
        return cast(its, Integer)
    if isinstance(kind, DateTime):
        return func.to_char(func.timezone("UTC", its) if kind.timezone else its, INSTANT)
    if isinstance(kind, Date):
        return func.to_char(its, DAY)
    if isinstance(kind, Float):
        return type_coerce(its, Float)
    if isinstance(kind, Integer | String | LargeBinary):
        return its
    return cast(its, Text)


def _place(name: str, kind: Any) -> ColumnElement[Any]:
    its: ColumnElement[Any] = column(name)
    return collate(its, "C") if isinstance(kind, String) else its


def _other(value: object) -> object:
    return {"hex": bytes(value).hex()} if isinstance(value, bytes | memoryview) else str(value)


_line = json.JSONEncoder(separators=(",", ":"), default=_other)
