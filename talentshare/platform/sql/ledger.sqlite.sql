-- Booking ledger, SQLite 3.35+.  The database itself refuses to sell a person's minutes twice,
-- also in a plain shell (foreign_keys, recursive_triggers off).  Same rules and names on PostgreSQL.
--
--   booked_minutes        = sum(allocation_week.minutes) + sum(live appointment minutes) of that week
--   granted_extra_minutes = sum(extra_grant.minutes) of that week
--   leave_gap_minutes     = max(0, booked - capacity - granted_extra), and grows only in the
--                           UPDATE that lowers capacity and names leave_gap_minutes (the leave path)
--
-- Three traps of SQLite this file answers:
-- * INSERT OR IGNORE / OR FAIL hand their policy down into the triggers: the UPDATE of the ledger that
--   breaks its CHECK is then skipped and the booking stays.  So each trigger first RAISEs ledger_full.
-- * OR REPLACE deletes without delete triggers.  So the kept columns are compared with the sums at
--   each write of a ledger row, keys never move, and there is no hidden rowid (WITHOUT ROWID).
-- * "UPDATE OF id" does not fire for SET rowid = ....  So guards are plain BEFORE UPDATE.

-- ## tables -------------------------------------------------------------------------------------
CREATE TABLE week_ledger (
  specialist_id         INTEGER NOT NULL,
  week_on               DATE    NOT NULL,
  capacity_minutes      INTEGER NOT NULL,
  booked_minutes        INTEGER NOT NULL DEFAULT 0,
  granted_extra_minutes INTEGER NOT NULL DEFAULT 0,
  leave_gap_minutes     INTEGER NOT NULL DEFAULT 0,
  CONSTRAINT week_ledger_pkey PRIMARY KEY (specialist_id, week_on),
  CONSTRAINT ledger_full CHECK (booked_minutes >= 0
    AND booked_minutes <= capacity_minutes + granted_extra_minutes + leave_gap_minutes),
  CONSTRAINT ledger_gap_exact CHECK (leave_gap_minutes = 0
    OR booked_minutes = capacity_minutes + granted_extra_minutes + leave_gap_minutes),
  CONSTRAINT ledger_monday CHECK (week_on GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'
    AND week_on IS date(week_on, '-6 days', 'weekday 1')),
  CONSTRAINT ledger_not_negative CHECK (capacity_minutes >= 0 AND granted_extra_minutes >= 0
    AND leave_gap_minutes >= 0),
  CONSTRAINT ledger_whole_minutes CHECK (typeof(capacity_minutes) = 'integer' AND typeof(booked_minutes) = 'integer'
    AND typeof(granted_extra_minutes) = 'integer' AND typeof(leave_gap_minutes) = 'integer')
) WITHOUT ROWID;

CREATE TABLE allocation_week (
  allocation_id INTEGER NOT NULL,
  specialist_id INTEGER NOT NULL,
  week_on       DATE    NOT NULL,
  minutes       INTEGER NOT NULL,
  CONSTRAINT allocation_week_pkey PRIMARY KEY (allocation_id, week_on),
  CONSTRAINT ledger_no_week FOREIGN KEY (specialist_id, week_on) REFERENCES week_ledger (specialist_id, week_on),
  CONSTRAINT allocation_minutes CHECK (minutes > 0 AND typeof(minutes) = 'integer')
) WITHOUT ROWID;
CREATE INDEX allocation_week_of_ledger ON allocation_week (specialist_id, week_on, minutes);

CREATE TABLE extra_grant (                      -- append-only; a negative row takes a grant back
  id            INTEGER NOT NULL PRIMARY KEY,
  specialist_id INTEGER NOT NULL,
  week_on       DATE    NOT NULL,
  minutes       INTEGER NOT NULL,
  reason        TEXT    NOT NULL,
  granted_by    INTEGER NOT NULL,
  checked_by    INTEGER NOT NULL,
  CONSTRAINT ledger_no_week FOREIGN KEY (specialist_id, week_on) REFERENCES week_ledger (specialist_id, week_on),
  CONSTRAINT grant_id CHECK (id > 0),
  CONSTRAINT grant_minutes CHECK (minutes <> 0 AND typeof(minutes) = 'integer'),
  CONSTRAINT grant_reason CHECK (trim(reason) <> ''),
  CONSTRAINT grant_second_person CHECK (checked_by <> granted_by)
);
CREATE INDEX extra_grant_of_ledger ON extra_grant (specialist_id, week_on, minutes);

