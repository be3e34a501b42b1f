"""A coordinator orders a plan."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.catalogue.forms import attempted
from talentshare.kernel import clock
from talentshare.plans import actions, queries
from talentshare.plans.forms import OrderForm
from talentshare.plans.views.blueprint import bp
from talentshare.platform.web import current_actor, done, typed
from talentshare.policy import Can

UNREAD = 422


@bp.route("/plans/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """What to plan and how; what is ordered waits for its turn."""
    actor = current_actor()
    policy.require(actor, Can.MAKE_PLAN)
    form, status = OrderForm(typed()), 200
    form.offer(actor)
    if request.method == "POST":
        status = UNREAD
        if form.validate():
            made = attempted(form, lambda: actions.order(actor, form.wish()))
            status = made.status
            if made.result is not None:
                done("plan.done.ordered")
                return redirect(url_for(".show", run_id=made.result.id))
    page = {"form": form, "rules": queries.rules_on(clock.today()), "is_other": _is_other(form)}
    return render_template("plans/new.html", **page), status


def _is_other(form: OrderForm) -> bool:
    """The folded part says something else than it would untouched."""
    fields = (form.objective, form.has_floor, form.time_limit_seconds)
    return any(bool(field.errors) or field.data != (field.default or False) for field in fields)
