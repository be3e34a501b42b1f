"""What is done with people, bodies, passwords and sessions: one function, one use case."""

from talentshare.accounts.actions.account import choose_language, choose_mail_pace
from talentshare.accounts.actions.bodies import add_body, add_other_body, edit_body
from talentshare.accounts.actions.links import (
    ask_reset,
    make_invitation,
    make_reset,
    set_password,
)
from talentshare.accounts.actions.people import (
    create_first_admin,
    edit_person,
    enrol,
    invite,
    resume,
    suspend,
)
from talentshare.accounts.actions.sessions import (
    Opened,
    change_password,
    count_try,
    end_all_sessions,
    end_other_sessions,
    end_session,
    keep_input,
    open_session,
    sign_in,
    sign_out,
)

__all__ = [
    "Opened",
    "add_body",
    "add_other_body",
    "ask_reset",
    "change_password",
    "choose_language",
    "choose_mail_pace",
    "count_try",
    "create_first_admin",
    "edit_body",
    "edit_person",
    "end_all_sessions",
    "end_other_sessions",
    "end_session",
    "enrol",
    "invite",
    "keep_input",
    "make_invitation",
    "make_reset",
    "open_session",
    "resume",
    "set_password",
    "sign_in",
    "sign_out",
    "suspend",
]
