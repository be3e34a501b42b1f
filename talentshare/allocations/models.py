"""Booked time and the ledger. The four ledger tables are made by SQL; see platform/sql."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentshare.accounts.models import Body, Person
from talentshare.allocations.states import LIFE, AllocationState
from talentshare.kernel.actor import Role
from talentshare.platform.db import Base, UtcDateTime
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position

ledger_metadata = MetaData()

week_ledger = Table(
    "week_ledger",
    ledger_metadata,
    Column("specialist_id", Integer, primary_key=True),
    Column("week_on", Date, primary_key=True),
    Column("capacity_minutes", Integer, nullable=False),
    Column("booked_minutes", Integer, nullable=False),
    Column("granted_extra_minutes", Integer, nullable=False),
    Column("leave_gap_minutes", Integer, nullable=False),
)

allocation_week = Table(
    "allocation_week",
    ledger_metadata,
    Column("allocation_id", Integer, primary_key=True),
    Column("specialist_id", Integer, nullable=False),
    Column("week_on", Date, primary_key=True),
    Column("minutes", Integer, nullable=False),
)

appointment = Table(
    "appointment",
    ledger_metadata,
    Column("id", Integer, primary_key=True),
    Column("specialist_id", Integer, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("buffer_before", Integer, nullable=False),
    Column("buffer_after", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("week_on", Date),
    Column("live_minutes", Integer),
)

DAYS = range(7)

week_cells = Table(
    "week_cells",
    Base.metadata,
    Column("specialist_id", ForeignKey("specialist.id"), primary_key=True),
    Column("week_on", Date, primary_key=True),
    *(Column(f"inside_{day}", Integer, nullable=False) for day in DAYS),
    *(Column(f"outside_{day}", Integer, nullable=False) for day in DAYS),
    Column("pattern_minutes", Integer, nullable=False),
    comment="Minutes of each day, inside and outside office hours; pattern_minutes without leave.",
)

allocation_inside = Table(
    "allocation_inside",
    Base.metadata,
    Column("allocation_id", ForeignKey("allocation.id"), primary_key=True),
    Column("week_on", Date, primary_key=True),
    Column("inside_minutes", Integer, nullable=False),
    comment="How many of the minutes in allocation_week lie inside office hours.",
)

capacity_strip = Table(
    "capacity_strip",
    Base.metadata,
    Column("specialist_id", ForeignKey("specialist.id"), primary_key=True),
    Column("first_week_on", Date, nullable=False),
    Column("cells", LargeBinary, nullable=False),
    comment="All rows of week_cells of one person, 15 little-endian int16 a week: for ranking.",
)


@dataclass(frozen=True)
class BookedWeek:
    """Minutes of one week, and how many of them lie inside office hours."""

    week_on: date
    minutes: int
    inside_minutes: int


@dataclass(frozen=True)
class Booking:
    """What is to be booked: one specialist, one position, week by week; weeks in order."""

    specialist_id: int
    position_id: int
    weekdays: int
    minutes_per_week: int
    inside_minutes_per_week: int
    weeks: tuple[BookedWeek, ...]


class Allocation(Base):
    """割当て: one specialist's minutes for one position, week by week in allocation_week."""

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("(expires_at IS NOT NULL) = (state = 'held')", name="only_holds_expire"),
    )

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    theme_code: Mapped[str | None]
    state: Mapped[AllocationState] = mapped_column(index=True)
    expires_at: Mapped[datetime | None]
    weekdays: Mapped[int]
    minutes_per_week: Mapped[int]
    inside_minutes_per_week: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    specialist: Mapped[Specialist] = relationship()
    position: Mapped[Position] = relationship()
    body: Mapped[Body] = relationship()

    @property
    def next_events(self) -> list[str]:
        return LIFE.events(self.state)

    def move(self, event: str) -> None:
        """Take the step that `event` names; the only code that sets `state`."""
        self.state = LIFE.after(self.state, event)


class Clash(Base):
    """不足: booked time that no longer fits after leave, with an owner and a way out."""

    __tablename__ = "clash"
    __table_args__ = (UniqueConstraint("specialist_id", "week_on", "opened_at"),)

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"), index=True)
    week_on: Mapped[date]
    missing_minutes: Mapped[int]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    proposal: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None] = mapped_column(index=True)

    specialist: Mapped[Specialist] = relationship()
    owner: Mapped[Person | None] = relationship()

    @property
    def acting_owner(self) -> Person | None:
        """The owner, unless that person cannot act any more, or the time is that person's own."""
        who = self.owner
        if who is None or who.id == self.specialist.person_id:
            return None
        return who if who.acts_as(Role.COORDINATOR) else None
