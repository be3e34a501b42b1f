"""Booked time that moves, is given up or stays: everyone concerned is told, no body of another."""

import pytest
from sqlalchemy import select

from talentshare.allocations import actions, queries
from talentshare.allocations.models import Allocation, Clash
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.notices.models import Notice, unpacked
from talentshare.platform.db import db
from talentshare.platform.formats import worded
from talentshare.platform.i18n import sentence
from talentshare.talent_requests import actions as requests
from tests import make
from tests.allocations import world
from tests.allocations.world import at


@pytest.fixture
def two_bodies(app):
    """One specialist with time booked for two bodies, the later booking for the second."""
    who = world.specialist()
    owner = make.coordinator()
    positions = [make.position(make.talent_request(coordinator_id=owner.id)) for _ in range(2)]
    for position in positions:
        actions.book(SYSTEM, world.booking(who, position, 480, weeks=(0, 1)))
    return who, owner, [position.talent_request for position in positions]


def notices(person, begin="clash.notice."):
    """(code, path, sentence) of what the person was told, oldest first."""
    found = db.session.scalars(
        select(Notice).where(Notice.person_id == person.id, Notice.code.startswith(begin))
    )
    return [
        (
            one.code.removeprefix(begin),
            one.path,
            sentence(one.code, **worded(unpacked(one.details))),
        )
        for one in found
    ]


def the_clash():
    return db.session.scalars(select(Clash).where(Clash.resolved_at.is_(None))).one()


def test_who_is_concerned_is_told_where_the_minutes_went(app, two_bodies):
    who, owner, (first, second) = two_bodies
    world.take_leave(who, at(0), at(0, 1))  # 12 of 20 hours are left, 16 are booked
    actions.resolve_clash(make.actor_of(make.coordinator()), the_clash().id, "相談済み")
    with app.test_request_context():
        text = (
            f"「{second.title}」（{second.number}）：12月7日（月）の週の支援のうち4時間を、"
            "12月14日（月）の週に4時間移しました。"
        )
        case = f"/requests/{second.number}"
        assert notices(who.person)[-1] == ("moved", "/me/availability?month=2026-12", text)
        assert notices(second.officer)[-1] == notices(owner)[-1] == ("moved", case, text)
        assert notices(first.officer) == []


def test_time_that_could_move_is_given_up_on_wish(app, two_bodies):
    who, owner, (_, second) = two_bodies
    world.take_leave(who, at(0), at(0, 1))
    actions.resolve_clash(make.actor_of(owner), the_clash().id, "休むことにした", is_given_up=True)
    booked = queries.rows_of_all([two.id for two in db.session.scalars(select(Allocation))])
    assert sorted(sum(row.minutes for row in rows) for rows in booked.values()) == [720, 960]
    with app.test_request_context():
        code, _path, text = notices(second.officer)[-1]
        assert (code, notices(who.person)[-1][0]) == ("dropped", "dropped")
        assert "4時間を取りやめました。ほかの週には移していません。" in text
    assert queries.check() == []


def test_minutes_without_a_place_are_named_as_given_up(app, two_bodies):
    who, owner, (_, second) = two_bodies
    position = second.positions[0]
    position.latest_end_on = at(0, 4)
    make.saved(position)
    world.take_leave(who, at(0), at(0, 1))
    actions.resolve_clash(make.actor_of(owner), the_clash().id, "相談済み")
    with app.test_request_context():
        assert notices(second.officer)[-1][0] == notices(who.person)[-1][0] == "dropped"
        assert "4時間を取りやめました" in notices(second.officer)[-1][2]
        assert [code for code, *_ in notices(owner)] == ["coordinator"]  # who did it knows


def test_the_officer_of_now_is_told(app, two_bodies):
    who, owner, (_, second) = two_bodies
    former, successor = second.officer, make.officer(of=second.body)
    requests.take_over(make.actor_of(successor), second.id)
    world.take_leave(who, at(0), at(0, 1))
    actions.resolve_clash(make.actor_of(owner), the_clash().id, "相談済み")
    with app.test_request_context():
        assert [code for code, *_ in notices(successor)] == ["officer", "moved"]
        assert notices(former) == []


def test_all_officers_of_a_body_are_told_while_nobody_owns_the_request(app, two_bodies):
    who, _, (_, second) = two_bodies
    officers = [second.officer, make.officer(of=second.body)]
    second.officer_id = None
    make.saved(second)
    world.take_leave(who, at(0), at(0, 1))
    with app.test_request_context():
        for officer in officers:
            assert [code for code, *_ in notices(officer)] == ["officer"]


def test_that_nothing_is_missing_any_more_is_told_too(app, two_bodies):
    who, owner, (first, second) = two_bodies
    off = world.take_leave(who, at(0), at(0, 1))
    world.withdraw(who, off, clock.now())
    with app.test_request_context():
        for person in (who.person, owner, second.officer):
            assert notices(person)[-1][0] == "settled"
        assert notices(first.officer) == []


def test_a_body_reads_nothing_of_another(app, two_bodies):
    who, owner, (first, second) = two_bodies
    world.take_leave(who, at(0), at(0, 1))
    actions.resolve_clash(make.actor_of(owner), the_clash().id, "相談済み")
    with app.test_request_context():
        texts = " ".join(text for *_, text in notices(second.officer))
        for secret in (first.number, first.body.name_ja, who.person.name):
            assert secret not in texts


def test_a_successor_owns_the_open_clashes(app, two_bodies):
    who, _, (_, second) = two_bodies
    world.take_leave(who, at(0), at(0, 1))
    successor = make.coordinator()
    requests.take_over(make.actor_of(successor), second.id)
    assert the_clash().owner_id == successor.id
