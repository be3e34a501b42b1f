"""The life of a mail."""

from enum import StrEnum

from talentshare.kernel.states import StateMachine


class MailState(StrEnum):
    """Whether a mail has left."""

    WAITING = "waiting"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    DROPPED = "dropped"


LIFE = StateMachine(
    "mail",
    {
        (MailState.WAITING, "send"): MailState.SENT,
        (MailState.WAITING, "refuse"): MailState.REFUSED,
        (MailState.WAITING, "fail"): MailState.FAILED,
        (MailState.WAITING, "drop"): MailState.DROPPED,
        (MailState.REFUSED, "retry"): MailState.WAITING,
        (MailState.FAILED, "retry"): MailState.WAITING,
    },
)
