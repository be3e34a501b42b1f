"""Pairs that are fixed or kept out, and the list of a month for the council."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from talentshare.catalogue.forms import attempted
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.kernel.weeks import add_months
from talentshare.plans import actions, queries
from talentshare.plans.forms import PairForm
from talentshare.plans.views import shown
from talentshare.plans.views.blueprint import bp
from talentshare.platform.web import current_actor, done, typed

OK, UNREAD = 200, 422
ASKED = ("kind", "position", "specialist")


@bp.get("/plans/pairs")
def pairs() -> ResponseReturnValue:
    """What holds now, with the form to add to it; or the list of one month."""
    actor = current_actor()
    if "month" in request.args:
        return _month(actor, _month_of(request.args["month"]))
    return _page(actor, PairForm(typed() or _asked()), OK)


@bp.post("/plans/pairs")
def add_pair() -> ResponseReturnValue:
    """Fix a pair, or keep it out."""
    actor = current_actor()
    form, status = PairForm(request.form), UNREAD
    if form.validate():
        tried = attempted(form, lambda: actions.fix(actor, form.draft()))
        status = tried.status
        if tried.result is not None:
            done(f"plan.done.{tried.result.kind}")
            return redirect(url_for(".pairs"))
    return _page(actor, form, status)


@bp.post("/plans/pairs/<int:pair_id>/remove")
def remove_pair(pair_id: int) -> ResponseReturnValue:
    """Leave the pair to the plan again."""
    actions.unfix(current_actor(), pair_id)
    done("plan.done.unfix")
    return redirect(url_for(".pairs"))


def _asked() -> MultiDict[str, str] | None:
    """What the page of a plan fills in beforehand."""
    found = {name: request.args[name] for name in ASKED if name in request.args}
    return MultiDict(found) if found else None


def _page(actor: Actor, form: PairForm, status: int) -> ResponseReturnValue:
    page = {
        "form": form,
        "lines": shown.pair_lines(queries.pairs(actor)),
        "month_on": clock.today().replace(day=1),
    }
    return render_template("plans/pairs.html", **page), status


def _month(actor: Actor, month_on: date) -> ResponseReturnValue:
    found = queries.month_list(actor, month_on)
    return render_template(
        "plans/month.html",
        found=found,
        lines=shown.pair_lines(found.pairs),
        overrides=shown.override_lines(found.overrides),
        before=add_months(month_on, -1),
        after=add_months(month_on, 1),
        today=clock.today(),
    )


def _month_of(text: str) -> date:
    """The first day of 2026-11; what is no month does not exist."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise NotFound("plan.month_unknown") from None