-- Instants are UTC text in SQLAlchemy's form 'YYYY-MM-DD HH:MM:00.000000'; weeks are Tokyo weeks (+9 h).
CREATE TABLE appointment (
  id            INTEGER  NOT NULL PRIMARY KEY,
  specialist_id INTEGER  NOT NULL,
  starts_at     DATETIME NOT NULL,
  ends_at       DATETIME NOT NULL,
  buffer_before INTEGER  NOT NULL DEFAULT 0,
  buffer_after  INTEGER  NOT NULL DEFAULT 0,
  state         TEXT     NOT NULL DEFAULT 'held',
  week_on       DATE    GENERATED ALWAYS AS (date(starts_at, '+9 hours', '-6 days', 'weekday 1')) STORED,
  live_minutes  INTEGER GENERATED ALWAYS AS (CASE state WHEN 'cancelled' THEN 0
                  ELSE (strftime('%s', ends_at) - strftime('%s', starts_at)) / 60 END) STORED,
  blocked_from  INTEGER GENERATED ALWAYS AS (strftime('%s', starts_at) / 60 - buffer_before) STORED,
  blocked_until INTEGER GENERATED ALWAYS AS (strftime('%s', ends_at) / 60 + buffer_after) STORED,
  CONSTRAINT ledger_no_week FOREIGN KEY (specialist_id, week_on) REFERENCES week_ledger (specialist_id, week_on),
  CONSTRAINT appointment_buffers CHECK (buffer_before BETWEEN 0 AND 1440 AND buffer_after BETWEEN 0 AND 1440
    AND typeof(buffer_before) = 'integer' AND typeof(buffer_after) = 'integer'),
  CONSTRAINT appointment_id CHECK (id > 0),
  CONSTRAINT appointment_instant CHECK (starts_at IS strftime('%Y-%m-%d %H:%M:00.000000', starts_at)
    AND ends_at IS strftime('%Y-%m-%d %H:%M:00.000000', ends_at)),
  CONSTRAINT appointment_one_week CHECK (date(ends_at, '-1 minute', '+9 hours', '-6 days', 'weekday 1')
    IS date(starts_at, '+9 hours', '-6 days', 'weekday 1')),
  CONSTRAINT appointment_order CHECK (ends_at > starts_at),
  CONSTRAINT appointment_state CHECK (state IN ('held', 'confirmed', 'done', 'cancelled'))
);
CREATE INDEX appointment_of_ledger ON appointment (specialist_id, week_on, live_minutes);

-- ## triggers and view (Alembic's batch mode stumbles over them: triggers.py drops and restores) ---
-- Every row of this view is a defect.  `talentshare check` reads it.
CREATE VIEW ledger_drift AS
SELECT * FROM (SELECT l.specialist_id, l.week_on, l.capacity_minutes, l.booked_minutes, l.granted_extra_minutes, l.leave_gap_minutes,
  coalesce((SELECT sum(minutes) FROM allocation_week a WHERE a.specialist_id = l.specialist_id AND a.week_on = l.week_on), 0)
  + coalesce((SELECT sum(live_minutes) FROM appointment p WHERE p.specialist_id = l.specialist_id AND p.week_on = l.week_on), 0) AS sold_minutes,
  coalesce((SELECT sum(minutes) FROM extra_grant g WHERE g.specialist_id = l.specialist_id AND g.week_on = l.week_on), 0) AS given_minutes
  FROM week_ledger l) x
WHERE booked_minutes <> sold_minutes OR granted_extra_minutes <> given_minutes
   OR leave_gap_minutes <> max(0, sold_minutes - capacity_minutes - given_minutes);

-- week_ledger: no direct hand on the kept columns
CREATE TRIGGER week_ledger_insert_guard BEFORE INSERT ON week_ledger
WHEN NEW.booked_minutes <> 0 OR NEW.granted_extra_minutes <> 0 OR NEW.leave_gap_minutes <> 0
BEGIN SELECT RAISE(ABORT, 'ledger_by_hand: a new week starts with nothing booked, granted or missing'); END;

CREATE TRIGGER week_ledger_replace_guard AFTER INSERT ON week_ledger       -- OR REPLACE of a used week
WHEN EXISTS (SELECT 1 FROM allocation_week WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on)
  OR EXISTS (SELECT 1 FROM appointment WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on)
  OR EXISTS (SELECT 1 FROM extra_grant WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on)
BEGIN SELECT RAISE(ABORT, 'ledger_week_in_use: the week has bookings, appointments or grants'); END;

CREATE TRIGGER week_ledger_delete_guard BEFORE DELETE ON week_ledger
WHEN EXISTS (SELECT 1 FROM allocation_week WHERE specialist_id = OLD.specialist_id AND week_on = OLD.week_on)
  OR EXISTS (SELECT 1 FROM appointment WHERE specialist_id = OLD.specialist_id AND week_on = OLD.week_on)
  OR EXISTS (SELECT 1 FROM extra_grant WHERE specialist_id = OLD.specialist_id AND week_on = OLD.week_on)
