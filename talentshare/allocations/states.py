"""The life of booked time."""

from enum import StrEnum

from talentshare.kernel.states import StateMachine


class AllocationState(StrEnum):
    """Whether minutes count: held and confirmed do, of an ended one those up to its end."""

    HELD = "held"
    CONFIRMED = "confirmed"
    RELEASED = "released"
    CANCELLED = "cancelled"
    ENDED = "ended"


A = AllocationState
LIFE = StateMachine(
    "allocation",
    {
        (A.HELD, "confirm"): A.CONFIRMED,
        (A.HELD, "release"): A.RELEASED,
        (A.CONFIRMED, "cancel"): A.CANCELLED,
        (A.CONFIRMED, "end"): A.ENDED,
    },
)
