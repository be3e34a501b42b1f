"""Requests in words: states, turns, positions, days."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import ngettext

from talentshare.accounts.models import Body, Person
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import JobRole, Skill
from talentshare.engine.week import Effort, weekly_rows
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.weeks import WEEK, fiscal_year
from talentshare.kernel.workdays import workdays_until
from talentshare.platform import formats
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.i18n import sentence as _
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import (
    OFFICE_DAYS,
    Outline,
    TalentRequest,
    first_week,
)
from talentshare.talent_requests.states import CHECK, CostBearer, PositionState, Side, Turn


@dataclass(frozen=True)
class Names:
    """Names of roles and skills by their codes, read once per page."""

    roles: Mapping[str, JobRole]
    skills: Mapping[str, Skill]


def names(it: TalentRequest) -> Names:
    """In the words under which it was submitted."""
    return Names(catalogue.role_by_code(), catalogue.skill_names(it.catalogue_version))


def state_of(it: TalentRequest) -> str:
    return sentence(f"talent_request.state.{it.state_now.value}")


def staffed_roles(it: TalentRequest) -> list[tuple[int, str]]:
    """The positions for which somebody was found, by their number, with the role."""
    roles = catalogue.role_by_code()
    return [
        (
            position.ordinal,
            _("役割%(n)s：%(role)s", n=position.ordinal, role=named(roles[position.role_code])),
        )
        for position in it.live_positions
        if position.state == PositionState.STAFFED
    ]


def position_name(it: TalentRequest, ordinal: int, known: Names) -> str:
    """募集する役割2：システムアーキテクト; once somebody was found, nobody is looked for."""
    number = _("募集する役割%(n)s", n=ordinal)
    if ordinal in {p.ordinal for p in it.live_positions if p.state is PositionState.STAFFED}:
        number = _("役割%(n)s（決定済み）", n=ordinal)
    outline = it.outline(ordinal)
    if outline is None or outline.role_code is None:
        return number
    return _("%(number)s：%(role)s", number=number, role=named(known.roles[outline.role_code]))


def kind_of(it: TalentRequest) -> str:
    return sentence(f"talent_request.kind.{it.kind.value}") if it.kind else ""


def title_of(it: TalentRequest) -> str:
    """The title, or what stands for it while there is none."""
    return it.title or queries.suggested_title(it.worry) or _("（件名はまだありません）")


def holder_of(turn: Turn, it: TalentRequest) -> str:
    """Whose turn it is, with the person where one is known; where nobody's is, how it stands."""
    if turn.side is None:
        return sentence(f"talent_request.quiet.{turn.task}")
    side = sentence(f"talent_request.side.{turn.side.value}")
    if turn.side is Side.BODY:
        other_side, others = queries.colleagues_to_decide(it)
        if others:
            names = sentence("talent_request.comma").join(map(named, others))
            return formats.in_brackets(sentence(f"talent_request.side.{other_side.value}"), names)
    owners: dict[Side, Person | None] = {
        Side.BODY: it.acting_officer,
        Side.GOVTECH: it.acting_coordinator,
    }
    owner = owners.get(turn.side)
    if owner is None or turn.task == CHECK:
        return side
    return formats.in_brackets(side, named(owner))


def short_holder(actor: Actor, turn: Turn, it: TalentRequest) -> str:
    """The same for a cell of a list."""
    if turn.side is None:
        return ""
    if queries.is_your_turn(actor, it):
        return _("あなたの番")
    if turn.side == Side.GOVTECH and actor.has(Role.COORDINATOR):
        return _("ほかの調整担当者")
    return sentence(f"talent_request.side.{turn.side.value}")


def short_task(turn: Turn) -> str:
    """What is waited for, in a cell of a list."""
    if turn.side is None:
        return sentence(f"talent_request.quiet.{turn.task}.short")
    return sentence(f"talent_request.turn.{turn.task}.short")


def due(day: date | None, closed: frozenset[date]) -> str:
    """11月25日（水）まで（あと1開庁日）."""
    if day is None:
        return ""
    left = workdays_until(clock.today(), day, closed)
    if day < clock.today():
        return ngettext(
            "%(day)sまで（%(num)d開庁日 超過）",
            "%(day)sまで（%(num)d開庁日 超過）",
            max(1, -left),
            day=formats.day(day),
        )
    if left == 0:
        return _("%(day)sまで（今日）", day=formats.day(day))
    return ngettext(
        "%(day)sまで（あと%(num)d開庁日）",
        "%(day)sまで（あと%(num)d開庁日）",
        left,
        day=formats.day(day),
    )


def role_and_skills(outline: Outline, known: Names) -> str:
    """システムアーキテクト。クラウド設計 レベル2以上（必須）."""
    if outline.role_code is None:
        return ""
    role = named(known.roles[outline.role_code])
    if not outline.skills:
        return role
    return sentence("talent_request.stop").join([role, skills(outline, known)])


