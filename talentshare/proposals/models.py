"""A proposal: one specialist, one position, the terms, and who consented when."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentshare.accounts.models import Person
from talentshare.allocations.models import Allocation
from talentshare.platform.db import Base
from talentshare.proposals.states import LIFE, DeclineReason, ProposalState, RefuseReason
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position

BEFORE_OFFER = frozenset({ProposalState.PREPARED, ProposalState.CHECKED})


class Proposal(Base):
    """提案: from preparation to booked time; `terms_digest` is what the checker saw."""

    __tablename__ = "proposal"
    __table_args__ = (
        Index("uq_proposal_allocation_id", "allocation_id", unique=True),
        Index(
            "uq_proposal_position_id",
            "position_id",
            unique=True,
            sqlite_where=text("state IN ('proposed', 'agreed')"),
            postgresql_where=text("state IN ('proposed', 'agreed')"),
        ),
        Index(
            "uq_proposal_position_id_specialist_id",
            "position_id",
            "specialist_id",
            unique=True,
            sqlite_where=text(
                "state IN ('prepared', 'returned', 'checked', 'offered', 'accepted', 'proposed',"
                " 'agreed', 'confirmed')"
            ),
            postgresql_where=text(
                "state IN ('prepared', 'returned', 'checked', 'offered', 'accepted', 'proposed',"
                " 'agreed', 'confirmed')"
            ),
        ),
        CheckConstraint("checked_by_id <> prepared_by_id", name="second_person"),
    )

    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"), index=True)
    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"), index=True)
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), index=True)
    ranking_id: Mapped[int | None] = mapped_column(ForeignKey("stored_ranking.id"))
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.PREPARED, index=True)
    reason: Mapped[str]
    basis_code: Mapped[str] = mapped_column(ForeignKey("legal_basis.code"))
    cost_note: Mapped[str] = mapped_column(default="")
    cost_bearer: Mapped[str] = mapped_column(default="")
    minutes_per_week: Mapped[int]
    inside_minutes_per_week: Mapped[int]
    weekdays: Mapped[int]
    prepared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    checked_at: Mapped[datetime | None]
    terms_digest: Mapped[str] = mapped_column(default="")
    offered_at: Mapped[datetime | None]
    offer_due_at: Mapped[datetime | None] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
    answer_recorded_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    home_consent: Mapped[str] = mapped_column(default="")
    home_consent_on: Mapped[date | None]
    decline_reason: Mapped[DeclineReason | None]
    refuse_reason: Mapped[RefuseReason | None]
    side_note: Mapped[str] = mapped_column(default="")
    proposed_at: Mapped[datetime | None]
    hold_expires_at: Mapped[datetime | None] = mapped_column(index=True)
    is_extended: Mapped[bool] = mapped_column(default=False)
    allocation_id: Mapped[int | None] = mapped_column(ForeignKey("allocation.id"))
    decided_on: Mapped[date | None]
    decider_title: Mapped[str] = mapped_column(default="")
    document_number: Mapped[str] = mapped_column(default="")
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)
    specialist: Mapped[Specialist] = relationship(lazy="joined", innerjoin=True)
    allocation: Mapped[Allocation | None] = relationship()
    preparer: Mapped[Person] = relationship(foreign_keys=[prepared_by_id])
    checker: Mapped[Person | None] = relationship(foreign_keys=[checked_by_id])
    recorder: Mapped[Person | None] = relationship(foreign_keys=[answer_recorded_by_id])
    weeks: Mapped[list["ProposalWeek"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="ProposalWeek.week_on"
    )

    @property
    def needs_manager(self) -> bool:
        return self.position.talent_request.body.needs_manager

    @property
    def was_sent_back(self) -> bool:
        """Prepared anew after its specialist had been asked: much may have changed since."""
        is_unchecked = self.state in BEFORE_OFFER and self.checked_at is None
        return is_unchecked and self.offer_due_at is not None

    @property
    def next_events(self) -> list[str]:
        return LIFE.events(self.state)

    def move(self, event: str) -> None:
        """Take the step that `event` names; the only code that sets `state`."""
        self.state = LIFE.after(self.state, event)


class ProposalWeek(Base):
    """The minutes of one week; a skipped week of leave stands with nothing."""

    __tablename__ = "proposal_week"
    __table_args__ = (
        UniqueConstraint("proposal_id", "week_on"),
        CheckConstraint("0 <= inside_minutes AND inside_minutes <= minutes", name="inside"),
    )

    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    week_on: Mapped[date]
    minutes: Mapped[int]
    inside_minutes: Mapped[int]
    is_leave: Mapped[bool] = mapped_column(default=False)
