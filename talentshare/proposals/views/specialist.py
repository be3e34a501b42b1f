"""The specialist's pages: what was offered, and the answer."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict, Invalid, NotFound
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor
from talentshare.policy import Can, allows
from talentshare.proposals import actions, queries
from talentshare.proposals.forms import DeclineForm, PlainForm, VersionedForm, WishForm
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import DeclineReason, ProposalState
from talentshare.proposals.views import settling, shown
from talentshare.proposals.views.settling import Deed
from talentshare.proposals.views.shown import bp

P = ProposalState
Do = Callable[[Actor, Proposal, Any], object]


@bp.get("/offers")
def offers() -> ResponseReturnValue:
    """打診と支援."""
    actor = current_actor()
    if not actor.has(Role.SPECIALIST):
        raise NotFound("proposal.not_found")
    found = queries.offers(actor, request.args.get("page", 1, type=bounded))
    rows = shown.rows(found.items)
    waiting = [row for row in rows if row["state"] is P.OFFERED]
    running = [row for row in rows if row["head"] in shown.BOOKED]
    return render_template(
        "proposals/offers.html",
        found=found,
        waiting=waiting,
        running=running,
        rest=[row for row in rows if row not in waiting and row not in running],
        url_of=lambda number: url_for(".offers", page=number),
    )


@bp.get("/offers/<int:proposal_id>")
def offer_page(proposal_id: int) -> ResponseReturnValue:
    actor, proposal = _own(proposal_id)
    return page(actor, proposal, forms_of(proposal))


def page(
    actor: Actor, proposal: Proposal, forms: Any, status: int = 200, kept: Any = ()
) -> ResponseReturnValue:
    """The request in short, the terms, the answer; what is prepared anew shows no terms."""
    template = "proposals/offer.html" if proposal.offered_at else "proposals/offer_later.html"
    waits = queries.state_now(proposal) in {P.OFFERED, P.ACCEPTED} or shown.waits_for_papers(
        proposal
    )
    may_answer = allows(actor, Can.ANSWER_PROPOSAL, proposal)
    return (
        render_template(
            template,
            forms=forms,
            kept=kept,
            papers=queries.papers_missing(proposal) if waits else (),
            cares=shown.cares(proposal),
            schedule_url=_schedule_url(proposal),
            is_open=may_answer and queries.state_now(proposal) is P.OFFERED,
            **shown.context(proposal),
        ),
        status,
    )


def _schedule_url(proposal: Proposal) -> str:
    """The month in which the support begins, or this one."""
    first_on = proposal.allocation.starts_on if proposal.allocation else clock.today()
    month = f"{max(first_on, clock.today()):%Y-%m}"
    return url_for("allocations.availability", month=month, _anchor="days")


def forms_of(proposal: Proposal) -> dict[str, VersionedForm]:
    """The forms of the page, each with what was posted to it."""
    return {name: settling.form_of(kind, name, proposal) for name, kind in FORMS.items()}


@bp.post("/offers/<int:proposal_id>/answer")
def reply(proposal_id: int) -> ResponseReturnValue:
    """引き受ける, 条件を相談する or 辞退する."""
    actor, proposal = _own(proposal_id)
    name = request.form.get("form", "")
    if name not in DEEDS:
        raise NotFound("proposal.not_found")
    forms = forms_of(proposal)
    form = forms[name]
    deed = Deed(
        actor,
        proposal,
        form,
        lambda: DEEDS[name](actor, proposal, form),
        f"proposal.done.own_{name}",
        url_for(".offer_page", proposal_id=proposal_id),
    )

    def refused(refusal: Invalid | Conflict) -> ResponseReturnValue | None:
        if not settling.is_stale(refusal):
            return None
        now = queries.find(actor, proposal_id)
        return page(actor, now, forms, 409, settling.ask_again(form, now))

    return settling.settled(
        deed, lambda status: page(actor, queries.find(actor, proposal_id), forms, status), refused
    )


def _own(proposal_id: int) -> tuple[Actor, Proposal]:
    actor, proposal = shown.find(proposal_id)
    if not actor.has(Role.SPECIALIST) or actor.specialist_id != proposal.specialist_id:
        raise NotFound("proposal.not_found")
    return actor, proposal


FORMS: dict[str, type[VersionedForm]] = {
    "accept": PlainForm,
    "discuss": WishForm,
    "decline": DeclineForm,
}
DEEDS: dict[str, Do] = {
    "accept": lambda a, p, f: actions.accept(a, p.id, f.seen_version),
    "discuss": lambda a, p, f: actions.discuss(a, p.id, f.seen_version, f.text.data),
    "decline": lambda a, p, f: actions.decline(
        a, p.id, f.seen_version, DeclineReason(f.reason.data), f.text.data or ""
    ),
}
