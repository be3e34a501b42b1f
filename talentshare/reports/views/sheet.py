"""The figures of a report as rows of text for a file, in the reader's language."""

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date

from flask_babel import gettext as _

from talentshare.engine.utilisation import DEFINITION_VERSION, Figures, Unit
from talentshare.kernel import clock
from talentshare.kernel.period import Period
from talentshare.platform.formats import named, percent
from talentshare.reports.queries import Report, RoleLine

Cell = str | int | date
Row = list[Cell]
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def file_of(report: Report, by: str) -> str:
    """One file: the head, then a row for each line that the page has or would have."""
    head, rows = SHEETS[by]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*head(), *_figure_heads()])
    writer.writerows([_harmless(cell) for cell in row] for row in rows(report))
    return BYTE_ORDER_MARK + text.getvalue()


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, made a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _person_heads() -> list[str]:
    return [_("氏名"), _("氏名（カナ）"), _("職種"), _("区切り"), _("開始日"), _("終了日")]


def _people(report: Report) -> Iterable[Row]:
    whole = report.wanted.period
    for line in report.by_person():
        who: Row = [named(line.who), line.who.kana, named(line.role)]
        for part, figures in zip(report.parts, line.parts, strict=True):
            yield [*who, unit_name(report.wanted.unit), *_days(part), *_figures(figures)]
        yield [*who, _("期間計"), *_days(whole), *_figures(line.total)]


def _role_heads() -> list[str]:
    return [_("職種"), _("人数"), _("開始日"), _("終了日")]


def _roles(report: Report) -> Iterable[Row]:
    days = _days(report.wanted.period)
    for line in report.by_role():
        yield [line_name(line), line.people, *days, *_figures(line.figures)]
    yield [_("全体"), len(report.people), *days, *_figures(report.total)]


def _month_heads() -> list[str]:
    return [_("区切り"), _("開始日"), _("終了日")]


def _months(report: Report) -> Iterable[Row]:
    for month, figures in report.by_month():
        yield [unit_name(Unit.MONTH), *_days(month), *_figures(figures)]
    yield [_("期間計"), *_days(report.wanted.period), *_figures(report.total)]


def unit_name(unit: Unit) -> str:
    return _("週ごと") if unit is Unit.WEEK else _("月ごと")


def line_name(line: RoleLine) -> str:
    if line.is_of_several:
        return _("人数の少ない職種の計")
    return named(line.role) or _("職種の登録なし")


def _days(part: Period) -> Row:
    return [part.first, part.last]


def _figure_heads() -> list[str]:
    return [
        _("割当可能（分）"),
        _("確定（分）"),
        _("仮確保（分）"),
        _("予定稼働率（％）"),
        _("見込稼働率（％）"),
        _("上限の特例（分）"),
        _("休暇による不足（分）"),
        _("基準日"),
        _("定義の版"),
    ]


def _figures(minutes: Figures) -> Row:
    whole, not_counted = minutes.capacity_minutes, _("算定対象外")
    return [
        whole,
        minutes.confirmed_minutes,
        minutes.held_minutes,
        percent(minutes.confirmed_minutes, whole) or not_counted,
        percent(minutes.projected_minutes, whole) or not_counted,
        minutes.extra_minutes,
        minutes.gap_minutes,
        clock.today(),
        DEFINITION_VERSION,
    ]


SHEETS: dict[str, tuple[Callable[[], list[str]], Callable[[Report], Iterable[Row]]]] = {
    "person": (_person_heads, _people),
    "role": (_role_heads, _roles),
    "month": (_month_heads, _months),
}
