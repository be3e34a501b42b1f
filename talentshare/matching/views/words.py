"""Needs, changes and figures of a ranking in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from talentshare.catalogue.models import Skill
from talentshare.engine.problem import Need
from talentshare.engine.week import Effort, weekly_rows
from talentshare.matching.queries import Names, Relaxation, Weights, listed
from talentshare.platform.formats import day, hours, named, period, with_own_hours
from talentshare.platform.i18n import sentence
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position

HUNDREDTHS = 100


def points(value: int) -> str:
    """26.4, from hundredths of a point."""
    return f"{value / HUNDREDTHS:.2f}".rstrip("0").rstrip(".")


def version(weights: Weights) -> str:
    """評価基準 第4版（2026年10月1日（木）から）."""
    if weights.valid_from is None:
        return _("評価基準 初期値")
    return _(
        "評価基準 第%(number)s版（%(day)sから）",
        number=weights.number,
        day=day(weights.valid_from, year=True),
    )


def form_of(specialist: Specialist) -> str:
    """複業の専門人材（月上限 40時間）."""
    form = sentence(f"specialist.form.{specialist.form.value}")
    if specialist.month_cap_minutes is None:
        return form
    return _("%(form)s（月上限 %(hours)s）", form=form, hours=hours(specialist.month_cap_minutes))


def way_of(row: Relaxation, need: Need, known: Names) -> str:
    """開始を遅らせ、3月26日（金）までに終える、または週6時間にする."""
    ways = []
    moved = need.moved(row.shift_weeks)
    if row.shift_weeks > 0:
        ways.append(_("開始を遅らせ、%(day)sまでに終える", day=day(moved.last_end_on)))
    elif row.shift_weeks:
        ways.append(_("開始を早め、%(day)sからにする", day=day(moved.first_start_on)))
    if row.cut_minutes:
        ways.append(_("週%(hours)sにする", hours=hours(row.cut_minutes)))
    if row.skill:
        ways.append(_drop(known.skills, row.skill, row.level))
    return _("、または").join(ways) or sentence(f"relaxation.{row.rule}")


def _drop(skills: Mapping[str, Skill], code: str, level: int) -> str:
    skill = named(skills[code])
    if level:
        return _("%(skill)sをレベル%(level)sにする", skill=skill, level=level)
    return _("%(skill)sを必須から外す", skill=skill)


def conditions(
    position: Position, known: Names, first_start_on: date, closed: frozenset[date]
) -> list[dict[str, Any]]:
    """What the position asks for, as the rows beside the candidates."""
    request = position.talent_request
    rows = [
        (_("専門分野"), _("%(role)s 1人", role=named(known.roles[position.role_code]))),
        (_("必須スキル"), _skills(position, known, is_must=True)),
        (_("希望するスキル"), _skills(position, known, is_must=False)),
        (_("時間"), _effort(position, first_start_on, closed)),
        (_("うち開庁時間内"), _inside(position)),
        (_("期間"), period(position.earliest_on, position.latest_end_on)),
        (_("場所"), _place(position)),
        (_("関係する事業者"), "\n".join(row.company for row in request.suppliers) or _("なし")),
        (_("法的根拠"), _bases(request.basis_codes, known)),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def _skills(position: Position, known: Names, *, is_must: bool) -> str:
    return "\n".join(
        _("%(skill)s レベル%(level)s以上", skill=named(known.skills[s.skill_code]), level=s.level)
        for s in position.skills
        if s.is_must is is_must
    )


def _effort(position: Position, first_start_on: date, closed: frozenset[date]) -> str:
    """週8時間、16週（合計114時間30分）."""
    count, week = position.week_count, hours(position.minutes_per_week)
    full = Effort(position.minutes_per_week, position.inside_minutes_per_week, position.weekdays)
    total = sum(row.minutes for row in weekly_rows(full, first_start_on, count, closed))
    return ngettext(
        "週%(week)s、%(num)d週（合計%(total)s）",
        "週%(week)s、%(num)d週（合計%(total)s）",
        count,
        week=week,
        total=hours(total),
    )


def _inside(position: Position) -> str:
    minutes, body = position.inside_minutes_per_week, position.talent_request.body
    if not minutes:
        return _("指定なし")
    return with_own_hours(_("週%(hours)s", hours=hours(minutes)), body, minutes)


def _place(position: Position) -> str:
    request = position.talent_request
    said = sentence(f"talent_request.place.{request.place.value}") if request.place else ""
    return "\n".join(filter(None, [said, request.place_note]))


def _bases(codes: list[str], known: Names) -> str:
    return listed(named(known.bases[code]) for code in codes if code in known.bases)