BEGIN SELECT RAISE(ABORT, 'ledger_week_in_use: the week has bookings, appointments or grants'); END;

CREATE TRIGGER week_ledger_update_guard BEFORE UPDATE ON week_ledger       -- one trigger: SQLite promises no order
BEGIN
  SELECT RAISE(ABORT, 'ledger_key_moved: a ledger row stays with its person and week')
   WHERE NEW.specialist_id IS NOT OLD.specialist_id OR NEW.week_on IS NOT OLD.week_on;
  SELECT RAISE(ABORT, 'ledger_by_hand: booked and granted minutes are kept by the database')
   WHERE NEW.booked_minutes IS NOT
           coalesce((SELECT sum(minutes) FROM allocation_week WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on), 0)
         + coalesce((SELECT sum(live_minutes) FROM appointment WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on), 0)
      OR NEW.granted_extra_minutes IS NOT
           coalesce((SELECT sum(minutes) FROM extra_grant WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on), 0);
END;

-- allocation_week
CREATE TRIGGER allocation_week_insert_guard BEFORE INSERT ON allocation_week
WHEN EXISTS (SELECT 1 FROM allocation_week WHERE allocation_id = NEW.allocation_id
             AND week_on = NEW.week_on AND specialist_id <> NEW.specialist_id)
BEGIN SELECT RAISE(ABORT, 'ledger_key_moved: this week of the allocation belongs to another person'); END;

CREATE TRIGGER allocation_week_insert AFTER INSERT ON allocation_week
BEGIN
  SELECT RAISE(ABORT, 'ledger_no_week: no ledger row for this week')
   WHERE NOT EXISTS (SELECT 1 FROM week_ledger WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on);
  SELECT RAISE(ABORT, 'ledger_full: not enough minutes left') FROM week_ledger
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on
     AND booked_minutes + NEW.minutes > capacity_minutes + granted_extra_minutes + leave_gap_minutes;
  UPDATE week_ledger SET booked_minutes = booked_minutes + NEW.minutes
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on;
END;

CREATE TRIGGER allocation_week_update_guard BEFORE UPDATE ON allocation_week
WHEN NEW.allocation_id IS NOT OLD.allocation_id OR NEW.specialist_id IS NOT OLD.specialist_id
  OR NEW.week_on IS NOT OLD.week_on
BEGIN SELECT RAISE(ABORT, 'ledger_key_moved: release the week and book another instead'); END;

CREATE TRIGGER allocation_week_update AFTER UPDATE ON allocation_week WHEN NEW.minutes <> OLD.minutes
BEGIN
  SELECT RAISE(ABORT, 'ledger_full: not enough minutes left') FROM week_ledger
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on
     AND booked_minutes + NEW.minutes - OLD.minutes > capacity_minutes + granted_extra_minutes + leave_gap_minutes;
  UPDATE week_ledger SET booked_minutes = booked_minutes + NEW.minutes - OLD.minutes,
         leave_gap_minutes = max(0, leave_gap_minutes + min(0, NEW.minutes - OLD.minutes))
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on;
END;

CREATE TRIGGER allocation_week_delete AFTER DELETE ON allocation_week
BEGIN
  UPDATE week_ledger SET booked_minutes = booked_minutes - OLD.minutes,
         leave_gap_minutes = max(0, leave_gap_minutes - OLD.minutes)
   WHERE specialist_id = OLD.specialist_id AND week_on = OLD.week_on;
END;

-- extra_grant
CREATE TRIGGER extra_grant_insert_guard BEFORE INSERT ON extra_grant
WHEN EXISTS (SELECT 1 FROM extra_grant WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'grant_append_only: add a negative grant instead'); END;

CREATE TRIGGER extra_grant_insert AFTER INSERT ON extra_grant
BEGIN
  SELECT RAISE(ABORT, 'ledger_no_week: no ledger row for this week')
   WHERE NOT EXISTS (SELECT 1 FROM week_ledger WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on);
  SELECT RAISE(ABORT, 'ledger_full: these minutes are booked') FROM week_ledger
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on AND NEW.minutes < 0
     AND booked_minutes > capacity_minutes + granted_extra_minutes + NEW.minutes + leave_gap_minutes;
  SELECT RAISE(ABORT, 'ledger_not_negative: more taken back than granted') FROM week_ledger
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on AND granted_extra_minutes + NEW.minutes < 0;
  UPDATE week_ledger SET granted_extra_minutes = granted_extra_minutes + NEW.minutes,
         leave_gap_minutes = max(0, leave_gap_minutes - max(0, NEW.minutes))
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on;
END;

