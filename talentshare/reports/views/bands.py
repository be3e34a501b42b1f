"""The versions of the target band, for admins."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.kernel import clock
from talentshare.platform.web import current_actor, done, tried, typed
from talentshare.reports import actions, queries
from talentshare.reports.forms import BandForm
from talentshare.reports.views.blueprint import bp


@bp.route("/admin/bands", methods=["GET", "POST"])
def bands() -> ResponseReturnValue:
    """All versions, and the form for the next one."""
    actor, today = current_actor(), clock.today()
    versions = queries.band_versions(actor, today)
    valid = queries.band_on(actor, today)
    given = {"valid_from": today, "lower": valid.lower, "upper": valid.upper}
    form = BandForm(typed(), data=given)
    if form.is_submitted() and form.validate():
        made = tried(form, lambda: actions.add_band(actor, form.draft(), form.reason.data or ""))
        if made is not None:
            done("band.done.added", number=made.number, day=made.valid_from)
            return redirect(url_for(".bands"))
    page = {"versions": versions, "valid": valid, "form": form}
    return render_template("reports/bands.html", **page), 422 if form.errors else 200
