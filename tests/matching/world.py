"""Makers for the tests of matching: people with open ledgers, and pictures of the pool."""

from datetime import date, timedelta

import numpy as np

from talentshare.allocations import actions as allocations
from talentshare.allocations.models import BookedWeek, Booking
from talentshare.catalogue import queries as catalogue
from talentshare.engine.problem import COLUMNS
from talentshare.engine.week import Effort, weekly_rows
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.matching import queries
from talentshare.matching.queries.kept import stock_now
from talentshare.matching.queries.stock import whole_stock
from talentshare.talent_requests.models import PositionSkill, RequestSupplier
from tests import make

MONDAY = date(2026, 12, 7)
LATER = timedelta(days=30)


def week(at: int) -> date:
    return MONDAY + timedelta(weeks=at)


def skills(count: int) -> list[str]:
    """The first codes of the catalogue."""
    make.catalogue()
    return [row.code for row in catalogue.skills()][:count]


def ready(**given):
    """Somebody who can serve: 35 hours a week, all in office hours, ledger open."""
    who = make.specialist(**given)
    allocations.open_weeks(SYSTEM, who)
    return who


def booking(who, position, minutes=480, weeks=range(4)):
    """The same minutes in each full week, less in short ones, all in office hours."""
    closed = catalogue.closed_days(week(-9), week(60))
    asked = (weekly_rows(Effort(minutes, minutes), week(at), 1, closed)[0] for at in weeks)
    rows = (BookedWeek(row.week_on, row.minutes, row.minutes) for row in asked)
    return Booking(who.id, position.id, 31, minutes, minutes, tuple(rows))


def booked(who, position=None, **given):
    return allocations.book(SYSTEM, booking(who, position or make.position(), **given))


def held(who, position=None, until=LATER, **given):
    made = booking(who, position or make.position(), **given)
    return allocations.hold(SYSTEM, made, clock.now() + until)


def supplied(company, key, number=""):
    """A position around which this company has an interest."""
    request = make.talent_request()
    request.suppliers = [
        RequestSupplier(company=company, key=key, corporate_number=number, relation="known")
    ]
    make.saved(request)
    return make.position(of=request)


def wished(position, **levels):
    """The position with skills that are only wished for."""
    position.skills += [
        PositionSkill(skill_code=code, level=level, is_must=False) for code, level in levels.items()
    ]
    return make.saved(position)


def rules_of(position, who) -> tuple[str, ...]:
    """The rules that this person breaks for the position."""
    ranking = queries.ranked(position).ranking
    return ranking.exclusion(ranking.column_of(who.id)).rules


def is_candidate(position, who) -> bool:
    return queries.ranked(position).candidate(who.id) is not None


def kept_and_anew(position):
    """The pool as it is kept, and as it is when everything is read again."""
    need = queries.need_of(position)
    return stock_now().pool_for(need), whole_stock(clock.today()).pool_for(need)


def differing(one, other) -> list[str]:
    """The names of what differs between two pools."""
    columns = [
        n for n in ("ids", *COLUMNS) if not np.array_equal(getattr(one, n), getattr(other, n))
    ]
    marked = [
        f"{table}:{key}"
        for table in ("serving", "body_experience", "theme_experience")
        for key in {*getattr(one, table), *getattr(other, table)}
        if pairs(getattr(one, table), key) != pairs(getattr(other, table), key)
    ]
    tied = {k: v.tolist() for k, v in one.suppliers.items()}
    return [
        *columns,
        *marked,
        *(["suppliers"] if tied != {k: v.tolist() for k, v in other.suppliers.items()} else []),
    ]


def pairs(table, key):
    marks = table.get(key)
    return (
        [] if marks is None else sorted(zip(marks.ids.tolist(), marks.values.tolist(), strict=True))
    )
