"""依頼書: the whole request on paper, to print or to save, as its reader may see it."""

from collections.abc import Sequence
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue

from talentshare.kernel import clock
from talentshare.platform import formats, paper
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence as _
from talentshare.platform.web import current_actor
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries import Happening
from talentshare.talent_requests.states import EDITABLE, RequestState
from talentshare.talent_requests.views import facts, owners, words
from talentshare.talent_requests.views.blueprint import bp
from talentshare.talent_requests.views.happenings import words_of

MARKED = EDITABLE | {RequestState.WITHDRAWN}


@bp.get("/requests/<number>/paper", endpoint="paper")
def paper_page(number: str) -> ResponseReturnValue:
    return render_template("talent_requests/paper.html", **_contents(number))


@bp.get("/requests/<number>/paper.pdf")
def paper_pdf(number: str) -> ResponseReturnValue:
    contents = _contents(number)
    page = render_template("talent_requests/paper_pdf.html", **contents)
    return paper.sent(page, f"{contents['it'].number}_{_('依頼書')}")


def _contents(number: str) -> dict[str, Any]:
    """What stands on it; what is no request yet, or no more, bears its state as a mark."""
    actor = current_actor()
    it = queries.find(actor, number)
    told = queries.timeline(actor, it)
    printed = _("出力日 %(day)s", day=formats.era_day(clock.today()))
    groups = facts.groups(it)
    groups[-1]["rows"] += facts.basis_rows(it)
    return {
        "it": it,
        "over": formats.beside(it.number, named(it.body), printed),
        "mark": words.state_of(it) if it.state in MARKED else "",
        "people": _people(it),
        "stand": _stand(it, told),
        "groups": groups,
        "told": [words_of(it, one, year=True) for one in told],
    }


def _people(it: TalentRequest) -> list[facts.Row]:
    """Whose request it is, and who looks after it on both sides."""
    return [
        facts.row(_("依頼団体"), named(it.body)),
        facts.row(_("部署"), it.officer.section if it.officer else ""),
        facts.row(_("依頼団体の担当者"), words.person_line(it.officer)),
        facts.row(_("調整担当者"), words.person_line(it.coordinator)),
    ]


def _stand(it: TalentRequest, told: Sequence[Happening]) -> list[facts.Row]:
    """How far it has come: its state, whose turn it is, who passed it on and when."""
    turn = queries.whose_turn(it)
    until = formats.era_day(turn.due_on) if turn else ""
    holder = words.holder_of(turn, it) if turn else _("なし（終わった依頼です）")
    rows = [
        facts.row(_("状態"), words.state_of(it)),
        facts.row(_("今だれの番か"), holder),
        *([facts.row(_("いつまでか"), until or _("期限なし"))] if turn else []),
        facts.row(_("団体の手続"), owners.procedure(it)),
        facts.row(_("提出"), _last(it, told, "submitted")),
    ]
    if it.body.needs_endorsement:
        rows.append(facts.row(_("所属の確認"), _last(it, told, "endorsed")))
    return [*rows, facts.row(_("受付"), _last(it, told, "received"))]


def _last(it: TalentRequest, told: Sequence[Happening], deed: str) -> str:
    """When this was last done and by whom; what came before a return counts no more."""
    for one in told:
        if one.deed == deed:
            return str(words_of(it, one, year=True)["meta"])
        if one.deed == "returned":
            break
    return _("まだです")
