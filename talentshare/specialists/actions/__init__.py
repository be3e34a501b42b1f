"""What people do with specialists' records. Each function is one use case and one transaction."""

from talentshare.specialists.actions.papers import declare, sign_pledge
from talentshare.specialists.actions.people import (
    edit_profile,
    edit_terms,
    pause,
    register,
    resume,
)
from talentshare.specialists.actions.skills import (
    answer_contest,
    claim_skill,
    contest_skill,
    verify_skill,
)
from talentshare.specialists.actions.time import (
    answer_month,
    change_days,
    drop_pattern,
    set_pattern,
    take_time_off,
    withdraw_time_off,
)

__all__ = [
    "answer_contest",
    "answer_month",
    "change_days",
    "claim_skill",
    "contest_skill",
    "declare",
    "drop_pattern",
    "edit_profile",
    "edit_terms",
    "pause",
    "register",
    "resume",
    "set_pattern",
    "sign_pledge",
    "take_time_off",
    "verify_skill",
    "withdraw_time_off",
]
