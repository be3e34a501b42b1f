"""One specialist as coordinators see and keep the record."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import attempted, differing, filled
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done
from talentshare.policy import Can
from talentshare.specialists import actions, queries
from talentshare.specialists.forms import RegisterForm, TermsForm, VerifyForm, terms_of
from talentshare.specialists.models import Specialist, SpecialistSkill
from talentshare.specialists.views.blueprint import bp


@bp.route("/specialists/new", methods=["GET", "POST"])
def register() -> ResponseReturnValue:
    actor = current_actor()
    form = filled(
        RegisterForm,
        person_id=request.args.get("person", type=bounded),
        engaged_from=clock.today(),
    )
    people = queries.registrable(actor, request.form.get("person_id", type=bounded))
    form.offer(people)
    page = {"form": form, "people": people}
    if not form.is_submitted():
        return render_template("specialists/register.html", **page)
    if not form.validate():
        return render_template("specialists/register.html", **page), 422
    outcome = attempted(form, lambda: actions.register(actor, form.person_id.data, form.terms()))
    if outcome.result is None:
        return render_template("specialists/register.html", **page), outcome.status
    done("specialist.done.registered", person=outcome.result.person)
    return redirect(url_for(".show", specialist_id=outcome.result.id))


@bp.get("/specialists/<int:specialist_id>")
def show(specialist_id: int) -> ResponseReturnValue:
    actor = current_actor()
    specialist = _seen_by_govtech(specialist_id)
    return render_template(
        "specialists/show.html",
        it=specialist,
        papers=queries.papers_of(actor, specialist),
        last_declaration=queries.last_declaration(actor, specialist),
        names=catalogue.skill_names(),
        roles=catalogue.role_by_code(),
        bases=catalogue.basis_by_code(),
        who=queries.verifiers(actor, specialist),
        today=clock.today(),
    )


@bp.route("/specialists/<int:specialist_id>/terms", methods=["GET", "POST"])
def edit_terms(specialist_id: int) -> ResponseReturnValue:
    actor = current_actor()
    specialist = _seen_by_govtech(specialist_id)
    policy.require(actor, Can.EDIT_TERMS, specialist)
    form = filled(TermsForm, **terms_of(specialist))
    if not form.is_submitted():
        return _terms_page(form, specialist, [])
    if not form.validate():
        return _terms_page(form, specialist, []), 422
    version = form.version.data or 0
    outcome = attempted(
        form, lambda: actions.edit_terms(actor, specialist_id, form.terms(), version)
    )
    if outcome.result is None:
        specialist = _seen_by_govtech(specialist_id)
        rows = differing(form, terms_of(specialist)) if version != specialist.version else []
        form.version.data, form.version.raw_data = specialist.version, None
        return _terms_page(form, specialist, rows), outcome.status
    done("specialist.done.terms")
    return redirect(url_for(".show", specialist_id=specialist_id))


@bp.route("/specialists/<int:specialist_id>/skills/<code>", methods=["GET", "POST"])
def verify(specialist_id: int, code: str) -> ResponseReturnValue:
    actor = current_actor()
    specialist = _seen_by_govtech(specialist_id)
    row = _claimed(specialist, code)
    shown = row.claimed_level if row.verified_level is None else row.verified_level
    form = filled(VerifyForm, level=shown)
    if not form.is_submitted():
        return _verify_page(form, specialist, row)
    if not form.validate():
        return _verify_page(form, specialist, row), 422
    decide = actions.verify_skill if row.contested_at is None else actions.answer_contest
    level, remark = form.level.data, form.remark.data or ""
    outcome = attempted(form, lambda: decide(actor, specialist_id, code, level, remark))
    if outcome.result is None:
        specialist = _seen_by_govtech(specialist_id)
        return _verify_page(form, specialist, _claimed(specialist, code)), outcome.status
    done("specialist.done.verified", skill=catalogue.skill_names()[code], level=level)
    return redirect(url_for(".show", specialist_id=specialist_id, _anchor="skills"))


def _seen_by_govtech(specialist_id: int) -> Specialist:
    """The record, for those who may list specialists; for others there is no such page."""
    actor = current_actor()
    if not policy.allows(actor, Can.LIST_SPECIALISTS):
        raise NotFound("specialist.not_found")
    return queries.find(actor, specialist_id)


def _claimed(specialist: Specialist, code: str) -> SpecialistSkill:
    for row in specialist.skills:
        if row.skill_code == code:
            return row
    raise NotFound("specialist.not_found")


def _terms_page(form: TermsForm, specialist: Specialist, differences: list[Any]) -> str:
    return render_template(
        "specialists/terms.html", form=form, it=specialist, differences=differences
    )


def _verify_page(form: VerifyForm, specialist: Specialist, row: SpecialistSkill) -> str:
    actor = current_actor()
    return render_template(
        "specialists/verify.html",
        form=form,
        it=specialist,
        row=row,
        skill=catalogue.skill_names()[row.skill_code],
        levels=catalogue.level_by_number(),
        history=queries.history(actor, specialist).get(row.skill_code, []),
    )
