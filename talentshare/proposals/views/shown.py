"""What the pages of a proposal have in common: its terms and reasons in words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, request
from flask_babel import gettext as _
from flask_babel import ngettext

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import examples
from talentshare.catalogue.models import LegalBasis
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.weeks import WEEK
from talentshare.kernel.workdays import workdays_until
from talentshare.matching import queries as matching
from talentshare.platform.formats import (
    REIWA_BEFORE,
    day,
    is_en,
    named,
    period,
    weekdays,
    with_own_hours,
    year_day,
)
from talentshare.platform.i18n import sentence
from talentshare.platform.web import SAFE, current_actor
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.proposals.views import weeks
from talentshare.specialists.states import EngagementForm
from talentshare.talent_requests.models import Position, TalentRequest

bp = Blueprint("proposals", __name__)

SPAN = timedelta(days=120)
ENDS = {"ending": "ending", "served": "ended"}
BOOKED = frozenset({"confirmed", "running", "ending"})  # support to come, or under way
HOMES: dict[EngagementForm, Callable[[], tuple[str, str, str]]] = {
    EngagementForm.GOVTECH_STAFF: lambda: (
        _("同意したグループリーダー（職名）"),
        _("例：区市町村DX推進グループリーダー"),
        _("同意したグループリーダーを入力してください"),
    ),
    EngagementForm.SIDE_JOB: lambda: (
        _("保存している許可（本務先、許可の番号）"),
        _("例：株式会社見本の複業許可 第12号"),
        _("保存している複業の許可を入力してください"),
    ),
    EngagementForm.COMPANY: lambda: (
        _("同意した会社の責任者（会社名、職名）"),
        _("例：株式会社見本 公共事業部長"),
        _("同意した会社の責任者を入力してください"),
    ),
    EngagementForm.ICT_POST: lambda: (
        _("同意した所属長（職名）と、発令の日付・番号"),
        _("例：情報企画課長、令和%(year)s年%(month)s月1日発令 第12号", **_this_month()),
        _("同意した所属長と、発令の日付・番号を入力してください"),
    ),
}


def _this_month() -> dict[str, int]:
    today = clock.today()
    return {"year": today.year - REIWA_BEFORE, "month": today.month}


def find(proposal_id: int) -> tuple[Actor, Proposal]:
    """The proposal, if this person may see it."""
    actor = current_actor()
    how = queries.find if request.method in SAFE else queries.find_bare
    return actor, how(actor, proposal_id)


def context(proposal: Proposal, write: Callable[[date], str] = year_day) -> dict[str, Any]:
    """What each page about one proposal needs; `write` is how its facts tell days."""
    basis = queries.basis_of(proposal)
    name, kana = shown_name(proposal, basis)
    booked = weeks.weeks_of(proposal)
    return {
        "proposal": proposal,
        "state": queries.state_now(proposal),
        "head": queries.head_of(proposal),
        "stands": stands(proposal),
        "first_on": proposal.allocation.starts_on if proposal.allocation else None,
        "last_on": proposal.allocation.ends_on if proposal.allocation else None,
        "case": proposal.position.talent_request,
        "facts": facts(proposal, basis, booked, write),
        "week_lines": weeks.week_lines(booked),
        "total_minutes": weeks.total_of(booked),
        "form_name": form_name(proposal),
        "role_name": named(catalogue.role_by_code()[proposal.position.role_code]),
        "shown_name": name,
        "shown_kana": kana,
        "addressed": addressed(name, basis),
        "due": due_words(queries.due_on(proposal)),
    }


def stands(proposal: Proposal) -> str:
    """The state as it is named: support that goes on until an early end has not ended yet."""
    head = queries.head_of(proposal)
    return ENDS.get(head, queries.state_now(proposal).value)


def waits_for_papers(proposal: Proposal) -> bool:
    """A declaration or a pledge is all that keeps it from going on."""
    return proposal.state in queries.TASKS and queries.next_task(proposal) == "papers"


def rows(proposals: Any) -> list[dict[str, Any]]:
    """Lines of a list; the catalogue is read once for all of them."""
    bases = catalogue.basis_by_code()
    closed = closed_around(proposals)
    booked = weeks.weeks_of_all(proposals)
    return [
        {
            "proposal": proposal,
            "state": queries.state_now(proposal),
            "head": queries.head_of(proposal),
            "stands": stands(proposal),
            "case": proposal.position.talent_request,
            "time": weeks.time_of(proposal, booked[proposal.id]),
            "span": weeks.span_of(proposal, booked[proposal.id]),
            "shown_name": shown_name(proposal, bases[proposal.basis_code])[0],
            "due": due_words(queries.due_on(proposal), closed),
            "week_lines": weeks.week_lines(booked[proposal.id]),
            "total_minutes": weeks.total_of(booked[proposal.id]),
        }
        for proposal in proposals
    ]


def facts(
    proposal: Proposal,
    basis: LegalBasis,
    booked: Sequence[weeks.Week],
    write: Callable[[date], str],
) -> list[dict[str, Any]]:
    """The terms: what a decision needs is never folded away."""
    case, inside = proposal.position.talent_request, proposal.inside_minutes_per_week
    time = weeks.time_of(proposal, booked)
    return [
        {"key": _("時間"), "value": with_own_hours(time, case.body, inside)},
        {"key": _("期間"), "value": weeks.span_of(proposal, booked, write)},
        {"key": _("場所"), "value": _place(proposal)},
        {"key": _("法的根拠"), "value": named(basis)},
        {"key": _("費用と負担"), "value": cost_words(proposal.cost_note, proposal.cost_bearer)},
        {"key": _("個人情報"), "value": sentence(f"personal_data.{case.personal_data}")},
        {"key": _("調達"), "value": _procurement(case)},
    ]


def _place(proposal: Proposal) -> str:
    case = proposal.position.talent_request
    on_site = ""
    if case.onsite_weekdays:
        on_site = _("来庁は%(days)s曜日", days=weekdays(case.onsite_weekdays))
    return " ".join(filter(None, [sentence(f"place.{case.place}"), on_site, case.place_note]))


def _procurement(case: TalentRequest) -> str:
    return _("関わる") if case.is_procurement else _("関わらない")


def cost_words(note: str, bearer: str) -> str:
    """The cost and who bears it, in words; nothing said is undecided, not free."""
    who = sentence(f"cost_bearer.{bearer}") if bearer else ""
    return " ".join(filter(None, [note, who])) or _("未定")


def example_of(value: date) -> str:
    """How a day may be typed."""
    return _("例：%(days)s", days=examples(value))


def form_name(proposal: Proposal) -> str:
    """How the specialist belongs to the pool."""
    return sentence(f"specialist.form.{proposal.specialist.form}")


def shown_name(proposal: Proposal, basis: LegalBasis) -> tuple[str, str]:
    """Name and kana for a body; under a company's contract the company answers, not a person."""
    who = queries.named_to_body(proposal, basis)
    return (who, "") if isinstance(who, str) else (named(who), who.kana)


