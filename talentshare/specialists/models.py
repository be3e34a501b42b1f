"""A specialist: profile, skills with evidence, working time, declarations, pledge."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentshare.accounts.models import Person
from talentshare.accounts.states import PersonState
from talentshare.kernel.actor import Role
from talentshare.platform.db import Base
from talentshare.specialists.states import EngagementForm, InterestRelation, TimeOffKind


class Specialist(Base):
    """専門人材: what the pool knows of a person who serves bodies."""

    __tablename__ = "specialist"
    __table_args__ = (
        CheckConstraint("max_bodies BETWEEN 1 AND 9", name="max_bodies"),
        CheckConstraint("month_cap_minutes > 0", name="month_cap"),
        CheckConstraint("engaged_until >= engaged_from", name="engaged"),
        CheckConstraint("paused_until >= paused_from", name="paused"),
        CheckConstraint("(paused_from IS NULL) = (paused_until IS NULL)", name="pause_has_end"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    form: Mapped[EngagementForm]
    employer_name: Mapped[str] = mapped_column(default="")
    employer_number: Mapped[str] = mapped_column(default="")
    company_contact: Mapped[str] = mapped_column(default="")
    introduction: Mapped[str] = mapped_column(default="")
    max_bodies: Mapped[int] = mapped_column(default=2)
    month_cap_minutes: Mapped[int | None]
    online_ok: Mapped[bool] = mapped_column(default=True)
    onsite_ok: Mapped[bool] = mapped_column(default=False)
    islands_ok: Mapped[bool] = mapped_column(default=False)
    engaged_from: Mapped[date]
    engaged_until: Mapped[date | None]
    paused_from: Mapped[date | None]
    paused_until: Mapped[date | None]
    pause_reason: Mapped[str] = mapped_column(default="")
    search_text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    roles: Mapped[list["SpecialistRole"]] = relationship(
        cascade="all, delete-orphan", order_by="SpecialistRole.id"
    )
    bases: Mapped[list["SpecialistBasis"]] = relationship(
        cascade="all, delete-orphan", order_by="SpecialistBasis.id"
    )
    skills: Mapped[list["SpecialistSkill"]] = relationship(
        cascade="all, delete-orphan", order_by="SpecialistSkill.skill_code"
    )

    @property
    def specialist_id(self) -> int:
        return self.id

    @property
    def can_answer(self) -> bool:
        """Neither suspended nor without the role, without which no offer can be read."""
        is_specialist = Role.SPECIALIST in self.person.roles
        return is_specialist and self.person.state is not PersonState.SUSPENDED


class SpecialistRole(Base):
    """A field in which the specialist works; one of them is the main one."""

    __tablename__ = "specialist_role"
    __table_args__ = (UniqueConstraint("specialist_id", "role_code"),)

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    role_code: Mapped[str] = mapped_column(ForeignKey("job_role.code"), index=True)
    is_primary: Mapped[bool] = mapped_column(default=False)


class SpecialistBasis(Base):
    """A legal basis on which the specialist can work."""

    __tablename__ = "specialist_basis"
    __table_args__ = (UniqueConstraint("specialist_id", "basis_code"),)

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    basis_code: Mapped[str] = mapped_column(ForeignKey("legal_basis.code"))


class SpecialistSkill(Base):
    """A skill: the level claimed with evidence, and the level that a coordinator verified."""

    __tablename__ = "specialist_skill"
    __table_args__ = (
        UniqueConstraint("specialist_id", "skill_code"),
        CheckConstraint("claimed_level BETWEEN 0 AND 4", name="claimed_level"),
        CheckConstraint("verified_level BETWEEN 0 AND 4", name="verified_level"),
    )

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    skill_code: Mapped[str] = mapped_column(ForeignKey("skill.code"), index=True)
    claimed_level: Mapped[int]
    evidence: Mapped[str] = mapped_column(default="")
    verified_level: Mapped[int | None]
    verified_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verified_on: Mapped[date | None]
    contested_at: Mapped[datetime | None]
    contest_text: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class WorkingPattern(Base):
    """働き方: windows per weekday and the share of them for the pool, from a day on."""

    __tablename__ = "working_pattern"
    __table_args__ = (
        UniqueConstraint("specialist_id", "valid_from"),
        CheckConstraint("share_percent BETWEEN 0 AND 100", name="share"),
    )

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    valid_from: Mapped[date]
    share_percent: Mapped[int]
    windows: Mapped[list["PatternWindow"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="PatternWindow.starts_minute"
    )


class PatternWindow(Base):
    """From minute to minute of a weekday (Monday is 0), on Tokyo's clock."""

    __tablename__ = "pattern_window"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name="order",
        ),
    )

    pattern_id: Mapped[int] = mapped_column(ForeignKey("working_pattern.id"), index=True)
    weekday: Mapped[int]
    starts_minute: Mapped[int]
    ends_minute: Mapped[int]


