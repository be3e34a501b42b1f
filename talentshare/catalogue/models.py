"""What an admin edits rarely; each row is known by its code."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import JSON, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from talentshare.platform.db import Base


class JobRole(Base):
    """専門分野: one of the six fields of specialists."""

    __tablename__ = "job_role"

    code: Mapped[str] = mapped_column(unique=True)
    rank: Mapped[int]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    description_ja: Mapped[str]
    description_en: Mapped[str]


class Skill(Base):
    """スキル: something that a specialist can do, on levels 0 to 4."""

    __tablename__ = "skill"

    code: Mapped[str] = mapped_column(unique=True)
    category_code: Mapped[str]
    category_ja: Mapped[str]
    category_en: Mapped[str]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    definition_ja: Mapped[str]
    definition_en: Mapped[str]
    role_codes: Mapped[list[str]]


class SkillLevel(Base):
    """スキルレベル: what a level means in behaviour."""

    __tablename__ = "skill_level"
    __table_args__ = (CheckConstraint("level BETWEEN 0 AND 4", name="level"),)

    level: Mapped[int] = mapped_column(unique=True)
    name_ja: Mapped[str]
    name_en: Mapped[str]
    short_ja: Mapped[str]
    short_en: Mapped[str]
    behaviour_ja: Mapped[str]
    behaviour_en: Mapped[str]
    evidence_ja: Mapped[str]


class Phase(Base):
    """段階: how far a piece of work is, seven of them."""

    __tablename__ = "phase"

    code: Mapped[str] = mapped_column(unique=True)
    rank: Mapped[int]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    description_ja: Mapped[str]
    description_en: Mapped[str]


class Theme(Base):
    """テーマ: what a request is about."""

    __tablename__ = "theme"

    code: Mapped[str] = mapped_column(unique=True)
    rank: Mapped[int]
    name_ja: Mapped[str]
    name_en: Mapped[str]


class RequestTemplate(Base):
    """ひな形: a typical need to start from; `skills` is a list of [code, level]."""

    __tablename__ = "request_template"

    code: Mapped[str] = mapped_column(unique=True)
    title_ja: Mapped[str]
    title_en: Mapped[str]
    theme_code: Mapped[str]
    description_ja: Mapped[str]
    phase_codes: Mapped[list[str]]
    role_codes: Mapped[list[str]]
    skills: Mapped[list[list[str | int]]] = mapped_column(JSON)
    minutes_per_week: Mapped[int]
    week_count: Mapped[int]
    kind: Mapped[str]
    personal_data: Mapped[str]
    place: Mapped[str]


class LegalBasis(Base):
    """法的根拠: under which arrangement somebody works."""

    __tablename__ = "legal_basis"

    code: Mapped[str] = mapped_column(unique=True)
    rank: Mapped[int]
    name_ja: Mapped[str]
    name_en: Mapped[str]
    meaning_ja: Mapped[str]
    meaning_en: Mapped[str]
    makes_allocation: Mapped[bool]
    ranks_individuals: Mapped[bool]


class Holiday(Base):
    """休日: a day on which offices are closed; an admin adds and removes."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(unique=True)
    name_ja: Mapped[str]
    name_en: Mapped[str]
    is_closed: Mapped[bool] = mapped_column(default=True)


@dataclass(frozen=True)
class HolidayDraft:
    """A day on which offices will be closed, as an admin names it."""

    day: date
    name_ja: str
    name_en: str = ""
