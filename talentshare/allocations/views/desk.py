"""What coordinators see of people's time: the list, one person's weeks, the clashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.allocations import actions, queries
from talentshare.allocations.forms import ResolveForm
from talentshare.allocations.models import Allocation, Clash
from talentshare.allocations.states import AllocationState
from talentshare.allocations.views.blueprint import bp
from talentshare.allocations.views.calendar import asked_month, month_of, months_shown, weeks_of
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import attempted, filled, parse_minutes, plain
from talentshare.kernel import clock
from talentshare.kernel.errors import NotFound
from talentshare.kernel.weeks import WEEK, add_months, monday
from talentshare.platform.incoming import bounded
from talentshare.platform.web import current_actor, done
from talentshare.policy import Can
from talentshare.specialists import queries as specialists
from talentshare.specialists.forms import form_choices
from talentshare.specialists.queries import Wanted

FREE_WEEKS = 4
NEAR_WEEKS = 8
WEEKS_SHOWN = 26
LEVELS = range(1, 5)


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to, as it stands in the address."""

    wanted: Wanted
    free: str
    free_minutes: int

    def values(self) -> dict[str, str]:
        """What must stand in the address of another page of the same list."""
        found = {
            "q": self.wanted.text,
            "role": self.wanted.role_code,
            "skill": self.wanted.skill_code,
            "level": str(self.wanted.level) if self.wanted.skill_code else "",
            "form": self.wanted.form,
            "place": self.wanted.place,
            "free": self.free,
        }
        return {name: value for name, value in found.items() if value}


@bp.get("/specialists", endpoint="specialists")
def specialists_list() -> ResponseReturnValue:
    actor = current_actor()
    shows_free = policy.allows(actor, Can.SEE_UTILISATION_OF_ONE)
    asked = _filter(shows_free=shows_free)
    week_on = monday(clock.today()) + WEEK
    among = None
    if asked.free_minutes:
        among = queries.having_free(actor, asked.free_minutes, week_on, FREE_WEEKS)
    page = request.args.get("page", default=1, type=bounded)
    found = specialists.search(actor, asked.wanted, page, among)
    ids = [row.id for row in found.rows]
    return render_template(
        "allocations/specialists.html",
        found=found,
        asked=asked,
        shows_free=shows_free,
        free=queries.free_by_specialist(actor, ids, week_on, FREE_WEEKS) if shows_free else {},
        week_on=week_on,
        last_on=week_on + WEEK * FREE_WEEKS - timedelta(days=1),
        roles=catalogue.role_by_code(),
        skills=catalogue.skills(),
        forms=form_choices(),
        levels=LEVELS,
        today=clock.today(),
    )


@bp.get("/specialists/<int:specialist_id>/time")
def specialist_time(specialist_id: int) -> ResponseReturnValue:
    actor = current_actor()
    if not policy.allows(actor, Can.SEE_UTILISATION_OF_ONE):
        raise NotFound("specialist.not_found")
    specialist = specialists.find(actor, specialist_id)
    first = monday(clock.today())
    month = month_of(specialist, asked_month(clock.today().replace(day=1)))
    earliest, latest = months_shown()
    short = queries.clashes(actor, specialist_id)
    return render_template(
        "allocations/specialist_time.html",
        it=specialist,
        weeks=queries.week_view(actor, specialist_id, first, first + WEEK * (WEEKS_SHOWN - 1)),
        month=month,
        calendar=weeks_of(month, is_own=False),
        clashes=short,
        missing={clash.week_on: clash.missing_minutes for clash in short},
        free_weeks=FREE_WEEKS,
        near_weeks=NEAR_WEEKS,
        before=add_months(month.first, -1) if month.first > earliest else None,
        after=add_months(month.first, 1) if month.first < latest else None,
    )


@bp.get("/clashes")
def clashes() -> ResponseReturnValue:
    actor = current_actor()
    policy.require(actor, Can.RESOLVE_CLASH)
    rows = queries.clashes(actor)
    return render_template(
        "allocations/clashes.html",
        rows=rows,
        bookings=_bookings(rows),
        as_day=date.fromisoformat,
    )


@bp.route("/clashes/<int:clash_id>", methods=["GET", "POST"])
def resolve_clash(clash_id: int) -> ResponseReturnValue:
    actor = current_actor()
    policy.require(actor, Can.RESOLVE_CLASH)
    clash = queries.find_clash(actor, clash_id)
    policy.require(actor, Can.RESOLVE_CLASH, clash)
    form = filled(ResolveForm)
    if not form.is_submitted():
        return _clash_page(form, clash)
    if not form.validate():
        return _clash_page(form, clash), 422
    reason, is_given_up = form.reason.data or "", request.form.get("how") == "drop"
    outcome = attempted(
        form, lambda: actions.resolve_clash(actor, clash_id, reason, is_given_up=is_given_up)
    )
    if outcome.result is None:
        return _clash_page(form, queries.find_clash(actor, clash_id)), outcome.status
    done("clash.done.resolved", week_on=outcome.result.week_on)
    return redirect(url_for(".clashes"))


def _clash_page(form: ResolveForm, clash: Clash) -> str:
    bookings = _bookings([clash])
    return render_template(
        "allocations/clash.html",
        form=form,
        clash=clash,
        bookings=bookings,
        held=[row for row in bookings.values() if row.state is AllocationState.HELD],
        as_day=date.fromisoformat,
    )


def _bookings(rows: Sequence[Clash]) -> dict[int, Allocation]:
    ids = [i for clash in rows for i in clash.proposal.get("allocation_ids", ())]
    return {row.id: row for row in queries.blocking(current_actor(), ids)}


def _filter(*, shows_free: bool) -> Filter:
    """What is asked; who may not see one person's time cannot find it out by asking for it."""
    given = request.args
    level = given.get("level", default=1, type=bounded)
    free = plain(given.get("free")) if shows_free else ""
    try:
        minutes = parse_minutes(free) if free else 0
    except ValueError:
        free, minutes = "", 0
    wanted = Wanted(
        text=plain(given.get("q")),
        role_code=given.get("role", ""),
        skill_code=given.get("skill", ""),
        level=level if level in LEVELS else LEVELS[0],
        form=given.get("form", ""),
        place=given.get("place", ""),
    )
    return Filter(wanted, free, minutes)
