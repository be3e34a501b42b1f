"""Seeded bugs of the ledger: what, the text as it stands, the text as it must never stand."""

from collections.abc import Sequence

Bug = tuple[str, str, str]

BOTH: Sequence[Bug] = (
    (
        "full: off by one",
        "booked_minutes <= capacity_minutes + granted_extra_minutes + leave_gap_minutes",
        "booked_minutes <= capacity_minutes + granted_extra_minutes + leave_gap_minutes + 1",
    ),
    (
        "full: extra forgotten",
        "booked_minutes <= capacity_minutes + granted_extra_minutes +",
        "booked_minutes <= capacity_minutes +",
    ),
    ("gap inexact (<=)", "OR booked_minutes = capacity", "OR booked_minutes <= capacity"),
    ("cancelled still counts", "CASE state WHEN 'cancelled' THEN 0", "CASE state WHEN '' THEN 0"),
    ("after-buffer forgotten", "+ buffer_after)", ")"),
    ("before-buffer forgotten", "- buffer_before)", ")"),
)

SQLITE: Sequence[Bug] = (
    ("week in UTC", "+9 hours", "+0 hours"),
    (
        "no RAISE, CHECK only (insert)",
        "     AND booked_minutes + NEW.minutes > capacity",
        "     AND 0 > capacity",
    ),
    (
        "no RAISE, CHECK only (resize)",
        "booked_minutes + NEW.minutes - OLD.minutes > capacity_minutes",
        "0 > 99999 * capacity_minutes",
    ),
    (
        "no RAISE, CHECK only (appointment)",
        "booked_minutes + NEW.live_minutes > capacity",
        "0 > capacity",
    ),
    (
        "no RAISE, CHECK only (appointment moved)",
        "       > capacity_minutes + granted",
        "       > 99999 + capacity_minutes + granted",
    ),
    ("no RAISE, CHECK only (grant back)", "AND NEW.minutes < 0\n", "AND 0\n"),
    ("no RAISE, CHECK only (grant below 0)", "granted_extra_minutes + NEW.minutes < 0", "0"),
    (
        "no_week check removed",
        "WHERE NOT EXISTS (SELECT 1 FROM week_ledger WHERE specialist_id = NEW.specialist_id AND week_on = NEW.week_on)",
        "WHERE 0",
    ),
    (
        "booked not compared with sums",
        "WHERE NEW.booked_minutes IS NOT",
        "WHERE 0 AND NEW.booked_minutes IS NOT",
    ),
    (
        "extra not compared with sums",
        "OR NEW.granted_extra_minutes IS NOT",
        "OR 0 AND NEW.granted_extra_minutes IS NOT",
    ),
    (
        "appointments not in the sum",
        "+ coalesce((SELECT sum(live_minutes) FROM appointment WHERE specialist_id = NEW",
        "+ coalesce((SELECT sum(live_minutes) FROM appointment WHERE 0 AND specialist_id = NEW",
    ),
    (
        "ledger key may move",
        "WHERE NEW.specialist_id IS NOT OLD.specialist_id OR NEW.week_on IS NOT OLD.week_on;",
        "WHERE 0;",
    ),
    (
        "gap never shrinks (delete)",
        "max(0, leave_gap_minutes - OLD.minutes)",
        "leave_gap_minutes",
    ),
    (
        "gap never shrinks (resize)",
        "max(0, leave_gap_minutes + min(0, NEW.minutes - OLD.minutes))",
        "leave_gap_minutes",
    ),
    (
        "gap grows on resize",
        "max(0, leave_gap_minutes + min(0, NEW.minutes - OLD.minutes))",
        "max(0, leave_gap_minutes + NEW.minutes - OLD.minutes)",
    ),
    (
        "gap never shrinks (appointment)",
        "max(0, leave_gap_minutes - OLD.live_minutes)",
        "leave_gap_minutes",
    ),
    (
        "grant does not eat the gap",
        "max(0, leave_gap_minutes - max(0, NEW.minutes))",
        "leave_gap_minutes",
    ),
    (
        "overlap: same week only",
        "BETWEEN date(NEW.week_on, '-7 days') AND date(NEW.week_on, '+7 days')",
        "= NEW.week_on",
    ),
    (
        "overlap: closed range",
        "a.blocked_from < NEW.blocked_until",
        "a.blocked_from <= NEW.blocked_until",
    ),
    ("overlap: cancelled ones too", "AND a.state <> 'cancelled'", ""),
    ("overlap: cancelled new one too", "WHERE NEW.state <> 'cancelled' AND", "WHERE"),
    (
        "move between weeks: old kept",
        "AND week_on = OLD.week_on AND OLD.week_on <> NEW.week_on",
        "AND 0",
    ),
    (
        "move between weeks: new not counted",
        "AND week_on = NEW.week_on AND OLD.week_on <> NEW.week_on",
        "AND 0",
    ),
    ("rowid tables", ") WITHOUT ROWID;", ");"),
    (
        "UPDATE OF id",
        "BEFORE UPDATE ON appointment",
        "BEFORE UPDATE OF id, specialist_id ON appointment",
    ),
)

