"""Fields for days and hours as officers write them, and for several choices at once."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, SelectMultipleField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from talentshare.catalogue.forms import (
    WEEKDAY_BEHIND,
    DayField,
    HoursField,
    NoSuchDay,
    day_of,
    era_day,
    example_day,
    parse_day,
    parse_minutes,
    plain,
    slashed,
)
from talentshare.kernel import clock
from talentshare.platform import formats
from talentshare.platform.i18n import locale_code, sentence
from talentshare.talent_requests.queries import price_in

NEAR_DAY = re.compile(r"(\d{1,2})[月/](\d{1,2})日?")
ENGLISH_DAY = re.compile(r"(?:[A-Z]{3,9}\.?,?)?(\d{1,2})([A-Z]{3,9})\.?,?(\d{4})")
AMERICAN_DAY = re.compile(r"([A-Z]{3,9})\.?(\d{1,2}),?(\d{4})")
FROM_THAT_WEEK = re.compile(r"(?:の週)?(?:から|頃|ごろ)?$")
HALF_HOUR = re.compile(r"(\d{1,2})時間半")
PERSON_DAYS = re.compile(r"(\d{1,2}(?:\.\d)?)(?:人?日)")
QUARTER = 15
EXAMPLES = "{examples}"


def next_day_like(month: int, day: int) -> date:
    """The next day with this month and day, today included; NoSuchDay when there is none."""
    today = clock.today()
    for year in range(today.year, today.year + 9):
        try:
            found = date(year, month, day)
        except ValueError:  # 29 February, or a day that no year has
            continue
        if found >= today:
            return found
    raise NoSuchDay(month)


def packed_day(text: str) -> str:
    """What was typed of a day, without spaces, a weekday behind it, or "の週から"."""
    packed = FROM_THAT_WEEK.sub("", re.sub(r"\s+", "", plain(text)))
    return WEEKDAY_BEHIND.sub("", packed)


def parse_near_day(text: str) -> date:
    """A day as people write it: 令和8年12月7日, R8.12.7, 12月7日の週, 7 December 2026."""
    packed = packed_day(text)
    if near := NEAR_DAY.fullmatch(packed):
        return next_day_like(int(near[1]), int(near[2]))
    if english := ENGLISH_DAY.fullmatch(packed.upper()):
        return _english_day(english[1], english[2], english[3])
    if american := AMERICAN_DAY.fullmatch(packed.upper()):
        return _english_day(american[2], american[1], american[3])
    return parse_day(packed)


def _english_day(day: str, month: str, year: str) -> date:
    names = [name.upper()[:3] for name in formats.MONTHS]
    return day_of(int(year), names.index(month[:3]) + 1, int(day))


def parse_week_minutes(text: str) -> int:
    """Minutes of a week: 7.5, 7時間30分, 7時間半, 週8時間, 週1日 (a day is 7 h 45 min)."""
    packed = re.sub(r"\s+", "", plain(text)).removeprefix("週").removeprefix("約")
    if half := HALF_HOUR.fullmatch(packed):
        return int(half[1]) * 60 + 30
    if days := PERSON_DAYS.fullmatch(packed):
        return round(float(days[1]) * formats.PERSON_DAY_MINUTES)
    return parse_minutes(packed)


def examples() -> str:
    """A coming day in the ways in which it may be written, in the reader's language."""
    day = example_day()
    if formats.is_en():
        return f"{day.isoformat()}, {day.day} {formats.month_name(day.month)} {day.year}"
    era = f"R{day.year - formats.REIWA_BEFORE}.{day.month}.{day.day}"
    return "、".join([era_day(day), era, slashed(day), f"{day.month}月{day.day}日"])


class NearDayField(DayField):
    """A day that may be written without its year; then it is the next one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.description = str(self.description).replace(EXAMPLES, examples())

    def read(self, text: str) -> date:
        return parse_near_day(text)


class WeekHoursField(HoursField):
    """Hours a week; its data are minutes."""

    unreadable = _("時間は「7.5」または「7時間30分」のように入力してください")

    def read(self, text: str) -> int:
        return parse_week_minutes(text)


class SeveralField(SelectMultipleField):
    """Checkboxes; one text with commas is understood too, as the page on two changes sends it."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([part for value in valuelist for part in value.split(",") if part])


class InQuarters:
    """Minutes that are a multiple of 15, the grain in which time is booked."""

    def __call__(self, _form: object, field: Field) -> None:
        if field.data is not None and field.data % QUARTER:
            raise ValidationError(str(_("時間は15分単位で入力してください")))


class NoPrice:
    """Undisclosed prices stay out of texts; the action refuses them too."""

    def __call__(self, _form: object, field: Field) -> None:
        if found := price_in(field.data or ""):
            raise ValidationError(sentence("talent_request.price_in_text", found=found))


class NeededNow:
    """Must be filled in to go on; not to leave it for later."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, form: Any, field: Field) -> None:
        if field.data not in (None, "", []) or field.process_errors:
            return
        field.errors = []
        raise StopValidation("" if form.is_later else str(self.message))


def mask_of(days: list[str] | None) -> int:
    """A mask of weekdays, its first bit Monday."""
    return sum(1 << int(day) for day in days or [])


def days_of(mask: int) -> list[str]:
    """The weekdays of a mask as the checkboxes name them."""
    return [str(day) for day in range(7) if mask >> day & 1]


def option(value: str, label: Any, group: str | None = None) -> Any:
    """One thing to choose, under the heading of its group."""
    return SelectChoice(value, label, optgroup=group)


def options_of(rows: Iterable[Any]) -> list[Any]:
    """Rows of the catalogue as choices in the reader's language."""
    return [option(row.code, formats.named(row)) for row in rows]


def weekday_options() -> list[Any]:
    names = formats.WEEKDAYS[locale_code()]
    return [
        option(str(n), sentence("talent_request.weekday", day=day)) for n, day in enumerate(names)
    ]