def addressed(name: str, basis: LegalBasis) -> str:
    """A person with さん; a company is none."""
    return _("%(name)sさん", name=name) if basis.ranks_individuals else name


def home_of(proposal: Proposal) -> tuple[str, str, str]:
    """Whose consent at home is needed, by form of engagement: label, example, what is missing."""
    return HOMES[proposal.specialist.form]()


def period_care(position: Position, first_on: date) -> list[tuple[str, str]]:
    """What to look at where the weeks from this Monday on leave the period that is asked for."""
    if not queries.is_outside(position, first_on):
        return []
    last_on = first_on + position.week_count * WEEK - timedelta(days=1)
    text = _(
        "希望の期間（%(period)s）の外です。%(first)sに始まり、%(last)sに終わります。",
        period=period(position.earliest_on, position.latest_end_on),
        first=day(first_on, year=True),
        last=day(last_on, year=True),
    )
    return [(text, "care")]


def cares(proposal: Proposal) -> list[tuple[str, str]]:
    """What everybody who decides on it has to look at first."""
    short = short_weeks(proposal)
    text = _("休暇や休日の変更のため、時間の足りない週があります：%(weeks)s。", weeks=short)
    late = [(text, "care")] if short else []
    return late + period_care(proposal.position, proposal.weeks[0].week_on)


def short_weeks(proposal: Proposal) -> str:
    """The weeks in which leave took away time that is held or booked for it, in words."""
    found = queries.shortages([proposal])
    return listed(_("%(day)sの週", day=day(clash.week_on)) for clash in found)


def reasons_of(proposal: Proposal) -> list[tuple[str, str]]:
    """Why this person, for coordinators: what to look at first, then the stored reasons."""
    line = queries.candidate(proposal)
    kept = [*line.detail.get("flags", ()), *line.detail["reasons"]] if line else []
    return cares(proposal) + _worded(proposal, kept)


def reasons_for_body(proposal: Proposal) -> list[tuple[str, str]]:
    """The same without what is internal."""
    line = queries.candidate(proposal)
    basis = queries.basis_of(proposal)
    said = matching.starting_at_work(line.detail["reasons"]) if line else []
    kept = queries.reasons_for_body(said, basis)
    return cares(proposal) + _worded(proposal, kept)


def _worded(proposal: Proposal, rows: list[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Stored reasons in the words under which the request was submitted."""
    version = proposal.position.talent_request.catalogue_version
    return matching.worded_reasons(rows, matching.names(version))


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
        return ngettext("%(num)d開庁日 超過", "%(num)d開庁日 超過", -count)
    return ngettext("あと%(num)d開庁日", "あと%(num)d開庁日", count) if count else _("今日まで")


def state_words(proposal: Proposal) -> str:
    """The state as it is read now."""
    return sentence(f"proposal.state.{queries.state_now(proposal)}")


def in_language(ja: str, en: str) -> str:
    return en if is_en() else ja


def listed(names: Iterable[str]) -> str:
    """Names one after another."""
    return (", " if is_en() else "、").join(names)
