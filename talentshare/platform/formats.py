"""How dates, hours and names are written, in the reader's language."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from markupsafe import Markup, escape

from talentshare.engine.capacity import OFFICE_CLOSES_MINUTE, OFFICE_OPENS_MINUTE
from talentshare.kernel import clock
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform.i18n import locale_code, sentence

WEEKDAYS = {"ja": "月火水木金土日", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
PERSON_DAY_MINUTES = 465
REIWA_BEFORE, REIWA_ON = 2018, date(2019, 5, 1)  # by cabinet order 143 of 2019
WHOLE = re.compile(r"R-\d{4}-\d{4,}|調整担当者|専門人材|依頼団体|担当課長")
WORD, ENGLISH_WORD = 3, 4  # letters that a sentence has in common with what it names


def is_en() -> bool:
    return locale_code() == "en"


def day(value: date | None, year: bool = False) -> str:
    """12月7日（月）, with the year on wish."""
    if value is None:
        return ""
    if is_en():
        text = f"{WEEKDAYS['en'][value.weekday()]} {value.day} {MONTHS[value.month - 1]}"
        return f"{text} {value.year}" if year else text
    text = f"{value.month}月{value.day}日（{WEEKDAYS['ja'][value.weekday()]}）"
    return f"{value.year}年{text}" if year else text


def year_day(value: date | None) -> str:
    """2026年12月7日（月）."""
    return day(value, year=True)


def era_day(value: date | None) -> str:
    """令和8年（2026年）12月7日（月）; the year alone before that era."""
    if value is None or is_en() or value < REIWA_ON:
        return year_day(value)
    return f"令和{_of_era(value.year)}年（{value.year}年）{day(value)}"


def _of_era(year: int) -> str:
    """元 for the first year."""
    return "元" if year == REIWA_BEFORE + 1 else str(year - REIWA_BEFORE)


def period(first: date, last: date) -> str:
    """2026年12月7日（月）〜2027年3月26日（金）."""
    return f"{day(first, year=True)}{' – ' if is_en() else '〜'}{day(last, year=True)}"


def span(first: str, last: str) -> str:
    """9:00〜17:00, 60〜79: from one figure to another."""
    return f"{first}{'–' if is_en() else '〜'}{last}"


def short_day(value: date) -> str:
    """12/7, for heads of narrow columns."""
    return f"{value.month}/{value.day}"


def month(value: date) -> str:
    """2026年12月."""
    if is_en():
        return f"{MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月"


def month_name(number: int) -> str:
    """12月, without its year."""
    return MONTHS[number - 1] if is_en() else f"{number}月"


def fiscal(value: date | int) -> str:
    """令和8年度（2026年度）; the year alone before that era."""
    year = fiscal_year(value) if isinstance(value, date) else value
    if is_en():
        return f"fiscal {year}"
    return f"{year}年度" if year <= REIWA_BEFORE else f"令和{_of_era(year)}年度（{year}年度）"


def at(value: datetime | None, year: bool = False) -> str:
    """11月20日（金）16:12, on Tokyo's clock, with the year on wish."""
    if value is None:
        return ""
    local = clock.tokyo_time(value)
    return f"{day(local.date(), year)} {local:%H:%M}"


def clock_time(minute: int) -> str:
    """9:30 from a minute of the day."""
    return f"{minute // 60}:{minute % 60:02d}"


def hours(minutes: int | None) -> str:
    """1時間30分, for prose."""
    value = minutes or 0
    whole, rest = divmod(abs(value), 60)
    sign = "−" if value < 0 else ""
    if is_en():
        parts = ([f"{whole:,} h"] if whole or not rest else []) + ([f"{rest} min"] if rest else [])
        return sign + " ".join(parts)
    if not rest:
        return f"{sign}{whole:,}時間"
    return f"{sign}{whole:,}時間{rest}分" if whole else f"{sign}{rest}分"


def decimal_hours(minutes: int | None) -> str:
    """1.5, for cells whose heading names the unit."""
    return f"{(minutes or 0) / 60:,.2f}".rstrip("0").rstrip(".")


def person_days(minutes: int) -> str:
    """14.8人日 of 7 h 45 min."""
    tenths = (minutes * 20 + PERSON_DAY_MINUTES) // (2 * PERSON_DAY_MINUTES)
    text = f"{tenths // 10:,}.{tenths % 10}"
    return f"{text} person-days" if is_en() else f"{text}人日"


def percent(part: int, whole: int) -> str:
    """85.7, rounded half up; empty when there is nothing to divide by."""
    if whole == 0:
        return ""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def weekdays(mask: int) -> str:
    """月・水・金 from a mask whose first bit is Monday."""
    days = [name for n, name in enumerate(WEEKDAYS[locale_code()]) if mask >> n & 1]
    return (", " if is_en() else "・").join(days)


