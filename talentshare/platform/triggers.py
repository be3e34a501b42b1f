"""The rules that the database keeps by itself: installed by migrations, compared at each start."""

import re
import sqlite3
from pathlib import Path
from typing import Literal

import psycopg
from sqlalchemy import Connection

Part = Literal["all", "triggers"]

FOLDER = Path(__file__).parent / "sql"
FILES = ("ledger", "audit")
TRIGGERS_BEGIN = "-- ## triggers"
BORROWED_TABLES = ("audit_event", "audit_head")  # made by the metadata, guarded here

CREATED = re.compile(r"CREATE (?:OR REPLACE )?(TABLE|INDEX|VIEW|TRIGGER|FUNCTION) (\w+)")
TRIGGER_TABLE = re.compile(r"CREATE (?:OR REPLACE )?TRIGGER \w+[^;]*? ON (\w+)")
CONSTRAINT = re.compile(r"CONSTRAINT (\w+)")

# Every object by name with its definition, as PostgreSQL itself words it.
DEFINITIONS = """
SELECT relname || '.' || attname AS name, concat_ws(' ', format_type(atttypid, atttypmod),
       attnotnull, attgenerated, attidentity, pg_get_expr(adbin, adrelid)) AS definition
  FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid AND relkind = 'r'
  LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
 WHERE relnamespace = :schema AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT relname || '.' || conname, pg_get_constraintdef(o.oid)
  FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid
 WHERE relnamespace = :schema AND contype IN ('c', 'f', 'p', 'u', 'x')
UNION ALL SELECT relname, CASE relkind WHEN 'i' THEN pg_get_indexdef(oid)
       WHEN 'v' THEN pg_get_viewdef(oid) ELSE 'table' END
  FROM pg_class WHERE relnamespace = :schema AND relkind IN ('i', 'r', 'v')
UNION ALL SELECT tgname, pg_get_triggerdef(t.oid)
       || CASE WHEN tgenabled IN ('O', 'A') THEN '' ELSE ' DISABLED' END
  FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
 WHERE relnamespace = :schema AND NOT tgisinternal
UNION ALL SELECT proname || '()', pg_get_functiondef(oid)
  FROM pg_proc WHERE pronamespace = :schema AND prokind = 'f' AND prolang IN
       (SELECT oid FROM pg_language WHERE lanname IN ('sql', 'plpgsql'))
"""
# Read again, nested conditions lose parentheses: the same rule in other words.
CHECKS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = pg_my_temp_schema() AND contype = 'c'
"""
SHADOWED = (
    ("CREATE TABLE ", "CREATE TEMP TABLE "),
    ("CREATE OR REPLACE VIEW ", "CREATE TEMP VIEW "),
    ("CREATE OR REPLACE FUNCTION ", "CREATE FUNCTION pg_temp."),
)


def statements(dialect: str, part: Part = "all") -> list[str]:
    """The statements of all files, in the order in which they must run."""
    return [
        statement
        for name in FILES
        for statement in _split(dialect, _text(FOLDER / f"{name}.{dialect}.sql", part))
    ]


def install(connection: Connection, part: Part = "all") -> None:
    """Make the ledger's tables and all guards; "triggers" leaves tables alone and may be repeated.

    The audit tables must exist. Not `op.execute`: it reads `:name` as a parameter.
    """
    if connection.dialect.name == "sqlite":
        drop_triggers(connection)
    for statement in statements(connection.dialect.name, part):
        _run(connection, statement)


def drop_triggers(connection: Connection) -> None:
    """Drop triggers and view: SQLite cannot rebuild a table while one of them names it."""
    is_sqlite = connection.dialect.name == "sqlite"
    for statement in statements(connection.dialect.name, "triggers"):
        kind, name = _created(statement)
        if kind == "VIEW":
            _run(connection, f"DROP VIEW IF EXISTS {name}")
        elif kind == "TRIGGER":
            place = "" if is_sqlite else f" ON {_table_of(statement)}"
            _run(connection, f"DROP TRIGGER IF EXISTS {name}{place}")


def uninstall(connection: Connection) -> None:
    """Take away the ledger's tables, all guards and their functions; the audit tables stay."""
    drop_triggers(connection)
    made = [_created(statement) for statement in statements(connection.dialect.name)]
    for kind, name in reversed(made):
        if kind in {"TABLE", "FUNCTION"}:
            _run(connection, f"DROP {kind} IF EXISTS {name}")


def missing(connection: Connection) -> list[str]:
    """Name what the database lacks, has disabled or has otherwise than the files say.

    On PostgreSQL the role needs TEMPORARY on the database: the files are compared with a copy.
    """
    if connection.dialect.name == "sqlite":
        return _missing_in_sqlite(connection)
    have = _definitions(connection, "'public'::regnamespace")
    absent = [name for name in _names(statements("postgresql")) if name not in have]
    if absent:
        return absent
    made, restored = _definitions_of_a_copy(connection)
    return sorted(name for name in made if have.get(name) not in (made[name], restored[name]))


