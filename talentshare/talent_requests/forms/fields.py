"""Fields for hours as officers write them, and for several choices at once."""

import re
from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field, SelectMultipleField, ValidationError
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from talentshare.catalogue.forms import HoursField, parse_minutes, plain
from talentshare.platform import formats
from talentshare.platform.i18n import locale_code, sentence
from talentshare.talent_requests.queries import price_in

HALF_HOUR = re.compile(r"(\d{1,2})時間半")
PERSON_DAYS = re.compile(r"(\d{1,2}(?:\.\d)?)(?:人?日)")
QUARTER = 15


def parse_week_minutes(text: str) -> int:
    """Minutes of a week: 7.5, 7時間30分, 7時間半, 週8時間, 週1日 (a day is 7 h 45 min)."""
    packed = re.sub(r"\s+", "", plain(text)).removeprefix("週").removeprefix("約")
    if half := HALF_HOUR.fullmatch(packed):
        return int(half[1]) * 60 + 30
    if days := PERSON_DAYS.fullmatch(packed):
        return round(float(days[1]) * formats.PERSON_DAY_MINUTES)
    return parse_minutes(packed)


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
