"""The life of a proposal as the use cases live it: what may happen in which state, and what not."""

import pytest

from talentshare.kernel import clock
from talentshare.kernel.errors import Conflict
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Answer, PhoneAnswer, Terms
from talentshare.proposals.states import LIFE, LIVE, DeclineReason, ProposalState, RefuseReason
from tests.proposals.stage import FIRST, WAY, WHY, decision, now

ON_THE_WAY = [state for state in WAY if state != "consented"]
ENDS = ["rejected", "returned", "declined", "refused", "withdrawn", "cancelled", "ended"]
EVENTS = {
    "check": "check",
    "return": "return",
    "reject": "reject",
    "revise": "revise",
    "offer": "offer",
    "consent": "consent",
    "accept": "accept",
    "discuss": "discuss",
    "decline": "decline",
    "phone": "accept",
    "propose": "propose",
    "extend": "extend",
    "record": "record",
    "agree": "agree",
    "discuss_terms": "discuss_terms",
    "refuse": "refuse",
    "withdraw": "withdraw",
    "cancel": "cancel",
    "end": "end",
}


def moves(stage, it):
    """Every use case, made by somebody who may."""
    own, second = stage.actor(stage.owner), stage.actor(stage.second)
    officer, self_ = stage.actor(stage.officer), stage.actor(it.specialist)
    seen = it.id, it.version
    return {
        "check": lambda: actions.check(second, *seen),
        "return": lambda: actions.return_to_preparer(second, *seen, "費用を確かめてください"),
        "reject": lambda: actions.reject(second, *seen, "ほかの支援と重なるため"),
        "revise": lambda: actions.revise(own, *seen, Terms(WHY, 240)),
        "offer": lambda: actions.offer(own, *seen),
        "consent": lambda: actions.record_home_consent(own, *seen, "課長", clock.today()),
        "accept": lambda: actions.accept(self_, *seen),
        "discuss": lambda: actions.discuss(self_, *seen, "週4時間なら可能です"),
        "decline": lambda: actions.decline(self_, *seen, DeclineReason.TIME, ""),
        "phone": lambda: actions.record_answer(own, *seen, PhoneAnswer(Answer.ACCEPT)),
        "propose": lambda: actions.propose(own, *seen),
        "extend": lambda: actions.extend_hold(own, *seen),
        "record": lambda: actions.record_decision(officer, *seen, decision()),
        "agree": lambda: actions.agree(officer, *seen, decision()),
        "discuss_terms": lambda: actions.discuss_terms(officer, *seen, "週6時間にしたい"),
        "refuse": lambda: actions.refuse(officer, *seen, RefuseReason.COST, ""),
        "withdraw": lambda: actions.withdraw(own, it.id, "時期を見直すため"),
        "cancel": lambda: actions.cancel(own, *seen, "団体の都合"),
        "end": lambda: actions.end_early(own, *seen, FIRST, "団体の都合"),
    }


def brought_to(stage, state):
    """A proposal in any state, by its shortest way."""
    if state in ON_THE_WAY:
        return stage.to(state)
    before = {
        "rejected": ("prepared", "reject"),
        "returned": ("prepared", "return"),
        "declined": ("offered", "decline"),
        "refused": ("proposed", "refuse"),
        "withdrawn": ("checked", "withdraw"),
        "cancelled": ("confirmed", "cancel"),
        "ended": ("confirmed", "end"),
    }[state]
    it = stage.to(before[0])
    moves(stage, it)[before[1]]()
    return it


@pytest.mark.parametrize("state", [*ON_THE_WAY, *ENDS])
def test_a_move_that_the_table_does_not_have_is_refused_and_changes_nothing(stage, state):
    it = brought_to(stage, state)
    possible = set(LIFE.events(ProposalState(state)))
    before = it.version
    for name, move in moves(stage, it).items():
        if EVENTS[name] in possible:
            continue
        with pytest.raises(Conflict) as refusal:
            move()
        assert refusal.value.code == "proposal.not_now", name
        assert (now(it), queries.load(it.id).version) == (state, before), name


@pytest.mark.parametrize(
    ("state", "name", "after"),
    [
        ("prepared", "check", "checked"),
        ("prepared", "return", "returned"),
        ("prepared", "reject", "rejected"),
        ("prepared", "revise", "prepared"),
        ("prepared", "withdraw", "withdrawn"),
        ("returned", "revise", "prepared"),
        ("returned", "withdraw", "withdrawn"),
        ("checked", "offer", "offered"),
        ("checked", "revise", "prepared"),
        ("checked", "withdraw", "withdrawn"),
        ("offered", "accept", "accepted"),
        ("offered", "phone", "accepted"),
        ("offered", "discuss", "returned"),
        ("offered", "decline", "declined"),
        ("offered", "withdraw", "withdrawn"),
        ("accepted", "revise", "prepared"),
        ("accepted", "withdraw", "withdrawn"),
        ("proposed", "agree", "confirmed"),
        ("proposed", "discuss_terms", "returned"),
        ("proposed", "refuse", "refused"),
        ("proposed", "withdraw", "withdrawn"),
        ("confirmed", "cancel", "cancelled"),
        ("confirmed", "end", "ended"),
    ],
)
def test_a_move_of_the_table_leads_where_it_says(stage, state, name, after):
    it = brought_to(stage, state)
    moves(stage, it)[name]()
    assert now(it) == after


def test_what_is_under_way_can_always_be_withdrawn_and_what_is_over_never_moves():
    for state in ProposalState:
        events = LIFE.events(state)
        if state in LIVE - {ProposalState.AGREED}:
            assert "withdraw" in events
            assert "pass_over" in events or state is ProposalState.PROPOSED
        elif state not in {ProposalState.CONFIRMED, ProposalState.AGREED}:
            assert events == []


def test_nothing_comes_from_refused_or_rejected_back_to_accepted():
    reached = {ProposalState.REJECTED, ProposalState.REFUSED, ProposalState.DECLINED}
    for state in reached:
        assert all(source is not state for source, _event in LIFE.moves)
