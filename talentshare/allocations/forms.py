"""What may be filled in about time: a month, a day, a week, leave, the way of working."""

import re
from collections.abc import Collection
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import DataRequired, Length

from talentshare.catalogue.forms import (
    DAY_HINT,
    Chosen,
    CountField,
    DayField,
    Given,
    HoursField,
    TypedField,
    Within,
    plain,
    stripped,
    text_length,
)
from talentshare.kernel import clock
from talentshare.kernel.weeks import add_months, monday
from talentshare.platform.formats import clock_time, month
from talentshare.specialists.models import (
    DayDraft,
    MonthDraft,
    PatternDraft,
    TimeOffDraft,
    Window,
)
from talentshare.specialists.states import TimeOffKind

DAYS = range(7)
MOST_WINDOWS = 3
WHOLE_DAY = 1440
MONTH_MINUTES = 744 * 60
CLOCK = re.compile(r"(\d{1,2})(?::|時)([0-5]\d)?分?")
RANGE = re.compile(r"(.+?)(?:-|~|〜|–|—|から)(.+?)(?:まで)?")
DAY_OF_MONTH = re.compile(r"(?:(?:\d{4}[年/])?(\d{1,2})[月/])?(\d{1,2})日?(?:\(.\))?")

within_day = Within(0, WHOLE_DAY, _("0から24までの数を入力してください"))
within_month = Within(0, MONTH_MINUTES, _("0から744までの数を入力してください"))


def parse_clock(text: str) -> int:
    """Minute of the day of 9:00, 9時, 9時30分; ValueError when it is no time."""
    found = CLOCK.fullmatch(re.sub(r"\s", "", plain(text)))
    if found is None:
        raise ValueError("no time of day")
    minute = int(found[1]) * 60 + int(found[2] or 0)
    if minute > WHOLE_DAY:
        raise ValueError("no time of day")
    return minute


def parse_days(text: str, month_on: date) -> frozenset[date]:
    """Days of a month from 「10日、24〜25日」; ValueError when one of them is none."""
    found: set[date] = set()
    for part in re.split(r"[,、;\s]+", plain(text).replace("・", "、")):
        if not part:
            continue
        span = RANGE.fullmatch(part)
        first, last = (span[1], span[2]) if span else (part, part)
        ends = [_day_of(one, month_on) for one in (first, last)]
        if ends[1] < ends[0]:
            raise ValueError("the days are not in order")
        found.update(month_on.replace(day=n) for n in range(ends[0], ends[1] + 1))
    return frozenset(found)


def _day_of(text: str, month_on: date) -> int:
    day = DAY_OF_MONTH.fullmatch(text)
    if day is None or (day[1] and int(day[1]) != month_on.month):
        raise ValueError("no day of the month")
    return month_on.replace(day=int(day[2])).day


def days_text(days: Collection[date]) -> str:
    """The other way round: 10、24〜25."""
    spans: list[list[int]] = []
    for number in sorted(day.day for day in days):
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return "、".join(f"{a}" if a == b else f"{a}〜{b}" for a, b in spans)


class ClockField(TypedField):
    """A time of day; its data are minutes."""

    unreadable = _("時刻は「13:00」のように入力してください")

    def read(self, text: str) -> int:
        return parse_clock(text)

    def write(self, value: int) -> str:
        return clock_time(value)


class WindowsField(TypedField):
    """The windows of a weekday: 9:00-12:00、13:00-17:00; its data are pairs of minutes."""

    unreadable = _("時間帯は「9:00-12:00、13:00-17:00」のように、3つまで入力してください")

    def read(self, text: str) -> tuple[tuple[int, int], ...]:
        parts = [part for part in re.split(r"[,、;\s]+", self._joined(text)) if part]
        if len(parts) > MOST_WINDOWS:
            raise ValueError("too many windows")
        return tuple(sorted(self._window(part) for part in parts))

    def write(self, value: Collection[tuple[int, int]]) -> str:
        return "、".join(f"{clock_time(first)}-{clock_time(last)}" for first, last in value)

    @staticmethod
    def _joined(text: str) -> str:
        """Without spaces around the sign between two times."""
        return re.sub(r"\s*(?:-|~|〜|–|から)\s*", "-", plain(text).replace("まで", ""))

    @staticmethod
    def _window(part: str) -> tuple[int, int]:
        first, last = (parse_clock(time) for time in part.split("-"))
        if last <= first:
            raise ValueError("a window ends after it begins")
        return first, last


