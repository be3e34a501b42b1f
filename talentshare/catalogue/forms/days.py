"""Days as people write them, and the one field for them."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from talentshare.catalogue.forms.typed import TypedField, plain
from talentshare.kernel import clock
from talentshare.platform import formats

ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
ERA_DAY = re.compile(r"(令和|平成|昭和|[RHS])\.?(\d{1,2}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?")
WESTERN_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")
WEEKDAY_BEHIND = re.compile(r"\([月火水木金土日]\)$")
NEAR_DAY = re.compile(r"(\d{1,2})[月/](\d{1,2})日?")
ENGLISH_DAY = re.compile(r"(?:[A-Z]{3,9}\.?,?)?(\d{1,2})([A-Z]{3,9})\.?,?(\d{4})")
AMERICAN_DAY = re.compile(r"([A-Z]{3,9})\.?(\d{1,2}),?(\d{4})")
FROM_THAT_WEEK = re.compile(r"(?:の週)?(?:から|頃|ごろ)?$")
MONTHS = 12
LEAP_YEAR = 2028
EXAMPLES = "{examples}"


class NoSuchDay(ValueError):
    """The calendar has no such day: too high a month, or too high a day in that month."""

    def __init__(self, month: int, year: int | None = None) -> None:
        super().__init__("no such day")
        self.month, self.year = month, year


def day_of(year: int, month: int, day: int) -> date:
    """The day; NoSuchDay where the month or the day is none."""
    try:
        return date(year, month, day)
    except ValueError:
        raise NoSuchDay(month, year) from None


def next_day_like(month: int, day: int, since: date | None = None) -> date:
    """The next day with this month and day from `since` or today on; NoSuchDay for none."""
    first = since or clock.today()
    for year in range(first.year, first.year + 9):
        try:
            found = day_of(year, month, day)
        except NoSuchDay:  # 29 February, or a day that no year has
            continue
        if found >= first:
            return found
    raise NoSuchDay(month)


def packed_day(text: str) -> str:
    """What was typed of a day, without spaces, a weekday behind it, or "の週から"."""
    packed = FROM_THAT_WEEK.sub("", re.sub(r"\s+", "", plain(text)))
    return WEEKDAY_BEHIND.sub("", packed)


def parse_day(text: str, since: date | None = None) -> date:
    """A day as people write it: 令和8年12月7日, R8.12.7, 12月7日の週, 7 December 2026.

    Without its year it is the next one from `since` or today on; ValueError where there is none.
    """
    packed = packed_day(text)
    if near := NEAR_DAY.fullmatch(packed):
        return next_day_like(int(near[1]), int(near[2]), since)
    if english := ENGLISH_DAY.fullmatch(packed.upper()):
        return _english_day(english[1], english[2], english[3])
    if american := AMERICAN_DAY.fullmatch(packed.upper()):
        return _english_day(american[2], american[1], american[3])
    if western := WESTERN_DAY.fullmatch(packed):
        year, month, day = (int(part) for part in western.groups())
        return day_of(year, month, day)
    if era := ERA_DAY.fullmatch(packed.upper()):
        count = 1 if era[2] == "元" else int(era[2])
        return day_of(ERAS[era[1]] + count, int(era[3]), int(era[4]))
    raise ValueError("no day")


def example_day() -> date:
    """The Monday after next, so that no example has passed."""
    today = clock.today()
    return today + timedelta(days=14 - today.weekday())


def era_day(value: date) -> str:
    """令和8年12月7日."""
    return f"令和{value.year - ERAS['令和']}年{value.month}月{value.day}日"


def slashed(value: date) -> str:
    """2026/12/7."""
    return f"{value.year}/{value.month}/{value.day}"


def _english_day(day: str, month: str, year: str) -> date:
    names = [name.upper()[:3] for name in formats.MONTHS]
    return day_of(int(year), names.index(month[:3]) + 1, int(day))


def no_such_day(month: int, year: int | None) -> str:
    """11月は30日までです."""
    if not 1 <= month <= MONTHS:
        return str(_("%(month)s月はありません。月は1から12までで入力してください", month=month))
    last = monthrange(year or LEAP_YEAR, month)[1]
    name = formats.month(date(year, month, 1)) if year else formats.month_name(month)
    return str(_("%(month)sは%(last)s日までです。日付を確かめてください", month=name, last=last))


def examples(value: date | None = None) -> str:
    """A day, or a coming one, in the ways in which it may be written, in the reader's language."""
    day = value or example_day()
    if formats.is_en():
        return f"{day.isoformat()}, {_worded(day)}"
    era = f"R{day.year - ERAS['令和']}.{day.month}.{day.day}"
    return "、".join([era_day(day), era, slashed(day), f"{day.month}月{day.day}日"])


def _worded(day: date) -> str:
    return f"{day.day} {formats.month_name(day.month)} {day.year}"


class DayField(TypedField):
    """One field for a day, as people write it; `{examples}` in its hint shows how.

    `since` tells from which day on a day without its year is looked for; without it, today.
    """

    def __init__(self, *args: Any, since: Callable[[], date] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.description = str(self.description).replace(EXAMPLES, examples())

    def unread(self, error: Exception) -> str:
        if isinstance(error, NoSuchDay):
            return no_such_day(error.month, error.year)
        day = example_day()
        return str(
            _(
                "日付は「%(era)s」または「%(western)s」のように入力してください",
                era=_worded(day) if formats.is_en() else era_day(day),
                western=day.isoformat() if formats.is_en() else slashed(day),
            )
        )

    def read(self, text: str) -> date:
        return parse_day(text, self.since() if self.since else None)

    def write(self, value: date) -> str:
        if formats.is_en():
            return value.isoformat()
        return f"{value.year}年{value.month}月{value.day}日"
