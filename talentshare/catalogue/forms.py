"""What an admin may fill in, and the fields of days, hours and numbers for the features above."""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Generic, TypeVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from talentshare.catalogue.models import HolidayDraft
from talentshare.catalogue.states import CORPORATE_DIGITS, is_corporate_number
from talentshare.kernel import clock
from talentshare.kernel.errors import Conflict, Refusal
from talentshare.platform import formats
from talentshare.platform.web import tried, typed

T = TypeVar("T")
F = TypeVar("F", bound=FlaskForm)
ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
ERA_DAY = re.compile(r"(令和|平成|昭和|[RHS])\.?(\d{1,2}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?")
WESTERN_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")
CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)")
WORDED_HOURS = re.compile(r"(?:(\d+)時間)?(?:(\d+)分)?")
PLAIN_HOURS = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(?:時間|h)?", re.IGNORECASE)
LONGEST_TEXT = 2000
MONTHS = 12
LEAP_YEAR = 2028
name_length = Length(max=100, message=_("100字までで入力してください"))
text_length = Length(max=LONGEST_TEXT, message=_("2000字までで入力してください"))
WEEKDAY_BEHIND = re.compile(r"\([月火水木金土日]\)$")


def plain(text: str | None) -> str:
    """What was typed, with half-width digits and signs, without spaces at its ends."""
    return unicodedata.normalize("NFKC", text or "").strip()


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


def parse_day(text: str) -> date:
    """A day of the western or the Japanese calendar; ValueError when there is no such day."""
    packed = WEEKDAY_BEHIND.sub("", re.sub(r"\s+", "", plain(text)))
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


def short_era_day(value: date) -> str:
    """R8.12.7."""
    return f"R{value.year - ERAS['令和']}.{value.month}.{value.day}"


def slashed(value: date) -> str:
    """2026/12/7."""
    return f"{value.year}/{value.month}/{value.day}"


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


def no_such_day(month: int, year: int | None) -> str:
    """11月は30日までです."""
    if not 1 <= month <= MONTHS:
        return str(_("%(month)s月はありません。月は1から12までで入力してください", month=month))
    last = monthrange(year or LEAP_YEAR, month)[1]
    name = formats.month(date(year, month, 1)) if year else formats.month_name(month)
    return str(_("%(month)sは%(last)s日までです。日付を確かめてください", month=name, last=last))


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


class DayField(TypedField):
    """One field for a day; era and western dates are both accepted."""

    def unread(self, error: Exception) -> str:
        if isinstance(error, NoSuchDay):
            return no_such_day(error.month, error.year)
        day = example_day()
        return str(
            _(
                "日付は「%(era)s」または「%(western)s」のように入力してください",
                era=short_era_day(day) if formats.is_en() else era_day(day),
                western=slashed(day),
            )
        )

    def read(self, text: str) -> date:
        return parse_day(text)

    def write(self, value: date) -> str:
        if formats.is_en():
            return value.isoformat()
        return f"{value.year}年{value.month}月{value.day}日"


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


class Within:
    """The number lies from `least` to `most`; both stand in the sentence."""

    def __init__(self, least: int, most: int, message: Any) -> None:
        self.least, self.most, self.message = least, most, message

    def __call__(self, _form: object, field: Field) -> None:
        if field.data is not None and not self.least <= field.data <= self.most:
            raise ValidationError(str(self.message))


class Given:
    """Something was typed and could be read; a field that could not says so itself."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        typed = field.raw_data[0] if field.raw_data else ""
        if field.data is None and not plain(str(typed)):
            raise ValidationError(str(self.message))


class Chosen:
    """One of the choices was taken; without one, or with another, `message` says what to do."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: object, field: Any) -> None:
        if field.data not in {choice[0] for choice in field.choices}:
            raise ValidationError(str(self.message))


class Checks(SelectMultipleField):
    """Several of a few: checkboxes; what is not among them is not heard."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, _form: object) -> None:
        known = {choice[0] for choice in self.choices or ()}
        self.data = [value for value in self.data or [] if value in known]


def corporate_number(_form: object, field: Field) -> None:
    """Accept nothing or a 法人番号 and keep its digits; what is refused stays as typed."""
    digits = re.sub(r"[\s-]", "", plain(field.data))
    if not field.data or is_corporate_number(digits):
        field.data = digits
        return
    if len(digits) != CORPORATE_DIGITS:
        raise ValidationError(str(_("法人番号は、13桁の数字で入力してください")))
    raise ValidationError(str(_("法人番号に誤りがあります。13桁の数字を確かめてください")))


def whole(text: Any) -> int | None:
    """The number that a choice stands for; what is none chooses nothing."""
    return int(text) if str(text).isascii() and str(text).isdigit() else None


def stripped(text: str | None) -> str:
    """Text without spaces at its ends, with plain line ends, without what no database keeps."""
    return (text or "").replace("\r\n", "\n").replace("\x00", "").strip()


class HolidayForm(FlaskForm):
    day = DayField(
        _("日付"),
        validators=[Given(_("日付を入力してください"))],
        description=_("例：令和8年12月2日、2026/12/2"),
    )
    name_ja = StringField(
        _("名称"),
        filters=[stripped],
        validators=[
            DataRequired(_("名称を入力してください")),
            Length(max=40, message=_("名称は40字までで入力してください")),
        ],
        description=_("例：開庁記念日"),
    )
    name_en = StringField(
        _("英語の名称"),
        filters=[stripped],
        validators=[Length(max=60, message=_("英語の名称は60字までで入力してください"))],
        description=_("空欄のときは、日本語の名称を表示します。"),
    )

    def draft(self) -> HolidayDraft:
        return HolidayDraft(self.day.data, self.name_ja.data, self.name_en.data)


def choices(rows: Sequence[Any]) -> list[tuple[str, str]]:
    """Rows of the catalogue as choices in the reader's language."""
    return [(row.code, formats.named(row)) for row in rows]


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What a use case gave, or why it refused and with which status the page comes again."""

    result: T | None
    refusal: Refusal | None = None

    @property
    def status(self) -> int:
        return 409 if isinstance(self.refusal, Conflict) else 422


def filled(kind: type[F], /, **defaults: Any) -> F:
    """The form with what was typed, now or before the session ended, else with `defaults`."""
    form: F = kind(typed() or None, **defaults)
    return form


def attempted(form: FlaskForm, do: Callable[[], T]) -> Outcome[T]:
    """Run a use case like `web.tried`, and keep the refusal for the page."""
    refused: list[Refusal] = []

    def run() -> T:
        try:
            return do()
        except Refusal as refusal:
            refused.append(refusal)
            raise

    result = tried(form, run)
    return Outcome(result, refused[0] if refused else None)


def differing(form: FlaskForm, current: Mapping[str, Any]) -> list[dict[str, str]]:
    """Where the form differs from what is stored: label, theirs, yours."""
    return [
        {
            "label": str(form[name].label.text),
            "theirs": _shown(form[name], value),
            "yours": _shown(form[name], form[name].data),
        }
        for name, value in current.items()
        if name != "version" and (form[name].data or None) != (value or None)
    ]


def _shown(field: Any, value: Any) -> str:
    if isinstance(value, list):
        return (", " if formats.is_en() else "、").join(_shown(field, one) for one in value)
    if isinstance(field, TypedField):
        return "" if value is None else field.write(value)
    named = {str(choice[0]): str(choice[1]) for choice in getattr(field, "choices", None) or ()}
    return named.get(str(value), "" if value is None else str(value))
