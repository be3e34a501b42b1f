"""One of each thing for two bodies and two specialists, made once by the use cases themselves."""

import hashlib
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.pool import QueuePool

from talentshare.accounts import actions as accounts
from talentshare.accounts.models import BodyKind, Person, PersonState, SignInSession
from talentshare.allocations import actions as allocations
from talentshare.allocations.models import Clash
from talentshare.app import create_app
from talentshare.catalogue.models import Holiday
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor, Role
from talentshare.matching import actions as matching
from talentshare.notices.models import Mail, MailKind, Notice
from talentshare.notices.states import MailState
from talentshare.platform.db import db
from talentshare.proposals import actions as proposals
from talentshare.proposals.actions.body import Decision
from talentshare.proposals.models import Proposal
from talentshare.specialists.models import Specialist, SpecialistSkill, TimeOff
from talentshare.specialists.states import TimeOffKind
from talentshare.talent_requests.states import RequestState
from tests import make
from tests.architecture.plans import add_plans, open_position
from tests.conftest import settings

MISSING = 999_999
START_ON = date(2026, 12, 7)
STALE = timedelta(minutes=31)
SKILLS = ("A01", "A02", "A03")
PERSONAS = (
    "anonymous",
    "officer",
    "officer_other",
    "manager",
    "manager_other",
    "coordinator",
    "preparer",
    "specialist",
    "specialist_other",
    "admin",
    "suspended",
    "stale",
)
REQUESTS = (
    "draft",
    "submitted",
    "endorsed",
    "received",
    "open",
    "on_hold",
    "returned",
    "staffed",
    "completed",
)
PROPOSALS = (
    "prepared",
    "returned",
    "checked",
    "overdue",
    "offered",
    "accepted",
    "consented",
    "proposed",
    "confirmed",
)


@dataclass
class Side:
    """Everything that belongs to one body and one specialist; the missing side has nothing."""

    requests: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, tuple[int, int]] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)

    def id(self, name: str) -> int:
        return self.ids.get(name, MISSING)

    def code(self, name: str) -> str:
        return self.codes.get(name, "nothing")

    def number(self, state: str) -> str:
        return self.requests.get(state, "R-2026-9999")

    def proposal(self, state: str) -> int:
        return self.proposals.get(state, (MISSING, 1))[0]

    def version(self, state: str) -> int:
        return self.proposals.get(state, (MISSING, 1))[1]


@dataclass
class World:
    """An app on a database that can be put back, its two sides, and a key for each persona."""

    app: Flask
    path: Path
    own: Side
    other: Side
    missing: Side = field(default_factory=Side)
    tokens: dict[str, str] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.client = self.app.test_client(use_cookies=False)

    def side(self, thing: str) -> Side:
        return {"own": self.own, "other": self.other}.get(thing, self.missing)

    def keep(self) -> None:
        """Remember the database as it is now."""
        self.settle()
        shutil.copyfile(self.path, self.path.with_suffix(".kept"))

    def put_back(self) -> None:
        """Undo whatever was done since."""
        with self.app.app_context():
            db.engine.dispose()
        for left in ("-wal", "-shm"):
            self.path.with_name(self.path.name + left).unlink(missing_ok=True)
        shutil.copyfile(self.path.with_suffix(".kept"), self.path)

    def settle(self) -> None:
        """Bring everything committed into the one file."""
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def build(template: Path, folder: Path, now: datetime) -> World:
    """Make the world; outside of it no app context stays open, so that each request has its own."""
    path = folder / "world.sqlite"
    shutil.copyfile(template, path)
    kept_open = {"SQLALCHEMY_ENGINE_OPTIONS": {"poolclass": QueuePool}}
    app = create_app(settings(f"sqlite:///{path}", folder) | kept_open)
    with app.app_context(), clock.standing_at(now):
        world = _populated(app, path)
        db.session.remove()
        db.engine.dispose()
    world.keep()
    return world


@dataclass
class Crowd:
    """Who acts while the world is made."""

    coordinator: Person
    preparer: Person
    officers: dict[str, Person]
    deciders: dict[str, Person]
    specialists: dict[str, Specialist]


