"""What may be asked of a report, in the address."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import StringField, ValidationError
from wtforms.validators import InputRequired, Length

from talentshare.catalogue.forms import (
    DAY_HINT,
    ERAS,
    CountField,
    DayField,
    Given,
    TypedField,
    Within,
    plain,
    stripped,
)
from talentshare.catalogue.models import JobRole
from talentshare.engine.utilisation import Unit, usual_unit, whole_months
from talentshare.kernel import clock
from talentshare.kernel.weeks import add_months
from talentshare.platform import formats
from talentshare.platform.typed import one_line
from talentshare.reports.actions import FULL, LONGEST_REASON, BandDraft
from talentshare.reports.queries import By, Wanted

MOST_MONTHS = 24
USUAL_MONTHS_AHEAD = 2
YEARS = range(2000, 2100)
LONGEST_TEXT = 100
ERA_MONTH = re.compile(r"(令和|平成|[RH])\.?(\d{1,2}|元)[年./-](\d{1,2})月?")
WESTERN_MONTH = re.compile(r"(\d{4})[年./-](\d{1,2})月?")


def parse_month(text: str) -> date:
    """The first day of a month of the western or the Japanese calendar; ValueError when none."""
    packed = re.sub(r"\s+", "", plain(text)).upper()
    if western := WESTERN_MONTH.fullmatch(packed):
        year, month = int(western[1]), int(western[2])
    elif era := ERA_MONTH.fullmatch(packed):
        year, month = ERAS[era[1]] + (1 if era[2] == "元" else int(era[2])), int(era[3])
    else:
        raise ValueError("no month")
    if year not in YEARS:
        raise ValueError("no year of ours")
    return date(year, month, 1)


class MonthField(TypedField):
    """One field for a month; era and western years are both accepted."""

    unreadable = _("月は「令和8年12月」または「2026年12月」のように入力してください")

    def read(self, text: str) -> date:
        return parse_month(text)

    def write(self, value: date) -> str:
        return month_text(value)

    def _value(self) -> str:
        return self.write(self.data) if self.data else super()._value()


def year_ago() -> date:
    """A day without its year is the last one that there was."""
    return clock.today() - timedelta(days=364)


class FilterForm(FlaskForm):
    """From month to month, role, name and day; without months, this one and the next two."""

    class Meta:
        """Reading changes nothing."""

        csrf = False

    q = StringField(_("氏名"), filters=[stripped])
    from_month = MonthField(_("始めの月"), name="from")
    to_month = MonthField(_("終わりの月"), name="to")
    role = StringField(_("職種"))
    at = DayField(_("時点（空欄なら今）"), since=year_ago)

    def __init__(self, args: Mapping[str, Any], roles: Iterable[JobRole]) -> None:
        super().__init__(formdata=_completed(args))
        offered = {row.code: formats.named(row) for row in roles}
        self.roles = [("", str(_("すべて"))), *offered.items()]
        self.unit, self.by = str(args.get("unit", "")), str(args.get("by", ""))
        if self.role.data not in offered:
            self.role.data = ""

    def validate_to_month(self, field: MonthField) -> None:
        first_on, last_on = self.from_month.data, field.data
        if first_on is None or last_on is None:
            return
        if last_on < first_on:
            raise ValidationError(str(_("終わりの月は、始めの月か、それより後の月にしてください")))
        if last_on >= add_months(first_on, MOST_MONTHS):
            raise ValidationError(str(_("期間は、24か月までにしてください")))

    def validate_at(self, field: DayField) -> None:
        if field.data is not None and field.data > clock.today():
            raise ValidationError(str(_("時点は、今日か、それより前の日にしてください")))

    @property
    def kept(self) -> dict[str, str]:
        """What was chosen beside the fields, to be sent along."""
        chosen = {"by": self.by, "unit": self.unit}
        return {name: value for name, value in chosen.items() if value}

    def wanted(self, groupings: Sequence[By]) -> Wanted:
        """What is asked, with the first of the groupings unless another of them was chosen."""
        period = whole_months(self.from_month.data, self.to_month.data)
        usual = usual_unit(period) if By.PERSON in groupings else Unit.MONTH
        unit = Unit(self.unit) if self.unit in set(Unit) else usual
        by = By(self.by) if self.by in groupings else groupings[0]
        text = (self.q.data or "")[:LONGEST_TEXT]
        return Wanted(period, unit, self.role.data or "", text, by, self.at.data)


def month_text(value: date) -> str:
    """2026年12月, or 2026-12 in English: as the field takes it back."""
    return f"{value:%Y-%m}" if formats.is_en() else formats.month(value)


def page_number(args: Mapping[str, Any], pages: int) -> int:
    """The page in the address, among those that there are."""
    typed = str(args.get("page", ""))
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < len("10000") else 1
    return min(max(number, 1), pages)


def _completed(args: Mapping[str, Any]) -> MultiDict[str, str]:
    """The address with the usual months where none were given."""
    typed = MultiDict({name: str(args.get(name, "")) for name in ("q", "from", "to", "role", "at")})
    if not plain(typed["from"]):
        typed["from"] = month_text(clock.today())
    if not plain(typed["to"]):
        typed["to"] = month_text(_usual_last(typed["from"]))
    return typed


def _usual_last(first: str) -> date:
    try:
        return add_months(parse_month(first), USUAL_MONTHS_AHEAD)
    except ValueError:
        return add_months(clock.today(), USUAL_MONTHS_AHEAD)


def rate_of_band(label: object) -> CountField:
    """A whole percentage."""
    message = _("0から100までの整数で入力してください")
    return CountField(label, validators=[Given(message), Within(0, FULL, message)])


class BandForm(FlaskForm):
    """A new version of the target band."""

    valid_from = DayField(
        _("いつから"),
        validators=[Given(_("いつから使うかを入力してください"))],
        description=DAY_HINT,
    )
    lower = rate_of_band(_("帯の下限"))
    upper = rate_of_band(_("帯の上限"))
    reason = StringField(
        _("変える理由"),
        validators=[
            InputRequired(_("変える理由を1文で入力してください")),
            Length(max=LONGEST_REASON, message=_("500字以内で入力してください")),
            one_line,
        ],
    )

    def draft(self) -> BandDraft:
        return BandDraft(self.valid_from.data, self.lower.data, self.upper.data)
