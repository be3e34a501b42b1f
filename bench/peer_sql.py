"""One position ranked by one SQL query in SQLite: the rules and preferences of the engine, one start."""

import sqlite3
from datetime import timedelta

from talentshare.engine import columns
from talentshare.engine.problem import NO_CAP
from talentshare.engine.rules import WEIGHTS

SCHEMA = """
CREATE TABLE person (id INTEGER PRIMARY KEY, most INTEGER, online INTEGER, onsite INTEGER, islands INTEGER,
  areas INTEGER, pledge INTEGER, declaration INTEGER, bases INTEGER, load INTEGER, served INTEGER);
CREATE TABLE has_role (role TEXT, person INTEGER, PRIMARY KEY (role, person)) WITHOUT ROWID;
CREATE TABLE level (skill TEXT, person INTEGER, verified INTEGER, claimed INTEGER, PRIMARY KEY (skill, person)) WITHOUT ROWID;
CREATE TABLE week (person INTEGER, week INTEGER, month INTEGER, total INTEGER, inside INTEGER, on_leave INTEGER,
  engaged INTEGER, bodies INTEGER, PRIMARY KEY (person, month, week)) WITHOUT ROWID;
CREATE TABLE month_left (person INTEGER, month INTEGER, minutes INTEGER, PRIMARY KEY (person, month)) WITHOUT ROWID;
CREATE TABLE serving (body INTEGER, person INTEGER, week INTEGER, PRIMARY KEY (body, person, week)) WITHOUT ROWID;
CREATE TABLE experience (kind TEXT, key TEXT, person INTEGER, times INTEGER, PRIMARY KEY (kind, key, person)) WITHOUT ROWID;
CREATE TABLE tied (supplier TEXT, person INTEGER, PRIMARY KEY (supplier, person)) WITHOUT ROWID;
CREATE TABLE asked (week INTEGER PRIMARY KEY, minutes INTEGER, inside INTEGER, is_open INTEGER);
CREATE TABLE skill (skill TEXT PRIMARY KEY, level INTEGER, is_must INTEGER, worth INTEGER);
"""
QUERY = """
WITH spent AS MATERIALIZED (
  SELECT w.person, w.month,
    sum(CASE WHEN w.on_leave AND a.is_open THEN 0 ELSE max(0, a.minutes - w.total, a.inside - w.inside) END) AS missing,
    sum(w.on_leave AND a.is_open) AS leave, sum(NOT w.engaged) AS away,
    sum(w.bodies - (s.person IS NOT NULL) >= p.most) AS crowded,
    sum(CASE WHEN w.on_leave AND a.is_open THEN 0 ELSE a.minutes END) AS taken,
    sum(CASE WHEN w.on_leave AND a.is_open THEN 0 ELSE min(max(w.total - a.minutes, 0), a.minutes) END) AS spare
  FROM person p CROSS JOIN week w ON w.person = p.id AND w.month BETWEEN :first AND :last
  CROSS JOIN asked a ON a.week = w.week
  LEFT JOIN serving s ON s.body = :body AND s.person = w.person AND s.week = w.week
  GROUP BY w.person, w.month
), timed AS MATERIALIZED (
  SELECT t.person, sum(missing) > 0 AS short, sum(leave) > :leave_weeks AS leave, sum(away) > 0 AS away,
    sum(crowded) > 0 AS crowded, max(coalesce(taken > m.minutes, 0)) AS over, sum(spare) AS spare, sum(taken) AS taken
  FROM spent t LEFT JOIN month_left m ON m.person = t.person AND m.month = t.month GROUP BY t.person
), able AS MATERIALIZED (
  SELECT p.id AS person,
    sum(k.is_must AND max(coalesce(l.verified, 0), coalesce(l.claimed, 0)) < k.level) > 0 AS lacks,
    sum(k.worth * CASE WHEN max(coalesce(l.verified, 0), coalesce(l.claimed, 0)) < k.level
      THEN 80 * max(coalesce(l.verified, 0), coalesce(l.claimed, 0)) / k.level
      ELSE min(100, 80 + 10 * (max(coalesce(l.verified, 0), coalesce(l.claimed, 0)) - k.level)) END) / sum(k.worth) AS skill,
    sum(k.worth * CASE WHEN coalesce(l.verified, 0) >= k.level THEN 100
      WHEN coalesce(l.claimed, 0) >= k.level THEN 50 ELSE 0 END) / sum(k.worth) AS evidence
  FROM person p CROSS JOIN skill k LEFT JOIN level l ON l.skill = k.skill AND l.person = p.id GROUP BY p.id
), judged AS (
  SELECT p.id,
    t.short + 2 * t.leave + 4 * t.over + 8 * t.crowded + 16 * t.away
    + 32 * (NOT EXISTS (SELECT 1 FROM has_role r WHERE r.role = :role AND r.person = p.id))
    + 64 * a.lacks + 128 * (:online AND NOT p.online OR :onsite AND (NOT p.onsite OR (:areas & ~p.areas) != 0))
    + 256 * (NOT p.pledge) + 512 * (NOT p.declaration)
    + 1024 * EXISTS (SELECT 1 FROM tied x WHERE x.supplier = :supplier AND x.person = p.id)
    + 2048 * ((p.bases & :bases) = 0) AS mask,
    :skill * a.skill + :evidence * a.evidence + :free_time * (100 * t.spare / max(1, t.taken))
    + :experience * (30 * min(2, coalesce(b.times, 0)) + 20 * min(2, coalesce(h.times, 0)))
    + :balance * ((1000 - min(1000, p.load)) / 10) + :fairness * (100 * max(0, 12480 - p.served) / 12480) AS score
  FROM person p JOIN timed t ON t.person = p.id JOIN able a ON a.person = p.id
  LEFT JOIN experience b ON b.kind = 'body' AND b.key = :body AND b.person = p.id
  LEFT JOIN experience h ON h.kind = 'theme' AND h.key = :theme AND h.person = p.id
)
SELECT id, score FROM judged WHERE mask = 0 ORDER BY score DESC, id LIMIT 50
"""


