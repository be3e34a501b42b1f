"""The yearly declaration and the yearly pledge."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.catalogue.forms import attempted, filled
from talentshare.kernel import clock
from talentshare.platform.web import current_actor, done
from talentshare.specialists import actions, queries
from talentshare.specialists.forms import MOST_INTERESTS, DeclarationForm, PledgeForm
from talentshare.specialists.models import Declaration, Specialist
from talentshare.specialists.views.blueprint import bp


@bp.route("/me/declaration", methods=["GET", "POST"])
def declaration() -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    last = queries.last_declaration(actor, specialist)
    form = filled(DeclarationForm, interests=_rows_of(last), has_none=False)
    if not form.is_submitted():
        return _declaration_page(_with_a_row(form), specialist)
    if "add" in request.form or "remove" in request.form:
        return _declaration_page(_rearranged(form), specialist)
    if not form.validate():
        return _declaration_page(form, specialist), 422
    outcome = attempted(form, lambda: actions.declare(actor, specialist.id, form.drafts()))
    if outcome.result is None:
        return _declaration_page(form, queries.own(actor)), outcome.status
    done("specialist.done.declared", until_on=outcome.result.valid_until)
    return redirect(url_for(".profile"))


@bp.route("/me/pledge", methods=["GET", "POST"])
def pledge() -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    form = filled(PledgeForm)
    if not form.is_submitted():
        return _pledge_page(form, specialist)
    if not form.validate():
        return _pledge_page(form, specialist), 422
    year = form.year.data if (form.year.data or "").isdigit() else "0"
    outcome = attempted(form, lambda: actions.sign_pledge(actor, specialist.id, int(year or 0)))
    if outcome.result is None:
        return _pledge_page(form, queries.own(actor)), outcome.status
    done("specialist.done.pledged")
    return redirect(url_for(".profile"))


def _rows_of(declaration: Declaration | None) -> list[dict[str, str]]:
    return [
        {
            "company": interest.company,
            "corporate_number": interest.corporate_number,
            "relation": interest.relation.value,
        }
        for interest in (declaration.interests if declaration else ())
    ]


def _with_a_row(form: DeclarationForm) -> DeclarationForm:
    if not len(form.interests):
        form.interests.append_entry()
    return form


def _rearranged(form: DeclarationForm) -> DeclarationForm:
    """The form with one row more or one less, and everything else as it was typed."""
    rows = form.rows()
    gone = request.form.get("remove", "")
    if gone.isdigit() and int(gone) < len(rows):
        del rows[int(gone)]
    elif "add" in request.form and len(rows) < MOST_INTERESTS:
        rows.append({"company": "", "corporate_number": "", "relation": ""})
    again = DeclarationForm(None, interests=rows, has_none=form.has_none.data)
    if len(again.interests):
        again.interests[-1].company.render_kw = {"autofocus": True}
    return again


def _declaration_page(form: DeclarationForm, specialist: Specialist) -> str:
    return render_template(
        "specialists/declaration.html",
        form=form,
        last=queries.last_declaration(current_actor(), specialist),
        today=clock.today(),
        can_add=len(form.interests) < MOST_INTERESTS,
    )


def _pledge_page(form: PledgeForm, specialist: Specialist) -> str:
    signed = queries.pledges_of(current_actor(), specialist)
    open_years = queries.pledge_years(current_actor())
    left = [year for year in open_years if year not in {row.fiscal_year for row in signed}]
    year = left[0] if left else open_years[0]
    days = [clock.tokyo_day(row.signed_at) for row in signed if row.fiscal_year == year]
    return render_template(
        "specialists/pledge.html",
        form=form,
        signed=signed,
        year=year,
        is_signed=not left,
        name=specialist.person,
        pledged_on=days[0] if days else clock.today(),
    )
