"""What is kept of the figures in the nights of the demo's last days."""

from datetime import UTC, date, datetime, time, timedelta

from talentshare.demo.people import not_ahead
from talentshare.demo.sizes import SIZES
from talentshare.demo.world.shapes import World
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.reports import actions as reports

NIGHTS, NIGHTS_OF_MASS = 28, 4
HALF_PAST_MIDNIGHT = time(0, 30)
DAY = timedelta(days=1)


class Nights:
    """Keeps each day's figures before its first deed, as the nightly job would."""

    def __init__(self, world: World) -> None:
        count = NIGHTS_OF_MASS if SIZES[world.size].is_mass else NIGHTS
        self.next_on = world.as_of - (count - 1) * DAY

    def before(self, day: date) -> None:
        """Pass through the nights up to the one before the deeds of `day`."""
        while self.next_on <= day:
            night = datetime.combine(self.next_on, HALF_PAST_MIDNIGHT, clock.TOKYO)
            with clock.standing_at(not_ahead(night.astimezone(UTC))):
                reports.keep_day(SYSTEM)
            self.next_on += DAY
