"""The weeks of a proposal in words: what is booked once it is booked, what is asked before."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from flask_babel import ngettext

from talentshare.allocations.models import BookedWeek
from talentshare.kernel import clock
from talentshare.platform.formats import day, hours, person_days, year_day
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal


@dataclass(frozen=True)
class Week:
    """One week as it is shown; `why` says why it differs from a full one."""

    week_on: date
    minutes: int
    why: str = ""
    is_gone: bool = False


@dataclass(frozen=True)
class WeekLine:
    """Some weeks with the same minutes, as one line of the table."""

    weeks: str
    minutes: int
    why: str


def weeks_of(proposal: Proposal) -> list[Week]:
    """The weeks of one proposal."""
    return weeks_of_all([proposal])[proposal.id]


def weeks_of_all(proposals: Sequence[Proposal]) -> dict[int, list[Week]]:
    """The weeks of several, by id; what is booked is read once for all of them."""
    rows = queries.booked_rows(proposals)
    return {p.id: _booked(p, rows[p.id]) if p.id in rows else _asked(p) for p in proposals}


def _asked(proposal: Proposal) -> list[Week]:
    return [
        Week(week.week_on, week.minutes, _why(proposal, week.minutes, week.is_leave))
        for week in proposal.weeks
    ]


def _booked(proposal: Proposal, rows: Sequence[BookedWeek]) -> list[Week]:
    """The allocation's own rows, and what the proposal had in the weeks between them."""
    asked = {week.week_on: week for week in _asked(proposal)}
    last_on = max((row.week_on for row in rows), default=date.min)
    found: dict[date, Week] = {
        on: week
        if not week.minutes
        else Week(on, 0, _("割当てを見直し、この週はなくなりました"), True)
        for on, week in asked.items()
        if on <= last_on
    }
    for row in rows:
        found[row.week_on] = _row(row, asked)
    return [found[on] for on in sorted(found)]


def _row(row: BookedWeek, asked: Mapping[date, Week]) -> Week:
    before = asked.get(row.week_on)
    if before is None or not before.minutes:
        return Week(row.week_on, row.minutes, _("ほかの週から移した時間です"))
    if before.minutes == row.minutes:
        return before
    time = hours(before.minutes)
    return Week(row.week_on, row.minutes, _("割当てを見直し、%(time)sから変わりました", time=time))


def _why(proposal: Proposal, minutes: int, is_leave: bool) -> str:
    if is_leave:
        return _("休暇（支援を休み、あとで補いません）")
    if minutes < proposal.minutes_per_week:
        return _("休日のため、開いている日の割合で少なくなります")
    return ""


def total_of(weeks: Iterable[Week]) -> int:
    return sum(week.minutes for week in weeks)


def time_of(proposal: Proposal, weeks: Sequence[Week]) -> str:
    """週8時間、16週。合計114時間30分（14.8人日）."""
    total = total_of(weeks)
    return _(
        "週%(week)s（うち開庁時間内%(inside)s）、%(weeks)s。合計%(total)s（%(days)s）",
        week=hours(proposal.minutes_per_week),
        inside=hours(proposal.inside_minutes_per_week),
        weeks=_count(weeks),
        total=hours(total),
        days=person_days(total),
    )


def _count(weeks: Sequence[Week]) -> str:
    """24週（うち支援のない週は1週）."""
    kept = [week for week in weeks if not week.is_gone]
    count = ngettext("%(num)d週", "%(num)d週", len(kept))
    idle = sum(not week.minutes for week in kept)
    return _("%(count)s（うち支援のない週は%(idle)d週）", count=count, idle=idle) if idle else count


def span_of(
    proposal: Proposal, weeks: Sequence[Week], write: Callable[[date], str] = year_day
) -> str:
    """The first and the last week; of what ended early, until when it was planned."""
    if not weeks:
        return ""
    first, last = _first_on(weeks), weeks[-1].week_on
    span = _(
        "%(first)sの週から、%(last)sの週まで",
        first=write(first),
        last=write(last),
    )
    if first != weeks[0].week_on and not weeks[0].is_gone:
        span += _("（%(day)sの週からの休暇のあと）", day=day(weeks[0].week_on))
    if proposal.closed_at is None or not queries.ended_early(proposal):
        return span
    return span + _(
        "（%(ended)sに途中終了を記録。当初は%(planned)sの週まで）",
        ended=day(clock.tokyo_day(proposal.closed_at)),
        planned=write(proposal.weeks[-1].week_on),
    )


def _first_on(weeks: Sequence[Week]) -> date:
    """The first week with work in it: what begins with leave does not start then."""
    return next((week.week_on for week in weeks if week.minutes), weeks[0].week_on)


def week_lines(weeks: Iterable[Week]) -> list[WeekLine]:
    """The table of weeks: neighbours with the same minutes and reason stand together."""
    lines: list[list[Week]] = []
    for week in weeks:
        if lines and (lines[-1][0].minutes, lines[-1][0].why) == (week.minutes, week.why):
            lines[-1].append(week)
        else:
            lines.append([week])
    return [_line(some) for some in lines]


def _line(weeks: list[Week]) -> WeekLine:
    first = weeks[0]
    name = _("%(day)sの週", day=day(first.week_on))
    if len(weeks) > 1:
        name = _("%(day)sの週から%(count)d週", day=day(first.week_on), count=len(weeks))
    return WeekLine(name, first.minutes, first.why)
