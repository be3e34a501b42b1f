"""What a coordinator may do with a proposal now, what the second one looks at, what was done."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.weeks import monday
from talentshare.platform.formats import at, beside, day, hours, named, worded
from talentshare.platform.i18n import sentence
from talentshare.policy import Can, allows
from talentshare.proposals import queries
from talentshare.proposals.forms import DECLINES, REFUSALS
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.against import FACTS
from talentshare.proposals.states import LIVE, ProposalState
from talentshare.proposals.views import shown
from talentshare.talent_requests.queries import Happening

P = ProposalState

INSTEAD = {
    "proposal.todo.papers": "",
    "proposal.todo.revise": "revise",
    "proposal.todo.with_body": "",
    "proposal.todo.other_person": "withdraw",
}
COST_FIRST = frozenset({P.CHECKED, P.ACCEPTED})
BEFORE_BODY = frozenset({P.ACCEPTED, P.PROPOSED})
ASKED = frozenset({P.PREPARED, P.CHECKED, P.OFFERED, P.ACCEPTED, P.PROPOSED})

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
    "end": lambda p: _has_begun(p) and bool(last_weeks(p)),
}


def outlook(proposal: Proposal, may: list[str]) -> dict[str, Any]:
    """What has changed since the check, what stops the proposal, and what to do next."""
    state = queries.state_now(proposal)
    found = queries.against(proposal) if state in ASKED else queries.changes(proposal)
    stops = found if state in ASKED - {P.PREPARED} else found.without({FACTS})
    wanted = _next(proposal, stops)
    return {
        "next": wanted if wanted in may else "",
        "stops": stops,
        "changed": queries.changes(proposal).facts,
        "papers": queries.is_about_papers(stops),
        "is_sent_back": proposal.was_sent_back,
        "is_cost_known": queries.says_cost(proposal),
        "lacks_decider": state in BEFORE_BODY and not queries.deciders_of(proposal),
    }


def _next(proposal: Proposal, stops: queries.Against) -> str:
    """The button that moves the case on now; a check has a section of its own."""
    if stops and stops.todo in INSTEAD:
        return INSTEAD[stops.todo]
    if proposal.state in COST_FIRST and not queries.says_cost(proposal):
        return "revise"
    return {
        P.CHECKED: "offer",
        P.ACCEPTED: "propose" if proposal.home_consent else "consent",
        P.RETURNED: "revise",
    }.get(proposal.state, "expire")


def last_weeks(proposal: Proposal) -> list[date]:
    """The weeks with which the support may end: the last one that is over, or a later one."""
    rows = [row.week_on for row in queries.booked_rows([proposal]).get(proposal.id, [])]
    this_week = monday(clock.today())
    over = max((on for on in rows if on < this_week), default=date.min)
    return [on for on in rows[:-1] if on >= over]


def looks(proposal: Proposal) -> list[dict[str, Any]]:
    """What 内部確認 is about: interest, legal basis, load and cost."""
    basis = queries.basis_of(proposal)
    return [
        {"key": _("利害関係"), "value": _interest(proposal)},
        {
            "key": _("法的根拠"),
            "value": named(basis) + "\n" + shown.in_language(basis.meaning_ja, basis.meaning_en),
        },
        {"key": _("負荷"), "value": _load(proposal)},
        {"key": _("費用と負担"), "value": _cost(proposal)},
    ]


def _interest(proposal: Proposal) -> str:
    """The companies around the request beside the employer and what the person has declared."""
    found = queries.interest_of(proposal)
    none = _("なし")
    suppliers = [
        _with(row.company, sentence(f"talent_request.relation.{row.relation}"))
        for row in found.suppliers
    ]
    declared = [
        _with(row.company, sentence(f"specialist.relation.{row.relation}"))
        for row in found.declared
    ]
    lines = [
        _("依頼に関係する事業者：%(names)s", names=shown.listed(suppliers) or none),
        _("本人の所属先：%(names)s", names=found.employer or none),
        _("本人の申告：%(names)s", names=shown.listed(declared) or none),
    ]
    lines += [
        _("同じ事業者があります：「%(supplier)s」と「%(tie)s」", supplier=supplier, tie=tie)
        for supplier, tie in found.same
    ]
    lines += [
        _(
            "名前の似た事業者があります：「%(supplier)s」と「%(tie)s」。"
            "同じ会社かどうかを確かめてください。",
            supplier=supplier,
            tie=tie,
        )
        for supplier, tie in found.near
    ]
    return "\n".join(lines)


def _with(company: str, relation: str) -> str:
    return _("%(company)s（%(relation)s）", company=company, relation=relation)


def _load(proposal: Proposal) -> str:
    found = queries.does_fit(proposal)
    if found is None and (cares := shown.cares(proposal)):
        texts = [text for text, _kind in cares]
        return "\n".join([*texts, _("その週のすべてで、今も時間があります。")])
    if found is None:
        return _("希望する週のすべてで、今も時間があります。")
    bad = found.weeks[0]
    if found.code == "allocation.week_past":
        return _("%(day)sの週は過ぎています。差し戻してください。", day=day(bad.week_on))
    return _(
        "%(day)sの週などで時間が足りません（この週の不足 %(time)s）。差し戻してください。",
        day=day(bad.week_on),
        time=hours(bad.missing_minutes),
    )


def _cost(proposal: Proposal) -> str:
    case = proposal.position.talent_request
    ours = shown.cost_words(proposal.cost_note, proposal.cost_bearer)
    theirs = shown.cost_words(case.cost_note, case.cost_bearer)
    if not queries.says_cost(proposal):
        ours += "\n" + _("費用が未定のため、内部確認を完了できません。差し戻してください。")
        return ours
    if ours == theirs:
        return ours
    return "\n".join(
        [_("提案：%(cost)s", cost=ours), _("依頼（この提案と違います）：%(cost)s", cost=theirs)]
    )


def steps(proposal: Proposal) -> list[dict[str, Any]]:
    """What was done in this round, by whom, when."""
    recorder = proposal.recorder
    was_proposed = proposal.allocation_id is not None
    answered = _done(proposal.answered_at, is_again=was_proposed)
    if recorder is not None:
        answered = _("%(at)s（電話など。記録：%(name)s）", at=answered, name=named(recorder))
    was_checked = bool(proposal.terms_digest)
    checked = _done(proposal.checked_at, named(proposal.checker), is_again=was_checked)
    offered = _done(proposal.offered_at, is_again=proposal.offer_due_at is not None)
    proposed = _done(proposal.proposed_at, is_again=was_proposed)
    consented = beside(day(proposal.home_consent_on), proposal.home_consent)
    rows = [
        {"key": _("準備"), "value": _done(proposal.prepared_at, named(proposal.preparer))},
        {"key": _("内部確認"), "value": checked},
        {"key": _("打診"), "value": offered},
        {"key": _("本人の回答"), "value": answered},
        {
            "key": _("所属の同意"),
            "value": consented or _done(None, is_again=was_proposed),
        },
        {"key": _("団体への提案"), "value": proposed},
        {
            "key": _("庁内決定"),
            "value": _decision(proposal) if proposal.proposed_at else _("まだです"),
        },
    ]
    is_over = queries.state_now(proposal) not in {*LIVE, P.CONFIRMED}
    to_come = {_("まだです"), _("もう一度行います")} if is_over else set()
    return [row for row in rows if row["value"] not in to_come]


def why_not(proposal: Proposal) -> str:
    """The reason that the specialist, or the body, chose for its no."""
    if proposal.decline_reason:
        return str(DECLINES[proposal.decline_reason])
    return str(REFUSALS[proposal.refuse_reason]) if proposal.refuse_reason else ""


def _decision(proposal: Proposal) -> str:
    on, title, number = proposal.decided_on, proposal.decider_title, proposal.document_number
    return beside(day(on), title, number) or _("まだです")


def _done(when: datetime | None, who: str = "", *, is_again: bool = False) -> str:
    """When and by whom; what was done in an earlier round only is to be done again."""
    if when:
        return beside(at(when), who)
    return _("もう一度行います") if is_again else _("まだです")


def told(history: list[Happening]) -> list[dict[str, Any]]:
    """Every deed of every round, newest first, with the words that were said."""
    return [
        {
            "what": sentence(one.code, **worded(one.details)),
            "meta": _meta(one),
            "note": one.remark,
        }
        for one in history
    ]


def said_by(history: list[Happening], proposal: Proposal) -> str:
    """When the words that came back were said, and by whom."""
    said = (one for one in history if one.remark and one.remark == proposal.side_note)
    return next(map(_meta, said), "")


def _meta(one: Happening) -> str:
    return beside(at(one.at), named(one.person) if one.person else _("自動処理"))
