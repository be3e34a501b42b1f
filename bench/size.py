"""A demo on PostgreSQL, grown to the size at which the service must still answer.

10,000 specialists, 200,000 allocations over 2 million weeks, each with its request, position and proposal, 15,000
positions that still look for somebody, 1 million deeds in one audit chain. Rows are made by SQL inside the
database, below the guards of the ledger; `talentshare check` and `talentshare audit verify` then find them in order.
"""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Table, func, select, text

from bench.growth import grow
from bench.rank_database import person_row, put, settle
from talentshare.accounts.models import Body, BodyKind, Person, PersonRole
from talentshare.allocations.models import Allocation, allocation_week
from talentshare.kernel import clock
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals.models import Proposal
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position, TalentRequest

ALLOCATIONS, WEEKS, DEEDS = 200_000, 10, 1_000_000
MORE_COORDINATORS = 40
ROOM = 600  # minutes that a week must have to be given away in three parts of at most 180
TRACKS = 3
FIRST_DEED = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
STORY = (
    ("talent_request.created", "talent_request", {}),
    ("proposal.prepared", "proposal", {}),
    ("allocation.held", "allocation", {"weeks": WEEKS}),
    ("proposal.agreed", "proposal", {"decider": "manager"}),
    ("allocation.confirmed", "allocation", {"weeks": WEEKS}),
)

# Ten weeks with room each, up to three beside each other; one after another through the calendar.
GROWN = f"""
CREATE TEMP TABLE room AS
SELECT specialist_id, week_on,
       (row_number() OVER (PARTITION BY specialist_id ORDER BY week_on) - 1) / {WEEKS} AS slot
  FROM week_ledger WHERE capacity_minutes >= {ROOM} AND specialist_id >= :first;
CREATE TEMP TABLE grown AS
SELECT (row_number() OVER (ORDER BY track, md5(s.specialist_id || '.' || slot)))::int AS n, s.*
  FROM (SELECT specialist_id, slot, track, min(week_on) AS starts_on, max(week_on) + 6 AS ends_on
          FROM room, generate_series(0, {TRACKS - 1}) AS track GROUP BY 1, 2, 3 HAVING count(*) = {WEEKS}) s
 ORDER BY 1 LIMIT :missing;
ALTER TABLE grown ADD body_id int, ADD minutes int, ADD model int, ADD coordinator_id int, ADD is_over bool;
UPDATE grown g SET body_id = (:bodies)[1 + (g.specialist_id + track % sp.max_bodies) % cardinality(:bodies)],
       minutes = CASE WHEN sp.month_cap_minutes IS NULL THEN 180 ELSE 120 END, is_over = ends_on < :today,
       model = (:models)[1 + n % cardinality(:models)],
       coordinator_id = (:coordinators)[1 + n % cardinality(:coordinators)]
  FROM specialist sp WHERE sp.id = g.specialist_id;
ANALYZE grown;
"""
BOOKED = """
CREATE TEMP TABLE booked AS
SELECT g.n, g.specialist_id, r.week_on, g.minutes FROM grown g JOIN room r USING (specialist_id, slot);
INSERT INTO allocation_week (allocation_id, specialist_id, week_on, minutes)
SELECT :allocation + n, specialist_id, week_on, minutes FROM booked ORDER BY 1, 3;
INSERT INTO allocation_inside (allocation_id, week_on, inside_minutes)
SELECT :allocation + n, week_on, 0 FROM booked ORDER BY 1, 2;
INSERT INTO proposal_week (proposal_id, week_on, minutes, inside_minutes, is_leave)
SELECT :proposal + n, week_on, minutes, 0, false FROM booked ORDER BY 1, 2;
UPDATE week_ledger l SET booked_minutes = l.booked_minutes + b.minutes
  FROM (SELECT specialist_id, week_on, sum(minutes) AS minutes FROM booked GROUP BY 1, 2) b
 WHERE (l.specialist_id, l.week_on) = (b.specialist_id, b.week_on);
"""
# What differs from the model; all else of a row is as in the demo's own.
REQUEST = {
    "id": ":talent_request + n", "number": "'R-2026-' || 300000 + n", "body_id": "g.body_id",
    "coordinator_id": "g.coordinator_id", "state": "CASE WHEN is_over THEN 'completed' ELSE 'staffed' END",
    "support_starts_on": "starts_on", "support_ends_on": "ends_on", "follow_up_due_on": "ends_on + 7",
    "officer_id": "(SELECT min(p.id) FROM person p JOIN person_role r ON r.person_id = p.id AND r.role = 'officer'"
    " WHERE p.body_id = g.body_id)",
}  # fmt: skip
EFFORT = {"minutes_per_week": "g.minutes", "inside_minutes_per_week": "0", "weekdays": "31"}
POSITION = EFFORT | {
    "id": ":position + n", "talent_request_id": ":talent_request + n", "week_count": str(WEEKS),
    "earliest_on": "starts_on", "latest_end_on": "ends_on",
}  # fmt: skip
PROPOSAL = EFFORT | {
    "id": ":proposal + n", "position_id": ":position + n", "specialist_id": "g.specialist_id",
    "body_id": "g.body_id", "allocation_id": ":allocation + n", "ranking_id": "NULL",
}  # fmt: skip
ALLOCATION = EFFORT | {
    "id": ":allocation + n", "position_id": ":position + n", "specialist_id": "g.specialist_id",
    "body_id": "g.body_id", "starts_on": "g.starts_on", "ends_on": "g.ends_on",
}  # fmt: skip


