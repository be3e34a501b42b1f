"""Where the pages of requests hang, and how they refuse what no longer goes."""

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.kernel.errors import Conflict, NotFound
from talentshare.platform import formats
from talentshare.platform.i18n import sentence
from talentshare.platform.web import current_actor, show_refusal
from talentshare.talent_requests import queries

bp = Blueprint("talent_requests", __name__)


@bp.errorhandler(Conflict)
def refused(refusal: Conflict) -> ResponseReturnValue:
    """Somebody was first, or it is done already: the way on leads to the case as it now stands."""
    try:
        it = queries.find(current_actor(), (request.view_args or {}).get("number", ""))
    except NotFound:
        return show_refusal(refusal)
    page = render_template(
        "errors/refusal.html",
        message=sentence(refusal.code, **formats.worded(refusal.details)),
        subject=f"{it.number} {it.title}",
        case_url=url_for("talent_requests.show", number=it.number),
    )
    return page, 409
