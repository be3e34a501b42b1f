"""What each state of a request means, what follows, and what to do if it takes long."""

from collections.abc import Mapping

from talentshare.talent_requests.states import TASK_WORKDAYS, About, RequestState, Side
from talentshare.talent_requests.views.blueprint import bp

S = RequestState
SLOW: Mapping[RequestState, tuple[str, str]] = {
    S.DRAFT: ("write_less", "remind_officer"),
    S.SUBMITTED: ("ask_manager", "remind_manager"),
    S.ENDORSED: ("ask_coordinator", "take_over"),
    S.RECEIVED: ("ask_coordinator", "take_over"),
    S.OPEN: ("ask_or_change", "relax"),
    S.STAFFED: ("tell_coordinator", "cancel_or_end"),
    S.IN_PROGRESS: ("tell_coordinator", "cancel_or_end"),
    S.COMPLETED: ("contact", "look_back"),
    S.RETURNED: ("ask_reason", "remind_officer"),
    S.ON_HOLD: ("resume_early", "resume_any_day"),
    S.REFERRED: ("contact", "look_back"),
    S.WITHDRAWN: ("contact", "look_back"),
    S.UNMET: ("contact", "look_back"),
}
ABOUT: Mapping[tuple[RequestState, Side], About] = {
    (state, side): About(
        f"talent_request.means.{state}",
        f"talent_request.then.{state}.{side}",
        f"talent_request.slow.{slow}",
        TASK_WORKDAYS,
    )
    for state, both in SLOW.items()
    for side, slow in zip((Side.BODY, Side.GOVTECH), both, strict=True)
}


@bp.app_template_global()
def about_request(state: RequestState, at_desk: bool) -> About:
    """The same for the body, or for GovTech's desk."""
    return ABOUT[state, Side.GOVTECH if at_desk else Side.BODY]


@bp.app_template_global()
def request_states(at_desk: bool) -> list[tuple[str, About]]:
    """Every state of a request by the code of its name."""
    return [(f"talent_request.state.{state}", about_request(state, at_desk)) for state in S]