class DayOverride(Base):
    """One day's minutes, instead of the pattern's: also on a holiday."""

    __tablename__ = "day_override"
    __table_args__ = (
        UniqueConstraint("specialist_id", "day"),
        CheckConstraint("inside_minutes >= 0 AND outside_minutes >= 0", name="minutes"),
        CheckConstraint("inside_minutes + outside_minutes <= 1440", name="one_day"),
    )

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    day: Mapped[date]
    inside_minutes: Mapped[int]
    outside_minutes: Mapped[int]


class TimeOff(Base):
    """休暇・ほかの用務: whole days, or hours of one day when minutes are given."""

    __tablename__ = "time_off"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="order"),
        CheckConstraint(
            "starts_minute IS NULL AND ends_minute IS NULL OR starts_on = ends_on"
            " AND 0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name="hours",
        ),
    )

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"), index=True)
    kind: Mapped[TimeOffKind]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    starts_minute: Mapped[int | None]
    ends_minute: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]


class MonthAnswer(Base):
    """「来月、何時間できますか」: the hours of a month, spread over its days."""

    __tablename__ = "month_answer"
    __table_args__ = (
        UniqueConstraint("specialist_id", "month_on"),
        CheckConstraint("0 <= inside_minutes AND inside_minutes <= minutes", name="minutes"),
    )

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    month_on: Mapped[date]
    minutes: Mapped[int]
    inside_minutes: Mapped[int]
    answered_at: Mapped[datetime]


class Declaration(Base):
    """年次の申告: all interests, valid for a year."""

    __tablename__ = "declaration"

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"), index=True)
    made_at: Mapped[datetime]
    valid_until: Mapped[date]
    interests: Mapped[list["DeclaredInterest"]] = relationship(
        cascade="all, delete-orphan", order_by="DeclaredInterest.id"
    )


class DeclaredInterest(Base):
    """A company to which the specialist is tied; `key` is its normalised name."""

    __tablename__ = "declared_interest"

    declaration_id: Mapped[int] = mapped_column(ForeignKey("declaration.id"), index=True)
    company: Mapped[str]
    key: Mapped[str] = mapped_column(index=True)
    corporate_number: Mapped[str] = mapped_column(default="")
    relation: Mapped[InterestRelation]


class Pledge(Base):
    """年次の誓約: secrecy, for one fiscal year."""

    __tablename__ = "pledge"
    __table_args__ = (UniqueConstraint("specialist_id", "fiscal_year"),)

    specialist_id: Mapped[int] = mapped_column(ForeignKey("specialist.id"))
    fiscal_year: Mapped[int]
    signed_at: Mapped[datetime]


@dataclass(frozen=True)
class Terms:
    """On what terms somebody serves; the first of `role_codes` is the main field."""

    form: EngagementForm
    role_codes: tuple[str, ...]
    basis_codes: tuple[str, ...]
    engaged_from: date
    engaged_until: date | None = None
    month_cap_minutes: int | None = None
    max_bodies: int = 2
    employer_name: str = ""
    employer_number: str = ""
    company_contact: str = ""


@dataclass(frozen=True)
class Profile:
    """What specialists say of themselves."""

    introduction: str
    max_bodies: int
    online_ok: bool
    onsite_ok: bool
    islands_ok: bool


@dataclass(frozen=True)
class SkillClaim:
    """A level with a sentence of evidence."""

    skill_code: str
    level: int
    evidence: str = ""


@dataclass(frozen=True)
class Window:
    """From minute to minute of a weekday (Monday is 0)."""

    weekday: int
    starts_minute: int
    ends_minute: int


@dataclass(frozen=True)
class PatternDraft:
    """A way of working from a day on."""

    valid_from: date
    share_percent: int
    windows: tuple[Window, ...]


@dataclass(frozen=True)
class DayDraft:
    """What can be done on one day, after leave, inside and outside office hours."""

    inside_minutes: int
    outside_minutes: int


@dataclass(frozen=True)
class TimeOffDraft:
    """Whole days, or hours of one day when minutes of the day are given."""

    kind: TimeOffKind
    starts_on: date
    ends_on: date
    starts_minute: int | None = None
    ends_minute: int | None = None


@dataclass(frozen=True)
class MonthDraft:
    """The answer to 「来月、何時間できますか」; `days_off` are not available at all."""

    month_on: date
    minutes: int
    inside_minutes: int
    days_off: frozenset[date] = frozenset()


@dataclass(frozen=True)
class InterestDraft:
    """A company and what ties the specialist to it."""

    company: str
    corporate_number: str
    relation: InterestRelation


@dataclass(frozen=True)
class PauseDraft:
    """No new offers from the first day to the last one."""

    from_on: date
    until_on: date
    reason: str
