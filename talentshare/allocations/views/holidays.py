"""休日: the list, and what a closed or opened day does, shown before it is done."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from talentshare import policy
from talentshare.allocations import actions, queries
from talentshare.allocations.queries import Effect
from talentshare.allocations.views.blueprint import bp
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import HolidayForm, attempted, filled
from talentshare.catalogue.models import HolidayDraft
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound, Refusal
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done
from talentshare.policy import Can

YEARS_AROUND = 2
CHANGED = "catalogue.effect_changed"


@bp.get("/admin/holidays")
def holidays() -> ResponseReturnValue:
    return _list(filled(HolidayForm))


@bp.post("/admin/holidays")
def add_holiday() -> ResponseReturnValue:
    """Without the mark of an effect that was seen, show what it would do; with it, do it."""
    form = filled(HolidayForm)
    policy.require(current_actor(), Can.EDIT_CATALOGUE)
    if not form.validate():
        return _list(form), 422
    return _changed(form, form.draft())


@bp.post("/admin/holidays/remove")
def remove_holiday() -> ResponseReturnValue:
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        raise NotFound("catalogue.not_found") from None
    return _changed(filled(HolidayForm), HolidayDraft(day, is_closed=False))


def _changed(form: HolidayForm, draft: HolidayDraft) -> ResponseReturnValue:
    actor, seen = current_actor(), request.form.get("seen")
    if seen is None:
        return _foreseen(form, draft)
    outcome = attempted(form, lambda: actions.change_day(actor, draft, seen))
    if outcome.refusal is not None and outcome.refusal.code == CHANGED:
        return _foreseen(form, draft, is_stale=True)
    if outcome.refusal is not None:
        return _refused(form, draft, outcome.refusal), outcome.status
    return _after(draft, outcome.result)


def _foreseen(
    form: HolidayForm, draft: HolidayDraft, *, is_stale: bool = False
) -> ResponseReturnValue:
    actor = current_actor()
    outcome = attempted(form, lambda: queries.foresee_day(actor, draft))
    if outcome.refusal is not None:
        return _refused(form, draft, outcome.refusal), outcome.status
    if outcome.result is None:
        return _after(draft, None)
    page = render_template(
        "allocations/holiday.html",
        draft=draft,
        name=draft if draft.is_closed else catalogue.load_holiday(draft.day),
        effect=outcome.result,
        is_stale=is_stale,
        roles=catalogue.role_by_code(),
        year=fiscal_year(draft.day),
    )
    return page, 409 if is_stale else 200


def _after(draft: HolidayDraft, effect: Effect | None) -> ResponseReturnValue:
    said = "catalogue.holiday_added" if draft.is_closed else "catalogue.holiday_removed"
    done(said, day=draft.day, name=catalogue.load_holiday(draft.day))
    if effect is not None:
        _tell_shortages(effect)
    return redirect(url_for(".holidays", year=fiscal_year(draft.day)))


def _refused(form: HolidayForm, draft: HolidayDraft, refusal: Refusal) -> str:
    """The list with what was typed; what cannot be opened has nothing typed to keep."""
    if not draft.is_closed:
        raise refusal
    return _list(form)


def _tell_shortages(effect: Effect) -> None:
    """What the change did to booked time, and where a coordinator deals with it."""
    if effect.settled:
        flash(_("時間の不足が%(count)s件解消しました。", count=effect.settled), "ok")
    if not effect.opened:
        return
    text = ngettext(
        "割当ての時間が収まらなくなった週が、新しく%(num)d件あります。",
        "割当ての時間が収まらなくなった週が、新しく%(num)d件あります。",
        effect.opened,
    )
    told = _("担当する調整担当者に知らせました。")
    if policy.allows(current_actor(), Can.RESOLVE_CLASH):
        link = Markup('<a href="{}">{}</a>')
        told = link.format(url_for("allocations.clashes"), _("時間の不足を見る"))
    flash(Markup("{} {}").format(text, told), "care")


def _list(form: HolidayForm) -> str:
    now = fiscal_year(clock.today())
    year = request.args.get("year", default=now, type=bounded)
    if abs(year - now) > YEARS_AROUND:
        raise NotFound("catalogue.not_found")
    return render_template(
        "allocations/holidays.html",
        rows=catalogue.holidays_of(current_actor(), year),
        form=form,
        year=year,
        years=range(now - 1, now + YEARS_AROUND + 1),
        today=clock.today(),
    )
