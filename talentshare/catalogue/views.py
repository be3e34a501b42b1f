"""The catalogue as pages for admins."""

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from talentshare import policy
from talentshare.catalogue import actions, queries
from talentshare.catalogue.forms import HolidayForm, attempted, filled
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done
from talentshare.policy import Can

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
    actor, form = current_actor(), filled(HolidayForm)
    if not form.validate():
        return _holidays(form), 422
    before = queries.shortage_count(actor)
    outcome = attempted(form, lambda: actions.add_holiday(actor, form.draft()))
    if outcome.result is None:
        return _holidays(form), outcome.status
    holiday = outcome.result
    done("catalogue.holiday_added", day=holiday.day, name=holiday)
    _tell_shortages(actor, before)
    return redirect(url_for(".holidays", year=fiscal_year(holiday.day)))


@bp.post("/holidays/remove")
def remove_holiday() -> ResponseReturnValue:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFound("catalogue.not_found") from None
    actor = current_actor()
    before = queries.shortage_count(actor)
    holiday = actions.remove_holiday(actor, day)
    done("catalogue.holiday_removed", day=holiday.day, name=holiday)
    _tell_shortages(actor, before)
    return redirect(url_for(".holidays", year=fiscal_year(day)))


def _tell_shortages(actor: Actor, before: int) -> None:
    """What the change did to booked time, and where a coordinator deals with it."""
    count = queries.shortage_count(actor) - before
    if count < 0:
        flash(_("時間の不足が%(count)s件解消しました。", count=-count), "ok")
    if count <= 0:
        return
    text = ngettext(
        "割当ての時間が収まらなくなった週が、新しく%(num)d件あります。",
        "割当ての時間が収まらなくなった週が、新しく%(num)d件あります。",
        count,
    )
    told = _("担当する調整担当者に知らせました。")
    if policy.allows(actor, Can.RESOLVE_CLASH):
        link = Markup('<a href="{}">{}</a>')
        told = link.format(url_for("allocations.clashes"), _("時間の不足を見る"))
    flash(Markup("{} {}").format(text, told), "care")


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
