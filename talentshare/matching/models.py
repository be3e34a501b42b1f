"""The weights of a ranking, and rankings kept because a decision rests on them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentshare.platform.db import Base


class WeightSet(Base):
    """評価基準: the weights of the PREFER rules, by version and first day."""

    __tablename__ = "weight_set"

    number: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[date]
    weights: Mapped[dict[str, Any]]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class StoredRanking(Base):
    """A ranking that led to a decision: candidates in full, the others as masks of rules."""

    __tablename__ = "stored_ranking"

    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    weight_number: Mapped[int]
    weights: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    need: Mapped[dict[str, Any]]
    excluded: Mapped[list[list[int]]] = mapped_column(JSON)

    candidates: Mapped[list["RankedCandidate"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="RankedCandidate.place"
    )


class RankedCandidate(Base):
    """One candidate of a stored ranking with the measures behind each part of the score."""

    __tablename__ = "ranked_candidate"

    ranking_id: Mapped[int] = mapped_column(ForeignKey("stored_ranking.id"), index=True)
    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    place: Mapped[int]
    score: Mapped[int]
    measures: Mapped[dict[str, Any]]
    parts: Mapped[dict[str, Any]]
    detail: Mapped[dict[str, Any]]
