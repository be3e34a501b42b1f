"""この時間は確保できません: what is in the way, and the ways out as one action each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.allocations.queries import NoFit
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.matching import queries as matching
from talentshare.platform.formats import day, hours, worded
from talentshare.platform.i18n import sentence
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from talentshare.proposals.views import shown
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position

NO_TIME = frozenset(
    {
        "allocation.no_fit",
        "allocation.day_full",
        "allocation.bodies_limit",
        "allocation.month_cap",
        "allocation.week_past",
        "allocation.beyond_ledger",
        "allocation.not_engaged",
        "matching.not_a_candidate",
        "matching.window_passed",
    }
)


@dataclass(frozen=True)
class Tried:
    """What was to be done: for whom, with which hours and start, and how it is tried again."""

    position: Position
    specialist: Specialist
    minutes_per_week: int | None
    start_on: date | None
    action: str
    fields: dict[str, Any]
    back_url: str

    @property
    def minutes(self) -> int:
        return self.minutes_per_week or self.position.minutes_per_week


def is_about_time(refusal: Invalid | Conflict) -> bool:
    return refusal.code in NO_TIME


def tried_with(proposal: Proposal, minutes: int | None, start_on: date | None) -> Tried:
    """Preparing anew, or proposing what was prepared."""
    return Tried(
        proposal.position,
        proposal.specialist,
        minutes,
        start_on,
        url_for(".fit", proposal_id=proposal.id),
        {"form": "fit", "version": proposal.version},
        url_for(".show", proposal_id=proposal.id),
    )


def no_fit_of(actor: Actor, proposal: Proposal, refusal: Invalid | Conflict) -> ResponseReturnValue:
    """The time that was checked is not there any more."""
    found = queries.does_fit(proposal)
    first_on = proposal.weeks[0].week_on if proposal.weeks else None
    tried = tried_with(proposal, proposal.minutes_per_week, first_on)
    return _page(actor, tried, refusal, found)


def page(actor: Actor, tried: Tried, refusal: Invalid | Conflict) -> ResponseReturnValue:
    """Choosing somebody, or other terms, for whom there is no time."""
    start_on = tried.start_on or refusal.details.get("start_on")
    found = None
    if isinstance(start_on, date):
        asked = (tried.minutes_per_week, start_on)
        found = queries.would_fit(tried.position, tried.specialist.id, asked, start_on)
    return _page(actor, tried, refusal, found)


def _page(
    actor: Actor, tried: Tried, refusal: Invalid | Conflict, found: NoFit | None
) -> ResponseReturnValue:
    """The sentence, the weeks and bookings where time is short, and what would work."""
    body = render_template(
        "proposals/no_fit.html",
        tried=tried,
        case=tried.position.talent_request,
        message=sentence(refusal.code, **worded(refusal.details)),
        found=found,
        bookings=queries.in_the_way(actor, tried.specialist.id, found),
        ways=_ways(actor, tried),
    )
    return body, 409


def _ways(actor: Actor, tried: Tried) -> list[dict[str, Any]]:
    asked = (tried.minutes_per_week, tried.start_on)
    found = queries.ways_for(actor, tried.position, tried.specialist.id, asked)
    ways = []
    first_on = queries.first_start(tried.position)
    if found.minutes_per_week:
        less = hours(found.minutes_per_week)
        is_late = tried.start_on is not None and tried.start_on < first_on
        ways.append(
            _way(
                tried,
                _("時間を減らす（週%(time)sにする）", time=less),
                _("%(day)sの週から、週%(time)sで準備し直します。", day=day(first_on), time=less)
                if is_late
                else _("時期は変えず、週%(time)sで準備し直します。", time=less),
                (found.minutes_per_week, first_on if is_late else tried.start_on),
            )
        )
    if found.start_on:
        start = day(found.start_on)
        ways.append(
            _way(
                tried,
                _("時期を変える（最短：%(day)sの週から）", day=start),
                _(
                    "週%(time)sのまま、%(day)sの週から準備し直します。",
                    time=hours(tried.minutes),
                    day=start,
                ),
                (tried.minutes_per_week, found.start_on),
            )
        )
        for text, _kind in shown.period_care(tried.position, found.start_on):
            ways[-1]["then"] = matching.joined([ways[-1]["then"], text])
    return ways


def _way(
    tried: Tried, name: str, then: str, asked: tuple[int | None, date | None]
) -> dict[str, Any]:
    minutes, start_on = asked
    fields = dict(tried.fields)
    if minutes:
        fields["minutes_per_week"] = minutes
    if start_on:
        fields["start_on"] = start_on.isoformat()
    return {"name": name, "then": then, "action": tried.action, "fields": fields}
