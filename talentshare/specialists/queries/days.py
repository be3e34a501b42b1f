"""A specialist's days as pages show them: what they hold, and why."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import Holiday
from talentshare.engine.capacity import DayMinutes, Off, day_minutes, usual_minutes
from talentshare.kernel.actor import Actor
from talentshare.kernel.period import Period
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.specialists.models import MonthAnswer, Specialist
from talentshare.specialists.queries.time import time_facts


@dataclass(frozen=True)
class DayTime:
    """One day: as it is now, as it would be unchanged, and what takes time from it."""

    day: date
    now: DayMinutes
    usual: DayMinutes
    holiday: Holiday | None
    off: tuple[Off, ...]
    is_engaged: bool

    @property
    def is_changed(self) -> bool:
        """Claim that the day holds something else than usual."""
        return (self.now.inside, self.now.outside) != (self.usual.inside, self.usual.outside)

    @property
    def has_leave(self) -> bool:
        return any(off.is_leave for off in self.off)

    @property
    def has_other_work(self) -> bool:
        return any(not off.is_leave for off in self.off)


def days_of(actor: Actor, specialist: Specialist, days: Period) -> list[DayTime]:
    """The days of a period, in order."""
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    facts = time_facts(specialist.id)
    named = catalogue.closed_names(days.first, days.last)
    return [
        DayTime(
            day,
            day_minutes(facts, day, named),
            usual_minutes(facts, day, named),
            named.get(day),
            facts.off_on(day),
            facts.is_engaged(day),
        )
        for day in days.days()
    ]


def month_answer(actor: Actor, specialist: Specialist, month_on: date) -> MonthAnswer | None:
    """What the specialist answered for a month."""
    policy.require(actor, Can.SEE_SPECIALIST, specialist)
    return db.session.scalar(
        select(MonthAnswer).where(
            MonthAnswer.specialist_id == specialist.id, MonthAnswer.month_on == month_on
        )
    )
