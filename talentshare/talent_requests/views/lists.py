"""Lists: what the own body has, what waits for its manager, the coordinators' desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.catalogue import queries as catalogue
from talentshare.kernel.actor import Actor, Role
from talentshare.platform import formats
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.i18n import sentence as _
from talentshare.platform.web import current_actor
from talentshare.talent_requests import queries
from talentshare.talent_requests.forms import OWNERS, STATES, TURNS, page_number, wanted
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries import Answer, Page, Wanted
from talentshare.talent_requests.views import words
from talentshare.talent_requests.views.blueprint import bp


@bp.get("/requests")
def index() -> ResponseReturnValue:
    actor = current_actor()
    if actor.has(Role.COORDINATOR) and not actor.has(Role.OFFICER, Role.MANAGER):
        return redirect(url_for(".desk"))
    return _body_page(actor, queries.of_body(actor, page_number(request.args)), "index")


@bp.get("/requests/finished")
def finished() -> ResponseReturnValue:
    actor = current_actor()
    return _body_page(actor, queries.finished(actor, page_number(request.args)), "finished")


@bp.get("/requests/waiting")
def waiting() -> ResponseReturnValue:
    actor = current_actor()
    page = queries.waiting(actor, page_number(request.args))
    answers = queries.waiting_answers(actor)
    return render_template(
        "talent_requests/waiting.html",
        page=page,
        to_endorse=page.total - len(answers),
        to_answer=sum(map(len, answers.values())),
        rows=_rows_to_do(actor, page.items, answers),
        url_of=lambda number: url_for(".waiting", page=number),
    )


@bp.get("/requests/find")
def find() -> ResponseReturnValue:
    it = queries.find_typed(current_actor(), request.args.get("number", ""))
    return redirect(url_for(".show", number=it.number))


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    actor = current_actor()
    filters = wanted(request.args)
    page = queries.desk(actor, filters, page_number(request.args))
    return render_template(
        "talent_requests/desk.html",
        page=page,
        rows=_rows(actor, page.items),
        summary=queries.desk_summary(actor),
        filters=filters,
        choices=_choices(),
        removal=_removal(actor, filters) if not page.total else None,
        url_of=lambda number: url_for(".desk", **vars(filters), page=number),
    )


def _body_page(actor: Actor, page: Page, here: str) -> ResponseReturnValue:
    return render_template(
        "talent_requests/index.html",
        page=page,
        rows=_rows(actor, page.items),
        tabs=[
            {"label": _("進行中"), "url": url_for(".index"), "current": here == "index"},
            {
                "label": _("終わったもの"),
                "url": url_for(".finished"),
                "current": here == "finished",
            },
        ],
        here=here,
        body=queries.own_body(actor),
        may_ask=actor.has(Role.OFFICER),
        url_of=lambda number: url_for(f".{here}", page=number),
        examples=catalogue.choosable(catalogue.templates())[:3] if not page.total else (),
    )


def _rows(actor: Actor, items: Any) -> list[dict[str, Any]]:
    closed = catalogue.closed_days(*queries.days_of(items))
    return [_row(actor, it, closed) for it in items]


def _rows_to_do(
    actor: Actor, items: Sequence[TalentRequest], answers: Mapping[int, list[Answer]]
) -> list[dict[str, Any]]:
    """A line for each request to endorse and for each proposal to answer."""
    rows = []
    for row in _rows(actor, items):
        some = answers.get(row["it"].id, [])
        row["to_do"] = _("提案への回答") if row["turn_url"] else _("依頼の確認")
        if len(some) > 1:
            rows += [{**row, **_answering(one)} for one in some]
        else:
            rows.append(row)
    return rows


def _answering(one: Answer) -> dict[str, Any]:
    return {
        "turn_url": one.path,
        "to_do": _("提案への回答（役割%(n)s）", n=one.ordinal),
        "due": formats.day(one.due_on),
    }


def _row(actor: Actor, it: TalentRequest, closed: frozenset[Any]) -> dict[str, Any]:
    turn = queries.whose_turn(it)
    return {
        "it": it,
        "title": words.title_of(it),
        "url": url_for(".show", number=it.number),
        "turn_url": turn.path if turn and turn.path else "",
        "body": named(it.body),
        "section": it.acting_officer.section if it.acting_officer else "",
        "state": words.state_of(it),
        "officer": named(it.acting_officer) if it.acting_officer else _("未定"),
        "coordinator": named(it.acting_coordinator) if it.acting_coordinator else _("未定"),
        "turn": words.short_holder(actor, turn, it) if turn else "",
        "yours": queries.is_your_turn(actor, it),
        "due": (formats.day(turn.due_on) or _("期限なし")) if turn else "",
        "late": queries.days_late(turn.due_on, closed) if turn else 0,
        "task": words.short_task(turn) if turn else "",
    }


def _choices() -> dict[str, list[tuple[str, str]]]:
    """What each filter offers; codes as in the address."""
    general = {"live": _("進行中すべて"), "any": _("すべて")}
    states = [
        (code, general.get(code) or sentence(f"talent_request.state.{code}")) for code in STATES
    ]
    owners = {"mine": _("自分と未定"), "any": _("全員"), "none": _("未定")}
    turns = {
        "any": _("すべて"),
        "mine": _("自分"),
        "body": _("依頼団体"),
        "specialist": sentence("talent_request.side.specialist"),
        "others": _("ほかの調整担当者"),
        "nobody": _("だれの番でもない（保留中・支援の開始前・支援中）"),
    }
    return {
        "state": states,
        "owner": [(code, owners[code]) for code in OWNERS],
        "turn": [(code, turns[code]) for code in TURNS],
    }


def _removal(actor: Actor, filters: Wanted) -> dict[str, Any] | None:
    """Which condition to give up for most results."""
    name, count = queries.best_removal(actor, filters)
    if not name:
        return None
    labels = {
        "q": _("団体名・件名・番号"),
        "state": _("状態"),
        "owner": _("調整担当者"),
        "turn": _("今だれの番か"),
    }
    widened = filters.without(name)
    return {"label": labels[name], "count": count, "url": url_for(".desk", **vars(widened))}