def named(thing: Any) -> str:
    """The name of a catalogue row, a body or a person in the reader's language."""
    if thing is None:
        return ""
    if hasattr(thing, "sign_in_name"):
        return str(thing.name_latin or thing.name) if is_en() else str(thing.name)
    return str(thing.name_en if is_en() else thing.name_ja)


def own_hours(body: Any) -> str:
    """町田市の開庁時間は9:00から17:00まで; empty for the hours that all time is reckoned with."""
    opens, closes = body.office_opens_minute, body.office_closes_minute
    if (opens, closes) == (OFFICE_OPENS_MINUTE, OFFICE_CLOSES_MINUTE):
        return ""
    who, first, last = named(body), clock_time(opens), clock_time(closes)
    if is_en():
        return f"{who} is open from {first} to {last}"
    return f"{who}の開庁時間は{first}から{last}まで"


def with_own_hours(time: str, body: Any, inside_minutes: int | None) -> str:
    """A time with a line of the body's own hours, where some of it lies in office hours."""
    return "\n".join(filter(None, [time, own_hours(body) if inside_minutes else ""]))


def worded(details: Mapping[str, Any]) -> dict[str, Any]:
    """Blanks of a sentence, made readable: days, instants and minutes, by the end of the name."""
    return {name: _word(name, value) for name, value in details.items()}


def week_minutes(rows: Iterable[tuple[date, int]]) -> str:
    """12月7日（月）の週に1時間30分、12月14日（月）の週に30分."""
    if is_en():
        return ", ".join(f"{hours(minutes)} in the week of {day(on)}" for on, minutes in rows)
    return "、".join(f"{day(on)}の週に{hours(minutes)}" for on, minutes in rows)


def beside(*parts: str) -> str:
    """R-2026-0142　町田市: what stands side by side on a line; empty parts are left out."""
    return (" · " if is_en() else "\u3000").join(filter(None, parts))


def titled(head: str, what: str) -> str:
    """提案：窓口の見直し."""
    return f"{head}: {what}" if is_en() else f"{head}：{what}"


def unbroken(text: object) -> Markup:
    """A text whose reference numbers and names of roles stay on one line."""
    return Markup(WHOLE.sub(r'<span class="u-nowrap">\g<0></span>', str(escape(text))))  # noqa: S704  the text is escaped


def of_field(label: object, error: object, *, is_unread: bool) -> str:
    """An error in the list of all: its field stands before it unless it names it itself.

    What use cases refuse are whole sentences, which do.
    """
    field, said = str(label), str(error)
    if field in said or said.endswith(("。", ".")):
        return said
    if not is_unread and _shares_a_word(field, said):
        return said
    return f"{field}: {said}" if is_en() else f"{field}：{said}"


def _shares_a_word(field: str, said: str) -> bool:
    if is_en():
        words = {word.strip(",.?()").lower() for word in said.split()}
        return any(len(w) >= ENGLISH_WORD and w.lower() in words for w in field.split())
    return any(field[n : n + WORD] in said for n in range(len(field) - WORD + 1))


def in_brackets(text: str, aside: str) -> str:
    """窓口の見直し（町田市）."""
    return f"{text} ({aside})" if is_en() else f"{text}（{aside}）"


def _word(name: str, value: Any) -> Any:
    if isinstance(value, list) and name.endswith("weeks"):
        return week_minutes(value)
    if isinstance(value, datetime):
        return at(value)
    if isinstance(value, date):
        is_dated = name.endswith("dated_on")
        return month(value) if name.endswith("month_on") else day(value, year=is_dated)
    if isinstance(value, int) and name.endswith("minutes"):
        return hours(value)
    if hasattr(value, "name_ja") or hasattr(value, "sign_in_name"):
        return named(value)
    return sentence(value.message_code) if hasattr(value, "message_code") else value


def level_text(row: Any) -> str:
    """レベル2：一人でできる: a level of skill, the same words wherever one is chosen or read."""
    return f"Level {row.level}: {row.short_en}" if is_en() else f"レベル{row.level}：{row.short_ja}"


GLOBALS: dict[str, Any] = {
    "day": day,
    "era_day": era_day,
    "period": period,
    "short_day": short_day,
    "span": span,
    "month_name": month,
    "fiscal": fiscal,
    "at": at,
    "clock_time": clock_time,
    "hours": hours,
    "decimal_hours": decimal_hours,
    "person_days": person_days,
    "percent": percent,
    "weekday_names": weekdays,
    "named": named,
    "own_hours": own_hours,
    "beside": beside,
    "in_brackets": in_brackets,
    "of_field": of_field,
    "titled": titled,
    "unbroken": unbroken,
    "level_text": level_text,
}
