"""The life of a request and the words that describe it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from talentshare.kernel.states import StateMachine


class RequestState(StrEnum):
    """Where a request stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ENDORSED = "endorsed"
    RECEIVED = "received"
    OPEN = "open"
    STAFFED = "staffed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    RETURNED = "returned"
    ON_HOLD = "on_hold"
    REFERRED = "referred"
    WITHDRAWN = "withdrawn"
    UNMET = "unmet"


class RequestKind(StrEnum):
    """What is needed."""

    PROJECT = "project"
    STANDING = "standing"


class PersonalData(StrEnum):
    """How far personal data are touched."""

    NONE = "none"
    LIMITED = "limited"
    YES = "yes"


class Place(StrEnum):
    """Where the work is done."""

    ONLINE = "online"
    ONSITE = "onsite"
    HYBRID = "hybrid"


class SupplierRelation(StrEnum):
    """Whether a company is under contract or only expected to bid."""

    KNOWN = "known"
    LIKELY = "likely"


class CostBearer(StrEnum):
    """Who bears the cost; undecided is an answer too."""

    UNDECIDED = ""
    CONTRIBUTION = "contribution"
    BODY = "body"
    METROPOLIS = "metropolis"


class Side(StrEnum):
    """Whose turn it can be."""

    BODY = "body"
    MANAGER = "manager"
    GOVTECH = "govtech"
    SPECIALIST = "specialist"


class PositionState(StrEnum):
    """Whether a position still looks for somebody."""

    OPEN = "open"
    STAFFED = "staffed"
    CLOSED = "closed"


S = RequestState
LIFE = StateMachine(
    "talent_request",
    {
        (S.DRAFT, "submit"): S.SUBMITTED,
        (S.DRAFT, "withdraw"): S.WITHDRAWN,
        (S.RETURNED, "submit"): S.SUBMITTED,
        (S.RETURNED, "withdraw"): S.WITHDRAWN,
        (S.SUBMITTED, "endorse"): S.ENDORSED,
        (S.SUBMITTED, "receive"): S.RECEIVED,
        (S.SUBMITTED, "return"): S.RETURNED,
        (S.SUBMITTED, "refer"): S.REFERRED,
        (S.SUBMITTED, "withdraw"): S.WITHDRAWN,
        (S.ENDORSED, "receive"): S.RECEIVED,
        (S.ENDORSED, "return"): S.RETURNED,
        (S.ENDORSED, "refer"): S.REFERRED,
        (S.ENDORSED, "withdraw"): S.WITHDRAWN,
        (S.RECEIVED, "open"): S.OPEN,
        (S.RECEIVED, "return"): S.RETURNED,
        (S.RECEIVED, "hold"): S.ON_HOLD,
        (S.RECEIVED, "refer"): S.REFERRED,
        (S.RECEIVED, "withdraw"): S.WITHDRAWN,
        (S.OPEN, "hold"): S.ON_HOLD,
        (S.OPEN, "staff"): S.STAFFED,
        (S.OPEN, "close_unmet"): S.UNMET,
        (S.OPEN, "withdraw"): S.WITHDRAWN,
        (S.ON_HOLD, "resume"): S.OPEN,
        (S.ON_HOLD, "rescope"): S.RECEIVED,
        (S.ON_HOLD, "withdraw"): S.WITHDRAWN,
        (S.ON_HOLD, "close_unmet"): S.UNMET,
        (S.STAFFED, "reopen"): S.OPEN,
        (S.STAFFED, "start"): S.IN_PROGRESS,
        (S.IN_PROGRESS, "reopen"): S.OPEN,
        (S.IN_PROGRESS, "complete"): S.COMPLETED,
    },
)

P = PositionState
POSITION_LIFE = StateMachine(
    "position",
    {
        (P.OPEN, "staff"): P.STAFFED,
        (P.OPEN, "close"): P.CLOSED,
        (P.STAFFED, "reopen"): P.OPEN,
    },
)

LIVE = frozenset({S.SUBMITTED, S.ENDORSED, S.RECEIVED, S.OPEN, S.STAFFED, S.IN_PROGRESS, S.ON_HOLD})
EDITABLE = frozenset({S.DRAFT, S.RETURNED})
SCOPED = frozenset({S.RECEIVED, S.OPEN})
ENDED = frozenset({S.COMPLETED, S.REFERRED, S.WITHDRAWN, S.UNMET})


@dataclass(frozen=True)
class Turn:
    """Who has to do what now, until when; `path` leads to the page where it is done.

    Without a side nobody has to do anything before that day. `about_id` is the person whom it
    concerns and who therefore does not decide.
    """

    side: Side | None
    task: str
    due_on: date | None = None
    path: str = ""
    about_id: int | None = None


