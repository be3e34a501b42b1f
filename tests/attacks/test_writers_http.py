"""Sixteen press at once on a real server: exactly as many succeed as fit, the rest see the clash."""

import re
from collections import Counter
from functools import partial
from html import unescape

import pytest
from sqlalchemy import func, select

from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import Allocation, allocation_week, week_ledger
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals import queries
from tests import make
from tests.attacks.crowd import Answer, Browser, at_once, cookies_of, hidden, served
from tests.conftest import NOW
from tests.proposals.stage import FIRST, Stage, ready

WRITERS = 16
FIT = 4  # 35 hours a week, 8 of them asked for by each
OTHERS = 8
DECISION = {
    "form": "decision",
    "answer": "agree",
    "decided_on": "2026/11/24",
    "decider_title": "デジタル戦略課長",
    "document_number": "8町デ第12号",
}


@pytest.fixture
def wanted(either_app):
    """One person whom sixteen positions of eight bodies want in the same weeks."""
    who, second = ready(max_bodies=9), make.coordinator()
    bodies = [make.body() for _ in range(WRITERS // 2)]
    return [Stage(specialist=who, body=bodies[n // 2], second=second) for n in range(WRITERS)]


@pytest.fixture
def crowd(either_app):
    """Serve the database; everybody reads the page, then all press at the same moment."""
    with served(either_app.config["ENVIRONMENT"], NOW) as port:

        def crowd(presses, also=(), times=1):
            """`presses`: who, which page is read, where it is sent, what; `also`: other deeds.

            Each page is sent so many `times`.
            """
            browsers = [Browser(port, cookies_of(who)) for who, *_rest in presses]
            db.session.rollback()  # no lock of our own stands in the way
            pages = [b.get(page) for b, (_, page, *_) in zip(browsers, presses, strict=True)]
            assert {page.status for page in pages} == {200}
            deeds = [
                partial(b.post, to, data | hidden(page.text))
                for b, page, (_, _, to, data) in zip(browsers, pages, presses, strict=True)
            ]
            answers = at_once([*deeds * times, *also])
            db.session.expire_all()
            return answers

        yield crowd


def proposing(it, who):
    return who, f"/proposals/{it.id}", f"/proposals/{it.id}/desk/propose", {"form": "propose"}


def agreeing(it, who):
    return who, f"/proposals/{it.id}", f"/proposals/{it.id}/answer", DECISION


def answering(it, who):
    return who, f"/offers/{it.id}", f"/offers/{it.id}/answer", {"form": "accept"}


def codes(answers: list[Answer]) -> Counter:
    return Counter(answer.status for answer in answers)


def words(page: str) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", page))


def states(proposals) -> Counter:
    return Counter(queries.state_now(queries.load(it.id)).value for it in proposals)


def booked_of(who) -> list[tuple[int, int]]:
    """Per week what the ledger says is booked, and the sum of the rows that book it."""
    rows = (
        select(func.coalesce(func.sum(allocation_week.c.minutes), 0))
        .where(
            allocation_week.c.specialist_id == week_ledger.c.specialist_id,
            allocation_week.c.week_on == week_ledger.c.week_on,
        )
        .scalar_subquery()
    )
    ledger = select(week_ledger.c.booked_minutes, rows).where(
        week_ledger.c.specialist_id == who.id, week_ledger.c.week_on >= FIRST
    )
    return [tuple(row) for row in db.session.execute(ledger.order_by(week_ledger.c.week_on))]


def nothing_is_lost(who, engaged: int) -> None:
    """The kept sums are the sums of the rows, which are those of `engaged` allocations."""
    weeks = booked_of(who)
    assert all(booked == rows for booked, rows in weeks)
    assert weeks[0][0] == engaged * 480
    assert allocation_queries.check() == []
    assert events.first_break() is None


def told_of(deed: str) -> int:
    count = select(func.count()).select_from(AuditEvent).where(AuditEvent.deed == deed)
    return db.session.scalar(count)


def names_the_clash(stages, winners, page: str) -> bool:
    """The week, the minutes that are short, and a body whose booking stands in the way."""
    said = words(page)
    taken = {s.body.name_ja for s, answer in zip(stages, winners, strict=True) if answer == 302}
    return (
        "この時間は確保できません" in said
        and "12月7日" in said
        and "不足" in said
        and "5時間" in said  # 8 are asked for, 3 are left
        and any(name in said for name in taken)
    )


def test_sixteen_coordinators_propose_one_person_then_the_bodies_confirm(wanted, crowd):
    pairs = [(stage.to("consented"), stage) for stage in wanted]
    answers = crowd([proposing(it, stage.owner) for it, stage in pairs])
    assert codes(answers) == {302: FIT, 409: WRITERS - FIT}
    winners = [answer.status for answer in answers]
    refused = [answer.text for answer in answers if answer.status == 409]
    assert all(names_the_clash(wanted, winners, page) for page in refused)
    assert states(it for it, _ in pairs) == {"proposed": FIT, "accepted": WRITERS - FIT}
    nothing_is_lost(wanted[0].specialist, FIT)

    held = [pair for pair, code in zip(pairs, winners, strict=True) if code == 302]
    rest = [pair for pair, code in zip(pairs, winners, strict=True) if code == 409]
    answers = crowd(
        [agreeing(it, stage.officer) for it, stage in held]
        + [proposing(it, stage.owner) for it, stage in rest]
    )
    assert [answer.status for answer in answers] == [302] * FIT + [409] * len(rest)
    assert states(it for it, _ in pairs) == {"confirmed": FIT, "accepted": len(rest)}
    nothing_is_lost(wanted[0].specialist, FIT)


def test_bookings_of_another_process_and_proposals_share_what_there_is(either_app, wanted, crowd):
    proposals = [stage.to("consented") for stage in wanted[:OTHERS]]
    plans = [queries.booking_of(it) for it in proposals]

    def book(plan):
        with either_app.app_context():
            try:
                allocations.book(SYSTEM, plan)
            except Conflict as refusal:
                return refusal.code
            finally:
                db.session.remove()
            return "booked"

    answers = crowd(
        [proposing(it, stage.owner) for it, stage in zip(proposals, wanted, strict=False)],
        also=[lambda plan=plan: book(plan) for plan in plans],
    )
    pages, ends = answers[:OTHERS], Counter(answers[OTHERS:])
    assert set(ends) <= {"booked", "allocation.no_fit"}
    assert set(codes(pages)) <= {302, 409}
    assert codes(pages)[302] + ends["booked"] == FIT
    nothing_is_lost(wanted[0].specialist, FIT)


def test_the_same_press_sixteen_times_has_one_effect(either_app, crowd):
    stage = Stage(specialist=ready())
    it = stage.to("offered")
    for press, who, after, deed in (
        (answering, stage.specialist, "accepted", "proposal.accepted"),
        (proposing, stage.owner, "proposed", "proposal.proposed"),
        (agreeing, stage.officer, "confirmed", "proposal.confirmed"),
    ):
        answers = crowd([press(it, who)], times=WRITERS)
        assert codes(answers) == {302: WRITERS}, "each sees that it is done"
        assert states([it]) == {after: 1}
        assert told_of(deed) == 1
        made = db.session.scalar(select(func.count()).select_from(Allocation))
        assert made == (after != "accepted")
        nothing_is_lost(stage.specialist, made)
        if after == "accepted":
            stage.step(queries.load(it.id), "consented")
