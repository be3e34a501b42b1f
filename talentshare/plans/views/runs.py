"""Plan runs: the list, one run under way or done, what is done with it, two side by side."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.catalogue.forms import attempted
from talentshare.kernel.actor import Actor
from talentshare.plans import actions, queries
from talentshare.plans.forms import ApplyForm
from talentshare.plans.models import PlanRun
from talentshare.plans.queries import Result
from talentshare.plans.states import UNDER_WAY, RowState
from talentshare.plans.views import shown, words
from talentshare.plans.views.blueprint import bp
from talentshare.platform.i18n import sentence
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done

OK, UNREAD = 200, 422


@bp.get("/plans")
def index() -> ResponseReturnValue:
    """All runs, the newest first."""
    found = queries.runs(current_actor(), _page())
    return render_template(
        "plans/index.html",
        found=found,
        lines=[_line(run) for run in found.items],
        page_url=lambda n: url_for(".index", page=n if n > 1 else None),
    )


def _line(run: PlanRun) -> dict[str, Any]:
    state = queries.state_now(run)
    return {
        "run": run,
        "name": words.name_of(run),
        "scope": words.scope_of(run),
        "state": sentence(f"plan.state.{state}"),
        "tag": words.TAGS[state],
        "proof": words.short_proof(run),
    }


def _page() -> int:
    return max(1, request.args.get("page", 1, type=bounded))


@bp.get("/plans/<int:run_id>")
def show(run_id: int) -> ResponseReturnValue:
    """How far it has come, or what came of it."""
    actor = current_actor()
    run = queries.find(actor, run_id)
    return _shown(actor, run, ApplyForm(None), OK)


def _shown(actor: Actor, run: PlanRun, form: ApplyForm, status: int) -> ResponseReturnValue:
    state = queries.state_now(run)
    page: dict[str, Any] = {
        "run": run,
        "state": state,
        "tag": words.TAGS[state],
        "name": words.name_of(run),
        "scope": words.scope_of(run),
        "settings": words.settings_of(run),
        "supposed": words.supposed_of(actor, run),
        "way": words.progress(run),
    }
    if state in UNDER_WAY:
        return render_template("plans/under_way.html", **page), status
    found = queries.result(actor, run)
    if found is None:
        return render_template("plans/nothing.html", **page), status
    page |= _plan(actor, found) | _figures(found)
    page["others"] = shown.others(queries.runs(actor, 1).items, run)
    return render_template("plans/show.html", form=form, found=found, **page), status


def _plan(actor: Actor, found: Result) -> dict[str, Any]:
    """The first view: the plan, its reasons, what changes."""
    rows = sorted(found.rows, key=lambda row: shown.order_of(row.row.position))
    pages = max(1, -(-len(rows) // shown.PAGE_ROWS))
    page = min(_page(), pages)
    first = (page - 1) * shown.PAGE_ROWS
    some = rows[first : first + shown.PAGE_ROWS]
    number = found.run.id
    return {
        "groups": shown.groups(some),
        "row_total": len(rows),
        "open_total": sum(1 for row in rows if row.row.state is not RowState.APPLIED),
        "conflict_total": sum(1 for row in rows if row.row.state is RowState.CONFLICT),
        "people_total": len({row.row.specialist_id for row in rows}),
        "counts": shown.counts(rows),
        "left": shown.left(found.left_out),
        "first_left": shown.FIRST_LEFT_OUT,
        "supposed_rows": shown.supposed(actor, found),
        "page": page,
        "pages": pages,
        "page_url": lambda n: url_for(".show", run_id=number, page=n if n > 1 else None),
    }


def _figures(found: Result) -> dict[str, Any]:
    return {
        "lead": words.lead(found),
        "proof": words.proof(found),
        "price": words.price(found),
        "value": words.points(found.value),
        "bound": "" if found.bound is None else words.points(found.bound),
        "made_by": words.made_by(found.run),
        "bodies": shown.body_lines(found),
    }


@bp.get("/plans/<int:run_id>/progress")
def progress(run_id: int) -> ResponseReturnValue:
    """How far it has come, for the page that shows it."""
    return words.progress(queries.find(current_actor(), run_id))


@bp.post("/plans/<int:run_id>/stop")
def stop(run_id: int) -> ResponseReturnValue:
    """Stop: the best so far is kept."""
    actions.stop(current_actor(), run_id)
    done("plan.done.stop")
    return redirect(url_for(".show", run_id=run_id))


@bp.post("/plans/<int:run_id>/resume")
def resume(run_id: int) -> ResponseReturnValue:
    """Go on from the best of this run, as a run of its own."""
    made = actions.resume(current_actor(), run_id)
    done("plan.done.resume")
    return redirect(url_for(".show", run_id=made.id))


@bp.post("/plans/<int:run_id>/apply")
def apply(run_id: int) -> ResponseReturnValue:
    """All rows, or those that are chosen, become prepared proposals."""
    actor = current_actor()
    run = queries.find(actor, run_id)
    form, status = ApplyForm(request.form), UNREAD
    known = [str(row.id) for row in run.rows]
    form.rows.choices = [(row_id, row_id) for row_id in known]
    if "all" in request.form:
        form.rows.data = known
    if form.validate():
        chosen, reason = form.row_ids(), form.reason.data or ""
        tried = attempted(form, lambda: actions.apply_rows(actor, run_id, chosen, reason))
        if tried.result is not None:
            _say(tried.result)
            return redirect(url_for(".show", run_id=run_id, page=request.args.get("page")))
        status, run = tried.status, queries.find(actor, run_id)
    return _shown(actor, run, form, status)


def _say(applied: actions.Applied) -> None:
    if not applied.conflicts:
        done("plan.done.applied", count=applied.applied)
        return
    counts = {"applied": applied.applied, "conflicts": applied.conflicts}
    flash(sentence("plan.done.applied_in_part", **counts), "care")


@bp.get("/plans/<int:run_id>/compare")
def compare(run_id: int) -> ResponseReturnValue:
    """Two plans side by side: what differs."""
    actor = current_actor()
    first = queries.find(actor, run_id)
    second = queries.find(actor, request.args.get("with", type=bounded) or 0)
    found = queries.compare(actor, first, second)
    if found is None:
        flash(_("どちらかに、まだ案がありません。計算が終わってから比べてください。"), "care")
        return redirect(url_for(".show", run_id=run_id))
    return render_template(
        "plans/compare.html",
        first=first,
        second=second,
        found=found,
        names=[words.name_of(run) for run in (first, second)],
        heads=[words.head_of(run) for run in (first, second)],
        figures=[words.figure(*row) for row in found.figures],
        settings=list(zip(words.settings_of(first), words.settings_of(second), strict=True)),
        supposed=[words.supposed_of(actor, run) for run in (first, second)],
        proofs=[words.proof(one) for one in (found.first, found.second)],
        rows=shown.differences(found),
    )
