-- Audit trail, PostgreSQL: deeds are added, never changed; the head follows them exactly.
-- The tables come from SQLAlchemy's metadata; this file adds what the database itself refuses.

-- ## triggers -----------------------------------------------------------------------------------
CREATE OR REPLACE FUNCTION audit_refuse(rule text, why text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%: %', rule, why USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

CREATE OR REPLACE FUNCTION audit_event_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    PERFORM audit_refuse('audit_append_only', 'a deed is neither rewritten nor deleted');
  ELSIF NEW.id < 1 OR NEW.seq <= coalesce((SELECT max(seq) FROM audit_head), 0) THEN
    PERFORM audit_refuse('audit_seq', 'a new deed comes after the head');
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER audit_event_guard BEFORE INSERT OR UPDATE OR DELETE ON audit_event
  FOR EACH ROW EXECUTE FUNCTION audit_event_guard();

-- audit_head: one row, which moves forward over the deeds added since, link by link
CREATE OR REPLACE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    PERFORM audit_refuse('audit_head_one', 'the chain keeps its head');
  ELSIF TG_OP = 'INSERT' THEN
    IF NEW.id <> 1 OR EXISTS (SELECT 1 FROM audit_head) THEN
      PERFORM audit_refuse('audit_head_one', 'the chain has one head');
    ELSIF NEW.seq <> 0 OR EXISTS (SELECT 1 FROM audit_event) THEN
      PERFORM audit_refuse('audit_head_exact', 'a chain begins before its first deed');
    END IF;
  ELSIF NEW.id <> OLD.id THEN
    PERFORM audit_refuse('audit_head_one', 'the head keeps its number');
  ELSIF NEW.seq - OLD.seq IS DISTINCT FROM (SELECT count(*) FROM audit_event WHERE seq > OLD.seq) THEN
    PERFORM audit_refuse('audit_head_exact', 'the head moves by the deeds added');
  ELSIF NEW.hash IS DISTINCT FROM (CASE NEW.seq WHEN OLD.seq THEN OLD.hash
                                   ELSE (SELECT hash FROM audit_event WHERE seq = NEW.seq) END) THEN
    PERFORM audit_refuse('audit_head_exact', 'the head carries the last link');
  ELSIF EXISTS (SELECT 1 FROM audit_event e WHERE e.seq > OLD.seq
                AND e.prev IS DISTINCT FROM CASE e.seq WHEN OLD.seq + 1 THEN OLD.hash
                    ELSE (SELECT hash FROM audit_event p WHERE p.seq = e.seq - 1) END) THEN
    PERFORM audit_refuse('audit_head_exact', 'each deed links to the one before');
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER audit_head_guard BEFORE INSERT OR UPDATE OR DELETE ON audit_head
  FOR EACH ROW EXECUTE FUNCTION audit_head_guard();

-- TRUNCATE fires no row trigger.
CREATE OR REPLACE FUNCTION audit_truncate_guard() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN PERFORM audit_refuse('audit_append_only', 'the audit trail is not truncated'); RETURN NULL; END $$;
CREATE OR REPLACE TRIGGER audit_event_truncate BEFORE TRUNCATE ON audit_event
  FOR EACH STATEMENT EXECUTE FUNCTION audit_truncate_guard();
CREATE OR REPLACE TRIGGER audit_head_truncate BEFORE TRUNCATE ON audit_head
  FOR EACH STATEMENT EXECUTE FUNCTION audit_truncate_guard();
