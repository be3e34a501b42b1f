"""The SQL of the project with one rule lost or bent; the attacks must notice every one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from talentshare.platform import triggers
from tests.attacks import audit_bugs, ledger_bugs
from tests.attacks.databases import audit_tables

TRIGGER = re.compile(r"CREATE (?:OR REPLACE )?TRIGGER (\w+)")
CHECK = re.compile(r"CONSTRAINT (\w+) CHECK (?=\()")
BUGS = {
    ("ledger", "sqlite"): (*ledger_bugs.BOTH, *ledger_bugs.SQLITE),
    ("ledger", "postgresql"): (*ledger_bugs.BOTH, *ledger_bugs.POSTGRESQL),
    ("audit", "sqlite"): audit_bugs.SQLITE,
    ("audit", "postgresql"): audit_bugs.POSTGRESQL,
}
COVERING_EACH_OTHER = {  # on PostgreSQL; either alone does the work of both
    "IF touched <> cardinality(s)": "IF false",
    "CONSTRAINT ledger_no_week FOREIGN KEY (specialist_id, week_on) REFERENCES week_ledger,": "",
}


@dataclass(frozen=True)
class Mutant:
    target: str
    dialect: str
    what: str
    statements: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.target}, {self.dialect}: {self.what}"


def mutants(target: str, dialect: str) -> list[Mutant]:
    """All of them, each with the tables it needs."""
    whole = triggers.statements(dialect)
    good = [statement for statement in whole if ("audit_" in statement) is (target == "audit")]
    tables = audit_tables(dialect) if target == "audit" else []
    made = [*without_one_trigger(good), *without_one_check(good)]
    made += [(what, replaced(good, {old: new})) for what, old, new in BUGS[target, dialect]]
    if (target, dialect) == ("ledger", "postgresql"):
        made.append(("no row count, no foreign keys", replaced(good, COVERING_EACH_OTHER)))
    return [Mutant(target, dialect, what, (*tables, *bad)) for what, bad in made]


def without_one_trigger(good: list[str]) -> Iterator[tuple[str, list[str]]]:
    for number, statement in enumerate(good):
        if trigger := TRIGGER.match(statement):
            yield f"no trigger {trigger[1]}", good[:number] + good[number + 1 :]


def without_one_check(good: list[str]) -> Iterator[tuple[str, list[str]]]:
    for number, statement in enumerate(good):
        for check in CHECK.finditer(statement):
            condition = balanced(statement, check.end())
            bad = statement[: check.end()] + "(1 = 1)" + statement[check.end() + len(condition) :]
            yield f"no CHECK {check[1]}", [*good[:number], bad, *good[number + 1 :]]


def balanced(text: str, start: int) -> str:
    """The text from the bracket at `start` to the one that closes it."""
    depth = 0
    for end, sign in enumerate(text[start:], 1):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if depth == 0:
            return text[start : start + end]
    raise ValueError("a bracket is never closed")


def replaced(good: list[str], changes: dict[str, str]) -> list[str]:
    """Every occurrence in every statement; a text that no longer occurs is an error of the test."""
    bad = good
    for old, new in changes.items():
        changed = [statement.replace(old, new) for statement in bad]
        assert changed != bad, f"nothing to bend: {old}"
        bad = changed
    return bad
