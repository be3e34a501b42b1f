"""One small page per move: what happens next, what to say, one button."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.platform.i18n import sentence
from talentshare.platform.web import current_actor, done, tried, typed
from talentshare.policy import Can
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.forms import REASONED, MoveForm, TakeOverForm
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import EDITABLE, RequestState
from talentshare.talent_requests.views import words
from talentshare.talent_requests.views.blueprint import bp
from talentshare.talent_requests.views.steps import gap_row

Act = Callable[[Actor, TalentRequest, MoveForm], object]
PATHS = (
    "submit, endorse, receive, open, return, hold, resume, complete, reopen, refer,"
    ' "close-unmet", withdraw'
)


def _plain(action: Callable[..., object]) -> Act:
    return lambda actor, it, form: action(actor, it.id, form.remark.data or "", form.version.data)


def _hold(actor: Actor, it: TalentRequest, form: MoveForm) -> object:
    remark = form.remark.data or ""
    return actions.hold(actor, it.id, remark, form.until_on.data, form.version.data)


def _reopen(actor: Actor, it: TalentRequest, form: MoveForm) -> object:
    chosen = form.ordinals.data or [] if form.ordinals else []
    remark = form.remark.data or ""
    return actions.search_again(actor, it.id, chosen, remark, form.version.data)


ACTS: dict[str, Act] = {
    "submit": _plain(actions.submit),
    "endorse": _plain(actions.endorse),
    "receive": _plain(actions.receive),
    "open": _plain(actions.open_),
    "return": _plain(actions.return_),
    "hold": _hold,
    "resume": _plain(actions.resume),
    "complete": _plain(actions.complete),
    "reopen": _reopen,
    "refer": _plain(actions.refer),
    "close_unmet": _plain(actions.close_unmet),
    "withdraw": _plain(actions.withdraw),
}


@bp.route(f"/requests/<number>/<any({PATHS}):deed>", methods=["GET", "POST"])
def move(number: str, deed: str) -> ResponseReturnValue:
    actor = current_actor()
    deed = deed.replace("-", "_")
    it = queries.find(actor, number)
    if deed not in queries.possible_deeds(actor, it):
        _refuse(actor, it, deed)
    form = _form(it, deed)
    if request.method == "POST" and form.validate():
        moved = tried(form, lambda: ACTS[deed](actor, it, form))
        if moved is not None:
            return _gone_on(number, deed)
        it = queries.find(actor, number)
        if deed not in queries.possible_deeds(actor, it):
            _refuse(actor, it, deed)
    return _page(actor, number, deed, form)


def _refuse(actor: Actor, it: TalentRequest, deed: str) -> None:
    """Let the use case say why not: the policy first, then the state."""
    if request.method == "POST":
        ACTS[deed](actor, it, _form(it, deed))
    policy.require(actor, queries.permission_for(it, deed), it)
    queries.require_stoppable(actor, it, deed)
    raise Conflict("talent_request.not_now", state=it.state, event=deed)


def _form(it: TalentRequest, deed: str) -> MoveForm:
    form = MoveForm(formdata=typed() or None, data={"version": it.version})
    if deed != "hold":
        del form["until_on"]
    roles = words.staffed_roles(it) if deed == "reopen" else []
    if len(roles) > 1:
        form.ordinals.choices = roles
    else:
        del form["ordinals"]
    form.remark.label.text = sentence(f"talent_request.remark.{deed}")
    is_reasoned = deed in REASONED and it.state != RequestState.DRAFT
    form.remark.flags.required = is_reasoned
    return form


def _gone_on(number: str, deed: str) -> ResponseReturnValue:
    if deed == "submit":
        return redirect(url_for(".submitted", number=number))
    done(f"talent_request.done.{deed}", number=number)
    return redirect(url_for(".show", number=number))


def _page(actor: Actor, number: str, deed: str, form: MoveForm) -> ResponseReturnValue:
    it = queries.find(actor, number)
    is_stale = form.version.data not in (None, it.version)
    form.version.data = it.version
    form.version.raw_data = None
    gaps = queries.gaps(actor, it, deed)
    origin = "check" if it.state in EDITABLE else "open"
    page = render_template(
        "talent_requests/move.html",
        it=it,
        deed=deed,
        form=form,
        title=words.title_of(it),
        gaps=[gap_row(it, gap, origin) for gap in gaps],
        has_others=len(it.live_positions) > 0,
        then=sentence(f"talent_request.deed_then.{_then(it, deed)}"),
        kind="danger" if deed in {"withdraw", "close_unmet"} else "primary",
    )
    if is_stale:
        return page, 409
    return page, 422 if form.errors else 200


def _then(it: TalentRequest, deed: str) -> str:
    """What is said to follow; a draft has no proposals that would go with it."""
    return "withdraw_draft" if deed == "withdraw" and it.state is RequestState.DRAFT else deed


@bp.route("/requests/<number>/take-over", methods=["GET", "POST"])
def take_over(number: str) -> ResponseReturnValue:
    actor = current_actor()
    it = queries.find(actor, number)
    policy.require(actor, Can.TAKE_OVER_REQUEST, it)
    form = TakeOverForm(formdata=typed() or None)
    if request.method == "POST" and form.validate():
        count = tried(form, lambda: actions.take_over(actor, it.id, bool(form.with_all.data)))
        if count:
            done("talent_request.done.take_over", n=count)
            return redirect(url_for(".show", number=number))
        it = queries.find(actor, number)
    if not queries.may_take_over(actor, it):
        raise Conflict("talent_request.nothing_to_take_over")
    page = render_template(
        "talent_requests/take_over.html",
        it=it,
        form=form,
        title=words.title_of(it),
        owner=it.officer if queries.is_of_body(actor, it) else it.coordinator,
        others=queries.others_of_owner(actor, it),
    )
    return page, 422 if form.errors else 200