def skills(outline: Outline, known: Names) -> str:
    """The skills with their levels, one after another."""
    wording = [
        _(
            "%(skill)s レベル%(level)s以上（%(need)s）",
            skill=named(known.skills[need.skill_code]),
            level=need.level,
            need=_("必須") if need.is_must else _("希望"),
        )
        for need in outline.skills
    ]
    return sentence("talent_request.comma").join(wording)


def effort_of(outline: Outline, body: Body) -> str:
    """週8時間（うち開庁時間内6時間）、16週, and the hours of the body where they are its own."""
    inside = outline.inside_minutes_per_week
    return formats.with_own_hours(effort(outline), body, inside)


def effort(outline: Outline) -> str:
    """週8時間（うち開庁時間内6時間）、16週."""
    if outline.minutes_per_week is None:
        return ""
    week = _("週%(hours)s", hours=formats.hours(outline.minutes_per_week))
    if outline.inside_minutes_per_week is not None:
        week = _(
            "%(week)s（うち開庁時間内%(inside)s）",
            week=week,
            inside=formats.hours(outline.inside_minutes_per_week),
        )
    if outline.week_count is None:
        return week
    return ngettext("%(week)s、%(num)d週", "%(week)s、%(num)d週", outline.week_count, week=week)


def effort_in_all(outline: Outline, body: Body) -> str:
    """The same with the sum over all weeks, short weeks counted as such."""
    if outline.missing or outline.earliest_on is None:
        return effort_of(outline, body)
    inside = outline.inside_minutes_per_week or 0
    first, weeks = first_week(outline.earliest_on), outline.week_count or 0
    full = Effort(outline.minutes_per_week or 0, inside, outline.weekdays)
    closed = catalogue.closed_days(first, first + weeks * WEEK)
    minutes = sum(row.minutes for row in weekly_rows(full, first, weeks, closed))
    total = _(
        "%(effort)s。休日のある週は少なくなり、合計%(hours)s（%(days)s）",
        effort=effort(outline),
        hours=formats.hours(minutes),
        days=formats.person_days(minutes),
    )
    return formats.with_own_hours(total, body, inside)


def window(outline: Outline) -> str:
    """2026年12月7日（月）〜2027年3月26日（金）."""
    if outline.earliest_on is None:
        return ""
    if outline.latest_end_on is None:
        return starting(outline)
    return formats.period(outline.earliest_on, outline.latest_end_on)


def starting(outline: Outline) -> str:
    """令和8年（2026年）12月7日（月）の週から."""
    if outline.earliest_on is None:
        return ""
    return _("%(day)sの週から", day=formats.era_day(first_week(outline.earliest_on)))


def fiscal_years(outline: Outline) -> str:
    """令和8年度（2026年度）から令和9年度（2027年度）まで."""
    if outline.earliest_on is None or outline.latest_end_on is None:
        return ""
    first, last = fiscal_year(first_week(outline.earliest_on)), fiscal_year(outline.latest_end_on)
    if first >= last:
        return formats.fiscal(last)
    return _("%(first)sから%(last)sまで", first=formats.fiscal(first), last=formats.fiscal(last))


def weekdays(outline: Outline) -> str:
    if len(outline.missing) == len(Outline().missing):
        return ""
    if outline.weekdays == OFFICE_DAYS:
        return _("決まっていない（月曜日から金曜日まで）")
    return formats.weekdays(outline.weekdays)


def place(it: TalentRequest) -> str:
    said = [sentence(f"talent_request.place.{it.place.value}")] if it.place else []
    if it.onsite_weekdays:
        said.append(_("来庁は%(days)s曜日", days=formats.weekdays(it.onsite_weekdays)))
    return sentence("talent_request.stop").join([*said, *filter(None, [it.place_note])])


def suppliers(it: TalentRequest) -> str:
    """The companies, a line each."""
    return "\n".join(
        formats.in_brackets(row.company, sentence(f"talent_request.relation.{row.relation.value}"))
        for row in it.suppliers
    )


def cost(it: TalentRequest) -> str:
    said = [it.cost_note] if it.cost_note else []
    if it.title and not it.cost_bearer:  # the page was answered
        said.insert(0, _("負担するところは決まっていない"))
    if it.cost_bearer in set(CostBearer) - {CostBearer.UNDECIDED}:
        said.insert(0, sentence(f"cost_bearer.{it.cost_bearer}"))
    elif it.cost_bearer:
        said.insert(0, it.cost_bearer)
    return sentence("talent_request.stop").join(said)


def person_line(person: Person | None) -> str:
    """佐藤 美咲（サトウ ミサキ）."""
    if person is None:
        return _("未定")
    if formats.is_en():
        return named(person)
    return f"{person.name}（{person.kana}）"
