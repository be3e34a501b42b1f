"""What people do with proposals. Each function is one use case and one transaction."""

from talentshare.proposals.actions.answer import (
    Answer,
    PhoneAnswer,
    accept,
    decline,
    discuss,
    record_answer,
)
from talentshare.proposals.actions.back import note_changes, note_papers
from talentshare.proposals.actions.body import (
    Decision,
    agree,
    discuss_terms,
    record_decision,
    refuse,
)
from talentshare.proposals.actions.close import (
    cancel,
    end_early,
    end_past,
    expire,
    expire_overdue,
    withdraw,
    withdraw_all,
)
from talentshare.proposals.actions.plan import Wanted, apply_plan
from talentshare.proposals.actions.prepare import (
    Terms,
    check,
    prepare,
    reject,
    return_to_preparer,
    revise,
)
from talentshare.proposals.actions.propose import (
    extend_hold,
    offer,
    propose,
    record_home_consent,
)
from talentshare.proposals.actions.reminding import remind

__all__ = [
    "Answer",
    "Decision",
    "PhoneAnswer",
    "Terms",
    "Wanted",
    "accept",
    "agree",
    "apply_plan",
    "cancel",
    "check",
    "decline",
    "discuss",
    "discuss_terms",
    "end_early",
    "end_past",
    "expire",
    "expire_overdue",
    "extend_hold",
    "note_changes",
    "note_papers",
    "offer",
    "prepare",
    "propose",
    "record_answer",
    "record_decision",
    "record_home_consent",
    "refuse",
    "reject",
    "remind",
    "return_to_preparer",
    "revise",
    "withdraw",
    "withdraw_all",
]
