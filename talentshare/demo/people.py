"""Writes the fictional people down, in bulk: what they claim, own and promise, and their time."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import insert

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Area, Body, BodyKind, MailPace, Person, PersonRole
from talentshare.accounts.states import PersonState
from talentshare.demo.ground import BEGUN
from talentshare.demo.personas import PASSWORD
from talentshare.demo.world.shapes import DemoBody, DemoPerson, DemoSpecialist, World
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.weeks import APRIL, fiscal_year
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.platform.search_text import company_key, fold
from talentshare.policy import Can
from talentshare.specialists.models import (
    Declaration,
    DeclaredInterest,
    PatternWindow,
    Pledge,
    Specialist,
    SpecialistBasis,
    SpecialistRole,
    SpecialistSkill,
    TimeOff,
    WorkingPattern,
)
from talentshare.specialists.states import EngagementForm, InterestRelation, TimeOffKind

AREAS = {"区部": Area.WARDS, "市部": Area.CITIES, "町村部": Area.TOWNS, "島しょ": Area.ISLANDS}
RELATIONS = {"shares": "shareholder"}
A_YEAR_DAYS = 364
NEXT_PLEDGE, LATELY = timedelta(weeks=12), timedelta(days=10)  # before a new fiscal year
STEP = 500


@transactional
def write_people(actor: Actor, world: World) -> Mapping[str, int]:
    """Bodies that are missing, everybody who signs in, every specialist: ids by sign-in name."""
    policy.require(actor, Can.INVITE_PERSON)
    bodies = _bodies(world.bodies)
    hashed = accounts.hashed(PASSWORD)
    ids = _people(world, bodies, hashed)
    for first in range(0, len(world.specialists), STEP):
        chunk = world.specialists[first : first + STEP]
        db.session.add_all(_specialist(s, ids) for s in chunk)
        db.session.flush()
        _write_more(chunk, ids, world.as_of)
        db.session.expunge_all()
    govtech = accounts.body_by_code("govtech")
    if govtech is not None:
        events.announce(
            actor,
            BEGUN,
            govtech,
            count=len(ids),
            size=world.size,
            seed=world.seed,
            as_of=world.as_of.isoformat(),
        )
    return ids


def _bodies(wanted: Iterable[DemoBody]) -> dict[str, int]:
    present = {body.code: body for body in accounts.bodies(active_only=False)}
    for demo in wanted:
        body = present.get(demo.code)
        if body is None:
            body = present[demo.code] = _body(demo)
            db.session.add(body)
        body.needs_endorsement = body.needs_manager = demo.requires_endorsement
    db.session.flush()
    return {code: body.id for code, body in present.items()}


def _body(demo: DemoBody) -> Body:
    return Body(
        code=demo.code,
        kind=BodyKind(demo.kind),
        area=AREAS.get(demo.area_ja, Area.OTHER),
        name_ja=demo.name_ja,
        name_kana=demo.name_kana,
        name_en=demo.name_en,
        is_island=demo.is_island,
        search_text=fold(demo.name_ja, demo.name_kana, demo.name_en),
    )


def _people(world: World, bodies: Mapping[str, int], hashed: str) -> dict[str, int]:
    demos = [*world.people, *(s.person for s in world.specialists)]
    unique = {demo.sign_in_name: demo for demo in demos}
    rows = [_person(demo, bodies[demo.body_code], hashed) for demo in unique.values()]
    db.session.add_all(rows)
    db.session.flush()
    return {row.sign_in_name: row.id for row in rows}


def _person(demo: DemoPerson, body_id: int, hashed: str) -> Person:
    return Person(
        sign_in_name=demo.sign_in_name,
        name=demo.name_ja,
        kana=demo.name_kana,
        name_latin=demo.name_latin,
        mail=demo.email,
        mail_pace=MailPace.DAILY,
        section=demo.section_ja,
        state=PersonState.ACTIVE,
        password_hash=hashed,
        body_id=body_id,
        duties=[PersonRole(role=Role(role)) for role in demo.roles],
        search_text=fold(demo.name_ja, demo.name_kana, demo.name_latin, demo.sign_in_name),
    )


def _specialist(demo: DemoSpecialist, ids: Mapping[str, int]) -> Specialist:
    return Specialist(
        person_id=ids[demo.person.sign_in_name],
        form=EngagementForm(demo.engagement_form),
        employer_name=demo.employer_ja or "",
        company_contact=demo.home_contact_ja,
        introduction=demo.summary_ja,
        max_bodies=demo.max_bodies,
        month_cap_minutes=demo.month_cap_minutes,
        online_ok=demo.online_ok,
        onsite_ok=demo.onsite_ok,
        islands_ok=demo.islands_ok,
        engaged_from=demo.engaged_from,
        engaged_until=demo.engaged_until,
        paused_from=demo.pause_from if demo.pause_until else None,
        paused_until=demo.pause_until if demo.pause_from else None,
        pause_reason="本務の繁忙期のため" if demo.pause_from else "",
        search_text=fold(demo.person.name_ja, demo.person.name_kana, demo.employer_ja),
        roles=[SpecialistRole(role_code=c, is_primary=not n) for n, c in enumerate(demo.role_ids)],
        bases=[SpecialistBasis(basis_code=code) for code in demo.legal_bases],
    )


def _write_more(chunk: Iterable[DemoSpecialist], ids: Mapping[str, int], as_of: date) -> None:
    statement = db.select(Specialist.person_id, Specialist.id)
    who = dict(db.session.execute(statement).all())
    skills = []
    for demo in chunk:
        own = who[ids[demo.person.sign_in_name]]
        skills += _skills(demo, own, ids["chousei1"])
        db.session.add_all(_patterns(demo, own))
        db.session.add_all(_time_off(demo, own))
        db.session.add_all(_papers(demo, own, as_of))
    db.session.flush()
    db.session.execute(insert(SpecialistSkill), skills)


def _skills(demo: DemoSpecialist, own: int, verifier: int) -> list[dict[str, object]]:
    """As rows and not as objects: a large pool has hundreds of thousands."""
    return [
        {
            "specialist_id": own,
            "skill_code": s.skill_id,
            "claimed_level": s.level,
            "evidence": s.evidence_ja,
            "verified_level": s.level if s.verified_on else None,
            "verified_by_id": verifier if s.verified_on else None,
            "verified_on": s.verified_on,
            "version": 1,
        }
        for s in demo.skills
    ]


def _patterns(demo: DemoSpecialist, own: int) -> list[WorkingPattern]:
    return [
        WorkingPattern(
            specialist_id=own,
            valid_from=pattern.valid_from,
            share_percent=pattern.share_percent,
            windows=[
                PatternWindow(
                    weekday=w.weekday, starts_minute=w.start_minute, ends_minute=w.end_minute
                )
                for w in pattern.windows
            ],
        )
        for pattern in demo.patterns
    ]


def _time_off(demo: DemoSpecialist, own: int) -> list[TimeOff]:
    """Leave that was known early; late leave is taken after the bookings, by an action."""
    return [
        TimeOff(
            specialist_id=own,
            kind=TimeOffKind.LEAVE,
            starts_on=leave.first_on,
            ends_on=leave.last_on,
            starts_minute=leave.start_minute,
            ends_minute=leave.end_minute,
        )
        for leave in demo.leaves
        if not leave.is_late
    ]


def _papers(demo: DemoSpecialist, own: int, as_of: date) -> list[Declaration | Pledge]:
    declared = date.fromordinal(demo.declared_on.toordinal() + A_YEAR_DAYS)
    papers: list[Declaration | Pledge] = [
        Declaration(
            specialist_id=own,
            made_at=at_ten(demo.declared_on),
            valid_until=declared,
            interests=[
                DeclaredInterest(
                    company=i.company_ja,
                    key=company_key(i.company_ja),
                    relation=InterestRelation(RELATIONS.get(i.relation, i.relation)),
                )
                for i in demo.interests
            ],
        )
    ]
    if demo.pledged_on is not None:
        this_year = fiscal_year(as_of)
        signed = {fiscal_year(demo.pledged_on): demo.pledged_on}
        signed.setdefault(this_year, date(this_year, APRIL, 1))
        signed.setdefault(fiscal_year(as_of + NEXT_PLEDGE), as_of - LATELY)
        papers += [
            Pledge(specialist_id=own, fiscal_year=year, signed_at=at_ten(day))
            for year, day in sorted(signed.items())
        ]
    return papers


def at_ten(day: date) -> datetime:
    """Ten o'clock in Tokyo."""
    return not_ahead(datetime.combine(day, time(10), clock.TOKYO).astimezone(UTC))


def not_ahead(moment: datetime) -> datetime:
    """The same, but what would still be to come today has happened by now."""
    now = clock.now()
    return min(moment, now) if clock.tokyo_day(moment) == clock.tokyo_day(now) else moment
