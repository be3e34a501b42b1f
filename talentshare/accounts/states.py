"""The life of a person's account."""

from enum import StrEnum

from talentshare.kernel.states import StateMachine


class PersonState(StrEnum):
    """Whether a person can sign in."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"


LIFE = StateMachine(
    "person",
    {
        (PersonState.INVITED, "activate"): PersonState.ACTIVE,
        (PersonState.INVITED, "suspend"): PersonState.SUSPENDED,
        (PersonState.ACTIVE, "suspend"): PersonState.SUSPENDED,
        (PersonState.SUSPENDED, "resume"): PersonState.ACTIVE,
        (PersonState.SUSPENDED, "invite_again"): PersonState.INVITED,
    },
)
