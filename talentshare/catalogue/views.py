"""The catalogue as pages for admins: all of it, one entry with its history, two versions."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare import policy
from talentshare.catalogue import actions, queries
from talentshare.catalogue.forms import (
    SKILLS,
    attempted,
    entry_form,
    facts_given,
    filled,
    new_entry_form,
)
from talentshare.catalogue.models import WORDS, Kind
from talentshare.notices.models import Names
from talentshare.platform.formats import hours, named
from talentshare.platform.i18n import sentence
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done
from talentshare.policy import Can

bp = Blueprint("catalogue", __name__, url_prefix="/admin")

KINDS = "<any(skill, theme, template, basis, phase):kind>"


@bp.get("/catalogue")
def index() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "catalogue/index.html",
        overview=queries.overview(actor),
        newest=queries.versions(actor)[:1],
    )


@bp.route(f"/catalogue/{KINDS}/<code>", methods=["GET", "POST"])
def entry(kind: str, code: str) -> ResponseReturnValue:
    """Its words, to be changed for what is submitted from now on, and its history."""
    actor, of_kind = current_actor(), Kind(kind)
    it = queries.find_entry(actor, of_kind, code)
    now = queries.text_now(of_kind, code)
    given = {"seen": now.from_version, "is_retired": now.is_retired}
    facts = facts_given(it) if of_kind is Kind.TEMPLATE else {}
    form = filled(entry_form(of_kind), **queries.words_of(of_kind, it), **facts, **given)
    if not form.is_submitted():
        return _entry_page(form, of_kind, it)
    if not form.validate():
        return _entry_page(form, of_kind, it), 422
    draft, reason = form.draft(), form.reason.data or ""
    outcome = attempted(
        form, lambda: _changed(actions.change_entry(actor, of_kind, code, draft, reason))
    )
    if outcome.result is None:
        form.seen.data = str(queries.text_now(of_kind, code).from_version)
        it = queries.find_entry(actor, of_kind, code)
        return _entry_page(form, of_kind, it), outcome.status
    done("catalogue.done.changed", name=_title(of_kind, draft.words))
    return redirect(url_for(".entry", kind=kind, code=code))


def _changed(number: int | None) -> int:
    """0 where it already said so: a second press looks like the first."""
    return number or 0


def _entry_page(form: Any, kind: Kind, it: Any) -> str:
    actor = current_actor()
    return render_template(
        "catalogue/entry.html",
        form=form,
        kind=kind,
        it=it,
        names=WORDS[kind],
        title=_title(kind, queries.words_of(kind, it)),
        history=queries.history_of(actor, kind, it.code),
        skills=SKILLS,
    )


@bp.route("/catalogue/new/<any(skill, theme, template):kind>", methods=["GET", "POST"])
def new_entry(kind: str) -> ResponseReturnValue:
    actor, of_kind = current_actor(), Kind(kind)
    policy.require(actor, Can.EDIT_CATALOGUE)
    form = filled(new_entry_form(of_kind))
    if not form.is_submitted():
        return _new_page(form, of_kind)
    if not form.validate():
        return _new_page(form, of_kind), 422
    draft, reason = form.draft(), form.reason.data or ""
    outcome = attempted(form, lambda: actions.add_entry(actor, of_kind, draft, reason))
    if outcome.result is None:
        return _new_page(form, of_kind), outcome.status
    done("catalogue.done.added", name=_title(of_kind, draft.words))
    return redirect(url_for(".entry", kind=kind, code=outcome.result))


def _new_page(form: Any, kind: Kind) -> str:
    return render_template(
        "catalogue/new_entry.html", form=form, kind=kind, names=WORDS[kind], skills=SKILLS
    )


@bp.app_template_global()
def entry_said(name: str, value: Any) -> str:
    """What a version says in one field: its words, or what a template fills in."""
    if name == "minutes_per_week":
        return hours(value)
    if name == "skills":
        known = queries.skill_names()
        said = [
            _("%(skill)s レベル%(level)s", skill=named(known[code]), level=level)
            for code, level in value
        ]
        return _("、").join(said)
    rows: dict[str, Any] = {
        "theme_code": queries.theme_by_code,
        "phase_codes": queries.phase_by_code,
        "role_codes": queries.role_by_code,
    }
    if name in rows:
        known = rows[name]()
        codes = [value] if isinstance(value, str) else value
        return _("、").join(named(known[code]) for code in codes)
    families = {"kind": "catalogue.template_kind", "place": "talent_request.place"}
    return sentence(f"{families[name]}.{value}") if name in families else str(value)


@bp.get("/catalogue/versions")
def versions() -> ResponseReturnValue:
    """All versions, and what differs between two of them."""
    actor = current_actor()
    rows = queries.versions(actor)
    newest = rows[0].row.number if rows else 0
    after = min(max(request.args.get("after", newest, type=bounded), 0), newest)
    before = min(max(request.args.get("before", after - 1, type=bounded), 0), newest)
    before, after = sorted((before, after))
    return render_template(
        "catalogue/versions.html",
        versions=rows,
        before=before,
        after=after,
        differences=queries.differences(actor, before, after) if before else [],
    )


def _title(kind: Kind, words: Mapping[str, str]) -> Names:
    """The name of an entry in both languages."""
    name = "title" if kind is Kind.TEMPLATE else "name"
    return Names(words[f"{name}_ja"], words[f"{name}_en"])
