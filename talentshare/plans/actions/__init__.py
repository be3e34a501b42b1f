"""What people and the system do with plans. Each function is one use case and one transaction."""

from talentshare.plans.actions.apply import Applied, apply_rows
from talentshare.plans.actions.order import Wish, order, resume, stop
from talentshare.plans.actions.pairs import PairDraft, fix, unfix
from talentshare.plans.actions.rules import RulesDraft, add_rules
from talentshare.plans.actions.work import Outcome, Placed, end, take

__all__ = [
    "Applied",
    "Outcome",
    "PairDraft",
    "Placed",
    "RulesDraft",
    "Wish",
    "add_rules",
    "apply_rows",
    "end",
    "fix",
    "order",
    "resume",
    "stop",
    "take",
    "unfix",
]
