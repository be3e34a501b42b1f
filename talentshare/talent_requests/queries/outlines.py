"""What a kind decides of a position, and which of its days and hours cannot be."""

from dataclasses import replace
from datetime import date

from talentshare.kernel import clock
from talentshare.kernel.errors import Invalid
from talentshare.kernel.weeks import fiscal_year, fiscal_year_end
from talentshare.talent_requests.models import Outline, weeks_within
from talentshare.talent_requests.states import RequestKind


def last_bookable_day() -> date:
    """The end of the next fiscal year: the ledger reaches no further."""
    return fiscal_year_end(fiscal_year(clock.today()) + 1)


def fitted(kind: RequestKind | None, outline: Outline) -> Outline:
    """The outline with what its kind decides."""
    first = outline.earliest_on
    if kind != RequestKind.STANDING:
        return outline
    if first is None or first > last_bookable_day():
        return replace(outline, latest_end_on=None, week_count=None)
    last = fiscal_year_end(fiscal_year(first))
    return replace(outline, latest_end_on=last, week_count=weeks_within(first, last))


def contradictions(kind: RequestKind | None, outline: Outline) -> list[Invalid]:
    """Everything in a fitted outline that cannot be, each with the field where it is corrected."""
    found = []
    inside, whole = outline.inside_minutes_per_week, outline.minutes_per_week
    if inside is not None and whole is not None and inside > whole:
        found.append(
            Invalid(
                "talent_request.too_much_inside", field="inside_minutes_per_week", minutes=whole
            )
        )
    days = _days(outline) if kind != RequestKind.STANDING else _standing_days(outline)
    return found + days


def _standing_days(outline: Outline) -> list[Invalid]:
    first = outline.earliest_on
    if first is None:
        return []
    if first > last_bookable_day():
        return [
            Invalid(
                "talent_request.starts_too_late", field="earliest_on", last_on=last_bookable_day()
            )
        ]
    if not outline.week_count:
        return [
            Invalid("talent_request.year_over", field="earliest_on", last_on=outline.latest_end_on)
        ]
    return []


def _days(outline: Outline) -> list[Invalid]:
    first, last, ledger_ends = outline.earliest_on, outline.latest_end_on, last_bookable_day()
    found = []
    if first is not None and first > ledger_ends:
        found.append(
            Invalid("talent_request.starts_too_late", field="earliest_on", last_on=ledger_ends)
        )
    if last is not None and last > ledger_ends:
        found.append(Invalid("talent_request.too_far", field="latest_end_on", last_on=ledger_ends))
    if found or first is None or last is None:
        return found
    if last < first:
        return [Invalid("talent_request.ends_before_start", field="latest_end_on")]
    weeks, possible = outline.week_count, weeks_within(first, last)
    if weeks is not None and possible < weeks:
        return [
            Invalid(
                "talent_request.window_too_short",
                field="latest_end_on",
                weeks=weeks,
                possible=possible,
            )
        ]
    return []
