"""The case: whose turn it is, the facts, what has happened, what can be done."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Conflict
from talentshare.platform import formats
from talentshare.platform.i18n import sentence
from talentshare.platform.i18n import sentence as _
from talentshare.platform.web import current_actor
from talentshare.policy import Can
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import Outline, TalentRequest
from talentshare.talent_requests.states import (
    EDITABLE,
    ENDED,
    PositionState,
    RequestState,
    Turn,
)
from talentshare.talent_requests.views import facts, owners, words
from talentshare.talent_requests.views.blueprint import bp
from talentshare.talent_requests.views.happenings import words_of
from talentshare.talent_requests.views.steps import first_open_url, gap_row, url_of

SHOWN_HAPPENINGS = 4
S = RequestState
STEP_OF = {
    S.DRAFT: 1,
    S.SUBMITTED: 1,
    S.ENDORSED: 1,
    S.RETURNED: 1,
    S.RECEIVED: 2,
    S.OPEN: 3,
    S.STAFFED: 4,
    S.IN_PROGRESS: 5,
    S.COMPLETED: 7,
}
WRITING = ("finish", "revise")
KINDS = {"withdraw": "danger"}
OWN_PAGE = {
    "endorse": "endorse",
    "receive": "receive",
    "scope": "open",
    "resume": "resume",
    "close": "complete",
}


@dataclass(frozen=True)
class Entry:
    """A button or link to what can be done."""

    label: str
    url: str
    kind: str = "secondary"


@bp.get("/requests/<number>")
def show(number: str) -> ResponseReturnValue:
    actor = current_actor()
    it = queries.find(actor, number)
    told = [words_of(it, one) for one in queries.timeline(actor, it)]
    if told and it.state not in ENDED:
        told[0]["now"] = True
    gone = owners.gone(actor, it)
    is_left = any(one.url for one in gone)
    return render_template(
        "talent_requests/show.html",
        it=it,
        title=words.title_of(it),
        over=_over(it),
        crumbs=_crumbs(actor, it),
        steps=_steps(),
        step=STEP_OF.get(it.state_now, 3 if it.opened_at else 2),
        turn=_turn(actor, it, "secondary" if is_left else "primary"),
        gone=gone,
        gaps=_gaps_to_rank(actor, it),
        reason=_last_reason(actor, it),
        **_facts(actor, it),
        told=told[:SHOWN_HAPPENINGS],
        told_before=told[SHOWN_HAPPENINGS:],
        owners=owners.rows(it),
        take_over_url="" if is_left else owners.take_over_url(actor, it),
        deeds=_deeds(actor, it),
        beside_support=_beside_support(actor, it),
        ended=it.state in ENDED,
        at_desk=not (actor.body_id == it.body_id and actor.has(Role.OFFICER, Role.MANAGER)),
        state_name=words.state_of(it),
    )


@bp.get("/requests/<number>/check")
def check(number: str) -> ResponseReturnValue:
    actor = current_actor()
    it = queries.find(actor, number)
    policy.require(actor, Can.EDIT_REQUEST, it)
    if it.state not in EDITABLE or not queries.may_edit(actor, it):
        raise Conflict("talent_request.not_editable")
    gaps = queries.gaps(actor, it, "submit")
    return render_template(
        "talent_requests/check.html",
        it=it,
        gaps=[gap_row(it, gap, "check") for gap in gaps],
        groups=facts.groups(it, lambda step, ordinal: url_of(it, step, ordinal, "check")),
        contact=owners.contact(it),
        needs_endorsement=it.body.needs_endorsement,
        back_url=url_of(it, "closing"),
        by_body=queries.is_of_body(actor, it),
        template=queries.template_of(it),
        reason=_last_reason(actor, it),
        may_submit="submit" in queries.possible_deeds(actor, it),
    )


@bp.get("/requests/<number>/submitted")
def submitted(number: str) -> ResponseReturnValue:
    """It is done, and what follows; reached after submitting."""
    actor = current_actor()
    it = queries.find(actor, number)
    if it.state in EDITABLE:
        return redirect(url_for(".show", number=number))
    return render_template(
        "talent_requests/submitted.html", it=it, title=words.title_of(it), turn=_turn(actor, it)
    )


def _facts(actor: Actor, it: TalentRequest) -> dict[str, Any]:
    """What the case page shows at once, per position, and folded."""
    may_edit = _edits_here(actor, it)

    def link(step: str, ordinal: int) -> str:
        return url_of(it, step, ordinal) if may_edit else ""

    known = words.names(it)
    positions = [_position(it, ordinal, known, link) for ordinal in it.ordinals or [1]]
    worry = facts.worry_rows(it, link)
    folded = [
        *worry[2:],
        *facts.kind_rows(it, link),
        *facts.data_rows(it, link),
        *facts.closing_rows(it, link),
        *facts.basis_rows(it, link),
    ]
    return {
        "worry": worry[:2],
        "positions": positions,
        "rest": facts.place_rows(it, link),
        "folded": folded,
        "may_edit": may_edit,
        "several": len(positions) > 1,
    }


def _position(
    it: TalentRequest, ordinal: int, known: words.Names, link: facts.Link
) -> dict[str, Any]:
    """One role: what is asked; where somebody was found it can be neither changed nor removed."""
    is_staffed = ordinal in _staffed(it)
    outline = it.outline(ordinal) or Outline()
    to_change = facts.no_link if is_staffed else link
    remove_url = url_for(".remove_position", number=it.number, ordinal=ordinal)
    return {
        "ordinal": ordinal,
        "name": words.position_name(it, ordinal, known),
        "rows": facts.short_position_rows(it, outline, known, ordinal, to_change),
        "remove_url": "" if is_staffed else remove_url,
    }


def _staffed(it: TalentRequest) -> set[int]:
    return {p.ordinal for p in it.positions if p.state is PositionState.STAFFED}


def _edits_here(actor: Actor, it: TalentRequest) -> bool:
    """While scoping each fact has its link; later only on wish."""
    if not queries.may_edit(actor, it) or it.state in EDITABLE:
        return False
    return it.state == RequestState.RECEIVED or "edit" in request.args


def _gaps_to_rank(actor: Actor, it: TalentRequest) -> list[dict[str, Any]]:
    """What whoever scopes has still to settle with the body, with a link to each field."""
    is_scoped_here = it.state == RequestState.RECEIVED and queries.may_edit(actor, it)
    return [gap_row(it, gap) for gap in queries.gaps_to_open(it)] if is_scoped_here else []


def _turn(actor: Actor, it: TalentRequest, kind: str = "primary") -> dict[str, Any] | None:
    turn = queries.whose_turn(it)
    if turn is None:
        return None
    if turn.side is None:
        return _quiet(actor, it, turn)
    yours = queries.is_your_turn(actor, it)
    closed = catalogue.closed_days(*queries.days_of([it]))
    voice = "you" if yours else "other"
    helps = _helps_writing(actor, it, turn)
    return {
        "yours": yours,
        "who": _("今は、あなたの番です")
        if yours
        else _("今は、%(who)sの番です", who=words.holder_of(turn, it)),
        "what": sentence(f"talent_request.turn_helped.{turn.task}")
        if helps
        else sentence(f"talent_request.turn.{turn.task}.{voice}"),
        "due": words.due(turn.due_on, closed) or _("期限なし"),
        "entry": _main_entry(actor, it, turn, kind) if yours or helps else None,
    }


def _helps_writing(actor: Actor, it: TalentRequest, turn: Turn) -> bool:
    """A coordinator who began it by phone may go on with what is the body's to finish."""
    is_written = turn.task in WRITING and not queries.is_of_body(actor, it)
    return is_written and queries.may_edit(actor, it)


