"""計画の基準: the versions of what positions weigh and of the floor, for admins."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.kernel import clock
from talentshare.plans import actions, queries
from talentshare.plans.forms import RulesForm
from talentshare.plans.views.blueprint import bp
from talentshare.platform.web import current_actor, done, tried, typed


@bp.route("/admin/plan-rules", methods=["GET", "POST"])
def rules() -> ResponseReturnValue:
    """All versions, and the form for the next one."""
    actor, today = current_actor(), clock.today()
    versions = queries.rule_versions(actor, today)
    valid = queries.rules_on(today)
    now = {"valid_from": today, "floor": valid.floor_minutes, **valid.weights}
    form = RulesForm(typed(), data=now)
    if form.is_submitted() and form.validate():
        made = tried(form, lambda: actions.add_rules(actor, form.draft(), form.reason.data or ""))
        if made is not None:
            done("plan_rules.done.added", number=made.number, day=made.valid_from)
            return redirect(url_for(".rules"))
    page = {"versions": versions, "valid": valid, "form": form}
    return render_template("plans/rules.html", **page), 422 if form.errors else 200