def fill() -> None:
    """Grow the demo in this database; the clock stands at its last day."""
    demo_people = db.session.scalar(select(func.max(Specialist.id)))
    grow()
    add_coordinators()
    with below_the_guards():
        book(demo_people)
        chain(FIRST_DEED)
    count_on()
    settle()


class below_the_guards:  # noqa: N801  reads as a phrase
    """Neither triggers nor references are looked at, in this transaction alone."""

    def __enter__(self) -> None:
        db.session.execute(text("SET LOCAL session_replication_role = replica"))

    def __exit__(self, *failure: object) -> None:
        db.session.rollback() if failure[0] else db.session.commit()


def add_coordinators() -> None:
    home = db.session.scalar(select(Body.id).where(Body.kind == BodyKind.GOVTECH))
    first = 1 + db.session.scalar(select(func.max(Person.id)))
    ids = range(first, first + MORE_COORDINATORS)
    put(Person, [person_row(n, home) for n in ids])
    put(PersonRole, [{"person_id": n, "role": "coordinator"} for n in ids])
    db.session.commit()


def book(demo_people: int) -> None:
    """The allocations that are missing, for everybody but those of the demo."""
    last = {
        model.__tablename__: last_id(model)
        for model in (TalentRequest, Position, Proposal, Allocation)
    }
    bodies = select(Body.id).where(Body.is_active, Body.kind != BodyKind.GOVTECH).order_by(Body.id)
    models = select(Allocation.id).where(Allocation.state == "confirmed").order_by(Allocation.id)
    coordinators = select(PersonRole.person_id).where(PersonRole.role == "coordinator")
    given = last | {
        "first": demo_people + 1, "today": clock.today(),
        "missing": ALLOCATIONS - (db.session.scalar(select(func.count(Allocation.id))) or 0),
    }  # fmt: skip
    for name, found in (("bodies", bodies), ("models", models), ("coordinators", coordinators)):
        given[name] = list(db.session.scalars(found))
    run(GROWN, given)
    run(BOOKED, given)
    its_position = "SELECT o.position_id FROM allocation o WHERE o.id = g.model"
    its_request = f"SELECT q.talent_request_id FROM position q WHERE q.id = ({its_position})"
    copy(TalentRequest.__table__, f"m.id = ({its_request})", REQUEST, given)
    copy(Position.__table__, f"m.id = ({its_position})", POSITION, given)
    copy(Proposal.__table__, "m.allocation_id = g.model", PROPOSAL, given)
    copy(Allocation.__table__, "m.id = g.model", ALLOCATION, given)


