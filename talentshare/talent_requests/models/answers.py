"""What is said about a request: answers of one page each, and the outline of a position."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from talentshare.kernel.weeks import WEEK, monday
from talentshare.talent_requests.states import (
    PersonalData,
    Place,
    RequestKind,
    SupplierRelation,
)

FRIDAY = 4
OFFICE_DAYS = 31


@dataclass(frozen=True)
class SkillNeed:
    """A skill at a level; a must excludes, a wish only prefers."""

    skill_code: str
    level: int
    is_must: bool


@dataclass(frozen=True)
class Outline:
    """What is said of a position so far; None is what nobody knows yet."""

    role_code: str | None = None
    skills: tuple[SkillNeed, ...] = ()
    minutes_per_week: int | None = None
    inside_minutes_per_week: int | None = None
    weekdays: int = OFFICE_DAYS
    week_count: int | None = None
    earliest_on: date | None = None
    latest_end_on: date | None = None

    @property
    def missing(self) -> list[str]:
        """The names of what a complete position still needs."""
        needed = ("role_code", *TIMES)
        return [name for name in needed if getattr(self, name) is None]


TIMES = (
    "minutes_per_week",
    "inside_minutes_per_week",
    "week_count",
    "earliest_on",
    "latest_end_on",
)


@dataclass(frozen=True)
class Origin:
    """Where a request starts from; body and officer are named when a coordinator writes it."""

    body_id: int | None = None
    officer_id: int | None = None
    template_code: str | None = None


@dataclass(frozen=True)
class Answers:
    """What was answered on one page; the fields are columns of the request."""

    step: ClassVar[str]


@dataclass(frozen=True)
class WorryAnswer(Answers):
    step = "worry"
    worry: str


@dataclass(frozen=True)
class WishAnswer(Answers):
    step = "wish"
    wish: str
    theme_code: str | None = None
    phase_code: str | None = None


@dataclass(frozen=True)
class KindAnswer(Answers):
    step = "kind"
    kind: RequestKind | None


@dataclass(frozen=True)
class PlaceAnswer(Answers):
    step = "place"
    place: Place | None
    onsite_weekdays: int = 0
    place_note: str = ""


@dataclass(frozen=True)
class Supplier:
    """A company with an interest in the work."""

    company: str
    relation: SupplierRelation
    corporate_number: str = ""


@dataclass(frozen=True)
class DataAnswer(Answers):
    step = "data"
    personal_data: PersonalData | None
    is_procurement: bool | None
    companies: tuple[Supplier, ...] = ()


@dataclass(frozen=True)
class ClosingAnswer(Answers):
    step = "closing"
    title: str
    decision_on: date | None = None
    cost_note: str = ""
    cost_bearer: str = ""


@dataclass(frozen=True)
class BasisAnswer(Answers):
    step = "basis"
    basis_codes: list[str]


@dataclass(frozen=True)
class PositionAnswer:
    """What was answered about one position; the fields are those of its outline."""

    step: ClassVar[str]


@dataclass(frozen=True)
class RoleAnswer(PositionAnswer):
    step = "role"
    role_code: str | None


@dataclass(frozen=True)
class SkillsAnswer(PositionAnswer):
    step = "skills"
    skills: tuple[SkillNeed, ...]


@dataclass(frozen=True)
class TimeAnswer(PositionAnswer):
    step = "time"
    minutes_per_week: int | None = None
    inside_minutes_per_week: int | None = None
    week_count: int | None = None
    earliest_on: date | None = None
    latest_end_on: date | None = None
    weekdays: int = OFFICE_DAYS


def weeks_within(earliest_on: date, latest_end_on: date) -> int:
    """How many weeks from a Monday on or after `earliest_on` have their Friday in time."""
    return max(0, (last_week(latest_end_on) - first_week(earliest_on)).days // WEEK.days + 1)


def first_week(earliest_on: date) -> date:
    """The Monday of the first week that lies on or after this day."""
    return monday(earliest_on + WEEK - timedelta(days=1))


def last_week(latest_end_on: date) -> date:
    """The Monday of the last week whose Friday is not after this day."""
    return monday(latest_end_on - timedelta(days=FRIDAY))