POSTGRESQL: Sequence[Bug] = (
    ("week in UTC", "interval '9 hours'", "interval '0 hours'"),
    ("EXCLUDE without state", " WHERE (state <> 'cancelled')", ""),
    (
        "EXCLUDE removed",
        (
            ",\n  CONSTRAINT appointment_overlap EXCLUDE USING gist\n"
            "    (specialist_id WITH =, int8range(blocked_from, blocked_until) WITH &&)"
            " WHERE (state <> 'cancelled')"
        ),
        "",
    ),
    (
        "EXCLUDE closed range",
        "int8range(blocked_from, blocked_until)",
        "int8range(blocked_from, blocked_until, '[]')",
    ),
    ("depth 2 instead of 1", "pg_trigger_depth() = 1", "pg_trigger_depth() = 2"),
    (
        "extra by hand",
        (
            "(NEW.booked_minutes, NEW.granted_extra_minutes)\n"
            "       IS DISTINCT FROM (OLD.booked_minutes, OLD.granted_extra_minutes)"
        ),
        "NEW.booked_minutes IS DISTINCT FROM OLD.booked_minutes",
    ),
    (
        "gap never shrinks",
        "greatest(0, l.leave_gap_minutes - k.down)",
        "l.leave_gap_minutes",
    ),
    (
        "gap counts net",
        "greatest(0, l.leave_gap_minutes - k.down)",
        "greatest(0, l.leave_gap_minutes + k.up - k.down)",
    ),
    ("release forgotten", "+ k.up - k.down", "+ k.up"),
    (
        "SUM instead of delta",
        "l.booked_minutes + k.up - k.down",
        (
            "(SELECT coalesce(sum(minutes), 0) FROM allocation_week a"
            " WHERE a.specialist_id = l.specialist_id AND a.week_on = l.week_on)"
        ),
    ),
    (
        "GROUP BY lost (resize)",
        "sum(greatest(n.minutes - o.minutes, 0))::integer up",
        "max(greatest(n.minutes - o.minutes, 0))::integer up",
    ),
    (
        "max for sum (insert)",
        "sum(minutes)::integer m FROM new_rows",
        "max(minutes)::integer m FROM new_rows",
    ),
    (
        "grant does not eat the gap",
        "greatest(0, leave_gap_minutes - greatest(0, NEW.minutes))",
        "leave_gap_minutes",
    ),
    (
        "appointment move: old week kept",
        "SELECT id, specialist_id, week_on, -live_minutes FROM old_rows",
        "SELECT id, specialist_id, week_on, -live_minutes FROM old_rows WHERE false",
    ),
    ("search_path unset", "SET search_path = public, pg_temp AS", "AS"),
    ("search_path without pg_temp", "public, pg_temp", "public"),
    (
        "week_in_use ignores grants",
        (
            "OR EXISTS (SELECT 1 FROM extra_grant a"
            " WHERE (a.specialist_id, a.week_on) = (OLD.specialist_id, OLD.week_on))"
        ),
        "",
    ),
)