@dataclass(frozen=True)
class About:
    """Codes of what a state means, what follows, and what to do if that takes long.

    `days` are the working days that the sentences name.
    """

    means: str
    then: str
    slow: str
    days: Mapping[str, int] = field(default_factory=dict)


TURNS: dict[RequestState, tuple[Side | None, str]] = {
    S.DRAFT: (Side.BODY, "finish"),
    S.RETURNED: (Side.BODY, "revise"),
    S.SUBMITTED: (Side.GOVTECH, "receive"),
    S.ENDORSED: (Side.GOVTECH, "receive"),
    S.RECEIVED: (Side.GOVTECH, "scope"),
    S.OPEN: (Side.GOVTECH, "choose"),
    S.ON_HOLD: (None, "rest"),
    S.STAFFED: (None, "start"),
    S.IN_PROGRESS: (None, "work"),
}
QUIET = frozenset(task for side, task in TURNS.values() if side is None)
ENDORSEMENT = (Side.MANAGER, "endorse")
RESUMING = (Side.GOVTECH, "resume")
NO_ENDORSER = (Side.GOVTECH, "find_endorser")
CLOSING = (Side.GOVTECH, "close")
FOLLOWING_UP = (Side.GOVTECH, "follow_up")

CHECK, DECIDE = "check", "decide"

# What others are asked until a day; afterwards it is GovTech's turn again.
ANSWERS = frozenset({"answer", DECIDE, "papers"})

# Working days that each task may take, counted from the day on which the turn passes.
TASK_WORKDAYS = {
    "endorse": 5,
    "receive": 3,
    "scope": 5,
    "choose": 5,
    "revise": 10,
    "follow_up": 3,
    "close": 5,
}


class Waiting(Protocol):
    """What must be known of a request to say whose turn it is."""

    state: RequestState
    turn_side: Side | None
    turn_task: str
    turn_path: str
    turn_about_id: int | None
    turn_due_on: date | None
    follow_up_due_on: date | None
    support_starts_on: date | None
    support_ends_on: date | None

    @property
    def awaits_endorsement(self) -> bool: ...

    @property
    def lacks_endorser(self) -> bool: ...

    @property
    def needs_manager(self) -> bool: ...


def state_on(it: Waiting, today: date) -> RequestState:
    """The state as it is read: support is in progress from its first day, whatever the row says."""
    starts_on = it.support_starts_on
    if it.state is S.STAFFED and starts_on is not None and starts_on <= today:
        return S.IN_PROGRESS
    return it.state


def is_over_on(it: Waiting, today: date) -> bool:
    """Support was given, its last day has passed, and nobody has closed the case yet."""
    is_running = state_on(it, today) is S.IN_PROGRESS
    return is_running and it.support_ends_on is not None and it.support_ends_on < today


def has_rested_on(it: Waiting, today: date) -> bool:
    """The day has come until which the request was put to rest."""
    return it.state is S.ON_HOLD and it.turn_due_on is not None and it.turn_due_on <= today


def whose_turn(it: Waiting, today: date) -> Turn | None:
    """Who has to do what now; None when the request has ended."""
    if it.state in ENDED:
        return None
    if it.turn_side is not None:
        return _turn_given(it, it.turn_side, today)
    if is_over_on(it, today):
        return Turn(*CLOSING, it.follow_up_due_on)
    if has_rested_on(it, today):
        return Turn(*RESUMING, it.turn_due_on)
    state = state_on(it, today)
    side, task = TURNS[state]
    if it.awaits_endorsement:
        side, task = NO_ENDORSER if it.lacks_endorser else ENDORSEMENT
    spans = {S.STAFFED: it.support_starts_on, S.IN_PROGRESS: it.support_ends_on}
    return Turn(side, task, spans.get(state, it.turn_due_on))


def _turn_given(it: Waiting, side: Side, today: date) -> Turn:
    """The turn as proposals left it; an answer that did not come leaves it to GovTech."""
    if it.turn_task in ANSWERS and it.turn_due_on is not None and it.turn_due_on < today:
        path = it.turn_path.replace("/offers/", "/proposals/")
        return Turn(*FOLLOWING_UP, it.follow_up_due_on, path)
    if it.turn_task == DECIDE:  # by whom the body wants today
        side = Side.MANAGER if it.needs_manager else Side.BODY
    return Turn(side, it.turn_task, it.turn_due_on, it.turn_path, it.turn_about_id)