class MonthForm(FlaskForm):
    minutes = HoursField(
        _("来月、何時間できますか"),
        validators=[Given(_("できる時間の合計を入力してください")), within_month],
    )
    inside_minutes = HoursField(
        _("そのうち、開庁時間（8:30〜17:15）内にできる時間"),
        validators=[Given(_("開庁時間内にできる時間を入力してください")), within_month],
    )
    days_off = StringField(
        _("できない日"),
        filters=[stripped],
        validators=[Length(max=200, message=_("200字までで入力してください"))],
        description=_("例：10日、24〜25日。ないときは、空欄にしてください。"),
    )

    def __init__(self, *args: Any, month_on: date, **given: Any) -> None:
        super().__init__(*args, **given)
        self.month_on = month_on
        if month_on != add_months(clock.today(), 1):
            self.minutes.label.text = str(_("%(month)sは、何時間できますか", month=month(month_on)))

    def validate_days_off(self, field: StringField) -> None:
        try:
            parse_days(field.data or "", self.month_on)
        except ValueError:
            raise ValidationError(
                str(_("できない日は「10日、24〜25日」のように、その月の日で入力してください"))
            ) from None

    def draft(self) -> MonthDraft:
        return MonthDraft(
            month_on=self.month_on,
            minutes=self.minutes.data,
            inside_minutes=self.inside_minutes.data,
            days_off=parse_days(self.days_off.data or "", self.month_on),
        )


class DayForm(FlaskForm):
    inside_minutes = HoursField(
        _("開庁時間内（8:30〜17:15）"),
        validators=[Given(_("時間を入力してください。できないときは0にしてください")), within_day],
    )
    outside_minutes = HoursField(
        _("開庁時間外"),
        validators=[Given(_("時間を入力してください。できないときは0にしてください")), within_day],
    )

    def draft(self) -> DayDraft:
        return DayDraft(self.inside_minutes.data, self.outside_minutes.data)


class WeekForm(FlaskForm):
    """Two fields for each day that can still be changed; the others are taken away."""

    def keep(self, open_days: Collection[int]) -> "WeekForm":
        for n in set(DAYS) - set(open_days):
            del self[f"inside_{n}"], self[f"outside_{n}"]
        return self

    def drafts(self) -> dict[int, DayDraft]:
        return {
            n: DayDraft(self[f"inside_{n}"].data or 0, self[f"outside_{n}"].data or 0)
            for n in DAYS
            if f"inside_{n}" in self
        }


for _n in DAYS:
    for _part, _label in (("inside", _("開庁時間内")), ("outside", _("開庁時間外"))):
        _hours = HoursField(_label, validators=[within_day], default=0)
        setattr(WeekForm, f"{_part}_{_n}", _hours)


def this_week() -> date:
    """The first day for which leave may still be entered."""
    return monday(clock.today())


class TimeOffForm(FlaskForm):
    kind = RadioField(
        _("種類"), validators=[Chosen(_("種類を選んでください"))], validate_choice=False
    )
    starts_on = DayField(
        _("初日"),
        validators=[Given(_("初日を入力してください"))],
        description=DAY_HINT,
        since=this_week,
    )
    ends_on = DayField(
        _("末日"), description=_("1日だけのときは、空欄にしてください。"), since=this_week
    )
    starts_minute = ClockField(
        _("開始の時刻"), description=_("1日のうちの一部のときだけ入力してください。例：13:00")
    )
    ends_minute = ClockField(_("終了の時刻"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.kind.choices = [
            (TimeOffKind.LEAVE.value, str(_("休暇"))),
            (TimeOffKind.BUSY.value, str(_("ほかの用務"))),
        ]

    def draft(self) -> TimeOffDraft:
        return TimeOffDraft(
            kind=TimeOffKind(self.kind.data),
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data or self.starts_on.data,
            starts_minute=self.starts_minute.data,
            ends_minute=self.ends_minute.data,
        )


class PatternForm(FlaskForm):
    valid_from = DayField(
        _("いつから"), validators=[Given(_("いつからかを入力してください"))], description=DAY_HINT
    )
    share_percent = CountField(
        _("シェアリングに使う割合"),
        validators=[
            Given(_("割合を入力してください")),
            Within(0, 100, _("0から100までの数を入力してください")),
        ],
        description=_("上の時間帯のうち、シェアリングに使う割合です。"),
    )

    def draft(self) -> PatternDraft:
        windows = [Window(n, *span) for n in DAYS for span in self[f"windows_{n}"].data or ()]
        return PatternDraft(self.valid_from.data, self.share_percent.data, tuple(windows))


for _n, _name in enumerate(
    (_("月曜日"), _("火曜日"), _("水曜日"), _("木曜日"), _("金曜日"), _("土曜日"), _("日曜日"))
):
    setattr(PatternForm, f"windows_{_n}", WindowsField(_name))


class ResolveForm(FlaskForm):
    reason = TextAreaField(
        _("調整の内容"),
        filters=[stripped],
        validators=[DataRequired(_("調整の内容を入力してください")), text_length],
        description=_("だれと話し、どう決めたかを、1文で書いてください。"),
    )
