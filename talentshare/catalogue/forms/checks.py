"""Checks of what was typed, the form of a holiday, and what becomes of a posted form."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, SelectMultipleField, StringField, ValidationError
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from talentshare.catalogue.forms.days import DayField
from talentshare.catalogue.forms.typed import TypedField, plain
from talentshare.catalogue.models import HolidayDraft
from talentshare.catalogue.states import CORPORATE_DIGITS, is_corporate_number
from talentshare.kernel.errors import Conflict, Refusal
from talentshare.platform import formats
from talentshare.platform.typed import one_line
from talentshare.platform.web import tried, typed

T = TypeVar("T")
F = TypeVar("F", bound=FlaskForm)
LONGEST_TEXT = 2000
name_length = Length(max=100, message=_("100字までで入力してください"))
text_length = Length(max=LONGEST_TEXT, message=_("2000字までで入力してください"))
DAY_HINT = _("例：{examples}")


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
        description=DAY_HINT,
    )
    name_ja = StringField(
        _("名称"),
        filters=[stripped],
        validators=[
            DataRequired(_("名称を入力してください")),
            Length(max=40, message=_("名称は40字までで入力してください")),
            one_line,
        ],
        description=_("例：開庁記念日"),
    )
    name_en = StringField(
        _("英語の名称"),
        filters=[stripped],
        validators=[Length(max=60, message=_("英語の名称は60字までで入力してください")), one_line],
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
