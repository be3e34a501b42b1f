"""What reports keep: the target band of utilisation, and what was counted on past days.

A snapshot keeps the minutes that were counted, not the facts from which they were: a later edition
of the definition must not alter a figure that was published. It keeps them for each person and each
work, cut at the borders of weeks and months, because every figure of the report is a sum of these:
one day's rows answer every period, unit and grouping exactly, and no figure is kept twice.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentshare.platform.db import Base


class TargetBand(Base):
    """目標の帯: between which planned rates the pool is used well, by version and first day."""

    __tablename__ = "target_band"
    __table_args__ = (
        CheckConstraint("0 <= lower AND lower < upper AND upper <= 100", name="bounds"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[date]
    lower: Mapped[int]
    upper: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class UtilisationSnapshot(Base):
    """What was counted on a day, once, by which version of the definition, for which days."""

    __tablename__ = "utilisation_snapshot"
    __table_args__ = (CheckConstraint("first_on <= last_on", name="days"),)

    taken_on: Mapped[date] = mapped_column(unique=True)
    taken_at: Mapped[datetime]
    definition_version: Mapped[int]
    first_on: Mapped[date]
    last_on: Mapped[date]


class SnapshotLine(Base):
    """One person in a snapshot: role, term and skills of that day, and minutes.

    `minutes` are zlib-packed little-endian int32, a row of cuts each: capacity, extra, gap, then
    confirmed and held of each of `works`, which are numbered as the report numbers them.
    """

    __tablename__ = "snapshot_line"
    __table_args__ = (UniqueConstraint("snapshot_id", "specialist_id"),)

    snapshot_id: Mapped[int] = mapped_column(ForeignKey("utilisation_snapshot.id"))
    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"), index=True)
    role_code: Mapped[str | None] = mapped_column(ForeignKey("job_role.code"))
    engaged_from: Mapped[date]
    engaged_until: Mapped[date | None]
    skills: Mapped[list[int]]
    works: Mapped[list[int]]
    minutes: Mapped[bytes] = mapped_column(LargeBinary)