def filled(pool, need):
    """A database in memory with these people, and what this need asks for at its first start."""
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    ids = pool.ids.tolist()
    put(db, "person", zip(ids, *(getattr(pool, name).tolist() for name in (
        "max_bodies", "online", "onsite", "islands", "areas", "pledge_valid", "declaration_valid",
        "legal_bases", "load_permille", "served_minutes")), strict=True))  # fmt: skip
    for role, row in zip(pool.roles, pool.has_role, strict=True):
        put(db, "has_role", ((role, who) for who in pool.ids[row].tolist()))
    for skill, *levels in zip(pool.skills, pool.verified, pool.claimed, strict=True):
        put(
            db,
            "level",
            zip([skill] * len(ids), ids, *(row.tolist() for row in levels), strict=True),
        )
    weeks = ("free_total", "free_inside", "on_leave", "engaged", "bodies_served")
    for at in range(pool.weeks):
        cells = (getattr(pool, name)[at].tolist() for name in weeks)
        head = [at] * len(ids), [pool.month_at(at)] * len(ids)
        put(db, "week", zip(ids, *head, *cells, strict=True))
    for month, row in enumerate(pool.month_left.tolist()):
        put(
            db,
            "month_left",
            ((who, month, left) for who, left in zip(ids, row, strict=True) if left < NO_CAP),
        )
    for body, marks in pool.serving.items():
        put(
            db,
            "serving",
            {(body, *pair) for pair in zip(marks.ids.tolist(), marks.values.tolist(), strict=True)},
        )
    for kind, table in (("body", pool.body_experience), ("theme", pool.theme_experience)):
        for key, marks in table.items():
            put(
                db,
                "experience",
                (
                    (kind, key, *pair)
                    for pair in zip(marks.ids.tolist(), marks.values.tolist(), strict=True)
                ),
            )
    for key, tied in pool.suppliers.items():
        put(db, "tied", ((key, who) for who in tied.tolist()))
    ask(db, need, pool)
    db.executescript("ANALYZE")
    return db


def ask(db, need, pool):
    asked = columns.beside(need, pool).asked
    first = (need.first_start_on - pool.first_week_on) // timedelta(weeks=1)
    rows = zip(
        asked.minutes[:, 0].tolist(),
        asked.inside[:, 0].tolist(),
        asked.is_open.tolist(),
        strict=True,
    )
    put(db, "asked", ((first + at, *row) for at, row in enumerate(rows)))
    put(db, "skill", ((s.skill, s.level, s.must, s.worth) for s in need.skills))


def put(db, table, rows):
    rows = list(rows)
    if rows:
        db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)


def given(need, pool):
    """What the query asks for besides the tables."""
    months = columns.beside(need, pool).asked.months.tolist()
    return {
        "first": months[0], "last": months[-1],
        "body": need.body, "theme": need.theme, "role": need.role, "leave_weeks": need.leave_weeks,
        "online": need.place != "onsite", "onsite": need.place != "online", "areas": need.areas,
        "supplier": next(iter(need.suppliers), ""), "bases": need.legal_bases, **WEIGHTS,
    }  # fmt: skip


def first_50(db, facts):
    return db.execute(QUERY, facts).fetchall()
