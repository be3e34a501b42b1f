"""What the pages of a proposal have in common: its terms and reasons in words."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import LegalBasis
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.workdays import workdays_until
from talentshare.matching import queries as matching
from talentshare.platform.formats import day, hours, is_en, named, person_days
from talentshare.platform.i18n import sentence
from talentshare.platform.web import SAFE, current_actor
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal, ProposalWeek
from talentshare.specialists.states import EngagementForm

bp = Blueprint("proposals", __name__)

SPAN = timedelta(days=120)
HOMES: dict[EngagementForm, Callable[[], tuple[str, str]]] = {
    EngagementForm.GOVTECH_STAFF: lambda: (
        _("同意したグループリーダー（職名）"),
        _("例：区市町村DX推進グループリーダー"),
    ),
    EngagementForm.SIDE_JOB: lambda: (
        _("保存している許可（本務先、許可の番号）"),
        _("例：株式会社見本の複業許可 第12号"),
    ),
    EngagementForm.COMPANY: lambda: (
        _("同意した会社の責任者（会社名、職名）"),
        _("例：株式会社見本 公共事業部長"),
    ),
    EngagementForm.ICT_POST: lambda: (
        _("同意した所属長（職名）と、発令の日付・番号"),
        _("例：情報企画課長、令和8年12月1日発令 第12号"),
    ),
}


@dataclass(frozen=True)
class WeekLine:
    """Some weeks with the same minutes, as one line of the table."""

    weeks: str
    minutes: int
    why: str


def find(proposal_id: int) -> tuple[Actor, Proposal]:
    """The proposal, if this person may see it."""
    actor = current_actor()
    how = queries.find if request.method in SAFE else queries.find_bare
    return actor, how(actor, proposal_id)


def context(proposal: Proposal) -> dict[str, Any]:
    """What each page about one proposal needs."""
    basis = queries.basis_of(proposal)
    name, kana = shown_name(proposal, basis)
    return {
        "proposal": proposal,
        "state": queries.state_now(proposal),
        "case": proposal.position.talent_request,
        "facts": facts(proposal, basis),
        "week_lines": week_lines(proposal),
        "total_minutes": sum(week.minutes for week in proposal.weeks),
        "form_name": form_name(proposal),
        "role_name": named(catalogue.role_by_code()[proposal.position.role_code]),
        "shown_name": name,
        "shown_kana": kana,
        "due": due_words(queries.due_on(proposal)),
    }


def rows(proposals: Any) -> list[dict[str, Any]]:
    """Lines of a list; the catalogue is read once for all of them."""
    bases = catalogue.basis_by_code()
    closed = closed_around(proposals)
    return [
        {
            "proposal": proposal,
            "state": queries.state_now(proposal),
            "case": proposal.position.talent_request,
            "time": time_of(proposal),
            "span": span_of(proposal),
            "shown_name": shown_name(proposal, bases[proposal.basis_code])[0],
            "due": due_words(queries.due_on(proposal), closed),
            "week_lines": week_lines(proposal),
            "total_minutes": sum(week.minutes for week in proposal.weeks),
        }
        for proposal in proposals
    ]


def facts(proposal: Proposal, basis: LegalBasis) -> list[dict[str, Any]]:
    """The terms: what a decision needs is never folded away."""
    case = proposal.position.talent_request
    return [
        {"key": _("時間"), "value": time_of(proposal)},
        {"key": _("期間"), "value": span_of(proposal)},
        {"key": _("場所"), "value": _place(proposal)},
        {"key": _("法的根拠"), "value": named(basis)},
        {"key": _("費用と負担"), "value": cost_words(proposal.cost_note, proposal.cost_bearer)},
        {"key": _("個人情報"), "value": sentence(f"personal_data.{case.personal_data}")},
    ]


def time_of(proposal: Proposal) -> str:
    """週8時間、16週。合計114時間30分（14.8人日）."""
    total = sum(week.minutes for week in proposal.weeks)
    return _(
        "週%(week)s（うち開庁時間内%(inside)s）、%(count)d週。合計%(total)s（%(days)s）",
        week=hours(proposal.minutes_per_week),
        inside=hours(proposal.inside_minutes_per_week),
        count=len(proposal.weeks),
        total=hours(total),
        days=person_days(total),
    )


def span_of(proposal: Proposal) -> str:
    """The first and the last week."""
    if not proposal.weeks:
        return ""
    first, last = proposal.weeks[0].week_on, proposal.weeks[-1].week_on
    return _(
        "%(first)sの週から、%(last)sの週まで",
        first=day(first, year=True),
        last=day(last, year=True),
    )


def _place(proposal: Proposal) -> str:
    case = proposal.position.talent_request
    return " ".join(filter(None, [sentence(f"place.{case.place}"), case.place_note]))


def cost_words(note: str, bearer: str) -> str:
    """The cost and who bears it, in words."""
    who = sentence(f"cost_bearer.{bearer}") if bearer else ""
    return " ".join(filter(None, [note, who])) or _("追加の費用はありません")


def form_name(proposal: Proposal) -> str:
    """How the specialist belongs to the pool."""
    return sentence(f"specialist.form.{proposal.specialist.form}")


def shown_name(proposal: Proposal, basis: LegalBasis) -> tuple[str, str]:
    """Name and kana for a body; under a company's contract the company answers, not a person."""
    if not basis.ranks_individuals:
        return proposal.specialist.employer_name or _("受託する事業者"), ""
    person = proposal.specialist.person
    return named(person), person.kana


