"""What a coordinator may do with a proposal now, what the second one looks at, what was done."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.platform.formats import at, day, hours, named
from talentshare.policy import Can, allows
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.proposals.views import shown
from talentshare.specialists import queries as specialists

P = ProposalState

# Button, the event behind it, and who may press it.
BUTTONS: dict[str, tuple[str, Can]] = {
    "check": ("check", Can.CHECK_PROPOSAL),
    "return": ("return", Can.CHECK_PROPOSAL),
    "reject": ("reject", Can.CHECK_PROPOSAL),
    "offer": ("offer", Can.OFFER_PROPOSAL),
    "phone": ("accept", Can.RECORD_ANSWER),
    "consent": ("consent", Can.OFFER_PROPOSAL),
    "propose": ("propose", Can.PROPOSE),
    "extend": ("extend", Can.PROPOSE),
    "revise": ("revise", Can.PREPARE_PROPOSAL),
    "withdraw": ("withdraw", Can.WITHDRAW_PROPOSAL),
    "cancel": ("cancel", Can.END_ALLOCATION),
    "end": ("end", Can.END_ALLOCATION),
}


def may(actor: Actor, proposal: Proposal) -> list[str]:
    """Possible ∩ allowed; what ran out of time can only be written off."""
    if queries.is_overdue(proposal, clock.now()):
        return ["expire"] if allows(actor, Can.EXPIRE_PROPOSAL, proposal) else []
    return [
        name
        for name, (event, permission) in BUTTONS.items()
        if event in proposal.next_events
        and allows(actor, permission, proposal)
        and CONDITIONS.get(name, _always)(proposal)
    ]


def _always(_proposal: Proposal) -> bool:
    return True


def _has_begun(proposal: Proposal) -> bool:
    allocation = proposal.allocation
    return allocation is not None and allocation.starts_on <= clock.today()


CONDITIONS: dict[str, Callable[[Proposal], bool]] = {
    "extend": lambda p: not p.is_extended,
    "propose": lambda p: bool(p.home_consent),
    "cancel": lambda p: not _has_begun(p),
    "end": _has_begun,
}


def looks(actor: Actor, proposal: Proposal) -> list[dict[str, Any]]:
    """What 内部確認 is about: interest, legal basis, load and cost."""
    basis = queries.basis_of(proposal)
    return [
        {"key": _("利害関係"), "value": _interest(actor, proposal)},
        {
            "key": _("法的根拠"),
            "value": named(basis) + "\n" + shown.in_language(basis.meaning_ja, basis.meaning_en),
        },
        {"key": _("負荷"), "value": _load(proposal)},
        {"key": _("費用と負担"), "value": _cost(proposal)},
    ]


def _interest(actor: Actor, proposal: Proposal) -> str:
    """The companies around the request beside those that the person has declared."""
    suppliers = [row.company for row in proposal.position.talent_request.suppliers]
    declared = specialists.last_declaration(actor, proposal.specialist)
    ties = [row.company for row in declared.interests] if declared else []
    return "\n".join(
        [
            _("依頼に関係する事業者：%(names)s", names=shown.listed(suppliers) or _("なし")),
            _("本人の申告：%(names)s", names=shown.listed(ties) or _("なし")),
        ]
    )


def _load(proposal: Proposal) -> str:
    found = queries.does_fit(proposal)
    if found is None:
        return _("希望する週のすべてで、今も時間があります。")
    bad = found.weeks[0]
    return _(
        "%(day)sの週などで時間が足りません（この週の不足 %(time)s）。差し戻してください。",
        day=day(bad.week_on),
        time=hours(bad.missing_minutes),
    )


def _cost(proposal: Proposal) -> str:
    case = proposal.position.talent_request
    ours = shown.cost_words(proposal.cost_note, proposal.cost_bearer)
    theirs = shown.cost_words(case.cost_note, case.cost_bearer)
    if ours == theirs:
        return ours
    return "\n".join(
        [_("提案：%(cost)s", cost=ours), _("依頼（この提案と違います）：%(cost)s", cost=theirs)]
    )


def steps(proposal: Proposal) -> list[dict[str, Any]]:
    """What was done in this round, by whom, when."""
    recorder = proposal.recorder
    answered = _done(proposal.answered_at)
    if recorder is not None:
        answered = _("%(at)s（電話など。記録：%(name)s）", at=answered, name=named(recorder))
    return [
        {"key": _("準備"), "value": _done(proposal.prepared_at, named(proposal.preparer))},
        {"key": _("内部確認"), "value": _done(proposal.checked_at, named(proposal.checker))},
        {"key": _("打診"), "value": _done(proposal.offered_at)},
        {"key": _("本人の回答"), "value": answered},
        {
            "key": _("所属の同意"),
            "value": _said(day(proposal.home_consent_on), proposal.home_consent) or _("まだです"),
        },
        {"key": _("団体への提案"), "value": _done(proposal.proposed_at)},
        {
            "key": _("庁内決定"),
            "value": _said(
                day(proposal.decided_on), proposal.decider_title, proposal.document_number
            )
            or _("まだです"),
        },
    ]


def _done(when: datetime | None, who: str = "") -> str:
    return _said(at(when), who) if when else _("まだです")


def _said(*parts: str) -> str:
    return "　".join(filter(None, parts))
