"""What each state of a proposal means to its reader, what follows, what to do if it takes long."""

from collections.abc import Mapping

from talentshare.proposals.states import ProposalState
from talentshare.proposals.views.shown import bp
from talentshare.talent_requests.states import About, Side

P = ProposalState
BACK, CONTACT = "talent_request.slow.look_back", "talent_request.slow.contact"
COORDINATOR, EARLY = "talent_request.slow.ask_coordinator", "talent_request.slow.tell_coordinator"
PASSED = (P.REJECTED, P.DECLINED, P.REFUSED, P.NOT_CHOSEN, P.WITHDRAWN, P.EXPIRED, P.CANCELLED)
SEEN: Mapping[Side, tuple[ProposalState, ...]] = {
    Side.GOVTECH: tuple(P),
    Side.BODY: (
        *(P.PROPOSED, P.AGREED, P.CONFIRMED, P.RETURNED, P.REFUSED, P.WITHDRAWN, P.EXPIRED),
        *(P.CANCELLED, P.ENDED),
    ),
    Side.SPECIALIST: (
        *(P.OFFERED, P.ACCEPTED, P.PROPOSED, P.AGREED, P.CONFIRMED, P.RETURNED, P.DECLINED),
        *(P.NOT_CHOSEN, P.WITHDRAWN, P.EXPIRED, P.CANCELLED, P.ENDED),
    ),
}


def _about(means: str, then: str, slow: str) -> About:
    """Short names made whole; a way out that requests know too has its whole name."""
    whole = slow if "." in slow else f"proposal.slow.{slow}"
    return About(f"proposal.means.{means}", f"proposal.then.{then}", whole)


GOVTECH: Mapping[ProposalState, About] = {
    P.PREPARED: _about("prepared", "check", "ask_checker"),
    P.CHECKED: _about("checked", "offer", "change_or_withdraw"),
    P.OFFERED: _about("offered", "answer", "after_deadline"),
    P.ACCEPTED: _about("accepted", "propose", "change_or_withdraw"),
    P.PROPOSED: _about("proposed", "decide", "extend"),
    P.AGREED: _about("agreed", "settle", BACK),
    P.CONFIRMED: _about("confirmed", "support", BACK),
    P.RETURNED: _about("returned", "revise", "change_or_withdraw"),
    P.ENDED: _about("ended", "ending", BACK),
    **{state: _about(state, "choose_again", BACK) for state in PASSED},
}
BODY: Mapping[ProposalState, About] = {
    **dict.fromkeys(
        (P.PREPARED, P.CHECKED, P.OFFERED, P.ACCEPTED, P.RETURNED),
        _about("revised_for_body", "wait_for_terms", COORDINATOR),
    ),
    P.PROPOSED: _about("proposed", "decide_by_you", "ask_to_extend"),
    P.AGREED: _about("agreed", "settle_for_body", COORDINATOR),
    P.CONFIRMED: _about("confirmed", "support_for_body", EARLY),
    P.ENDED: _about("ended", "ending_for_body", EARLY),
    **{state: _about("over_for_body", "next_for_body", CONTACT) for state in PASSED},
    **{
        state: _about(state, "next_for_body", CONTACT)
        for state in (P.REFUSED, P.WITHDRAWN, P.EXPIRED, P.CANCELLED)
    },
}
SPECIALIST: Mapping[ProposalState, About] = {
    **dict.fromkeys(
        (P.PREPARED, P.CHECKED, P.RETURNED),
        _about("revised_for_you", "wait_for_offer", CONTACT),
    ),
    P.OFFERED: _about("offered_to_you", "answer_by_you", "need_time"),
    P.ACCEPTED: _about("accepted_by_you", "wait_for_propose", "tell_early"),
    P.PROPOSED: _about("proposed_with_you", "wait_for_decision", "tell_early"),
    P.AGREED: _about("agreed", "settle_for_you", "tell_early"),
    P.CONFIRMED: _about("confirmed", "support_by_you", "tell_early"),
    P.ENDED: _about("ended", "ending_for_you", "tell_early"),
    **{state: _about("over_for_you", "nothing", CONTACT) for state in PASSED},
    P.DECLINED: _about("declined_by_you", "nothing", CONTACT),
}
# Support that has begun: under way, or over in time, or before its time.
SUPPORT: Mapping[Side, Mapping[str, About]] = {
    Side.GOVTECH: {
        "running": _about("running", "running", BACK),
        "served": _about("served", "case_page", BACK),
        "ended": _about("ended_early", "case_page", BACK),
    },
    Side.BODY: {
        "running": _about("running", "running_for_body", EARLY),
        "served": _about("served", "ask_for_more", CONTACT),
        "ended": _about("ended_early", "ask_for_more", CONTACT),
    },
    Side.SPECIALIST: {
        "running": _about("running", "running_by_you", "tell_early"),
        "served": _about("served", "served_by_you", CONTACT),
        "ended": _about("ended_early", "served_by_you", CONTACT),
    },
}
ABOUT: Mapping[Side, Mapping[ProposalState, About]] = {
    Side.GOVTECH: GOVTECH,
    Side.BODY: BODY,
    Side.SPECIALIST: SPECIALIST,
}


@bp.app_template_global()
def about_proposal(state: ProposalState, side: str, head: str = "") -> About:
    """What a state means on this side; `head` tells how far support has come."""
    return SUPPORT[Side(side)].get(head) or ABOUT[Side(side)][state]


@bp.app_template_global()
def proposal_states(side: str) -> list[tuple[str, About]]:
    """Every state that this side sees by the code of its name."""
    return [(f"proposal.state.{state}", about_proposal(state, side)) for state in SEEN[Side(side)]]
