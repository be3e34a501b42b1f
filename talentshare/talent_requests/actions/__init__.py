"""What people do with requests. Each function is one use case and one transaction."""

from talentshare.talent_requests.actions.draft import save, start
from talentshare.talent_requests.actions.ending import (
    begin_support,
    begin_supports,
    complete,
    search_again,
    tell_supports_over,
)
from talentshare.talent_requests.actions.moves import (
    close_unmet,
    endorse,
    hold,
    open_,
    receive,
    refer,
    resume,
    return_,
    submit,
    withdraw,
)
from talentshare.talent_requests.actions.owners import (
    keep_support,
    mark_staffed,
    pass_turn,
    reopen,
    staff,
    take_over,
)
from talentshare.talent_requests.actions.positions import (
    add_position,
    remove_position,
    save_position,
)
from talentshare.talent_requests.actions.reminding import remind

__all__ = [
    "add_position",
    "begin_support",
    "begin_supports",
    "close_unmet",
    "complete",
    "endorse",
    "hold",
    "keep_support",
    "mark_staffed",
    "open_",
    "pass_turn",
    "receive",
    "refer",
    "remind",
    "remove_position",
    "reopen",
    "resume",
    "return_",
    "save",
    "save_position",
    "search_again",
    "staff",
    "start",
    "submit",
    "take_over",
    "tell_supports_over",
    "withdraw",
]
