"""Seeded bugs of the audit guards: what, the text as it stands, the text as it must never stand."""

from collections.abc import Sequence

from tests.attacks.ledger_bugs import Bug

SQLITE: Sequence[Bug] = (
    ("REPLACE by id", "id = NEW.id OR seq = NEW.seq", "seq = NEW.seq"),
    ("REPLACE by number", "id = NEW.id OR seq = NEW.seq", "id = NEW.id"),
    ("a deed behind the head", "NEW.seq <= coalesce((SELECT max(seq) FROM audit_head), 0)", "0"),
    ("a negative id", "NEW.id < 1 OR ", ""),
    ("a number that is text", "typeof(NEW.seq) <> 'integer' OR ", ""),
    ("prev that is text", "typeof(NEW.prev) <> 'blob' OR ", ""),
    ("hash that is text", " OR typeof(NEW.hash) <> 'blob'", ""),
    ("a second head", " OR EXISTS (SELECT 1 FROM audit_head)", ""),
    ("a head with another id", "NEW.id IS NOT 1 OR ", ""),
    ("a first head that is ahead", "NEW.seq IS NOT 0 OR ", ""),
    ("a first head after deeds", " OR EXISTS (SELECT 1 FROM audit_event);", ";"),
    ("a head renumbered", "WHERE NEW.id IS NOT OLD.id", "WHERE 0"),
    ("deeds not counted", "NEW.seq - OLD.seq IS NOT", "0 AND NEW.seq - OLD.seq IS NOT"),
    ("head without the last link", "WHERE NEW.hash IS NOT", "WHERE 0 AND NEW.hash IS NOT"),
    (
        "a standing head takes another hash",
        "WHEN OLD.seq THEN OLD.hash",
        "WHEN OLD.seq THEN NEW.hash",
    ),
    ("links not compared", "AND e.prev IS NOT", "AND 0 AND e.prev IS NOT"),
    (
        "first link not compared",
        "CASE e.seq WHEN OLD.seq + 1 THEN OLD.hash",
        "CASE e.seq WHEN OLD.seq + 1 THEN e.prev",
    ),
    (
        "later links not compared",
        "ELSE (SELECT hash FROM audit_event p WHERE p.seq = e.seq - 1)",
        "ELSE e.prev",
    ),
)

POSTGRESQL: Sequence[Bug] = (
    ("updates allowed", "TG_OP <> 'INSERT'", "TG_OP = 'DELETE'"),
    ("deletes allowed", "TG_OP <> 'INSERT'", "TG_OP = 'UPDATE'"),
    ("a deed behind the head", " OR NEW.seq <= coalesce((SELECT max(seq) FROM audit_head), 0)", ""),
    ("a negative id", "NEW.id < 1 OR ", ""),
    ("a second head", " OR EXISTS (SELECT 1 FROM audit_head)", ""),
    ("a head with another id", "NEW.id <> 1 OR ", ""),
    ("a first head that is ahead", "NEW.seq <> 0 OR ", ""),
    ("a first head after deeds", " OR EXISTS (SELECT 1 FROM audit_event) THEN", " THEN"),
    ("a head deleted", "TG_OP = 'DELETE'", "false"),
    ("a head renumbered", "NEW.id <> OLD.id", "false"),
    ("deeds not counted", "NEW.seq - OLD.seq IS", "false AND NEW.seq - OLD.seq IS"),
    ("head without the last link", "ELSIF NEW.hash IS", "ELSIF false AND NEW.hash IS"),
    (
        "a standing head takes another hash",
        "WHEN OLD.seq THEN OLD.hash",
        "WHEN OLD.seq THEN NEW.hash",
    ),
    ("links not compared", "AND e.prev IS", "AND false AND e.prev IS"),
    (
        "first link not compared",
        "CASE e.seq WHEN OLD.seq + 1 THEN OLD.hash",
        "CASE e.seq WHEN OLD.seq + 1 THEN e.prev",
    ),
    (
        "later links not compared",
        "ELSE (SELECT hash FROM audit_event p WHERE p.seq = e.seq - 1)",
        "ELSE e.prev",
    ),
    ("search_path unset", "SET search_path = public, pg_temp AS", "AS"),
    ("search_path without pg_temp", "public, pg_temp", "public"),
)