def _populated(app: Flask, path: Path) -> World:
    make.catalogue()
    matching.load_weights(SYSTEM)
    govtech = make.body(kind=BodyKind.GOVTECH, name_ja="GovTech見本")
    people = {
        "coordinator": make.person(Role.COORDINATOR, of=govtech),
        "preparer": make.person(Role.COORDINATOR, of=govtech),
        "admin": make.person(Role.ADMIN, of=govtech),
    }
    crowd = Crowd(people["coordinator"], people["preparer"], {}, {}, {})
    sides = {thing: _side(people, crowd, thing) for thing in ("own", "other")}
    own_body = people["officer"].body
    people["suspended"] = make.officer(of=own_body, state=PersonState.SUSPENDED)
    people["stale"] = make.officer(of=own_body)
    world = World(app, path, sides["own"], sides["other"])
    for persona, who in people.items():
        world.tokens[persona] = _session(persona, who)
    world.own.ids["session"] = _session_id("officer")
    world.other.ids["session"] = _session_id("officer_other")
    return world


def _session(persona: str, who: Person) -> str:
    token, now = f"key-of-{persona}", clock.now()
    make.saved(
        SignInSession(
            token_hash=hashlib.sha256(token.encode()).hexdigest(),
            person_id=who.id,
            created_at=now,
            seen_at=now - (STALE if persona == "stale" else timedelta()),
            expires_at=now + timedelta(hours=12),
        )
    )
    return token


def _session_id(persona: str) -> int:
    key = hashlib.sha256(f"key-of-{persona}".encode()).hexdigest()
    found = db.session.scalar(db.select(SignInSession.id).where(SignInSession.token_hash == key))
    return int(found or 0)


def _side(people: dict[str, Person], crowd: Crowd, thing: str) -> Side:
    suffix = "" if thing == "own" else "_other"
    body = make.body(
        needs_endorsement=True,
        needs_manager=thing == "other",
        kind=BodyKind.OTHER,
        area=make.Area.OTHER,
        name_kana="ミホンシ",
    )
    people[f"officer{suffix}"] = make.officer(of=body)
    people[f"manager{suffix}"] = make.manager(of=body)
    specialist = make.specialist(skills=dict.fromkeys(SKILLS[:2], 2))
    people[f"specialist{suffix}"] = db.session.get(Person, specialist.person_id)
    crowd.officers[thing] = people[f"officer{suffix}"]
    crowd.deciders[thing] = people["officer" if thing == "own" else "manager_other"]
    crowd.specialists[thing] = specialist
    allocations.open_weeks(SYSTEM, specialist)
    side = Side()
    side.ids |= {"body": body.id, "specialist": specialist.id}
    _requests(side, crowd, thing)
    _proposals(side, crowd, thing)
    _small_things(side, crowd, thing)
    add_plans(side, crowd.coordinator, specialist, open_position(side))
    return side


def _requests(side: Side, crowd: Crowd, thing: str) -> None:
    for state in REQUESTS:
        made = _request(crowd, thing, RequestState(state))
        make.position(made, minutes_per_week=60, inside_minutes_per_week=60, week_count=2)
        make.position(made, minutes_per_week=60, inside_minutes_per_week=60, week_count=2)
        if state == RequestState.STAFFED:
            _served(made)
        side.requests[state] = made.number


def _served(made: Any) -> None:
    """The support was given, and its last day has passed."""
    for position in made.positions:
        position.move("staff")
    made.support_starts_on, made.support_ends_on = date(2026, 11, 2), date(2026, 11, 20)
    make.saved(made)


def _request(crowd: Crowd, thing: str, state: RequestState) -> Any:
    officer = crowd.officers[thing]
    now = clock.now()
    return make.talent_request(
        of=officer.body,
        officer=officer,
        state=state,
        coordinator_id=None if state is RequestState.DRAFT else crowd.coordinator.id,
        submitted_at=None if state is RequestState.DRAFT else now,
        submitted_by_id=None if state is RequestState.DRAFT else officer.id,
    )


def _proposals(side: Side, crowd: Crowd, thing: str) -> None:
    for state in PROPOSALS:
        request = _request(crowd, thing, RequestState.OPEN)
        position = make.position(
            request, minutes_per_week=60, inside_minutes_per_week=60, week_count=2
        )
        made = _walk(crowd, thing, position.id, state)
        side.proposals[state] = (made.id, made.version)
        side.requests[f"with_{state}"] = request.number


@dataclass(frozen=True)
class Walk:
    """Who takes a proposal along."""

    preparer: Actor
    checker: Actor
    answering: Actor
    deciding: Actor


