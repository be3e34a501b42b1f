"""来月だれが空いているか, for coordinators."""

from flask import render_template
from flask.typing import ResponseReturnValue

from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.weeks import add_months
from talentshare.platform.web import current_actor
from talentshare.reports import queries
from talentshare.reports.views.blueprint import bp


@bp.get("/reports/free")
def free() -> ResponseReturnValue:
    """Next month, by main role, most free first."""
    today = clock.today()
    found = queries.free_in(current_actor(), add_months(today, 1), catalogue.job_roles())
    return render_template("reports/free.html", found=found, today=today)
