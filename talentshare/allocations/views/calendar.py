"""A month as calendar and figures, for its owner and for coordinators."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import request, url_for
from flask_babel import gettext as _

from talentshare.allocations import queries
from talentshare.allocations.queries import DayUse, DayView
from talentshare.allocations.states import AllocationState
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import add_months, fiscal_year, fiscal_year_end
from talentshare.platform.formats import hours, named
from talentshare.platform.web import current_actor
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist
from talentshare.specialists.queries import DayTime

MONTHS_BACK = 12


@dataclass(frozen=True)
class Month:
    """A month of one specialist in days and in sums of minutes."""

    first: date
    days: list[tuple[DayTime, DayView]]

    @property
    def period(self) -> Period:
        return Period(self.first, self.days[-1][0].day)

    def sum(self, name: str) -> int:
        """The minutes of one kind, as DayView names them."""
        return sum(getattr(view, name) for _time, view in self.days)

    @property
    def usual(self) -> int:
        return sum(time.usual.minutes for time, _view in self.days)

    @property
    def is_changed(self) -> bool:
        return any(time.is_changed for time, _view in self.days)

    def booked(self, state: AllocationState) -> int:
        uses = (use for _time, view in self.days for use in view.uses)
        return sum(use.minutes for use in uses if use.state is state)

    @property
    def confirmed(self) -> int:
        return self.sum("used_minutes") - self.booked(AllocationState.HELD)

    @property
    def free(self) -> int:
        return sum(max(0, view.minutes - view.used_minutes) for _time, view in self.days)

    @property
    def kept(self) -> int:
        """What is booked and has its place: less than this cannot be answered."""
        return sum(min(view.minutes, view.used_minutes) for _time, view in self.days)

    @property
    def days_off(self) -> list[date]:
        """Days that were set to nothing although they would usually hold something."""
        return [
            time.day
            for time, _view in self.days
            if time.is_changed and not time.now.minutes and time.usual.minutes
        ]


def month_of(specialist: Specialist, month_on: date) -> Month:
    """Read a month of a specialist whom the reader may see."""
    actor = current_actor()
    last = add_months(month_on, 1) - timedelta(days=1)
    times = specialists.days_of(actor, specialist, Period(month_on, last))
    views = queries.day_view(actor, specialist.id, month_on)
    return Month(month_on, list(zip(times, views, strict=True)))


def asked_month(default: date) -> date:
    """The month in the address: a year back at most, and as far as the ledger reaches."""
    text = request.args.get("month", "")
    try:
        month_on = date.fromisoformat(f"{text}-01") if text else default
    except ValueError:
        raise NotFound("time.no_such_month") from None
    first, last = months_shown()
    if not first <= month_on <= last:
        raise NotFound("time.no_such_month")
    return month_on


def months_shown() -> tuple[date, date]:
    """The first and the last month that can be looked at."""
    today = clock.today()
    return add_months(today, -MONTHS_BACK), fiscal_year_end(fiscal_year(today) + 1).replace(day=1)


def weeks_of(month: Month, is_own: bool) -> list[list[dict[str, Any] | None]]:
    """The calendar's weeks; days to come lead their owner to a small form."""
    cells: list[dict[str, Any] | None] = [None] * month.first.weekday()
    cells += [_cell(time, view, is_own) for time, view in month.days]
    cells += [None] * (-len(cells) % 7)
    return [cells[at : at + 7] for at in range(0, len(cells), 7)]


def _cell(time: DayTime, view: DayView, is_own: bool) -> dict[str, Any]:
    today = clock.today()
    cell: dict[str, Any] = {"day": time.day.day, "today": time.day == today}
    if is_own and time.day >= today and time.is_engaged:
        cell["url"] = url_for("allocations.day", on=time.day.isoformat())
    if not view.minutes and not view.uses and not view.off_minutes:
        return cell | {"closed": _closed(time)}
    return cell | {"capacity": hours(view.minutes), "uses": [*_uses(view), *_rest(time, view)]}


def _closed(time: DayTime) -> str:
    if time.holiday is not None:
        return named(time.holiday)
    if time.is_changed:
        return str(_("できない日"))
    return str(_("休み"))


def _uses(view: DayView) -> list[dict[str, str]]:
    return [
        {
            "name": named(use.body) if use.body else str(_("打合せ")),
            "time": hours(use.minutes),
            "kind": "held" if use.state is AllocationState.HELD else "",
        }
        for use in sorted(view.uses, key=_held_last)
    ]


def _held_last(use: DayUse) -> bool:
    return use.state is AllocationState.HELD


def _rest(time: DayTime, view: DayView) -> list[dict[str, str]]:
    rows = []
    if view.off_minutes:
        name = _("ほかの用務") if time.has_other_work and not time.has_leave else _("休暇")
        rows.append({"name": str(name), "time": hours(view.off_minutes), "kind": "leave"})
    free = view.minutes - view.used_minutes
    if free > 0:
        rows.append({"name": str(_("空き")), "time": hours(free), "kind": "free"})
    return rows
