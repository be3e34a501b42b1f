"""The two sanctioned updates of capacity, in SQL that both databases read."""

SHORT_BY = "(booked_minutes - granted_extra_minutes - {0})"


def capacity(minutes: int) -> str:
    """Voluntary change or leave withdrawn: the gap may shrink, never grow."""
    short = SHORT_BY.format(minutes)
    return (
        f"UPDATE week_ledger SET capacity_minutes = {minutes}, leave_gap_minutes = "
        f"CASE WHEN {short} <= 0 THEN 0 "
        f"WHEN {short} < leave_gap_minutes THEN {short} ELSE leave_gap_minutes END"
    )


def leave(minutes: int) -> str:
    """Leave taken: what no longer fits is named, so it always succeeds."""
    short = SHORT_BY.format(minutes)
    return (
        f"UPDATE week_ledger SET capacity_minutes = {minutes}, "
        f"leave_gap_minutes = CASE WHEN {short} > 0 THEN {short} ELSE 0 END"
    )
