"""休暇とほかの用務: entered, seen with what follows, taken back."""

from datetime import date

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.allocations import queries
from talentshare.allocations.forms import TimeOffForm
from talentshare.allocations.views.blueprint import bp
from talentshare.allocations.views.refused import blocked
from talentshare.catalogue.forms import attempted, filled
from talentshare.kernel.errors import Refusal
from talentshare.platform.web import current_actor, done
from talentshare.specialists import actions as specialist_actions
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist
from talentshare.specialists.states import TimeOffKind


@bp.route("/me/leave", methods=["GET", "POST"])
def leave() -> ResponseReturnValue:
    actor = current_actor()
    specialist = specialists.own(actor)
    form = filled(TimeOffForm, kind=TimeOffKind.LEAVE.value)
    if not form.is_submitted():
        return _page(form, specialist)
    if not form.validate():
        return _page(form, specialist), 422
    known = {clash.id for clash in queries.clashes(actor, specialist.id)}
    outcome = attempted(
        form, lambda: specialist_actions.take_time_off(actor, specialist.id, form.draft())
    )
    if outcome.result is None:
        return _page(form, specialists.own(actor), outcome.refusal), outcome.status
    new = [row for row in queries.clashes(actor, specialist.id) if row.id not in known]
    done("time.done.off_with_clash" if new else f"time.done.{outcome.result.kind}", count=len(new))
    return redirect(url_for(".leave"))


@bp.post("/me/leave/<int:time_off_id>/withdraw")
def withdraw_time_off(time_off_id: int) -> ResponseReturnValue:
    actor = current_actor()
    specialist_actions.withdraw_time_off(actor, specialists.own(actor).id, time_off_id)
    done("time.done.off_withdrawn")
    return redirect(url_for(".leave"))


def _page(form: TimeOffForm, specialist: Specialist, refusal: Refusal | None = None) -> str:
    actor = current_actor()
    clashes = queries.clashes(actor, specialist.id)
    ids = [i for clash in clashes for i in clash.proposal.get("allocation_ids", ())]
    return render_template(
        "allocations/leave.html",
        form=form,
        coming=specialists.coming_time_off(actor, specialist),
        clashes=clashes,
        bookings={row.id: row for row in queries.blocking(actor, ids)},
        refused=blocked(refusal),
        as_day=date.fromisoformat,
    )