def _quiet(actor: Actor, it: TalentRequest, turn: Turn) -> dict[str, Any]:
    """Nobody has to do anything until a day; the desk reads what it prepares for that day."""
    until = formats.day(turn.due_on, year=True)
    voice = "desk" if actor.has(Role.COORDINATOR) else "what"
    what = sentence(f"talent_request.quiet.{turn.task}.{voice}", day=until) if until else ""
    return {
        "yours": False,
        "who": words.holder_of(turn, it),
        "what": what,
        "due": "",
        "entry": None,
    }


def _main_entry(actor: Actor, it: TalentRequest, turn: Turn, kind: str) -> Entry | None:
    """The one thing to do now: the primary button of the page, unless taking over comes first."""
    task = turn.task
    if turn.path:
        return Entry(_("手続に進む"), turn.path, kind)
    if task == "choose":
        return Entry(_("候補者を見る"), url_for("matching.candidates", number=it.number), kind)
    if task in {"finish", "revise"}:
        url = url_for(".check", number=it.number) if task == "revise" else first_open_url(it)
        return Entry(_("続きを書く") if task == "finish" else _("内容を直す"), url, kind)
    deed = OWN_PAGE.get(task)
    if deed in queries.possible_deeds(actor, it):
        return Entry(_deed_label(deed), _deed_url(it, deed), kind)
    return None


