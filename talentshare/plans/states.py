"""The life of a plan run, and what becomes of its rows."""

from enum import StrEnum

from talentshare.kernel.states import StateMachine


class RunState(StrEnum):
    """Where a run stands; all but the first two are ends."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class ScopeKind(StrEnum):
    """Which open positions a run plans."""

    ALL = "all"
    ROLE = "role"
    THEME = "theme"
    REQUESTS = "requests"


class Objective(StrEnum):
    """What a run looks for."""

    SERVED_THEN_TOTAL = "served_then_total"
    TOTAL = "total"


class PairKind(StrEnum):
    """What a coordinator says of one specialist for one position."""

    PIN = "pin"
    FORBID = "forbid"


class RowState(StrEnum):
    """What became of a row of a plan."""

    OPEN = "open"
    APPLIED = "applied"
    CONFLICT = "conflict"


R = RunState
LIFE = StateMachine(
    "plan_run",
    {
        (R.QUEUED, "start"): R.RUNNING,
        (R.QUEUED, "stop"): R.STOPPED,
        (R.QUEUED, "fail"): R.FAILED,
        (R.RUNNING, "finish"): R.DONE,
        (R.RUNNING, "stop"): R.STOPPED,
        (R.RUNNING, "interrupt"): R.INTERRUPTED,
        (R.RUNNING, "fail"): R.FAILED,
    },
)
UNDER_WAY = frozenset({R.QUEUED, R.RUNNING})
ENDED = frozenset(R) - UNDER_WAY
HAS_PLAN = frozenset({R.DONE, R.STOPPED, R.INTERRUPTED})
HORIZONS = (13, 26, 52)  # weeks; 0 stands for all that the ledger holds
LIMITS = (10, 30, 60, 300)  # seconds
