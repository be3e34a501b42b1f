"""How parts of a period, groupings and lines of a report are called."""

from datetime import timedelta

from flask_babel import gettext as _

from talentshare.engine.utilisation import Unit, parts
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform.formats import month, named, short_day
from talentshare.reports.queries import By, GroupLine

DAY = timedelta(days=1)


def unit_name(unit: Unit) -> str:
    return {
        Unit.WEEK: _("週ごと"),
        Unit.MONTH: _("月ごと"),
        Unit.QUARTER: _("四半期ごと"),
        Unit.FISCAL_YEAR: _("年度ごと"),
    }[unit]


def by_name(by: By) -> str:
    return {
        By.PERSON: _("専門人材"),
        By.ROLE: _("職種"),
        By.SKILL: _("スキル"),
        By.BODY: _("団体"),
        By.BASIS: _("支援の根拠"),
    }[by]


def line_name(by: By, line: GroupLine) -> str:
    """The name of a group, or what is said of one that has none."""
    if line.thing is not None:
        return named(line.thing)
    several = {
        By.ROLE: _("人数の少ない職種の計"),
        By.BODY: _("人数の少ない団体の計"),
        By.BASIS: _("人数の少ない根拠の計"),
    }
    unnamed = {
        By.ROLE: _("職種の登録なし"),
        By.BODY: _("団体の記録なし"),
        By.BASIS: _("根拠の記録なし"),
    }
    return (several if line.is_of_several else unnamed)[by]


def part_name(part: Period, unit: Unit) -> str:
    """12/7の週, 2026年12月, 2026年度第3四半期, with the days of one that the period cuts."""
    if unit is Unit.MONTH:
        return month(part.first)
    if unit is Unit.WEEK:
        return _week_name(part)
    year = fiscal_year(part.first)
    if unit is Unit.QUARTER:
        name = _("%(year)s年度第%(n)s四半期", year=year, n=(part.first.month - 4) % 12 // 3 + 1)
    else:
        name = _("%(year)s年度", year=year)
    return name if _is_whole(part, unit) else f"{name} {_days(part)}"


def _week_name(part: Period) -> str:
    if _is_whole(part, Unit.WEEK):
        return _("%(day)sの週", day=short_day(part.first))
    return short_day(part.first) if part.first == part.last else _days(part)


def _days(part: Period) -> str:
    return _("%(first)s〜%(last)s", first=short_day(part.first), last=short_day(part.last))


def _is_whole(part: Period, unit: Unit) -> bool:
    """No day before or after it belongs to the same unit."""
    around = Period(part.first - DAY, part.last + DAY)
    return part in parts(around, unit)