ROAD: dict[str, Callable[[Walk, Proposal], object]] = {
    "checked": lambda w, p: proposals.check(w.checker, p.id, p.version),
    "offered": lambda w, p: proposals.offer(w.checker, p.id, p.version),
    "accepted": lambda w, p: proposals.accept(w.answering, p.id, p.version),
    "consented": lambda w, p: proposals.record_home_consent(
        w.checker, p.id, p.version, "グループ長", clock.today()
    ),
    "proposed": lambda w, p: proposals.propose(w.checker, p.id, p.version),
    "confirmed": lambda w, p: proposals.agree(
        w.deciding, p.id, p.version, Decision(clock.today(), "課長", "6見本第1号")
    ),
}
BESIDE = {"prepared": "", "returned": "", "overdue": "offered"}


def _walk(crowd: Crowd, thing: str, position_id: int, state: str) -> Proposal:
    """Take a proposal by the use cases to where it shall wait."""
    specialist = crowd.specialists[thing]
    walk = Walk(
        make.actor_of(crowd.preparer),
        make.actor_of(crowd.coordinator),
        make.actor_of(db.session.get(Person, specialist.person_id)),
        make.actor_of(crowd.deciders[thing]),
    )
    terms = proposals.Terms("必須条件をすべて満たしています。")
    made = proposals.prepare(walk.preparer, position_id, specialist.id, terms)
    goal = BESIDE.get(state, state)
    for reached, step in ROAD.items() if goal else ():
        step(walk, made)
        if reached == goal:
            break
    return _stepped_aside(walk, made, state)


def _stepped_aside(walk: Walk, made: Proposal, state: str) -> Proposal:
    if state == "returned":
        proposals.return_to_preparer(walk.checker, made.id, made.version, "費用を確かめてください")
    elif state == "overdue":
        made.offer_due_at = clock.now() - timedelta(hours=1)
        make.saved(made)
    return made


def _small_things(side: Side, crowd: Crowd, thing: str) -> None:
    officer, specialist, now = crowd.officers[thing], crowd.specialists[thing], clock.now()
    side.codes |= {"skill": SKILLS[0], "contested": SKILLS[1]}
    contested = db.session.scalar(
        db.select(SpecialistSkill).where(
            SpecialistSkill.specialist_id == specialist.id,
            SpecialistSkill.skill_code == SKILLS[1],
        )
    )
    contested.contested_at, contested.contest_text = now, "レベル3の実績があります"
    off = make.saved(
        TimeOff(
            specialist_id=specialist.id,
            kind=TimeOffKind.LEAVE,
            starts_on=date(2027, 2, 15),
            ends_on=date(2027, 2, 15),
        )
    )
    make.saved(make.pattern(specialist, ((540, 720), (780, 1020)), valid_from=date(2027, 4, 5)))
    clash = make.saved(
        Clash(
            specialist_id=specialist.id,
            week_on=date(2027, 3, 1),
            missing_minutes=60,
            proposal={"allocation_ids": [], "weeks": [], "left_minutes": 60},
            opened_at=now,
        )
    )
    notice = make.saved(
        Notice(
            person_id=officer.id,
            code="proposal.notice.confirmed",
            details={"number": "R-2026-0001", "title": "点検"},
            path="/",
            created_at=now,
        )
    )
    day = date(2027, 3, 10 if thing == "own" else 11)
    holiday = make.saved(Holiday(day=day, name_ja="見本の日", name_en="Sample Day", is_closed=True))
    mail = make.saved(
        Mail(
            person_id=notice.person_id,
            kind=MailKind.NOTICE,
            state=MailState.REFUSED,
            created_at=notice.created_at,
            due_at=notice.created_at,
        )
    )
    side.ids |= {"time_off": off.id, "clash": clash.id, "notice": notice.id, "mail": mail.id}
    side.codes |= {"holiday": holiday.day.isoformat(), "pattern": "2027-04-05"}
    side.codes |= {"told": notice.code}
    side.codes |= _people_of(side, officer)


def _people_of(side: Side, officer: Person) -> dict[str, str]:
    """People in each state of an account, and a link that still opens."""
    colleague = make.officer(of=officer.body, kana="ミホン ジロウ")
    invited = make.officer(of=officer.body, state=PersonState.INVITED)
    suspended = make.officer(of=officer.body, state=PersonState.SUSPENDED)
    newcomer = make.person(Role.SPECIALIST, of=officer.body)
    token = accounts.make_invitation(SYSTEM, invited.id)
    side.ids |= {
        "person": colleague.id,
        "invited": invited.id,
        "suspended": suspended.id,
        "newcomer": newcomer.id,
        "officer": officer.id,
    }
    return {"token": token}
