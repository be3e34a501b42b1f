"""ふだんの働き方: the windows of each weekday and the share of them, from a day on."""

from datetime import date
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.allocations.forms import DAYS, PatternForm
from talentshare.allocations.views.blueprint import bp
from talentshare.allocations.views.refused import blocked
from talentshare.catalogue.forms import attempted, filled
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound, Refusal
from talentshare.kernel.weeks import WEEK, monday
from talentshare.platform.web import current_actor, done
from talentshare.specialists import actions as specialist_actions
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist, WorkingPattern

WHOLE_SHARE = 100


@bp.route("/me/pattern", methods=["GET", "POST"])
def pattern() -> ResponseReturnValue:
    actor = current_actor()
    specialist = specialists.own(actor)
    known = specialists.patterns_of(actor, specialist)
    form = filled(PatternForm, **_start(specialist, known[-1] if known else None))
    if not form.is_submitted():
        return _page(form, specialist)
    if not form.validate():
        return _page(form, specialist), 422
    outcome = attempted(
        form, lambda: specialist_actions.set_pattern(actor, specialist.id, form.draft())
    )
    if outcome.result is None:
        return _page(form, specialists.own(actor), outcome.refusal), outcome.status
    done("time.done.pattern", day=outcome.result.valid_from)
    return redirect(url_for(".pattern"))


@bp.post("/me/pattern/drop")
def drop_pattern() -> ResponseReturnValue:
    actor = current_actor()
    try:
        valid_from = date.fromisoformat(request.form.get("valid_from", ""))
    except ValueError:
        raise NotFound("specialist.not_found") from None
    specialist_actions.drop_pattern(actor, specialists.own(actor).id, valid_from)
    done("time.done.pattern_dropped", day=valid_from)
    return redirect(url_for(".pattern"))


def _start(specialist: Specialist, last: WorkingPattern | None) -> dict[str, Any]:
    next_week_on = monday(clock.today()) + WEEK
    if last is None:
        return {"valid_from": specialist.engaged_from, "share_percent": WHOLE_SHARE}
    found: dict[str, Any] = {"valid_from": next_week_on, "share_percent": last.share_percent}
    for n in DAYS:
        found[f"windows_{n}"] = spans_on(last, n)
    return found


def spans_on(row: WorkingPattern, weekday: int) -> list[tuple[int, int]]:
    """The windows of one weekday, in order."""
    windows = [window for window in row.windows if window.weekday == weekday]
    return sorted((window.starts_minute, window.ends_minute) for window in windows)


def _page(form: PatternForm, specialist: Specialist, refusal: Refusal | None = None) -> str:
    today = clock.today()
    known = specialists.patterns_of(current_actor(), specialist)
    begun = [row for row in known if row.valid_from <= today]
    return render_template(
        "allocations/pattern.html",
        form=form,
        now=begun[-1] if begun else None,
        coming=[row for row in known if row.valid_from > today],
        past=begun[:-1],
        spans_on=spans_on,
        can_drop=len(known) > 1,
        refused=blocked(refusal),
    )
