"""Attacks are read from SQL files; each is tried on a known base and judged by what is left."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from talentshare.platform.triggers import refusal_name
from tests.attacks import defects
from tests.attacks.databases import Attacked
from tests.attacks.ledger_statements import capacity, leave

HARMLESS = "harmless"
HEADING = re.compile(r"-- \[(\w+)( empty)?\] (.+) -> (.+)")
LEDGER_BASE = """
insert into week_ledger(specialist_id,week_on,capacity_minutes)
 values (1,'2026-01-05',480),(1,'2026-01-12',480),(2,'2026-01-05',480);
insert into allocation_week values (1,1,'2026-01-05',480);
insert into allocation_week values (2,1,'2026-01-12',60);
insert into extra_grant(specialist_id,week_on,minutes,reason,granted_by,checked_by)
 values (2,'2026-01-05',60,'peak',8,9);
insert into appointment(id,specialist_id,starts_at,ends_at,buffer_before,buffer_after,state)
 values (101,1,'2026-01-12 01:00:00.000000','2026-01-12 02:00:00.000000',15,15,'confirmed');
"""
AUDIT_COLUMNS = "audit_event(id,seq,at,actor_id,deed,subject,details,prev,hash)"
AUDIT_ROW = "'2026-01-05 01:00:00.000000',7,'request.submitted','talent_request:1','{}'"
AUDIT_BASE = f"""
insert into audit_head(id,seq,hash) values (1,0,BYTES(00));
insert into {AUDIT_COLUMNS} values (1,1,{AUDIT_ROW},BYTES(00),BYTES(01));
update audit_head set seq=1, hash=BYTES(01);
insert into {AUDIT_COLUMNS} values (2,2,{AUDIT_ROW},BYTES(01),BYTES(02));
insert into {AUDIT_COLUMNS} values (3,3,{AUDIT_ROW},BYTES(02),BYTES(03));
update audit_head set seq=3, hash=BYTES(03);
"""
BASES = {"ledger": LEDGER_BASE, "audit": AUDIT_BASE}
AUDIT_FIRST = [(n, "request.submitted", bytes([n - 1]), bytes([n])) for n in (1, 2, 3)]


@dataclass(frozen=True)
class Attack:
    """`given` prepares; `statement` must end as one of `expected` says."""

    target: str
    on: str
    what: str
    is_on_nothing: bool
    expected: frozenset[str]
    given: tuple[str, ...]
    statement: str

    @property
    def base(self) -> str:
        return "" if self.is_on_nothing else BASES[self.target]

    def is_answered_by(self, outcome: str) -> bool:
        return outcome in self.expected or ("refused" in self.expected and outcome != HARMLESS)


@cache
def attacks(target: str, dialect: str) -> tuple[Attack, ...]:
    """All attacks of `<target>_attacks.sql` that make sense on this database."""
    text = Path(__file__).with_name(f"{target}_attacks.sql").read_text("utf-8")
    found = []
    for block in text.split("\n\n"):
        heading, *lines = block.strip().splitlines()
        if not (told := HEADING.fullmatch(heading)):
            continue
        expected = frozenset(told[4].split(" or "))
        *given, statement = [line.removesuffix(";") for line in lines]
        found.append(
            Attack(target, told[1], told[3], bool(told[2]), expected, tuple(given), statement)
        )
    return tuple(attack for attack in found if attack.on in {"both", dialect})


def prepare(it: Attacked, base: str) -> None:
    """Start again from the base."""
    it.reset()
    for statement in filter(str.strip, base.split(";\n")):
        it.run(spelled_out(it, statement))


def spelled_out(it: Attacked, statement: str) -> str:
    """Put in full what the files abbreviate."""
    statement = statement.replace("AUDIT_COLUMNS", AUDIT_COLUMNS).replace("AUDIT_ROW", AUDIT_ROW)
    link = r"x'\1'" if it.dialect == "sqlite" else r"'\\x\1'::bytea"
    statement = re.sub(r"\bBYTES\((\w+)\)", link, statement)
    statement = re.sub(r"\bLEAVE\((\d+)\)", lambda found: leave(int(found[1])), statement)
    return re.sub(r"\bCAPACITY\((\d+)\)", lambda found: capacity(int(found[1])), statement)


def outcome_of(it: Attacked, statement: str, values: Any = ()) -> str:
    """Try one statement in a savepoint of its own: harmless, or the name of the refusal."""
    it.run("savepoint attempt")
    try:
        it.run(statement, values)
        it.run("release savepoint attempt")
    except it.refused as error:
        try:
            it.run("rollback to savepoint attempt")
            it.run("release savepoint attempt")
        except it.refused:
            it.run("begin")  # OR ROLLBACK ended the whole transaction
        return refusal_name(error) or type(error).__name__
    return HARMLESS


def failure_of(it: Attacked, attack: Attack) -> str | None:
    """Run one attack; None when it ended as expected and left everything sound."""
    try:
        prepare(it, attack.base)
        for statement in attack.given:
            it.run(spelled_out(it, statement))
        outcome = outcome_of(it, spelled_out(it, attack.statement))
        found = (
            defects.in_ledger(it)
            if attack.target == "ledger"
            else defects.in_audit(it, [] if attack.is_on_nothing else AUDIT_FIRST)
        )
    except it.refused as error:
        return f"{attack.what}: refused in what leads to it: {refusal_name(error) or error}"
    except TypeError as error:
        return f"{attack.what}: a figure is no number: {error}"
    if attack.is_answered_by(outcome) and not found:
        return None
    return f"{attack.what}: {outcome}, expected {sorted(attack.expected)}; {found}"


def first_failure(it: Attacked, target: str) -> str | None:
    """Run all attacks up to the first that does not end as expected."""
    return next(filter(None, (failure_of(it, each) for each in attacks(target, it.dialect))), None)
