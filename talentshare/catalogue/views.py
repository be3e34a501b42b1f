"""The catalogue as pages for admins."""

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.catalogue import actions, queries
from talentshare.catalogue.forms import HolidayForm, attempted, filled
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done

bp = Blueprint("catalogue", __name__, url_prefix="/admin")

YEARS_AROUND = 2


@bp.get("/catalogue")
def index() -> ResponseReturnValue:
    overview = queries.overview(current_actor())
    return render_template("catalogue/index.html", overview=overview)


@bp.get("/holidays")
def holidays() -> ResponseReturnValue:
    return _holidays(filled(HolidayForm))


@bp.post("/holidays")
def add_holiday() -> ResponseReturnValue:
    form = filled(HolidayForm)
    if not form.validate():
        return _holidays(form), 422
    outcome = attempted(form, lambda: actions.add_holiday(current_actor(), form.draft()))
    if outcome.result is None:
        return _holidays(form), outcome.status
    holiday = outcome.result
    done("catalogue.holiday_added", day=holiday.day, name=holiday)
    return redirect(url_for(".holidays", year=fiscal_year(holiday.day)))


@bp.post("/holidays/remove")
def remove_holiday() -> ResponseReturnValue:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFound("catalogue.not_found") from None
    holiday = actions.remove_holiday(current_actor(), day)
    done("catalogue.holiday_removed", day=holiday.day, name=holiday)
    return redirect(url_for(".holidays", year=fiscal_year(day)))


def _holidays(form: HolidayForm) -> str:
    now = fiscal_year(clock.today())
    year = request.args.get("year", default=now, type=bounded)
    if abs(year - now) > YEARS_AROUND:
        raise NotFound("catalogue.not_found")
    return render_template(
        "catalogue/holidays.html",
        rows=queries.holidays_of(current_actor(), year),
        form=form,
        year=year,
        years=range(now - 1, now + YEARS_AROUND + 1),
        today=clock.today(),
    )
