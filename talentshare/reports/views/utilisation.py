"""稼働状況: how far the pool's time is booked, as a page and as a file of the same figures."""

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.catalogue import queries as catalogue
from talentshare.engine.utilisation import DEFINITION_VERSION, Unit
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.kernel.weeks import fiscal_year, fiscal_year_end
from talentshare.platform.formats import worded
from talentshare.platform.i18n import sentence
from talentshare.platform.web import current_actor
from talentshare.reports import queries
from talentshare.reports.forms import FilterForm, page_number
from talentshare.reports.queries import By, Report, Wanted
from talentshare.reports.views import sheet, words
from talentshare.reports.views.blueprint import bp

ROLES_OF = {By.PERSON: By.ROLE}  # beside everybody stand their fields


@bp.get("/reports/utilisation")
def utilisation() -> ResponseReturnValue:
    actor = current_actor()
    shows_people = queries.sees_people(actor)
    roles = catalogue.job_roles()
    form = FilterForm(request.args, roles)
    if not form.validate():
        return _unreadable(form, shows_people)
    try:
        report = queries.utilisation(actor, form.wanted(queries.groupings(actor)), roles)
    except Conflict as withheld:
        return _withheld(actor, form, withheld)
    page = page_number(request.args, report.pages)
    return render_template(
        "reports/utilisation.html",
        form=form,
        report=report,
        shows_people=shows_people,
        page=page,
        lines=report.by_person(page),
        groups=queries.grouping(report, ROLES_OF.get(report.wanted.by, report.wanted.by)),
        removal=() if report.people or report.kept else _removal(actor, report.wanted),
        line_name=words.line_name,
        by_name=words.by_name,
        part_name=words.part_name,
        **_basis(actor, report),
        **_addresses(report),
    )


def _basis(actor: Actor, report: Report) -> dict[str, Any]:
    """As of when, by which version, up to which day, and with which band the figures are told."""
    today, last_on = clock.today(), fiscal_year_end(fiscal_year(clock.today()) + 1)
    if report.kept is not None:
        today, last_on = report.kept.taken_on, report.kept.days.last
    return {
        "band": queries.band_on(actor, today) if report.people else None,
        "version": report.kept.version if report.kept else DEFINITION_VERSION,
        "today": today,
        "known_until": last_on,
        "now_url": url_for(".utilisation", **(_address(report.wanted) | {"at": None})),
    }


@bp.get("/reports/utilisation.csv")
def utilisation_csv() -> ResponseReturnValue:
    """All lines of the filter, not only those of one page."""
    actor = current_actor()
    shows_people = queries.sees_people(actor)
    groupings = queries.groupings(actor)
    by = request.args.get("by") or groupings[0].value
    offered = {*groupings, "month", By.ROLE, *(["apart"] if shows_people else [])}
    if by not in offered:
        raise NotFound("reports.not_found")
    roles = catalogue.job_roles()
    form = FilterForm(request.args, roles)
    if not form.validate():
        return _unreadable(form, shows_people)
    report = queries.utilisation(actor, form.wanted(groupings), roles)
    days = report.wanted.period
    as_of = f"-at-{report.kept.taken_on}" if report.kept else ""
    name = f"utilisation-{by}-{days.first:%Y-%m}-{days.last:%Y-%m}{as_of}.csv"
    head = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(sheet.file_of(report, by), mimetype="text/csv", headers=head)


def _unreadable(form: FilterForm, shows_people: bool) -> ResponseReturnValue:
    page = render_template(
        "reports/utilisation.html", form=form, report=None, shows_people=shows_people
    )
    return page, 422


def _withheld(actor: Actor, form: FilterForm, refusal: Conflict) -> ResponseReturnValue:
    """Why nothing is shown, with the filter to change it, and the days nearest to a missing one."""
    near: list[tuple[date, str]] = []
    if refusal.code == "reports.day_not_kept" and form.at.data:
        wanted = form.wanted(queries.groupings(actor))
        found = queries.nearest_days(actor, form.at.data)
        days = [day for day in (found.before, found.after) if day]
        near = [(day, url_for(".utilisation", **_address(replace(wanted, at=day)))) for day in days]
    return render_template(
        "reports/utilisation.html",
        form=form,
        report=None,
        shows_people=False,
        withheld=sentence(refusal.code, **worded(refusal.details)),
        near=near,
    )


def _addresses(report: Report) -> dict[str, Any]:
    """Where the page's links lead: the same filter, another page, unit or file."""
    here, wanted = _filter(report.wanted), report.wanted
    cut: dict[str, Any] = {"unit": wanted.unit.value}
    seen: dict[str, Any] = {"by": wanted.by.value}
    return {
        "page_url": lambda page: url_for(".utilisation", **here, **cut, **seen, page=page),
        "unit_tabs": [
            _tab(words.unit_name(unit), unit is wanted.unit, **here, **seen, unit=unit.value)
            for unit in Unit
        ],
        "by_tabs": [
            _tab(words.by_name(by), by is wanted.by, **here, **cut, by=by.value)
            for by in queries.groupings(current_actor())
        ],
        "file_url": lambda by: url_for(".utilisation_csv", **here, **cut, by=by),
    }


def _address(wanted: Wanted) -> dict[str, Any]:
    return _filter(wanted) | {"unit": wanted.unit.value, "by": wanted.by.value}


def _tab(label: str, is_current: bool, **address: Any) -> dict[str, Any]:
    return {"label": label, "url": url_for(".utilisation", **address), "current": is_current}


def _filter(wanted: Wanted) -> dict[str, Any]:
    months = {"from": f"{wanted.period.first:%Y-%m}", "to": f"{wanted.period.last:%Y-%m}"}
    at = wanted.at.isoformat() if wanted.at else ""
    chosen = {"role": wanted.role_code, "q": wanted.text, "at": at}
    return months | {name: value for name, value in chosen.items() if value}


def _removal(actor: Actor, wanted: Wanted) -> tuple[str, int, str] | tuple[()]:
    """Which condition to give up, how many people that gives, and the address of that."""
    name, count = queries.best_removal(actor, wanted)
    if not name:
        return ()
    return name, count, url_for(".utilisation", **_filter(wanted.without(name)))
