"""A request, its positions, the skills they need and the companies around them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentshare.accounts.models import Body, Person
from talentshare.kernel import clock
from talentshare.kernel.actor import Role
from talentshare.kernel.weeks import WEEK
from talentshare.platform.db import Base
from talentshare.talent_requests.models.answers import (
    TIMES,
    Outline,
    SkillNeed,
    first_week,
    last_week,
)
from talentshare.talent_requests.states import (
    ENDED,
    LIFE,
    POSITION_LIFE,
    PersonalData,
    Place,
    PositionState,
    RequestKind,
    RequestState,
    Side,
    SupplierRelation,
    Turn,
    is_over_on,
    state_on,
    whose_turn,
)


class TalentRequest(Base):
    """依頼: what a body needs; its history belongs to the body."""

    __tablename__ = "talent_request"
    __table_args__ = (
        Index("ix_talent_request_state_support_ends_on", "state", "support_ends_on"),
        # With what long lists are filtered and ordered by, so that they leave the rows unread.
        Index(
            "ix_talent_request_coordinator_id_state",
            "coordinator_id",
            "state",
            postgresql_include=[
                "id",
                "number",
                "submitted_at",
                "turn_side",
                "turn_task",
                "turn_due_on",
                "follow_up_due_on",
                "support_starts_on",
                "support_ends_on",
            ],
        ),
    )

    number: Mapped[str] = mapped_column(unique=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    officer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    coordinator_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[RequestKind | None]
    template_code: Mapped[str | None] = mapped_column(ForeignKey("request_template.code"))
    title: Mapped[str] = mapped_column(default="")
    worry: Mapped[str] = mapped_column(default="")
    wish: Mapped[str] = mapped_column(default="")
    theme_code: Mapped[str | None] = mapped_column(ForeignKey("theme.code"))
    phase_code: Mapped[str | None] = mapped_column(ForeignKey("phase.code"))
    personal_data: Mapped[PersonalData | None]
    is_procurement: Mapped[bool | None]
    place: Mapped[Place | None]
    onsite_weekdays: Mapped[int] = mapped_column(default=0)
    place_note: Mapped[str] = mapped_column(default="")
    basis_codes: Mapped[list[str]] = mapped_column(default=list)
    cost_note: Mapped[str] = mapped_column(default="")
    cost_bearer: Mapped[str] = mapped_column(default="")
    decision_on: Mapped[date | None]
    state: Mapped[RequestState] = mapped_column(default=RequestState.DRAFT, index=True)
    turn_due_on: Mapped[date | None] = mapped_column(index=True)
    turn_side: Mapped[Side | None] = mapped_column(index=True)
    turn_task: Mapped[str] = mapped_column(default="")
    turn_path: Mapped[str] = mapped_column(default="")
    turn_about_id: Mapped[int | None]
    follow_up_due_on: Mapped[date | None]
    support_starts_on: Mapped[date | None]
    support_ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    edited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    catalogue_version: Mapped[int | None]
    opened_at: Mapped[datetime | None]
    search_text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    body: Mapped[Body] = relationship(lazy="joined", innerjoin=True)
    officer: Mapped[Person | None] = relationship(foreign_keys=[officer_id])
    coordinator: Mapped[Person | None] = relationship(foreign_keys=[coordinator_id])
    positions: Mapped[list["Position"]] = relationship(
        cascade="all, delete-orphan", order_by="Position.ordinal", back_populates="talent_request"
    )
    sketches: Mapped[list["PositionSketch"]] = relationship(
        cascade="all, delete-orphan", order_by="PositionSketch.ordinal"
    )
    suppliers: Mapped[list["RequestSupplier"]] = relationship(
        cascade="all, delete-orphan", order_by="RequestSupplier.id"
    )

    @property
    def needs_manager(self) -> bool:
        return self.body.needs_manager

    @property
    def awaits_endorsement(self) -> bool:
        return self.state == RequestState.SUBMITTED and self.body.needs_endorsement

    @property
    def lacks_endorser(self) -> bool:
        """It waits for a manager, but the body has none besides whoever submitted it."""
        others = (who for who in self.body.managers if who.id != self.submitted_by_id)
        return self.awaits_endorsement and not any(others)

    @property
    def acting_officer(self) -> Person | None:
        """The officer, unless that person has left the body or cannot act any more."""
        who = self.officer
        is_here = who is not None and who.body_id == self.body_id and who.acts_as(Role.OFFICER)
        return who if is_here else None

    @property
    def acting_coordinator(self) -> Person | None:
        """The coordinator, unless that person cannot act any more."""
        who = self.coordinator
        return who if who is not None and who.acts_as(Role.COORDINATOR) else None

    @property
    def turn(self) -> Turn | None:
        return whose_turn(self, clock.today())

    @property
    def state_now(self) -> RequestState:
        """The state as it is read today."""
        return state_on(self, clock.today())

    @property
    def is_over(self) -> bool:
        """The last day of the support has passed; the case waits to be closed."""
        return is_over_on(self, clock.today())

    @property
    def next_events(self) -> list[str]:
        return LIFE.events(self.state_now)

    @property
    def live_positions(self) -> "list[Position]":
        return [p for p in self.positions if p.state != PositionState.CLOSED]

    @property
    def has_staffed(self) -> bool:
        """Somebody was found for a position: support is booked, runs or was given."""
        return any(p.state == PositionState.STAFFED for p in self.positions)

    def outline(self, ordinal: int) -> Outline | None:
        """What is said of the position with this number, complete or not."""
        return next((p.outline for p in self._places if p.ordinal == ordinal), None)

    @property
    def ordinals(self) -> list[int]:
        """The numbers of all positions, complete or not."""
        return sorted(p.ordinal for p in self._places)

    @property
    def last_ordinal(self) -> int:
        """The highest number that a position of the request has or had."""
        return max([*(p.ordinal for p in self.positions), *self.ordinals], default=0)

    @property
    def _places(self) -> "list[Position | PositionSketch]":
        """Of what has ended without support, the roles it looked for stay to be read."""
        places: list[Position | PositionSketch] = [*self.live_positions, *self.sketches]
        if not places and self.state in ENDED:
            places = [p for p in self.positions if p.removed_at is None]
        return places

    def move(self, event: str) -> None:
        """Take the step that `event` names; the only code that sets `state`."""
        self.state = LIFE.after(self.state, event)


class Position(Base):
    """募集する役割: one place to be filled; minutes are those of a full week."""

    __tablename__ = "position"
    __table_args__ = (
        CheckConstraint("minutes_per_week BETWEEN 15 AND 2400", name="minutes"),
        CheckConstraint(
            "0 <= inside_minutes_per_week AND inside_minutes_per_week <= minutes_per_week",
            name="inside",
        ),
        CheckConstraint("weekdays BETWEEN 1 AND 127", name="weekdays"),
        CheckConstraint("week_count BETWEEN 1 AND 104", name="weeks"),
        CheckConstraint("earliest_on <= latest_end_on", name="window"),
    )

    talent_request_id: Mapped[int] = mapped_column(ForeignKey("talent_request.id"), index=True)
    ordinal: Mapped[int] = mapped_column(default=1)
    role_code: Mapped[str] = mapped_column(ForeignKey("job_role.code"))
    minutes_per_week: Mapped[int]
    inside_minutes_per_week: Mapped[int]
    weekdays: Mapped[int] = mapped_column(default=31)
    week_count: Mapped[int]
    earliest_on: Mapped[date]
    latest_end_on: Mapped[date]
    state: Mapped[PositionState] = mapped_column(default=PositionState.OPEN, index=True)
    removed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    talent_request: Mapped[TalentRequest] = relationship(back_populates="positions")
    skills: Mapped[list["PositionSkill"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PositionSkill.id"
    )

    @property
    def outline(self) -> Outline:
        needs = [SkillNeed(s.skill_code, s.level, s.is_must) for s in self.skills]
        return Outline(self.role_code, tuple(needs), **_times_of(self))

    @property
    def first_start_on(self) -> date:
        """The first Monday on which the position may start."""
        return first_week(self.earliest_on)

    @property
    def last_start_on(self) -> date:
        """The last Monday from which all its weeks end in time, by their Friday."""
        return last_week(self.latest_end_on) - (self.week_count - 1) * WEEK

    def move(self, event: str) -> None:
        """Take the step that `event` names; the only code that sets `state`."""
        self.state = POSITION_LIFE.after(self.state, event)


class PositionSkill(Base):
    """A skill that the position needs, at a level; a must excludes, a wish only prefers."""

    __tablename__ = "position_skill"
    __table_args__ = (
        UniqueConstraint("position_id", "skill_code"),
        CheckConstraint("level BETWEEN 1 AND 4", name="level"),
    )

    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    skill_code: Mapped[str] = mapped_column(ForeignKey("skill.code"))
    level: Mapped[int]
    is_must: Mapped[bool]


class PositionSketch(Base):
    """What is said so far of a position that is not complete; complete ones are a Position."""

    __tablename__ = "position_sketch"
    __table_args__ = (UniqueConstraint("talent_request_id", "ordinal"),)

    talent_request_id: Mapped[int] = mapped_column(ForeignKey("talent_request.id"), index=True)
    ordinal: Mapped[int]
    role_code: Mapped[str | None] = mapped_column(ForeignKey("job_role.code"))
    minutes_per_week: Mapped[int | None]
    inside_minutes_per_week: Mapped[int | None]
    weekdays: Mapped[int] = mapped_column(default=31)
    week_count: Mapped[int | None]
    earliest_on: Mapped[date | None]
    latest_end_on: Mapped[date | None]
    skills: Mapped[list[tuple[str, int, bool]]] = mapped_column(JSON, default=list)

    @property
    def outline(self) -> Outline:
        needs = [SkillNeed(*skill) for skill in self.skills or []]
        return Outline(self.role_code, tuple(needs), **_times_of(self))


def _times_of(place: Position | PositionSketch) -> dict[str, Any]:
    return {name: getattr(place, name) for name in (*TIMES, "weekdays")}


class RequestNumber(Base):
    """The counter of 受付番号: one row per fiscal year, its year the id."""

    __tablename__ = "request_number"

    last: Mapped[int] = mapped_column(default=0)


class RequestSupplier(Base):
    """関係する事業者: a company with an interest in the work; `key` is its normalised name."""

    __tablename__ = "request_supplier"

    talent_request_id: Mapped[int] = mapped_column(ForeignKey("talent_request.id"), index=True)
    company: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)
    corporate_number: Mapped[str] = mapped_column(default="")
    relation: Mapped[SupplierRelation]
