"""Plan runs with their inputs and rows, what coordinators fix, and the rules that admins set."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from talentshare.accounts.models import Person
from talentshare.plans.states import (
    LIFE,
    Objective,
    PairKind,
    RowState,
    RunState,
    ScopeKind,
)
from talentshare.platform.db import Base
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position


class PlanRules(Base):
    """計画の基準: what a position of each kind weighs, and the floor of each body, by version."""

    __tablename__ = "plan_rules"

    number: Mapped[int] = mapped_column(unique=True)
    valid_from: Mapped[date]
    weights: Mapped[dict[str, Any]]
    floor_minutes: Mapped[int]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]


class PlanPair(Base):
    """A specialist whom a coordinator fixes for a position, or keeps out of it, with the reason."""

    __tablename__ = "plan_pair"
    __table_args__ = (
        Index(
            "uq_plan_pair_position_id_specialist_id",
            "position_id",
            "specialist_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
        Index(
            "uq_plan_pair_position_id",
            "position_id",
            unique=True,
            sqlite_where=text("removed_at IS NULL AND kind = 'pin'"),
            postgresql_where=text("removed_at IS NULL AND kind = 'pin'"),
        ),
    )

    kind: Mapped[PairKind]
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    reason: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(index=True)
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[datetime | None] = mapped_column(index=True)

    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)
    specialist: Mapped[Specialist] = relationship(lazy="joined", innerjoin=True)
    maker: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    remover: Mapped[Person | None] = relationship(foreign_keys=[removed_by_id])


class PlanRun(Base):
    """計画案: one run of the planner with all that went into it and what came of it.

    `given` and `found` are compressed JSON: the instance, and the solution with its proof.
    `bound` is of the first search; a plan that was repaired afterwards is measured by it, too.
    """

    __tablename__ = "plan_run"
    __table_args__ = (
        Index(
            "uq_plan_run_scope_key",
            "scope_key",
            unique=True,
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        CheckConstraint("time_limit_seconds BETWEEN 1 AND 3600", name="time_limit"),
    )

    scope_kind: Mapped[ScopeKind]
    scope: Mapped[list[str]]
    scope_key: Mapped[str]
    horizon_weeks: Mapped[int]
    objective: Mapped[Objective]
    has_floor: Mapped[bool]
    time_limit_seconds: Mapped[int]
    what_if: Mapped[dict[str, Any]]
    state: Mapped[RunState] = mapped_column(default=RunState.QUEUED, index=True)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    stop_asked_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    begun_from_id: Mapped[int | None] = mapped_column(ForeignKey("plan_run.id"))
    first_week_on: Mapped[date | None]
    rules_number: Mapped[int | None]
    weights_number: Mapped[int | None]
    value: Mapped[int | None]
    bound: Mapped[int | None]
    is_verified: Mapped[bool] = mapped_column(default=False)
    steps: Mapped[list[Any]] = mapped_column(JSON, default=list)
    told: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fault: Mapped[str] = mapped_column(default="")
    given: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    found: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    maker: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    rows: Mapped[list["PlanRow"]] = relationship(
        cascade="all, delete-orphan", order_by="PlanRow.id", back_populates="run"
    )

    @property
    def is_trial(self) -> bool:
        """Made under assumptions that are not so: it can be read, not applied."""
        return bool(self.what_if)

    def move(self, event: str) -> None:
        """Take the step that `event` names; the only code that sets `state`."""
        self.state = LIFE.after(self.state, event)


class PlanRow(Base):
    """One specialist for one position from a Monday on, bookable when the plan was made."""

    __tablename__ = "plan_row"
    __table_args__ = (UniqueConstraint("run_id", "position_id"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("plan_run.id"), index=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"), index=True)
    start_on: Mapped[date]
    minutes_per_week: Mapped[int]
    weeks: Mapped[list[Any]] = mapped_column(JSON)
    fit: Mapped[int]
    worth: Mapped[int]
    is_pinned: Mapped[bool]
    reasons: Mapped[list[Any]] = mapped_column(JSON)
    state: Mapped[RowState] = mapped_column(default=RowState.OPEN)
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), index=True)
    conflict: Mapped[dict[str, Any]] = mapped_column(default=dict)

    run: Mapped[PlanRun] = relationship(back_populates="rows")
    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)
    specialist: Mapped[Specialist] = relationship(lazy="joined", innerjoin=True)
