"""Skills: what one claims, sees verified, and objects to."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import attempted, filled
from talentshare.catalogue.models import Skill
from talentshare.kernel.errors import NotFound
from talentshare.platform.web import current_actor, done
from talentshare.specialists import actions, queries
from talentshare.specialists.forms import ClaimForm, ContestForm
from talentshare.specialists.models import Specialist, SpecialistSkill
from talentshare.specialists.views.blueprint import bp


@bp.get("/me/skills")
def skills() -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    return render_template(
        "specialists/skills.html",
        it=specialist,
        names=catalogue.skill_names(),
        levels=catalogue.level_by_number(),
        who=queries.verifiers(actor, specialist),
    )


@bp.get("/me/skills/new")
def new_skill() -> ResponseReturnValue:
    specialist = queries.own(current_actor())
    return render_template(
        "specialists/new_skill.html",
        known={row.skill_code for row in specialist.skills},
        skills=catalogue.choosable(catalogue.skills()),
        mine={role.role_code for role in specialist.roles},
    )


@bp.route("/me/skills/<code>", methods=["GET", "POST"])
def skill(code: str) -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    named, row = _skill(specialist, code)
    form = filled(
        ClaimForm,
        level=row.claimed_level if row else None,
        evidence=row.evidence if row else "",
    )
    if not form.is_submitted():
        return _skill_page(form, specialist, named, row)
    if not form.validate():
        return _skill_page(form, specialist, named, row), 422
    outcome = attempted(form, lambda: actions.claim_skill(actor, specialist.id, form.claim(code)))
    if outcome.result is None:
        specialist = queries.own(actor)
        return _skill_page(form, specialist, *_skill(specialist, code)), outcome.status
    done("specialist.done.claimed", skill=named, level=outcome.result.claimed_level)
    return redirect(url_for(".skills"))


@bp.route("/me/skills/<code>/contest", methods=["GET", "POST"])
def contest(code: str) -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    named, row = _skill(specialist, code)
    if row is None or row.verified_level is None:
        raise NotFound("specialist.not_found")
    form = filled(ContestForm, text=row.contest_text)
    if not form.is_submitted():
        return _contest_page(form, named, row)
    if not form.validate():
        return _contest_page(form, named, row), 422
    text = form.text.data or ""
    outcome = attempted(form, lambda: actions.contest_skill(actor, specialist.id, code, text))
    if outcome.result is None:
        return _contest_page(form, named, row), outcome.status
    done("specialist.done.contested", skill=named)
    return redirect(url_for(".skills"))


def _skill(specialist: Specialist, code: str) -> tuple[Skill, SpecialistSkill | None]:
    names = catalogue.skill_names()
    if code not in names:
        raise NotFound("specialist.not_found")
    row = next((row for row in specialist.skills if row.skill_code == code), None)
    return names[code], row


def _skill_page(
    form: ClaimForm, specialist: Specialist, skill: Skill, row: SpecialistSkill | None
) -> str:
    history = queries.history(current_actor(), specialist).get(skill.code, [])
    return render_template(
        "specialists/skill.html",
        form=form,
        skill=skill,
        row=row,
        levels=catalogue.level_by_number(),
        history=history,
    )


def _contest_page(form: ContestForm, skill: Skill, row: SpecialistSkill) -> str:
    return render_template("specialists/contest.html", form=form, skill=skill, row=row)
