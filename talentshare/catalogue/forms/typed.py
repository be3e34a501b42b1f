"""Fields of typed texts that stand for a value: hours and numbers."""

import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import Field
from wtforms.widgets import TextInput

from talentshare.platform import formats

CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
WORDED_HOURS = re.compile(r"(?:(\d+)時間)?(?:(\d+)分)?")
PLAIN_HOURS = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(?:時間|h)?", re.IGNORECASE)


def plain(text: str | None) -> str:
    """What was typed, with half-width digits and signs, without spaces at its ends."""
    return unicodedata.normalize("NFKC", text or "").strip()


def parse_minutes(text: str) -> int:
    """Minutes of 1.5, 1:30, 1時間30分; ValueError when it is no length of time."""
    packed = re.sub(r"\s+", "", plain(text)).replace("−", "-")
    if clock := CLOCK.fullmatch(packed):
        return int(clock[1]) * 60 + int(clock[2])
    if decimal := PLAIN_HOURS.fullmatch(packed):
        return round(float(decimal[1]) * 60)
    worded = WORDED_HOURS.fullmatch(packed)
    if packed and worded:
        return int(worded[1] or 0) * 60 + int(worded[2] or 0)
    raise ValueError("no length of time")


class TypedField(Field):
    """A text that stands for a value: what was typed stays when it cannot be read."""

    widget = TextInput()
    unreadable: Any = _("読み取れません。書き直してください")

    def read(self, text: str) -> object:
        raise NotImplementedError

    def write(self, value: Any) -> str:
        raise NotImplementedError

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.write(self.data) if self.data is not None else ""

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        if not plain(valuelist[0]):
            return
        try:
            self.data = self.read(valuelist[0])
        except (ValueError, OverflowError) as error:
            raise ValueError(self.unread(error)) from None

    def unread(self, _error: Exception) -> str:
        """Why the text could not be read, and what to write instead."""
        return str(self.unreadable)


class HoursField(TypedField):
    """Hours as people write them; its data are minutes."""

    unreadable = _("時間は「1.5」または「1時間30分」のように入力してください")

    def read(self, text: str) -> int:
        return parse_minutes(text)

    def write(self, value: int) -> str:
        return formats.decimal_hours(value)


class CountField(TypedField):
    """A whole number, in digits of either width."""

    unreadable = _("整数で入力してください")

    def read(self, text: str) -> int:
        number = plain(text)
        if not (number.isascii() and number.isdigit()):
            raise ValueError("no number")
        return int(number)

    def write(self, value: int) -> str:
        return str(value)
