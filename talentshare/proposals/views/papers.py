"""起案用資料: one page for the body's own decision, to print or to save."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.kernel import clock
from talentshare.kernel.actor import Role
from talentshare.kernel.errors import NotFound
from talentshare.platform import formats, paper
from talentshare.proposals import queries
from talentshare.proposals.views import body, shown
from talentshare.proposals.views.shown import bp


@bp.get("/proposals/<int:proposal_id>/paper", endpoint="paper")
def paper_page(proposal_id: int) -> ResponseReturnValue:
    return render_template("proposals/paper.html", **_contents(proposal_id))


@bp.get("/proposals/<int:proposal_id>/paper.pdf")
def paper_pdf(proposal_id: int) -> ResponseReturnValue:
    contents = _contents(proposal_id)
    page = render_template("proposals/paper_pdf.html", **contents)
    return paper.sent(page, f"{contents['case'].number}_{_('起案用資料')}", on_one_page=True)


def _contents(proposal_id: int) -> dict[str, Any]:
    """What stands on it, for the body that was asked and for coordinators."""
    actor, proposal = shown.find(proposal_id)
    if not actor.has(Role.COORDINATOR):
        body.of_own_body(proposal_id)
    if proposal.proposed_at is None:
        raise NotFound("proposal.not_found")
    shared = shown.context(proposal, formats.era_day)
    case = shared["case"]
    printed = _("出力日 %(day)s", day=formats.era_day(clock.today()))
    return {
        **shared,
        "over": formats.beside(case.number, formats.named(case.body), printed),
        "due_on": queries.due_on(proposal),
        "reasons": shown.reasons_for_body(proposal),
    }
