"""The versions of the weights, for admins."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.engine.rules import PREFER
from talentshare.kernel import clock
from talentshare.matching import actions, queries
from talentshare.matching.forms import WeightsForm
from talentshare.matching.views.blueprint import bp
from talentshare.platform.web import current_actor, done, tried, typed


@bp.route("/admin/weights", methods=["GET", "POST"])
def weights() -> ResponseReturnValue:
    """All versions, and the form for the next one."""
    actor, today = current_actor(), clock.today()
    versions = queries.versions(actor, today)
    valid = queries.weights_on(today)
    form = WeightsForm(typed(), data={"valid_from": today, **valid.shares})
    if form.is_submitted() and form.validate():
        made = tried(form, lambda: actions.add_weights(actor, form.draft(), form.reason.data or ""))
        if made is not None:
            done("weights.done.added", number=made.number, day=made.valid_from)
            return redirect(url_for(".weights"))
    page = {"versions": versions, "valid": valid, "form": form, "names": list(PREFER)}
    return render_template("matching/weights.html", **page), 422 if form.errors else 200
