"""What reports keep: the target band of utilisation."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
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
