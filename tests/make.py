"""Makes valid things. Say only what the test is about; the rest is filled in."""

import hashlib
import itertools
import secrets
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from talentshare.accounts.models import (
    Area,
    Body,
    BodyKind,
    Person,
    PersonRole,
    PersonState,
    SignInSession,
)
from talentshare.catalogue import actions as catalogue_actions
from talentshare.catalogue import queries as catalogue_queries
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor, Role
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.platform.events import AuditEvent, AuditHead
from talentshare.platform.search_text import fold
from talentshare.specialists.models import (
    Declaration,
    PatternWindow,
    Pledge,
    Specialist,
    SpecialistBasis,
    SpecialistRole,
    SpecialistSkill,
    WorkingPattern,
)
from talentshare.specialists.states import EngagementForm
from talentshare.talent_requests.models import Position, PositionSkill, TalentRequest
from talentshare.talent_requests.states import PersonalData, Place, RequestKind, RequestState

numbers = itertools.count(1)
NEXT_NUMBER = "SELECT setval(pg_get_serial_sequence('{0}', 'id'), max(id)) FROM {0}"


def saved(thing: Any) -> Any:
    db.session.add(thing)
    db.session.commit()
    return thing


Tables = dict[str, list[dict[str, Any]]]
loaded: dict[tuple[Any, ...], Tables] = {}


def catalogue() -> None:
    """Load the real catalogue, once per database: from the rows of an earlier load where they fit."""
    if catalogue_queries.job_roles():
        return
    key = (db.engine.dialect.name, clock.now(), events.audit_key())
    before = full_tables()
    if key in loaded and not before & set(loaded[key]):
        load_again(loaded[key])
        return
    catalogue_actions.load(SYSTEM)
    if not before & {AuditEvent.__tablename__, Body.__tablename__}:  # else its rows are not all
        loaded[key] = {name: rows_of(name) for name in full_tables() - before}


@transactional
def load_again(tables: Tables) -> None:
    connection = db.session.connection()
    for table in db.metadata.sorted_tables:
        if table.name in tables:
            connection.execute(table.insert(), tables[table.name])
            if db.engine.dialect.name == "postgresql":
                connection.exec_driver_sql(NEXT_NUMBER.format(table.name))
    last = max(tables[AuditEvent.__tablename__], key=lambda row: row["seq"])
    link = {"seq": last["seq"], "hash": last["hash"]}
    head = AuditHead.__table__
    if not connection.execute(head.update().values(link)).rowcount:
        connection.execute(head.insert().values(id=1, **link))


def full_tables() -> set[str]:
    """Tables with rows; the head of the audit always has one."""
    connection = db.session.connection()
    names = [table.name for table in db.metadata.sorted_tables if table.name != "audit_head"]
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names
    )
    return {name for (name,) in connection.exec_driver_sql(asked)}


def rows_of(name: str) -> list[dict[str, Any]]:
    found = db.session.connection().execute(select(db.metadata.tables[name]))
    return [dict(row) for row in found.mappings()]


def body(**given: Any) -> Body:
    n = next(numbers)
    defaults: dict[str, Any] = {
        "code": f"test{n}",
        "kind": BodyKind.CITY,
        "area": Area.CITIES,
        "name_ja": f"見本市{n}",
        "name_kana": f"ミホンシ{n}",
        "name_en": f"Sample City {n}",
    }
    made = Body(**defaults | given)
    made.search_text = fold(made.name_ja, made.name_kana, made.name_en)
    return saved(made)


def person(*roles: Role, of: Body | None = None, **given: Any) -> Person:
    n = next(numbers)
    defaults: dict[str, Any] = {
        "sign_in_name": f"person{n}",
        "name": f"見本 太郎{n}",
        "kana": f"ミホン タロウ{n}",
        "name_latin": f"Taro Mihon {n}",
        "state": PersonState.ACTIVE,
        "body_id": (of or body()).id,
        "duties": [PersonRole(role=role) for role in roles],
    }
    made = Person(**defaults | given)
    made.search_text = fold(made.name, made.kana, made.sign_in_name)
    return saved(made)


def officer(of: Body | None = None, **given: Any) -> Person:
    return person(Role.OFFICER, of=of, **given)


def manager(of: Body | None = None, **given: Any) -> Person:
    return person(Role.MANAGER, of=of, **given)


