"""Makes valid things. Say only what the test is about; the rest is filled in."""

import hashlib
import itertools
import secrets
from datetime import date, timedelta
from typing import Any

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
from talentshare.platform.events import AuditEvent
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


def saved(thing: Any) -> Any:
    db.session.add(thing)
    db.session.commit()
    return thing


loaded: dict[tuple[Any, ...], dict[str, list[Any]]] = {}
LAST_LINK = "UPDATE audit_head SET seq = ?, hash = ?"


def catalogue() -> None:
    """Load the real catalogue, once per database; in an empty one from the rows of an earlier load."""
    if catalogue_queries.job_roles():
        return
    key = (db.engine.dialect.name, clock.now(), events.audit_key())
    if db.engine.dialect.name != "sqlite" or full_tables():
        catalogue_actions.load(SYSTEM)
    elif key in loaded:
        load_again(loaded[key])
    else:
        catalogue_actions.load(SYSTEM)
        loaded[key] = {name: rows_of(name) for name in full_tables()}


@transactional
def load_again(tables: dict[str, list[Any]]) -> None:
    connection = db.session.connection()
    for name, rows in tables.items():
        blanks = ", ".join("?" * len(rows[0]))
        connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({blanks})", rows)
    connection.exec_driver_sql(LAST_LINK, events_in(tables)[-1])


def events_in(tables: dict[str, list[Any]]) -> list[tuple[Any, Any]]:
    """Number and hash of each deed."""
    names = [column.name for column in AuditEvent.__table__.columns]
    seq, link = names.index("seq"), names.index("hash")
    return sorted((row[seq], row[link]) for row in tables["audit_event"])


def full_tables() -> list[str]:
    """Tables with rows, those first to which others point; the head of the audit always has one."""
    connection = db.session.connection()
    names = [table.name for table in db.metadata.sorted_tables if table.name != "audit_head"]
    asked = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names
    )
    return [name for (name,) in connection.exec_driver_sql(asked)]


def rows_of(name: str) -> list[Any]:
    found = db.session.connection().exec_driver_sql(f"SELECT * FROM {name}")
    return [tuple(row) for row in found]


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
