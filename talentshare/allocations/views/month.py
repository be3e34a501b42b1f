"""来月、何時間できますか: the month and its days, as the specialist sees and changes them."""

from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.allocations import queries
from talentshare.allocations.forms import DayForm, MonthForm, days_text
from talentshare.allocations.views.blueprint import bp
from talentshare.allocations.views.calendar import (
    Month,
    asked_month,
    month_of,
    months_shown,
    weeks_of,
)
from talentshare.allocations.views.refused import blocked
from talentshare.catalogue.forms import attempted, filled
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound, Refusal
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import add_months
from talentshare.platform.web import current_actor, done
from talentshare.specialists import actions as specialist_actions
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import DayDraft, Specialist
from talentshare.specialists.queries import DayTime


@bp.get("/me/availability")
def availability() -> ResponseReturnValue:
    specialist = specialists.own(current_actor())
    month = month_of(specialist, asked_month(add_months(clock.today(), 1)))
    return _page(specialist, month, _form(month))


@bp.post("/me/availability/month")
def answer_month() -> ResponseReturnValue:
    actor = current_actor()
    specialist = specialists.own(actor)
    month_on = asked_month(add_months(clock.today(), 1))
    form = filled(MonthForm, month_on=month_on)
    if not form.validate():
        return _page(specialist, month_of(specialist, month_on), form), 422
    outcome = attempted(
        form, lambda: specialist_actions.answer_month(actor, specialist.id, form.draft())
    )
    if outcome.result is None:
        specialist = specialists.own(actor)
        page = _page(specialist, month_of(specialist, month_on), form, outcome.refusal)
        return page, outcome.status
    done("time.done.month", month_on=month_on, total_minutes=outcome.result.minutes)
    return redirect(url_for(".availability", month=f"{month_on:%Y-%m}"))


@bp.route("/me/days/<on>", methods=["GET", "POST"])
def day(on: str) -> ResponseReturnValue:
    actor = current_actor()
    specialist = specialists.own(actor)
    time = _day_to_come(specialist, on)
    form = filled(DayForm, inside_minutes=time.now.inside, outside_minutes=time.now.outside)
    if not form.is_submitted():
        return _day_page(specialist, form, time)
    as_usual = "usual" in request.form
    if not as_usual and not form.validate():
        return _day_page(specialist, form, time), 422
    draft: dict[date, DayDraft | None] = {time.day: None if as_usual else form.draft()}
    outcome = attempted(form, lambda: _changed(specialist.id, draft))
    if outcome.result is None:
        specialist = specialists.own(actor)
        return _day_page(specialist, form, time, outcome.refusal), outcome.status
    done("time.done.day", day=time.day)
    return redirect(url_for(".availability", month=f"{time.day:%Y-%m}"))


def _changed(specialist_id: int, days: dict[date, DayDraft | None]) -> bool:
    specialist_actions.change_days(current_actor(), specialist_id, days)
    return True


def _form(month: Month) -> MonthForm:
    return filled(
        MonthForm,
        month_on=month.first,
        minutes=month.sum("minutes"),
        inside_minutes=month.sum("inside"),
        days_off=days_text(month.days_off),
    )


def _page(
    specialist: Specialist, month: Month, form: MonthForm, refusal: Refusal | None = None
) -> str:
    actor = current_actor()
    first, last = months_shown()
    return render_template(
        "allocations/availability.html",
        it=specialist,
        month=month,
        weeks=weeks_of(month, is_own=True),
        form=form,
        refused=blocked(refusal),
        answer=specialists.month_answer(actor, specialist, month.first),
        clashes=queries.clashes(actor, specialist.id),
        today=clock.today(),
        next_month_on=add_months(clock.today(), 1),
        before=add_months(month.first, -1) if month.first > first else None,
        after=add_months(month.first, 1) if month.first < last else None,
    )


def _day_to_come(specialist: Specialist, on: str) -> DayTime:
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise NotFound("time.no_such_month") from None
    if not clock.today() <= day < add_months(months_shown()[1], 1):
        raise NotFound("time.no_such_month")
    return specialists.days_of(current_actor(), specialist, Period(day, day))[0]


def _day_page(
    specialist: Specialist, form: DayForm, time: DayTime, refusal: Refusal | None = None
) -> str:
    views = queries.day_view(current_actor(), specialist.id, time.day.replace(day=1))
    return render_template(
        "allocations/day.html",
        form=form,
        time=time,
        view=next(view for view in views if view.day == time.day),
        refused=blocked(refusal),
    )