def coordinator(**given: Any) -> Person:
    return person(Role.COORDINATOR, **given)


def admin(**given: Any) -> Person:
    return person(Role.ADMIN, **given)


def actor_of(who: Person) -> Actor:
    specialist = db.session.scalar(db.select(Specialist.id).where(Specialist.person_id == who.id))
    return Actor(id=who.id, roles=who.roles, body_id=who.body_id, specialist_id=specialist)


def session_cookie(client: Any, who: Person) -> None:
    token = secrets.token_urlsafe(32)
    now = clock.now()
    saved(
        SignInSession(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            person_id=who.id,
            created_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=12),
        )
    )
    client.set_cookie("talentshare", token, domain="localhost")


def specialist(
    roles: tuple[str, ...] = ("SA",),
    skills: dict[str, int] | None = None,
    windows: tuple[tuple[int, int], ...] = ((540, 720), (780, 1020)),
    share: int = 100,
    **given: Any,
) -> Specialist:
    """Somebody who works Monday to Friday in `windows`, declared and pledged, skills verified."""
    catalogue()
    who = given.pop("person", None) or person(Role.SPECIALIST)
    today = clock.today()
    defaults: dict[str, Any] = {
        "person_id": who.id,
        "form": EngagementForm.GOVTECH_STAFF,
        "max_bodies": 2,
        "online_ok": True,
        "onsite_ok": True,
        "engaged_from": date(2020, 4, 1),
        "roles": [SpecialistRole(role_code=c, is_primary=not n) for n, c in enumerate(roles)],
        "bases": [SpecialistBasis(basis_code="agreement")],
        "skills": [
            SpecialistSkill(skill_code=c, claimed_level=v, verified_level=v, verified_on=today)
            for c, v in (skills or {}).items()
        ],
    }
    made = saved(Specialist(**defaults | given))
    saved(pattern(made, windows, share))
    saved(Declaration(specialist_id=made.id, made_at=clock.now(), valid_until=date(2027, 11, 1)))
    saved(Pledge(specialist_id=made.id, fiscal_year=fiscal_year(today), signed_at=clock.now()))
    return made


def pattern(
    of: Specialist, windows: tuple[tuple[int, int], ...], share: int = 100, **given: Any
) -> WorkingPattern:
    return WorkingPattern(
        specialist_id=of.id,
        valid_from=given.get("valid_from", date(2020, 4, 1)),
        share_percent=share,
        windows=[
            PatternWindow(weekday=day, starts_minute=first, ends_minute=last)
            for day in range(5)
            for first, last in windows
        ],
    )


def talent_request(of: Body | None = None, **given: Any) -> TalentRequest:
    """An open request without positions."""
    catalogue()
    n = next(numbers)
    where = of or body()
    who = given.pop("officer", None) or officer(of=where)
    defaults: dict[str, Any] = {
        "number": f"R-2026-{n:04d}",
        "body_id": where.id,
        "officer_id": who.id,
        "created_by_id": who.id,
        "title": "移行計画の点検",
        "worry": "移行計画の工程と費用が妥当か、課の中に判断できる人がいません。",
        "kind": RequestKind.PROJECT,
        "personal_data": PersonalData.NONE,
        "is_procurement": False,
        "place": Place.ONLINE,
        "theme_code": catalogue_queries.themes()[0].code,
        "phase_code": "develop",
        "basis_codes": ["agreement"],
        "cost_bearer": "contribution",
        "state": RequestState.OPEN,
        "created_at": clock.now(),
        "positions": [],
    }
    made = TalentRequest(**defaults | given)
    made.search_text = fold(made.number, made.title)
    return saved(made)


def position(of: TalentRequest | None = None, must: dict[str, int] | None = None, **given: Any):
    """Eight hours a week, six of them in office hours, for four weeks from 7 December 2026."""
    request = of or talent_request()
    defaults: dict[str, Any] = {
        "talent_request_id": request.id,
        "ordinal": len(request.positions) + 1,
        "role_code": "SA",
        "minutes_per_week": 480,
        "inside_minutes_per_week": 360,
        "week_count": 4,
        "earliest_on": date(2026, 12, 7),
        "latest_end_on": date(2027, 1, 31),
        "skills": [
            PositionSkill(skill_code=c, level=v, is_must=True) for c, v in (must or {}).items()
        ],
    }
    made = saved(Position(**defaults | given))
    db.session.refresh(request)
    return made