CREATE TRIGGER extra_grant_update_guard BEFORE UPDATE ON extra_grant
BEGIN SELECT RAISE(ABORT, 'grant_append_only: add a negative grant instead'); END;

CREATE TRIGGER extra_grant_delete_guard BEFORE DELETE ON extra_grant
BEGIN SELECT RAISE(ABORT, 'grant_append_only: add a negative grant instead'); END;

-- appointment: a span lies in one week and its buffers are at most a day, so that clashes can only
-- be in the same or a neighbouring week
CREATE TRIGGER appointment_insert_guard BEFORE INSERT ON appointment
WHEN EXISTS (SELECT 1 FROM appointment WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'ledger_row_exists: this appointment exists'); END;

CREATE TRIGGER appointment_update_guard BEFORE UPDATE ON appointment
WHEN NEW.id IS NOT OLD.id OR NEW.specialist_id IS NOT OLD.specialist_id
BEGIN SELECT RAISE(ABORT, 'ledger_key_moved: cancel it and make another instead'); END;

CREATE TRIGGER appointment_insert AFTER INSERT ON appointment
BEGIN
  SELECT RAISE(ABORT, 'appointment_overlap: the person is taken then') FROM appointment a
   WHERE NEW.state <> 'cancelled' AND a.specialist_id = NEW.specialist_id AND a.id <> NEW.id AND a.state <> 'cancelled'
     AND a.week_on BETWEEN date(NEW.week_on, '-7 days') AND date(NEW.week_on, '+7 days')
     AND a.blocked_from < NEW.blocked_until AND a.blocked_until > NEW.blocked_from;
  SELECT RAISE(ABORT, 'ledger_no_week: no ledger row for this week')
   WHERE NOT EXISTS (SELECT 1 FROM week_ledger WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on);
  SELECT RAISE(ABORT, 'ledger_full: not enough minutes left') FROM week_ledger
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on
     AND booked_minutes + NEW.live_minutes > capacity_minutes + granted_extra_minutes + leave_gap_minutes;
  UPDATE week_ledger SET booked_minutes = booked_minutes + NEW.live_minutes
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on;
END;

CREATE TRIGGER appointment_update AFTER UPDATE ON appointment
BEGIN
  SELECT RAISE(ABORT, 'appointment_overlap: the person is taken then') FROM appointment a
   WHERE NEW.state <> 'cancelled' AND a.specialist_id = NEW.specialist_id AND a.id <> NEW.id AND a.state <> 'cancelled'
     AND a.week_on BETWEEN date(NEW.week_on, '-7 days') AND date(NEW.week_on, '+7 days')
     AND a.blocked_from < NEW.blocked_until AND a.blocked_until > NEW.blocked_from;
  SELECT RAISE(ABORT, 'ledger_no_week: no ledger row for this week')
   WHERE NOT EXISTS (SELECT 1 FROM week_ledger WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on);
  SELECT RAISE(ABORT, 'ledger_full: not enough minutes left') FROM week_ledger
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on
     AND booked_minutes + NEW.live_minutes - (CASE OLD.week_on WHEN NEW.week_on THEN OLD.live_minutes ELSE 0 END)
       > capacity_minutes + granted_extra_minutes + leave_gap_minutes;
  -- inside its week: the difference
  UPDATE week_ledger SET booked_minutes = booked_minutes + NEW.live_minutes - OLD.live_minutes,
         leave_gap_minutes = max(0, leave_gap_minutes + min(0, NEW.live_minutes - OLD.live_minutes))
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on AND OLD.week_on = NEW.week_on;
  -- to another week: out of the old, into the new
  UPDATE week_ledger SET booked_minutes = booked_minutes - OLD.live_minutes,
         leave_gap_minutes = max(0, leave_gap_minutes - OLD.live_minutes)
   WHERE specialist_id = NEW.specialist_id AND week_on = OLD.week_on AND OLD.week_on <> NEW.week_on;
  UPDATE week_ledger SET booked_minutes = booked_minutes + NEW.live_minutes
   WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on AND OLD.week_on <> NEW.week_on;
END;

CREATE TRIGGER appointment_delete AFTER DELETE ON appointment
BEGIN
  UPDATE week_ledger SET booked_minutes = booked_minutes - OLD.live_minutes,
         leave_gap_minutes = max(0, leave_gap_minutes - OLD.live_minutes)
   WHERE specialist_id = OLD.specialist_id AND week_on = OLD.week_on;
END;