def copy(table: Table, is_model: str, changes: dict[str, str], given: dict[str, Any]) -> None:
    """Rows as those of the models, with what differs."""
    names = [column.name for column in table.c]
    values = ", ".join(changes.get(name, f"m.{name}") for name in names)
    run(
        f'INSERT INTO "{table.name}" ({", ".join(names)}) SELECT {values} '
        f'FROM grown g JOIN "{table.name}" m ON {is_model} ORDER BY n',
        given,
    )


def run(statements: str, given: dict[str, Any]) -> None:
    for one in filter(str.strip, statements.split(";")):
        wanted = {name: value for name, value in given.items() if f":{name}" in one}
        db.session.execute(text(one), wanted)


def last_id(model: type) -> int:
    return db.session.scalar(select(func.max(model.id))) or 0


def chain(first: datetime) -> None:
    """Deeds of the grown rows before those of the demo, all of them sealed anew in one chain."""
    own = db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq)).all()
    db.session.expunge_all()
    names = ["id", *events.EVENT_COLUMNS]
    key, before, number = events.audit_key(), events.GENESIS, 0
    deeds = itertools.chain(told(rows_of_story(), DEEDS - len(own), first, own[0].at), own)
    run("TRUNCATE audit_event", {})
    head = f"COPY audit_event ({', '.join(names)}) FROM STDIN"
    cursor = db.session.connection().connection.cursor()
    with cursor.copy(head) as out:
        for event in deeds:
            number += 1
            event.id, event.seq, event.prev = number, number, before
            before = event.hash = events.digest(key, event)
            row = [getattr(event, name) for name in names]
            row[names.index("details")] = json.dumps(event.details, ensure_ascii=False)
            out.write_row(row)
    run("UPDATE audit_head SET seq = :seq, hash = :hash", {"seq": number, "hash": before})


def rows_of_story() -> list[tuple[str, str, dict[str, Any], int]]:
    """Deed, subject, details and actor of everything that happened to the grown rows, in order."""
    grown = db.session.execute(
        text("SELECT n, coordinator_id FROM grown ORDER BY starts_on, n")
    ).all()
    models = (TalentRequest, Proposal, Allocation)
    last = {model.__tablename__: last_id(model) - len(grown) for model in models}
    return [
        (deed, f"{kind}:{last[kind] + n}", details, who)
        for n, who in grown
        for deed, kind, details in STORY
    ]


def told(
    story: list[tuple[str, str, dict[str, Any], int]], count: int, first: datetime, until: datetime
) -> Iterator[AuditEvent]:
    """So many of these deeds, evenly from `first` until the demo begins."""
    step = (until - first) / (count + 1)
    for i, (deed, subject, details, who) in enumerate(
        itertools.islice(itertools.cycle(story), count)
    ):
        yield AuditEvent(
            at=first + i * step, actor_id=who, on_behalf_of_id=None, deed=deed, subject=subject,
            details=details, request_ip="10.0.0.1",
        )  # fmt: skip


def count_on() -> None:
    """Every table counts on after the ids that were given by hand."""
    for table in db.metadata.sorted_tables:
        if "id" in table.c:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            last = select(func.max(table.c.id)).scalar_subquery()
            db.session.execute(select(func.setval(sequence, func.coalesce(last, 1))))
    db.session.commit()


def sizes() -> dict[str, int]:
    """What stands in the database, counted."""
    models = {
        "bodies": Body.__table__, "specialists": Specialist.__table__, "requests": TalentRequest.__table__,
        "positions": Position.__table__, "proposals": Proposal.__table__, "allocations": Allocation.__table__,
        "allocation weeks": allocation_week, "deeds in the audit": AuditEvent.__table__,
    }  # fmt: skip
    return {
        name: db.session.scalar(select(func.count()).select_from(one)) or 0
        for name, one in models.items()
    }