def refusal_name(error: BaseException) -> str | None:
    """The name of the rule that the database enforced, the same on both databases."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, psycopg.IntegrityError):
        told = cause.diag
        column = f"{told.table_name}.{told.column_name}" if told.column_name else None
        return told.constraint_name or column
    if isinstance(cause, sqlite3.IntegrityError):
        return _sqlite_rule(cause.sqlite_errorname, str(cause))
    return None


def _sqlite_rule(kind: str, message: str) -> str | None:
    before, _, after = message.partition(": ")
    if kind == "SQLITE_CONSTRAINT_TRIGGER":
        return before
    if kind in {"SQLITE_CONSTRAINT_CHECK", "SQLITE_CONSTRAINT_NOTNULL"}:
        return after
    if kind not in {"SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE"}:
        return None
    if after.startswith("index "):
        return after.removeprefix("index ").strip("'")
    table = after.partition(".")[0]
    if kind == "SQLITE_CONSTRAINT_UNIQUE":
        columns = [column.partition(".")[2] for column in after.split(", ")]
        return "_".join(["uq", table, *columns])
    own = (_created(statement) for statement in statements("sqlite"))
    return f"{table}_pkey" if ("TABLE", table) in own else f"pk_{table}"


def _text(path: Path, part: Part) -> str:
    text = path.read_text("utf-8")
    return text if part == "all" else TRIGGERS_BEGIN + text.split(TRIGGERS_BEGIN, 1)[1]


def _split(dialect: str, text: str) -> list[str]:
    """Cut at statement ends; bodies of triggers and functions hold semicolons too."""
    found, buffer = [], ""
    for line in text.splitlines(keepends=True):
        if not buffer and (line.startswith("--") or not line.strip()):
            continue
        buffer += line
        if _is_complete(dialect, buffer):
            found.append(buffer.strip())
            buffer = ""
    return found


def _is_complete(dialect: str, buffer: str) -> bool:
    if not _flat(buffer).endswith(";"):
        return False
    if dialect == "sqlite":
        return sqlite3.complete_statement(buffer)
    return buffer.count("$$") % 2 == 0


def _flat(text: str) -> str:
    """One line without comments, so that layout does not count."""
    return re.sub(r"\s+", " ", re.sub(r"--[^\n]*", "", text)).strip()


def _created(statement: str) -> tuple[str, str]:
    found = CREATED.match(statement)
    return (found[1], found[2]) if found else ("", "")


def _table_of(trigger: str) -> str:
    found = TRIGGER_TABLE.match(_flat(trigger))
    return found[1] if found else ""


def _names(all_statements: list[str]) -> list[str]:
    names = []
    for statement in all_statements:
        kind, name = _created(statement)
        names += [f"{name}()" if kind == "FUNCTION" else name] if kind else []
        if kind == "TABLE":
            names += [f"{name}.{rule}" for rule in CONSTRAINT.findall(statement)]
    return names


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _missing_in_sqlite(connection: Connection) -> list[str]:
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    have = {name: _flat(sql + ";") for name, sql in connection.exec_driver_sql(query)}
    names = []
    for statement in statements("sqlite"):
        kind, name = _created(statement)
        want, found = _flat(statement), have.get(name, "")
        if kind == "TABLE" and found:
            names += [f"{name}.{rule}" for rule in _lost_rules(want, found)]
        elif want != found:
            names.append(name)
    return names


def _lost_rules(want: str, found: str) -> list[str]:
    """Batch mode rewrites tables, so each rule is looked for by itself, literally."""
    text = _squeezed(found)
    lost = []
    for column in _columns(want):
        rule = CONSTRAINT.match(column)
        is_generated = " GENERATED " in column
        if (rule or is_generated) and _squeezed(column) not in text:
            lost.append(rule[1] if rule else column.partition(" ")[0])
    if "WITHOUT ROWID" in want and "withoutrowid" not in text:
        lost.append("WITHOUT ROWID")
    return lost


def _columns(table: str) -> list[str]:
    """The definitions inside CREATE TABLE (…), cut at the commas of the outer level."""
    parts, depth = [""], 0
    for sign in table[table.index("(") + 1 : table.rindex(")")]:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts]


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\"]", "", text).lower()


def _definitions(connection: Connection, schema: str) -> dict[str, str]:
    query = DEFINITIONS.replace(":schema", schema)
    return {
        name: re.sub(r"\b(?:public|pg_temp(?:_\d+)?)\.", "", definition)
        for name, definition in connection.exec_driver_sql(query)
    }


def _definitions_of_a_copy(connection: Connection) -> tuple[dict[str, str], dict[str, str]]:
    """Make all objects once more as temporary ones, so that both are worded by one server.

    In two wordings: as the files make them, and as a dump, once restored, makes them.
    """
    attempt = connection.begin_nested()
    try:
        _run(connection, "SET LOCAL search_path = pg_temp, public")
        for table in BORROWED_TABLES:
            _run(connection, f"CREATE TEMP TABLE {table} (LIKE public.{table})")
        for statement in statements("postgresql"):
            if _created(statement)[0]:
                _run(connection, _shadow(statement))
        made = _own(_definitions(connection, "pg_my_temp_schema()"))
        for table, rule, definition in connection.exec_driver_sql(CHECKS).all():
            drop, add = f"DROP CONSTRAINT {rule}", f"ADD CONSTRAINT {rule} {definition}"
            _run(connection, f"ALTER TABLE {table} {drop}, {add}")
        restored = _own(_definitions(connection, "pg_my_temp_schema()"))
    finally:
        attempt.rollback()
    return made, restored


def _own(found: dict[str, str]) -> dict[str, str]:
    return {name: text for name, text in found.items() if name.split(".")[0] not in BORROWED_TABLES}


def _shadow(statement: str) -> str:
    for lasting, temporary in SHADOWED:
        if statement.startswith(lasting):
            return statement.replace(lasting, temporary, 1)
    return statement