def _deeds(actor: Actor, it: TalentRequest) -> list[Entry]:
    """What else can be done: possible and allowed; submitting happens on the check page."""
    deeds = [deed for deed in queries.possible_deeds(actor, it) if deed != "submit"]
    turn = queries.whose_turn(it)
    if turn is not None and not turn.path and queries.is_your_turn(actor, it):
        deeds = [deed for deed in deeds if deed != OWN_PAGE.get(turn.task)]
    entries = [
        Entry(
            _deed_label(deed), _deed_url(it, deed), "danger" if deed == "withdraw" else "secondary"
        )
        for deed in deeds
    ]
    wants = actor.has(Role.COORDINATOR) and it.state == RequestState.OPEN
    if wants and (turn is None or turn.task != "choose" or not queries.is_your_turn(actor, it)):
        entries.insert(
            0, Entry(_("候補者を見る"), url_for("matching.candidates", number=it.number))
        )
    entries += _ways_beside_support(actor, it)
    if it.state == RequestState.OPEN and queries.may_edit(actor, it):
        entries.append(Entry(_("内容を変更する"), url_for(".show", number=it.number, edit="1")))
    return entries


def _beside_support(actor: Actor, it: TalentRequest) -> str:
    """What stopping means while somebody was found for one role and another is still open."""
    if it.state not in {S.OPEN, S.ON_HOLD} or not it.has_staffed:
        return ""
    if actor.has(Role.COORDINATOR):
        return _(
            "支援者が決まった役割があります。残りの役割の募集をやめるときは、その役割を取りやめてください。決まった支援をやめるときは、支援のページで取り消すか、途中で終了してください。"
        )
    if policy.allows(actor, Can.WITHDRAW_REQUEST, it):
        return _(
            "支援者が決まった役割があるため、この依頼は取り下げられません。やめたいときは、調整担当者に連絡してください。"
        )
    return ""


def _ways_beside_support(actor: Actor, it: TalentRequest) -> list[Entry]:
    """Where the support that was settled is seen, and where a role still open is given up."""
    if not _beside_support(actor, it):
        return []
    entries = [Entry(_("決まった支援を見る"), url_for("proposals.index", number=it.number))]
    if it.state is S.OPEN and queries.may_edit(actor, it):
        staffed = _staffed(it)
        entries += [
            Entry(
                _("役割%(n)sを取りやめる", n=ordinal),
                url_for(".remove_position", number=it.number, ordinal=ordinal),
            )
            for ordinal in it.ordinals
            if ordinal not in staffed
        ]
    return entries


def _deed_label(deed: str) -> str:
    return sentence(f"talent_request.deed.{deed}")


def _deed_url(it: TalentRequest, deed: str) -> str:
    return url_for("talent_requests.move", number=it.number, deed=deed.replace("_", "-"))


def _over(it: TalentRequest) -> str:
    return formats.beside(it.number, owners.section(it), words.kind_of(it))


def _crumbs(actor: Actor, it: TalentRequest) -> list[tuple[str, str]]:
    if actor.has(Role.COORDINATOR):
        return [(_("調整デスク"), url_for(".desk")), (it.number, "")]
    return [(_("相談と依頼"), url_for(".index")), (it.number, "")]


def _steps() -> list[str]:
    return [
        _("相談"),
        _("内容の整理"),
        _("候補者の調整"),
        _("支援者の決定"),
        _("支援"),
        _("完了"),
    ]


def _last_reason(actor: Actor, it: TalentRequest) -> str:
    """Why the request came back, while it has not been submitted again."""
    if it.state != RequestState.RETURNED:
        return ""
    told = queries.timeline(actor, it)
    return next((one.remark for one in told if one.deed == "returned"), "")
