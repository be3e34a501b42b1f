"""Booked time for the pages to show."""

from datetime import date, timedelta

from talentshare.allocations import actions
from talentshare.allocations.models import BookedWeek, Booking
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.weeks import WEEK
from tests import make

MONDAY = date(2026, 11, 30)
MIDWEEK = 0b01100
ALL_WEEK = 0b11111


def booked(me, name="世田谷区", weekdays=MIDWEEK, minutes=360, weeks=2, hold=False):
    """A booking of so many minutes a week from 30 November on."""
    request = make.talent_request(of=make.body(name_ja=name, name_en=f"{name} EN"))
    request.coordinator_id = make.coordinator().id
    position = make.position(
        of=request,
        minutes_per_week=minutes,
        inside_minutes_per_week=minutes,
        earliest_on=MONDAY,
        latest_end_on=date(2027, 3, 31),
    )
    rows = tuple(BookedWeek(MONDAY + WEEK * n, minutes, minutes) for n in range(weeks))
    booking = Booking(me.id, position.id, weekdays, minutes, minutes, rows)
    if hold:
        return actions.hold(SYSTEM, booking, clock.now() + timedelta(days=10))
    return actions.book(SYSTEM, booking)
