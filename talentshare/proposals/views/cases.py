"""What the page of a request shows of its proposals: who supports it, who is being asked."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from talentshare.allocations.models import Clash
from talentshare.catalogue import queries as catalogue
from talentshare.kernel.actor import Actor, Role
from talentshare.platform.formats import day, named
from talentshare.platform.web import current_actor
from talentshare.policy import Can, allows
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import LIVE, ProposalState
from talentshare.proposals.views import checking, shown
from talentshare.proposals.views.shown import bp
from talentshare.talent_requests.models import TalentRequest

P = ProposalState
SUPPORT = frozenset({P.CONFIRMED, P.ENDED})
CHECKED = frozenset({P.CHECKED, P.OFFERED, P.ACCEPTED, P.PROPOSED})  # as it was checked


@bp.app_template_global()
def proposals_in(case: TalentRequest) -> dict[str, Any]:
    """What the reader may see: settled support, what is under way, what is over."""
    actor = current_actor()
    _case, found = queries.of_request(actor, case.number)
    rows = [_row(actor, case, row) for row in shown.rows(found)]
    settled = sorted((row for row in rows if row["state"] in SUPPORT), key=_place)
    short = queries.shortages(found)
    held = {r["proposal"].allocation_id: r["url"] for r in rows if r["state"] is P.PROPOSED}
    return {
        "settled": settled,
        "under_way": sorted((row for row in rows if row["is_live"]), key=_place),
        "over": [row for row in rows if not row["is_live"] and row["state"] not in SUPPORT],
        "short": [_short(actor, clash) for clash in short if not _of_holds(clash, held)],
        "short_holds": [
            {"week": _week(clash), "url": url} for clash in short for url in _of_holds(clash, held)
        ],
        "at_desk": actor.has(Role.COORDINATOR),
        "by_ordinal": {row["ordinal"]: row for row in settled if row["state"] is P.CONFIRMED},
    }


def _short(actor: Actor, clash: Clash) -> dict[str, str]:
    """A week without enough time; whoever may give it another place is led there."""
    may_move = allows(actor, Can.RESOLVE_CLASH, clash)
    return {
        "week": _week(clash),
        "url": url_for("allocations.resolve_clash", clash_id=clash.id) if may_move else "",
    }


def _week(clash: Clash) -> str:
    return _("%(day)sの週", day=day(clash.week_on))


def _of_holds(clash: Clash, held: dict[int | None, str]) -> list[str]:
    """The pages of the proposals whose held time is short: it is not moved, but decided anew."""
    return [held[one] for one in clash.proposal.get("allocation_ids", ()) if one in held]


def _place(row: dict[str, Any]) -> tuple[int, int]:
    return row["ordinal"], row["proposal"].id


def _row(actor: Actor, case: TalentRequest, row: dict[str, Any]) -> dict[str, Any]:
    """One proposal; what is being prepared anew shows a body no terms."""
    proposal: Proposal = row["proposal"]
    at_desk = actor.has(Role.COORDINATOR)
    later = not at_desk and proposal.proposed_at is None
    return {
        **row,
        "ordinal": proposal.position.ordinal,
        "role": _role(case, proposal),
        "name": named(proposal.specialist.person) if at_desk else row["shown_name"],
        "url": url_for("proposals.show", proposal_id=proposal.id),
        "terms": [] if later else [row["time"], row["span"]],
        "basis": named(catalogue.basis_by_code(case.catalogue_version).get(proposal.basis_code)),
        "due": "" if later else row["due"],
        "is_live": row["state"] in LIVE or (at_desk and proposal.state in LIVE),
        "is_revised": later and row["state"] in LIVE,
        "way_out": _way_out(actor, proposal) if at_desk else "",
        "is_changed": at_desk and row["state"] in CHECKED and bool(queries.changed_facts(proposal)),
    }


def _role(case: TalentRequest, proposal: Proposal) -> str:
    """The role, with its number where the request has several."""
    position = proposal.position
    role = named(catalogue.role_by_code()[position.role_code])
    if len(case.positions) == 1:
        return role
    return _("役割%(n)s：%(role)s", n=position.ordinal, role=role)


def _way_out(actor: Actor, proposal: Proposal) -> str:
    """How settled support is stopped today, if this person may."""
    if proposal.state is not P.CONFIRMED:
        return ""
    ways = {"cancel": _("開始前に取り消す"), "end": _("途中で終える")}
    possible = checking.may(actor, proposal)
    return next((words for deed, words in ways.items() if deed in possible), "")
