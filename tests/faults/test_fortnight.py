"""Days go by: people work, jobs run, mail leaves, and each half day something is killed.

Afterwards every invariant holds, every mail is accounted for, and no page has failed.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from threading import Event, Lock
from typing import Any

import pytest

from talentshare.accounts.models import MailPace
from talentshare.kernel.actor import Role
from talentshare.platform.db import db, reading
from tests import make
from tests.attacks.crowd import Answer, Browser, cookies_of
from tests.faults.house import GONE, House, Pressed, times, under_load, until
from tests.faults.test_jobs_killed import every_mail_is_accounted_for, is_idle, send_the_rest
from tests.faults.work import DECISION
from tests.proposals.stage import Stage, ready

HALF_A_DAY = timedelta(hours=12)
FORTNIGHT = 28  # half days
HANDS, REQUESTS = 3, 6  # of each hand in half a day
IN_A_FORTNIGHT = 500
READ = {
    Role.OFFICER: ("/", "/requests", "/supports", "/notices", "/requests/new", "/help"),
    Role.COORDINATOR: ("/", "/desk", "/specialists", "/clashes", "/reports/free", "/notices"),
    Role.SPECIALIST: ("/", "/offers", "/me/week", "/me/availability", "/me/leave", "/notices"),
    Role.ADMIN: ("/", "/admin/health", "/admin/audit", "/admin/mails", "/admin/people"),
}
SAID = {200, 302, 303}
STATES = ("offered", "accepted", "proposed", "proposed", "proposed", "confirmed", "checked")


@dataclass
class Life:
    """Who lives in the house, what they have left to do, and what they were answered."""

    people: dict[Role, list[Any]]
    waiting: list[tuple[Any, str, dict[str, str]]]
    answered: int = 0
    days: Iterator[int] = field(default_factory=lambda: count(2))  # of leave: each its own
    drafts: list[Pressed] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def half_a_day(self, house: House) -> Callable[[Event], None]:
        """What each hand does: its requests, each by somebody who signs in."""
        seats = [
            (role, seated(one))
            for role, people in self.people.items()
            for one in random.sample(people, min(len(people), 2))
        ]
        answers = [(seated(who), path, data) for who, path, data in self.waiting[:1]]
        del self.waiting[:1]

        def work(_stop: Event) -> None:
            for number in range(REQUESTS):
                role, cookies = random.choice(seats)
                if number % 3 == 0:
                    self.writes(house, role, dict(cookies))
                else:
                    self.reads(house, dict(cookies), random.choice(READ[role]))
                with self.lock:
                    self.answered += 1
                    answer = answers.pop() if answers else None
                if answer:
                    Pressed(*answer).insist(house.port)

        return work

    def reads(self, house: House, cookies: dict[str, str], path: str) -> None:
        """Open a page, and again while nobody is there."""
        answer = until(lambda: seen(house, cookies, path))
        if answer.status not in SAID:
            self.faults.append(f"{path}: {answer.status}")

    def writes(self, house: House, role: Role, cookies: dict[str, str]) -> None:
        if role is Role.OFFICER:
            begun = Pressed(cookies, "/requests/new", {}).insist(house.port)
            worry = {"worry": f"困りごと {begun.location}", "version": "1"}
            Pressed(cookies, begun.location, worry).insist(house.port)
            with self.lock:
                self.drafts.append(begun)
        elif role is Role.SPECIALIST:
            day = (house.now() + timedelta(days=next(self.days))).date()
            leave = {"kind": "leave", "starts_on": f"{day:%Y/%m/%d}", "ends_on": f"{day:%Y/%m/%d}"}
            Pressed(cookies, "/me/leave", leave).insist(house.port)
        else:
            Pressed(cookies, "/notices/read-all", {}).insist(house.port)


def seen(house: House, cookies: dict[str, str], path: str) -> Answer | None:
    try:
        return Browser(house.port, cookies).get(path)
    except GONE:
        return None


def seated(person: Any) -> dict[str, str]:
    """A session that begins now, written while others write, too."""
    db.session.rollback()
    token = reading.set(False)
    try:
        return cookies_of(person)
    finally:
        reading.reset(token)


def life() -> Life:
    """Bodies, people, and proposals on their way."""
    owner, second = (make.coordinator(mail=f"chousei{n}@govtech.example") for n in range(2))
    people = {
        Role.OFFICER: [],
        Role.COORDINATOR: [owner, second],
        Role.SPECIALIST: [],
        Role.ADMIN: [make.admin(mail="kanri@govtech.example")],
    }
    waiting = []
    for state in STATES:
        own = make.person(Role.SPECIALIST, mail=f"senmon{next(make.numbers)}@example.jp")
        stage = Stage(specialist=ready(person=own), owner=owner, second=second)
        stage.officer.mail = f"officer{next(make.numbers)}@city.example"
        stage.officer.mail_pace = random.choice(list(MailPace))
        db.session.commit()
        it = stage.to(state)
        people[Role.OFFICER].append(stage.officer)
        people[Role.SPECIALIST].append(own)
        if state == "proposed":
            form = DECISION | {"version": str(it.version)}
            waiting.append((stage.officer, f"/proposals/{it.id}/answer", form))
    return Life(people, waiting)


@pytest.fixture
def lived(either_app, house, still_clock, post_office):
    """Live through so many half days; what came of it."""

    def lived(half_days):
        them = life()
        for role in ("web", "jobs", "mail"):
            house.start(role)
        for number in range(half_days):
            still_clock(house.move(HALF_A_DAY))
            work = them.half_a_day(house)
            db.session.rollback()
            with under_load(work, HANDS):
                something_is_killed(house, number)
        still_clock(house.move(HALF_A_DAY))
        return them

    return lived


def something_is_killed(house: House, number: int) -> None:
    """The jobs each half day, so that the next one catches up; the others in turn."""
    house.kill("jobs")
    if number % 3 == 0:
        house.kill("mail")
        house.start("mail")
    elif number % 3 == 1:
        house.kill_worker()
    else:
        house.kill("web")
        house.start("web")
    house.start("jobs")


def test_everything_is_as_it_must_be_after_a_fortnight(lived, house, post_office):
    half_days = times(6, FORTNIGHT)
    them = lived(half_days)
    house.kill("jobs")
    house.start("jobs")
    until(lambda: is_idle(house))
    house.kill("mail")
    house.stop("web")
    send_the_rest(house)
    house.stop("jobs")
    assert them.faults == []
    assert them.answered == half_days * REQUESTS * HANDS
    assert them.answered >= IN_A_FORTNIGHT * half_days / FORTNIGHT
    assert them.waiting == []
    assert house.ask("check") == "Every invariant holds.\n"
    assert house.ask("audit", "verify").startswith("The audit chain holds")
    every_mail_is_accounted_for(post_office)
    assert len(post_office.taken) > len(them.people[Role.OFFICER])
