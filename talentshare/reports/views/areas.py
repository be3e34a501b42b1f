"""申込・提供・未対応 by area, as a page and as a file of the same figures."""

from fractions import Fraction
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.engine.fairness import DEFINITION_VERSION
from talentshare.kernel import clock
from talentshare.kernel.weeks import APRIL, fiscal_year
from talentshare.platform.i18n import sentence
from talentshare.platform.web import current_actor
from talentshare.reports import queries
from talentshare.reports.forms import FilterForm, month_text
from talentshare.reports.queries import AreaLine, Fairness
from talentshare.reports.views.blueprint import bp
from talentshare.reports.views.sheet import Row, written

OUTCOMES = ("served", "unmet", "pending", "withdrawn")


@bp.get("/reports/areas")
def areas() -> ResponseReturnValue:
    actor, form = current_actor(), _form()
    is_read = form.validate()
    months = form.wanted(queries.groupings(actor)).period if is_read else None
    found = queries.fairness(actor, months) if months else None
    page = {
        "form": form,
        "found": found,
        "today": clock.today(),
        "version": DEFINITION_VERSION,
        "area_name": area_name,
        "days_text": days_text,
        "gini_text": gini_text,
        "file_url": url_for(".areas_csv", **_months(found)) if found else "",
    }
    return render_template("reports/areas.html", **page), 200 if is_read else 422


@bp.get("/reports/areas.csv")
def areas_csv() -> ResponseReturnValue:
    actor, form = current_actor(), _form()
    if not form.validate():
        return areas()
    found = queries.fairness(actor, form.wanted(queries.groupings(actor)).period)
    rows = [[*_cells(line, found), *_basis(found)] for line in (*found.lines, found.total)]
    name = f"areas-{found.period.first:%Y-%m}-{found.period.last:%Y-%m}.csv"
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written(_heads(found), rows), mimetype="text/csv", headers=head)


def _form() -> FilterForm:
    """Without months, the fiscal year up to this one."""
    today = clock.today()
    usual = {
        "from": month_text(today.replace(year=fiscal_year(today), month=APRIL, day=1)),
        "to": month_text(today),
    }
    return FilterForm(usual | {name: text for name, text in request.args.items() if text}, ())


def _months(found: Fairness) -> dict[str, Any]:
    return {"from": f"{found.period.first:%Y-%m}", "to": f"{found.period.last:%Y-%m}"}


def area_name(line: AreaLine) -> str:
    return sentence(f"area.{line.area.value}") if line.area else _("全体")


def days_text(days: Fraction | None) -> str:
    """3, 3.5, or nothing of nobody."""
    return "" if days is None else f"{float(days):g}"


def gini_text(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):.2f}"


def _heads(found: Fairness) -> list[str]:
    hours = [_("申込（分）"), _("提供（分）"), _("未対応（分）"), _("調整中（分）")]
    if not found.shows_served:
        del hours[1]
    return [
        *(_("地域"), _("団体数"), _("申込みのある団体"), _("申込みなしの団体")),
        *(
            _("申込（件）"),
            _("提供（件）"),
            _("未対応（件）"),
            _("調整中（件）"),
            _("取下げ（件）"),
        ),
        *hours,
        *(_("待ち日数を数えた件数"), _("申込みから確定まで（日、中央値）")),
        *(_("うちGovTech東京（日、中央値）"), _("うち団体の検討（日、中央値）")),
        *(_("開始日"), _("終了日"), _("基準日"), _("定義の版")),
    ]


def _cells(line: AreaLine, found: Fairness) -> Row:
    return [
        *(area_name(line), line.bodies, line.asking_bodies, line.silent_bodies, line.requests),
        *(line.count(outcome) for outcome in OUTCOMES),
        line.asked_minutes,
        *([line.served_minutes] if found.shows_served else []),
        *(line.minutes("unmet"), line.minutes("pending"), line.waited),
        *(days_text(days) for days in line.days),
    ]


def _basis(found: Fairness) -> Row:
    return [found.period.first, found.period.last, clock.today(), DEFINITION_VERSION]
