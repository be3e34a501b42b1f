-- Audit trail, SQLite: deeds are added, never changed; the head follows them exactly.
-- The tables come from SQLAlchemy's metadata; this file adds what the database itself refuses,
-- also in a plain shell (recursive_triggers off: OR REPLACE then deletes without delete triggers,
-- so an INSERT that would replace is refused before it does).

-- ## triggers -----------------------------------------------------------------------------------
CREATE TRIGGER audit_event_insert_guard BEFORE INSERT ON audit_event
BEGIN
  SELECT RAISE(ABORT, 'audit_append_only: this deed is already written')
   WHERE EXISTS (SELECT 1 FROM audit_event WHERE id = NEW.id OR seq = NEW.seq);
  SELECT RAISE(ABORT, 'audit_seq: a new deed comes after the head')
   WHERE NEW.seq <= coalesce((SELECT max(seq) FROM audit_head), 0);
END;

CREATE TRIGGER audit_event_insert AFTER INSERT ON audit_event
WHEN NEW.id < 1 OR typeof(NEW.seq) <> 'integer' OR typeof(NEW.prev) <> 'blob' OR typeof(NEW.hash) <> 'blob'
BEGIN SELECT RAISE(ABORT, 'audit_seq: numbers start at 1 and links are bytes'); END;

CREATE TRIGGER audit_event_update_guard BEFORE UPDATE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_append_only: a deed is not rewritten'); END;

CREATE TRIGGER audit_event_delete_guard BEFORE DELETE ON audit_event
BEGIN SELECT RAISE(ABORT, 'audit_append_only: a deed is not deleted'); END;

-- audit_head: one row, which moves forward over the deeds added since, link by link
CREATE TRIGGER audit_head_insert_guard BEFORE INSERT ON audit_head
BEGIN
  SELECT RAISE(ABORT, 'audit_head_one: the chain has one head')
   WHERE NEW.id IS NOT 1 OR EXISTS (SELECT 1 FROM audit_head);
  SELECT RAISE(ABORT, 'audit_head_exact: a chain begins before its first deed')
   WHERE NEW.seq IS NOT 0 OR EXISTS (SELECT 1 FROM audit_event);
END;

CREATE TRIGGER audit_head_delete_guard BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit_head_one: the chain keeps its head'); END;

CREATE TRIGGER audit_head_update_guard BEFORE UPDATE ON audit_head
BEGIN
  SELECT RAISE(ABORT, 'audit_head_one: the head keeps its number') WHERE NEW.id IS NOT OLD.id;
  SELECT RAISE(ABORT, 'audit_head_exact: the head moves by the deeds added')
   WHERE NEW.seq - OLD.seq IS NOT (SELECT count(*) FROM audit_event WHERE seq > OLD.seq);
  SELECT RAISE(ABORT, 'audit_head_exact: the head carries the last link')
   WHERE NEW.hash IS NOT CASE NEW.seq WHEN OLD.seq THEN OLD.hash
                         ELSE (SELECT hash FROM audit_event WHERE seq = NEW.seq) END;
  SELECT RAISE(ABORT, 'audit_head_exact: each deed links to the one before')
    FROM audit_event e
   WHERE e.seq > OLD.seq
     AND e.prev IS NOT CASE e.seq WHEN OLD.seq + 1 THEN OLD.hash
                       ELSE (SELECT hash FROM audit_event p WHERE p.seq = e.seq - 1) END;
END;
