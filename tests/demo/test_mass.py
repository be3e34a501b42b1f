"""Needs that are written at once stand as those that went move by move."""

from datetime import date

from sqlalchemy import select

from talentshare.demo.cast import Case, Cast
from talentshare.demo.journey import Journey
from talentshare.demo.mass import write_open
from talentshare.demo.people import write_people
from talentshare.demo.world import build_world
from talentshare.kernel.actor import SYSTEM
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries import whose_turn
from tests import make

SAME = (
    *("state", "kind", "worry", "title", "theme_code", "phase_code", "personal_data", "place"),
    *("is_procurement", "basis_codes", "officer_id", "coordinator_id", "body_id", "turn_due_on"),
)


def test_they_stand_as_if_each_move_had_been_made(either_app):
    make.catalogue()
    world = build_world("hamlet", 1, date(2026, 11, 24))
    ids = write_people(SYSTEM, world)
    needs = [need for need in world.talent_requests if need.target_state == "open"][:12]
    assert needs
    at_once, journey = [Case(need) for need in needs], Journey(world, ids)
    write_open(SYSTEM, Cast(world, ids), at_once)
    for case in at_once:
        slow = Case(case.demo)
        journey.write(slow)
        journey.submit(slow)
        deeds = ("endorse",) * journey.cast.needs_endorsement(case.demo) + ("receive", "open")
        for deed in deeds:
            journey.move(slow, deed)
        quick, other = (load(one.request_id) for one in (case, slow))
        assert [getattr(quick, name) for name in SAME] == [getattr(other, name) for name in SAME]
        assert [p.outline for p in quick.positions] == [p.outline for p in other.positions]
        assert whose_turn(quick) == whose_turn(other)
    assert events.first_break() is None


def load(request_id):
    return db.session.scalars(select(TalentRequest).where(TalentRequest.id == request_id)).one()
