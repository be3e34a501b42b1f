"""プロフィールと申告: what specialists see and change of their own record."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import attempted, differing, filled
from talentshare.kernel import clock
from talentshare.kernel.weeks import WEEK, fiscal_year, monday
from talentshare.platform.web import current_actor, done
from talentshare.specialists import actions, queries
from talentshare.specialists.forms import PauseForm, ProfileForm
from talentshare.specialists.models import Specialist
from talentshare.specialists.views.blueprint import bp


@bp.get("/me/profile")
def profile() -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    return render_template(
        "specialists/profile.html",
        it=specialist,
        papers=queries.papers_of(actor, specialist),
        last_declaration=queries.last_declaration(actor, specialist),
        year=fiscal_year(clock.today()),
        today=clock.today(),
        roles=catalogue.role_by_code(),
        bases=catalogue.basis_by_code(),
    )


@bp.route("/me/profile/edit", methods=["GET", "POST"])
def edit_profile() -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    current = _profile_of(specialist)
    form = filled(ProfileForm, **current)
    if not form.is_submitted():
        return _profile_page(form, [])
    if not form.validate():
        return _profile_page(form, []), 422
    version = form.version.data or 0
    outcome = attempted(
        form, lambda: actions.edit_profile(actor, specialist.id, form.profile(), version)
    )
    if outcome.result is None:
        current = _profile_of(queries.own(actor))
        changed = version != current["version"]
        form.version.data = current["version"]
        form.version.raw_data = None
        return _profile_page(form, differing(form, current) if changed else []), outcome.status
    done("specialist.done.profile")
    return redirect(url_for(".profile"))


@bp.route("/me/pause", methods=["GET", "POST"])
def pause() -> ResponseReturnValue:
    actor = current_actor()
    specialist = queries.own(actor)
    form = filled(PauseForm, from_on=monday(clock.today()) + WEEK)
    if not form.is_submitted():
        return _pause_page(form, specialist)
    if not form.validate():
        return _pause_page(form, specialist), 422
    outcome = attempted(form, lambda: actions.pause(actor, specialist.id, form.draft()))
    if outcome.result is None:
        return _pause_page(form, queries.own(actor)), outcome.status
    it = outcome.result
    done("specialist.done.paused", from_on=it.paused_from, until_on=it.paused_until)
    return redirect(url_for(".profile"))


@bp.post("/me/pause/end")
def resume() -> ResponseReturnValue:
    actor = current_actor()
    actions.resume(actor, queries.own(actor).id)
    done("specialist.done.resumed")
    return redirect(url_for(".profile"))


def _profile_of(specialist: Specialist) -> dict[str, Any]:
    places = ("online", "onsite", "islands")
    return {
        "introduction": specialist.introduction,
        "places": [place for place in places if getattr(specialist, f"{place}_ok")],
        "max_bodies": specialist.max_bodies,
        "version": specialist.version,
    }


def _profile_page(form: ProfileForm, differences: list[dict[str, str]]) -> str:
    return render_template("specialists/edit_profile.html", form=form, differences=differences)


def _pause_page(form: PauseForm, specialist: Specialist) -> str:
    return render_template("specialists/pause.html", form=form, it=specialist)
