"""What an admin edits rarely; each row is known by its code."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from talentshare.accounts.models import Person
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
    retired_in: Mapped[int | None]


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
    retired_in: Mapped[int | None]


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
    retired_in: Mapped[int | None]


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
    retired_in: Mapped[int | None]


class Kind(StrEnum):
    """Of what the words have versions."""

    SKILL = "skill"
    THEME = "theme"
    TEMPLATE = "template"
    BASIS = "basis"
    PHASE = "phase"


MODELS: dict[Kind, Any] = {
    Kind.SKILL: Skill,
    Kind.THEME: Theme,
    Kind.TEMPLATE: RequestTemplate,
    Kind.BASIS: LegalBasis,
    Kind.PHASE: Phase,
}
WORDS: dict[Kind, tuple[str, ...]] = {
    Kind.SKILL: ("name_ja", "name_en", "definition_ja", "definition_en"),
    Kind.THEME: ("name_ja", "name_en"),
    Kind.TEMPLATE: ("title_ja", "title_en", "description_ja"),
    Kind.BASIS: ("name_ja", "name_en", "meaning_ja", "meaning_en"),
    Kind.PHASE: ("name_ja", "name_en", "description_ja", "description_en"),
}
FACTS: dict[Kind, tuple[str, ...]] = {
    Kind.TEMPLATE: (
        "theme_code",
        "phase_codes",
        "kind",
        "place",
        "role_codes",
        "skills",
        "minutes_per_week",
        "week_count",
    ),
}
ADDED = frozenset({Kind.SKILL, Kind.THEME, Kind.TEMPLATE})
RETIRED = frozenset(Kind) - {Kind.PHASE}


class CatalogueVersion(Base):
    """版: one change of the catalogue's words, by whom and when; its remark says why."""

    __tablename__ = "catalogue_version"

    number: Mapped[int] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    made_by: Mapped[Person | None] = relationship()


class CatalogueText(Base):
    """How an entry is worded from one version until another; the newest has no end.

    Beside the words of a template stands what it fills in.
    """

    __tablename__ = "catalogue_text"
    __table_args__ = (UniqueConstraint("kind", "code", "from_version"),)

    kind: Mapped[Kind]
    code: Mapped[str]
    from_version: Mapped[int] = mapped_column(ForeignKey("catalogue_version.number"))
    until_version: Mapped[int | None]
    is_retired: Mapped[bool]
    words: Mapped[dict[str, Any]]


TEMPLATE_KINDS = ("project", "standing")
OLD_KINDS = ("review",)  # from the package; a request that begins so is asked for its kind
TEMPLATE_PLACES = ("online", "onsite", "hybrid")
MOST_SKILLS, LEVELS = 6, range(1, 5)
STEP_MINUTES, MOST_MINUTES, MOST_WEEKS = 15, 2400, 104


@dataclass(frozen=True)
class TemplateFacts:
    """What a template fills in; `skills` are codes with levels, the first two a must."""

    theme_code: str
    phase_code: str
    kind: str
    place: str
    role_code: str
    skills: tuple[tuple[str, int], ...]
    minutes_per_week: int
    week_count: int

    def columns(self, before: RequestTemplate | None = None) -> dict[str, Any]:
        """The columns; further phases and roles of the row from before stay behind the chosen."""
        phases, roles = (before.phase_codes, before.role_codes) if before else ([], [])
        return {
            "theme_code": self.theme_code,
            "phase_codes": _first(self.phase_code, phases),
            "kind": self.kind,
            "place": self.place,
            "role_codes": _first(self.role_code, roles),
            "skills": [[code, level] for code, level in self.skills],
            "minutes_per_week": self.minutes_per_week,
            "week_count": self.week_count,
        }


def _first(chosen: str, codes: list[str]) -> list[str]:
    return [chosen, *(code for code in codes[1:] if code != chosen)]


@dataclass(frozen=True)
class EntryDraft:
    """An entry as an admin words it; category and roles are those of a new skill.

    Without `facts` a template fills in what it filled in before.
    """

    words: Mapping[str, str]
    is_retired: bool = False
    seen_version: int = 0
    category_code: str = ""
    role_codes: tuple[str, ...] = ()
    facts: TemplateFacts | None = None


class Holiday(Base):
    """休日: a day on which offices are closed; an admin adds and removes."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(unique=True)
    name_ja: Mapped[str]
    name_en: Mapped[str]
    is_closed: Mapped[bool] = mapped_column(default=True)


@dataclass(frozen=True)
class HolidayDraft:
    """A day on which offices will be closed, as an admin names it, or open again."""

    day: date
    name_ja: str = ""
    name_en: str = ""
    is_closed: bool = True
