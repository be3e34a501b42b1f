"""The life of a mail."""

from datetime import timedelta
from enum import StrEnum
from unicodedata import category

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
        (MailState.WAITING, "return"): MailState.REFUSED,
        (MailState.SENT, "return"): MailState.REFUSED,
        (MailState.REFUSED, "retry"): MailState.WAITING,
        (MailState.FAILED, "retry"): MailState.WAITING,
    },
)

LEASE = timedelta(minutes=10)  # so long a sender holds what it took
LONGEST_NOTE = 400
LONGEST_WORDING = 400


def plain_lines(text: str) -> str:
    """The text with plain line ends and no spaces at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()


def is_plain(text: str) -> bool:
    """Nothing but letters and line ends: no control signs, none that turn or hide others."""
    return all(sign == "\n" or not category(sign).startswith("C") for sign in text)
