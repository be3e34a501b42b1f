"""What the fictional Tokyo consists of: frozen facts, linked by codes and sign-in names."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DemoBody:
    """A client body; `code` is the lg_code, the bureau_id, `govtech` or `kaku0001` (fictional)."""

    code: str
    kind: str
    name_ja: str
    name_kana: str
    name_en: str
    area_ja: str
    population: int
    is_island: bool
    requires_endorsement: bool
    short_name: str


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody who signs in; the mail address may be shared by a section."""

    sign_in_name: str
    name_ja: str
    name_kana: str
    name_latin: str
    email: str
    roles: tuple[str, ...]
    body_code: str
    section_ja: str
    title_ja: str


@dataclass(frozen=True, slots=True)
class DemoSkill:
    """A claimed level 1-4 with its evidence; verified by a coordinator when dated."""

    skill_id: str
    level: int
    evidence_ja: str
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class DemoWindow:
    """Working time on one weekday (Monday 0), in minutes of the day."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class DemoPattern:
    """Windows and the share of them for sharing, in percent, from a day on."""

    valid_from: date
    share_percent: int
    windows: tuple[DemoWindow, ...]


@dataclass(frozen=True, slots=True)
class DemoLeave:
    """Leave on whole days, or on one day between two minutes of it; late = after the bookings."""

    first_on: date
    last_on: date
    start_minute: int | None
    end_minute: int | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class DemoInterest:
    """A declared tie to a fictional company; relation employer, client, shares or family."""

    company_ja: str
    relation: str


@dataclass(frozen=True, slots=True)
class DemoSpecialist:
    """A person in the pool; the skills' claims, time, place, ties and formalities."""

    person: DemoPerson
    engagement_form: str
    legal_bases: tuple[str, ...]
    employer_ja: str | None
    home_contact_ja: str
    side_job_permit_until: date | None
    engaged_from: date
    engaged_until: date
    role_ids: tuple[str, ...]
    skills: tuple[DemoSkill, ...]
    summary_ja: str
    patterns: tuple[DemoPattern, ...]
    month_cap_minutes: int | None
    leaves: tuple[DemoLeave, ...]
    pause_from: date | None
    pause_until: date | None
    max_bodies: int
    online_ok: bool
    onsite_ok: bool
    islands_ok: bool
    areas_ja: tuple[str, ...]
    declared_on: date
    interests: tuple[DemoInterest, ...]
    pledged_on: date | None


@dataclass(frozen=True, slots=True)
class DemoNeededSkill:
    skill_id: str
    min_level: int
    is_must: bool


@dataclass(frozen=True, slots=True)
class DemoDecision:
    """The body's own decision as it is recorded."""

    decided_on: date
    title_ja: str
    document_number: str


@dataclass(frozen=True, slots=True)
class DemoPosition:
    """Minutes are for a full week; `chosen` is whom to offer, `proposal_target` how far it gets."""

    role_id: str
    skills: tuple[DemoNeededSkill, ...]
    minutes_per_week: int
    office_minutes_per_week: int
    weeks: int
    earliest_start_on: date
    latest_end_on: date
    proposal_target: str
    chosen: str | None
    last_move_on: date | None
    decision: DemoDecision | None


@dataclass(frozen=True, slots=True)
class DemoTalentRequest:
    """A need and the state it is left in; `reason_ja` says why, where a state asks for it."""

    number: int
    body_code: str
    officer: str
    coordinator: str | None
    kind: str
    template_id: str
    title_ja: str
    description_ja: str
    theme_code: str
    phase_id: str
    personal_data: str
    procurement_involved: bool
    known_suppliers: tuple[str, ...]
    likely_suppliers: tuple[str, ...]
    place: str
    onsite_weekdays: tuple[int, ...]
    legal_bases: tuple[str, ...]
    decision_planned_on: date
    submitted_on: date | None
    target_state: str
    reason_ja: str | None
    positions: tuple[DemoPosition, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Everything fictional for one size, seed and date; `showcase` names one person per role."""

    size: str
    seed: int
    as_of: date
    bodies: tuple[DemoBody, ...]
    people: tuple[DemoPerson, ...]
    specialists: tuple[DemoSpecialist, ...]
    talent_requests: tuple[DemoTalentRequest, ...]
    showcase: tuple[tuple[str, str], ...]
