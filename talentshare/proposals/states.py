"""The life of a proposal: every move from candidate to booked time."""

from enum import StrEnum

from talentshare.kernel.states import StateMachine


class ProposalState(StrEnum):
    """Where a proposal stands."""

    PREPARED = "prepared"
    CHECKED = "checked"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    PROPOSED = "proposed"
    AGREED = "agreed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    RETURNED = "returned"
    DECLINED = "declined"
    REFUSED = "refused"
    NOT_CHOSEN = "not_chosen"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ENDED = "ended"


class DeclineReason(StrEnum):
    """Why a specialist declines."""

    TIME = "time"
    SKILL = "skill"
    INTEREST = "interest"
    PLACE = "place"
    OTHER = "other"


class RefuseReason(StrEnum):
    """Why a body refuses."""

    NEED_CHANGED = "need_changed"
    OTHER_MEANS = "other_means"
    TERMS = "terms"
    COST = "cost"
    OTHER = "other"


NO_COST = "none"
COST_IS_SAID = frozenset({NO_COST, "contribution"})

P = ProposalState
LIFE = StateMachine(
    "proposal",
    {
        (P.PREPARED, "check"): P.CHECKED,
        (P.PREPARED, "return"): P.RETURNED,
        (P.PREPARED, "reject"): P.REJECTED,
        (P.PREPARED, "revise"): P.PREPARED,
        (P.PREPARED, "pass_over"): P.NOT_CHOSEN,
        (P.PREPARED, "withdraw"): P.WITHDRAWN,
        (P.RETURNED, "revise"): P.PREPARED,
        (P.RETURNED, "pass_over"): P.NOT_CHOSEN,
        (P.RETURNED, "withdraw"): P.WITHDRAWN,
        (P.CHECKED, "offer"): P.OFFERED,
        (P.CHECKED, "consent"): P.CHECKED,
        (P.CHECKED, "revise"): P.PREPARED,
        (P.CHECKED, "pass_over"): P.NOT_CHOSEN,
        (P.CHECKED, "withdraw"): P.WITHDRAWN,
        (P.OFFERED, "accept"): P.ACCEPTED,
        (P.OFFERED, "discuss"): P.RETURNED,
        (P.OFFERED, "decline"): P.DECLINED,
        (P.OFFERED, "consent"): P.OFFERED,
        (P.OFFERED, "expire"): P.EXPIRED,
        (P.OFFERED, "pass_over"): P.NOT_CHOSEN,
        (P.OFFERED, "withdraw"): P.WITHDRAWN,
        (P.ACCEPTED, "consent"): P.ACCEPTED,
        (P.ACCEPTED, "propose"): P.PROPOSED,
        (P.ACCEPTED, "revise"): P.PREPARED,
        (P.ACCEPTED, "pass_over"): P.NOT_CHOSEN,
        (P.ACCEPTED, "withdraw"): P.WITHDRAWN,
        (P.PROPOSED, "record"): P.PROPOSED,
        (P.PROPOSED, "extend"): P.PROPOSED,
        (P.PROPOSED, "agree"): P.AGREED,
        (P.PROPOSED, "discuss_terms"): P.RETURNED,
        (P.PROPOSED, "refuse"): P.REFUSED,
        (P.PROPOSED, "expire"): P.EXPIRED,
        (P.PROPOSED, "withdraw"): P.WITHDRAWN,
        (P.AGREED, "confirm"): P.CONFIRMED,
        (P.AGREED, "revise"): P.PREPARED,
        (P.CONFIRMED, "cancel"): P.CANCELLED,
        (P.CONFIRMED, "end"): P.ENDED,
    },
)

HELD = frozenset({P.PROPOSED, P.AGREED})
LIVE = frozenset({P.PREPARED, P.RETURNED, P.CHECKED, P.OFFERED, P.ACCEPTED, P.PROPOSED, P.AGREED})
MOST_LIVE = 3
