"""来月だれが空いているか, for coordinators."""

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.weeks import add_months
from talentshare.platform.web import current_actor
from talentshare.reports import queries
from talentshare.reports.queries import FreeMonth
from talentshare.reports.views import sheet
from talentshare.reports.views.blueprint import bp

SHOWN = 50  # of a role


@bp.get("/reports/free")
def free() -> ResponseReturnValue:
    """Next month, by main role, most free first."""
    return render_template(
        "reports/free.html", found=_next_month(), today=clock.today(), shown=SHOWN
    )


@bp.get("/reports/free.csv")
def free_csv() -> ResponseReturnValue:
    """The same as a file."""
    found = _next_month()
    head = {"Content-Disposition": f'attachment; filename="free-{found.month_on:%Y-%m}.csv"'}
    return Response(sheet.file_of_free(found), mimetype="text/csv", headers=head)


def _next_month() -> FreeMonth:
    return queries.free_in(current_actor(), add_months(clock.today(), 1), catalogue.job_roles())
