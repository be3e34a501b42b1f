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
from talentshare.reports.queries import OF_WORK, By, FreeMonth, Report, grouping
from talentshare.reports.views.words import by_name, line_name, unit_name

Cell = str | int | date
Row = list[Cell]
BYTE_ORDER_MARK = "\ufeff"
Cells = Callable[[Figures], Row]
Sheet = tuple[Callable[[], list[str]], Callable[[Report], Iterable[Row]]]
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def file_of(report: Report, by: str) -> str:
    """One file: the head, then a row for each line that the page has or would have."""
    head, rows = SHEETS[by]
    basis = _basis(report)
    return written(head(), ([*row, *basis] for row in rows(report)))


def written(head: list[str], rows: Iterable[Row]) -> str:
    """A file that a spreadsheet reads as it is meant."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows(map(_harmless, row) for row in rows)
    return BYTE_ORDER_MARK + text.getvalue()


def _harmless(cell: Cell) -> Cell:
    """A text that a spreadsheet would run as a formula, made a text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def _person_heads() -> list[str]:
    who = [_("氏名"), _("氏名（カナ）"), _("職種")]
    return [*who, *_day_heads(), *_figure_heads(), *_basis_heads()]


def _people(report: Report) -> Iterable[Row]:
    part_heads = [[unit_name(report.wanted.unit), *_days(part)] for part in report.parts]
    whole_head, cells = [_("期間計"), *_days(report.wanted.period)], _figures()
    for line in report.by_person():
        who: Row = [named(line.who), line.who.kana, named(line.role)]
        for head, figures in zip(part_heads, line.parts, strict=True):
            yield [*who, *head, *cells(figures)]
        yield [*who, *whole_head, *cells(line.total)]


def _apart_heads() -> list[str]:
    who = [_("氏名"), _("氏名（カナ）"), _("職種")]
    minutes = [_("上限の特例（分）"), _("休暇による不足（分）")]
    return [*who, _("開始日"), _("終了日"), *minutes, *_basis_heads()]


def _apart(report: Report) -> Iterable[Row]:
    for line in report.apart_from_rates():
        who: Row = [named(line.who), line.who.kana, named(line.role)]
        minutes = [line.total.extra_minutes, line.total.gap_minutes]
        yield [*who, *_days(report.wanted.period), *minutes]


def file_of_free(found: FreeMonth) -> str:
    """Everybody who is free in the month, as the page shows them, in minutes."""
    weeks = [_("%(day)sの週の空き（分）", day=monday) for monday in found.mondays]
    who = [_("職種"), _("氏名"), _("氏名（カナ）")]
    head = [*who, _("毎週頼める時間（分）"), _("月上限の残り（分）"), *weeks, _("基準日")]
    rows: list[Row] = [
        [
            named(role.role) or _("職種の登録なし"),
            named(line.who),
            line.who.kana,
            line.every_week_minutes,
            "" if line.month_left is None else line.month_left,
            *line.weeks,
            clock.today(),
        ]
        for role in found.roles
        for line in role.lines
    ]
    return written(head, rows)


def _group_sheet(by: By) -> Sheet:
    """A row for each group and part, then one for the whole period."""
    heads = _work_heads if by in OF_WORK else _figure_heads
    kind = _work if by in OF_WORK else _figures

    def head() -> list[str]:
        return [by_name(by), _("人数"), *_day_heads(), *heads(), *_basis_heads()]

    def rows(report: Report) -> Iterable[Row]:
        whole, unit, cells = report.wanted.period, report.wanted.unit, kind()
        everybody: list[tuple[str, int, list[Figures], Figures]] = [
            (line_name(by, line), line.people, line.parts, line.figures)
            for line in grouping(report, by).lines
        ]
        everybody.append((_("全体"), len(report.people), report.part_sums, report.total))
        for name, people, parts, total in everybody:
            for part, figures in zip(report.parts, parts, strict=True):
                yield [name, people, unit_name(unit), *_days(part), *cells(figures)]
            yield [name, people, _("期間計"), *_days(whole), *cells(total)]

    return head, rows


def _month_heads() -> list[str]:
    return [*_day_heads(), *_figure_heads(), *_basis_heads()]


def _months(report: Report) -> Iterable[Row]:
    cells = _figures()
    for month, figures in report.by_month():
        yield [unit_name(Unit.MONTH), *_days(month), *cells(figures)]
    yield [_("期間計"), *_days(report.wanted.period), *cells(report.total)]


def _days(part: Period) -> Row:
    return [part.first, part.last]


def _day_heads() -> list[str]:
    return [_("区切り"), _("開始日"), _("終了日")]


def _figure_heads() -> list[str]:
    return [
        _("割当可能（分）"),
        _("確定（分）"),
        _("仮確保（分）"),
        _("予定稼働率（％）"),
        _("見込稼働率（％）"),
        _("上限の特例（分）"),
        _("休暇による不足（分）"),
    ]


def _figures() -> Cells:
    work = _work()
    return lambda minutes: [*work(minutes), minutes.extra_minutes, minutes.gap_minutes]


def _work_heads() -> list[str]:
    return [
        _("全員の割当可能（分）"),
        _("確定（分）"),
        _("仮確保（分）"),
        _("割当可能に占める確定（％）"),
        _("仮確保を含む割合（％）"),
    ]


def _work() -> Cells:
    """What makes the cells; its words are looked up once, not for each of many rows."""
    not_counted = _("算定対象外")

    def cells(minutes: Figures) -> Row:
        whole = minutes.capacity_minutes
        return [
            whole,
            minutes.confirmed_minutes,
            minutes.held_minutes,
            percent(minutes.confirmed_minutes, whole) or not_counted,
            percent(minutes.projected_minutes, whole) or not_counted,
        ]

    return cells


def _basis_heads() -> list[str]:
    return [_("基準日"), _("定義の版")]


def _basis(report: Report) -> Row:
    if report.kept is not None:
        return [report.kept.taken_on, report.kept.version]
    return [clock.today(), DEFINITION_VERSION]


SHEETS: dict[str, Sheet] = {
    "person": (_person_heads, _people),
    "month": (_month_heads, _months),
    "apart": (_apart_heads, _apart),
    **{by.value: _group_sheet(by) for by in By if by is not By.PERSON},
}
