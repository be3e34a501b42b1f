"""Adding a position to a request and giving one up."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.kernel.errors import NotFound
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done, tried, typed
from talentshare.policy import Can
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.forms import RemovalForm
from talentshare.talent_requests.views import facts, words
from talentshare.talent_requests.views.blueprint import bp
from talentshare.talent_requests.views.steps import url_of


@bp.post("/requests/<number>/positions")
def add_position(number: str) -> ResponseReturnValue:
    actor = current_actor()
    it = queries.find(actor, number)
    ordinal = actions.add_position(actor, it.id, request.form.get("after", type=bounded))
    return redirect(url_of(it, "role", ordinal))


@bp.route("/requests/<number>/positions/<int:ordinal>/remove", methods=["GET", "POST"])
def remove_position(number: str, ordinal: int) -> ResponseReturnValue:
    actor = current_actor()
    it = queries.find(actor, number)
    policy.require(actor, Can.HANDLE_REQUEST, it)
    form = RemovalForm(formdata=typed() or None, data={"version": it.version})
    is_sound = request.method == "POST" and form.validate()
    if is_sound and tried(form, lambda: _removed(number, ordinal, form)):
        return _gone(number)
    outline = it.outline(ordinal)
    if outline is None:
        raise NotFound("talent_request.no_such_position")
    page = render_template(
        "talent_requests/remove_position.html",
        it=it,
        form=form,
        title=words.title_of(it),
        rows=facts.short_position_rows(it, outline, words.names(it), ordinal, facts.no_link),
    )
    return page, 422 if form.errors else 200


def _gone(number: str) -> ResponseReturnValue:
    done("talent_request.done.remove_position")
    return redirect(url_for(".show", number=number))


def _removed(number: str, ordinal: int, form: RemovalForm) -> bool:
    actor = current_actor()
    it = queries.find(actor, number)
    actions.remove_position(actor, it.id, ordinal, form.version.data)
    return True
