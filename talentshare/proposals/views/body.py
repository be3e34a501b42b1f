"""The body's page: one person with reasons, the terms, 庁内決定 and the answer."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, Invalid, NotFound
from talentshare.platform.i18n import sentence
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor
from talentshare.policy import Can, allows
from talentshare.proposals import actions, queries
from talentshare.proposals.forms import (
    REFUSALS,
    DecisionForm,
    RefuseForm,
    VersionedForm,
    WishForm,
)
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState, RefuseReason
from talentshare.proposals.views import settling, shown
from talentshare.proposals.views.settling import Deed
from talentshare.proposals.views.shown import bp

P = ProposalState
Do = Callable[[Actor, Proposal, Any], object]


def page(
    actor: Actor, proposal: Proposal, forms: Any, status: int = 200, kept: Any = ()
) -> ResponseReturnValue:
    """渡邉 健太さんを提案します; what is being prepared anew shows no terms."""
    if proposal.proposed_at is None:
        later = render_template(
            "proposals/body_later.html",
            forms=forms,
            kept=kept,
            waits_for_papers=shown.waits_for_papers(proposal),
            agreed_on=clock.tokyo_day(proposal.agreed_at) if proposal.agreed_at else None,
            **shown.context(proposal),
        )
        return later, status
    is_open = queries.state_now(proposal) is P.PROPOSED
    others = queries.others_accepted(actor, proposal) if is_open else ()
    return (
        render_template(
            "proposals/body.html",
            forms=forms,
            kept=kept,
            reasons=shown.reasons_for_body(proposal),
            others=[
                {"reasons": shown.reasons_for_body(other), **shown.context(other)}
                for other in others
            ],
            turn=_turn(actor, proposal) if is_open else "",
            is_open=is_open,
            last_agree_on=_last_agree_on(proposal) if is_open else None,
            is_late=is_open and queries.has_begun(proposal),
            short_weeks=shown.short_weeks(proposal) if is_open else "",
            why_not=_why_not(proposal),
            **shown.context(proposal),
        ),
        status,
    )


def _turn(actor: Actor, proposal: Proposal) -> str:
    """Who answers: "you", the "manager", a "colleague" of whom it is about, or "nobody" as yet."""
    if allows(actor, Can.DECIDE_PROPOSAL, proposal):
        return "you"
    if not queries.deciders_of(proposal):
        return "nobody"
    return "manager" if proposal.needs_manager else "colleague"


def _why_not(proposal: Proposal) -> list[str]:
    """The reason that the body itself gave, and what it added."""
    if not proposal.refuse_reason:
        return []
    return [str(REFUSALS[proposal.refuse_reason]), *filter(None, [proposal.side_note])]


def _last_agree_on(proposal: Proposal) -> date | None:
    """The day on which the support begins, where an agreement in time could come after it."""
    due_on, allocation = queries.due_on(proposal), proposal.allocation
    if due_on is None or allocation is None or due_on <= allocation.starts_on:
        return None
    return allocation.starts_on


def forms_of(proposal: Proposal) -> dict[str, VersionedForm]:
    """The forms of the page, each with what was posted to it."""
    return {name: make(proposal) for name, make in FORMS.items()}


@bp.post("/proposals/<int:proposal_id>/answer")
def answer(proposal_id: int) -> ResponseReturnValue:
    """記録する, 合意する, 条件を相談する or 見送る."""
    actor, proposal = of_own_body(proposal_id)
    name = request.form.get("form", "")
    wanted = request.form.get("answer", name)
    if (name, wanted) not in DEEDS:
        raise NotFound("proposal.not_found")
    forms = forms_of(proposal)
    form, do = forms[name], DEEDS[name, wanted]
    deed = Deed(
        actor,
        proposal,
        form,
        lambda: do(actor, proposal, form),
        f"proposal.done.body_{wanted}",
        url_for(".show", proposal_id=proposal_id),
    )

    def refused(refusal: Invalid | Conflict) -> ResponseReturnValue | None:
        now = queries.find(actor, proposal_id)
        if settling.is_stale(refusal):
            return page(actor, now, forms, 409, settling.ask_again(form, now))
        if refusal.code.startswith("allocation."):  # its details are other bodies' business
            form.form_errors.append(sentence("proposal.time_not_ready"))
            return page(actor, now, forms, 409)
        return None

    return settling.settled(
        deed, lambda status: page(actor, queries.find(actor, proposal_id), forms, status), refused
    )


def _decision_form(proposal: Proposal) -> DecisionForm:
    form = settling.form_of(DecisionForm, "decision", proposal, **_decided(proposal))
    form.decided_on.description = shown.example_of(clock.today())
    return form


def _decided(proposal: Proposal) -> dict[str, Any]:
    """What was recorded in this round."""
    return {
        "decided_on": proposal.decided_on,
        "decider_title": proposal.decider_title,
        "document_number": proposal.document_number,
    }


FORMS: dict[str, Callable[[Proposal], VersionedForm]] = {
    "decision": _decision_form,
    "discuss": lambda p: settling.form_of(WishForm, "discuss", p),
    "refuse": lambda p: settling.form_of(RefuseForm, "refuse", p),
}
DEEDS: dict[tuple[str, str], Do] = {
    ("decision", "record"): lambda a, p, f: actions.record_decision(
        a, p.id, f.seen_version, f.decision()
    ),
    ("decision", "agree"): lambda a, p, f: actions.agree(a, p.id, f.seen_version, f.decision()),
    ("discuss", "discuss"): lambda a, p, f: actions.discuss_terms(
        a, p.id, f.seen_version, f.text.data
    ),
    ("refuse", "refuse"): lambda a, p, f: actions.refuse(
        a, p.id, f.seen_version, RefuseReason(f.reason.data), f.text.data or ""
    ),
}


@bp.get("/supports")
def supports() -> ResponseReturnValue:
    """支援の予定: what the body has agreed to, week by week."""
    actor = current_actor()
    if not actor.has(Role.OFFICER, Role.MANAGER):
        raise NotFound("proposal.not_found")
    found = queries.supports(actor, request.args.get("page", 1, type=bounded))
    return render_template(
        "proposals/supports.html",
        rows=shown.rows(found.items),
        found=found,
        url_of=lambda number: url_for(".supports", page=number),
    )


def of_own_body(proposal_id: int) -> tuple[Actor, Proposal]:
    actor, proposal = shown.find(proposal_id)
    if not actor.has(Role.OFFICER, Role.MANAGER) or actor.body_id != proposal.body_id:
        raise NotFound("proposal.not_found")
    return actor, proposal