def home_of(proposal: Proposal) -> tuple[str, str]:
    """Whose consent at home is needed, by form of engagement, and an example."""
    return HOMES[proposal.specialist.form]()


def reasons_of(proposal: Proposal) -> list[tuple[str, str]]:
    """Why this person, for coordinators: what to look at first, then the stored reasons."""
    line = queries.candidate(proposal)
    if line is None:
        return []
    return matching.worded_reasons([*line.detail.get("flags", ()), *line.detail["reasons"]])


def reasons_for_body(proposal: Proposal) -> list[tuple[str, str]]:
    """The same without what is internal."""
    line = queries.candidate(proposal)
    basis = queries.basis_of(proposal)
    kept = queries.reasons_for_body(line.detail["reasons"], basis) if line else []
    return matching.worded_reasons(kept)


def week_lines(proposal: Proposal) -> list[WeekLine]:
    """The table of weeks: neighbours with the same minutes and reason stand together."""
    lines: list[list[ProposalWeek]] = []
    for week in proposal.weeks:
        if lines and (lines[-1][0].minutes, lines[-1][0].is_leave) == (week.minutes, week.is_leave):
            lines[-1].append(week)
        else:
            lines.append([week])
    return [_line(proposal, weeks) for weeks in lines]


def _line(proposal: Proposal, weeks: list[ProposalWeek]) -> WeekLine:
    first = weeks[0]
    name = _("%(day)sの週", day=day(first.week_on))
    if len(weeks) > 1:
        name = _("%(day)sの週から%(count)d週", day=day(first.week_on), count=len(weeks))
    why = ""
    if first.is_leave:
        why = _("休暇（支援を休み、あとで補いません）")
    elif first.minutes < proposal.minutes_per_week:
        why = _("休日のため、開いている日の割合で少なくなります")
    return WeekLine(name, first.minutes, why)


def closed_around(proposals: Any) -> frozenset[date]:
    """The closed days around today that deadlines are counted by, read once."""
    today = clock.today()
    days = [due for proposal in proposals if (due := queries.due_on(proposal))]
    return catalogue.closed_days(today - SPAN, max([today, *days])) if days else frozenset()


def due_words(due_on: date | None, closed: frozenset[date] | None = None) -> str:
    """12月4日（金）まで（あと8開庁日）."""
    if due_on is None:
        return ""
    return _("%(day)sまで（%(left)s）", day=day(due_on), left=_left(due_on, closed))


def _left(due_on: date, closed: frozenset[date] | None) -> str:
    """あと8開庁日."""
    today = clock.today()
    if closed is None:
        closed = catalogue.closed_days(min(today, due_on), max(today, due_on))
    count = workdays_until(today, due_on, closed)
    if count < 0:
        return _("%(count)d開庁日 超過", count=-count)
    return _("あと%(count)d開庁日", count=count) if count else _("今日まで")


def state_words(proposal: Proposal) -> str:
    """The state as it is read now."""
    return sentence(f"proposal.state.{queries.state_now(proposal)}")


def in_language(ja: str, en: str) -> str:
    return en if is_en() else ja


def listed(names: Iterable[str]) -> str:
    """Names one after another."""
    return (", " if is_en() else "、").join(names)
