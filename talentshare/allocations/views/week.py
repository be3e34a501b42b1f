"""A week in one form: the quickest way to change what one can do."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.allocations import queries
from talentshare.allocations.forms import DAYS, WeekForm
from talentshare.allocations.queries import DayView
from talentshare.allocations.views.blueprint import bp
from talentshare.allocations.views.calendar import months_shown
from talentshare.allocations.views.refused import blocked
from talentshare.catalogue.forms import attempted, filled
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound, Refusal
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import WEEK, add_months, monday
from talentshare.platform.web import current_actor, done
from talentshare.specialists import actions as specialist_actions
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import DayDraft, Specialist
from talentshare.specialists.queries import DayTime


@dataclass(frozen=True)
class Row:
    """A day of the week: its time, what uses it, and whether it can be changed."""

    time: DayTime
    view: DayView
    is_open: bool


@bp.route("/me/week", methods=["GET", "POST"])
def week() -> ResponseReturnValue:
    actor = current_actor()
    specialist = specialists.own(actor)
    week_on = _asked_week()
    rows = _rows(specialist, week_on)
    form = filled(WeekForm, **_now(rows)).keep([n for n in DAYS if rows[n].is_open])
    if not form.is_submitted():
        _focus_first(form)
        return _page(form, rows, week_on)
    if not form.validate():
        return _page(form, rows, week_on), 422
    changed = _changed(form, rows)
    outcome = attempted(form, lambda: _change(specialist.id, changed))
    if outcome.result is None:
        rows = _rows(specialists.own(actor), week_on)
        return _page(form, rows, week_on, outcome.refusal), outcome.status
    rows = _rows(specialists.own(actor), week_on)
    done("time.done.week", week_on=week_on, total_minutes=sum(row.view.minutes for row in rows))
    return redirect(url_for(".week", on=week_on.isoformat()))


def _asked_week() -> date:
    this_week = monday(clock.today())
    text = request.args.get("on", "")
    try:
        week_on = monday(date.fromisoformat(text)) if text else this_week + WEEK
    except ValueError:
        raise NotFound("time.no_such_month") from None
    if not this_week <= week_on < add_months(months_shown()[1], 1):
        raise NotFound("time.no_such_month")
    return week_on


def _rows(specialist: Specialist, week_on: date) -> list[Row]:
    actor = current_actor()
    days = Period(week_on, week_on + timedelta(days=6))
    months = sorted({day.replace(day=1) for day in days.days()})
    views = {
        view.day: view
        for month_on in months
        for view in queries.day_view(actor, specialist.id, month_on)
    }
    times = specialists.days_of(actor, specialist, days)
    return [Row(time, views[time.day], _is_open(time)) for time in times]


def _is_open(time: DayTime) -> bool:
    return time.day >= clock.today() and time.is_engaged and not time.now.is_away


def _now(rows: list[Row]) -> dict[str, int]:
    found = {}
    for n, row in enumerate(rows):
        found[f"inside_{n}"], found[f"outside_{n}"] = row.time.now.inside, row.time.now.outside
    return found


def _focus_first(form: WeekForm) -> None:
    """The cursor stands where one types first: in the first day with time, else the first."""
    inside = [form[f"inside_{n}"] for n in DAYS if f"inside_{n}" in form]
    busy = [field for field in inside if field.data]
    for field in (busy or inside)[:1]:
        field.render_kw = {"autofocus": True}


def _changed(form: WeekForm, rows: list[Row]) -> dict[date, DayDraft | None]:
    """Only the days that differ from what they hold now."""
    return {
        rows[n].time.day: draft
        for n, draft in form.drafts().items()
        if draft != DayDraft(rows[n].time.now.inside, rows[n].time.now.outside)
    }


def _change(specialist_id: int, days: dict[date, DayDraft | None]) -> bool:
    if days:
        specialist_actions.change_days(current_actor(), specialist_id, days)
    return True


def _page(form: WeekForm, rows: list[Row], week_on: date, refusal: Refusal | None = None) -> str:
    this_week = monday(clock.today())
    return render_template(
        "allocations/week.html",
        form=form,
        rows=rows,
        kept=sum(min(row.view.minutes, row.view.used_minutes) for row in rows),
        week_on=week_on,
        refused=blocked(refusal),
        before=week_on - WEEK if week_on > this_week else None,
        after=week_on + WEEK if week_on + WEEK < add_months(months_shown()[1], 1) else None,
    )
