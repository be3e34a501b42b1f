"""Preparing anew with other terms: who may, what changes, what the record says."""

from datetime import date

import pytest

from talentshare.kernel.errors import Conflict, Forbidden
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, Remark
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from tests import make

AGAIN = Terms("週の時間を減らすため", 240, date(2026, 12, 14), "agreement", "旅費は団体", "body")


def revised(it) -> list[AuditEvent]:
    found = db.select(AuditEvent).where(AuditEvent.deed == "proposal.revised")
    return db.session.scalars(found.where(AuditEvent.subject == f"proposal:{it.id}")).all()


def test_all_terms_become_the_new_ones(stage):
    it = stage.prepare()
    before = it.ranking_id
    actions.revise(stage.actor(stage.second), it.id, it.version, AGAIN)
    it = queries.load(it.id)
    assert (it.reason, it.basis_code) == (AGAIN.reason, AGAIN.basis_code)
    assert (it.minutes_per_week, it.inside_minutes_per_week) == (240, 180)
    assert (it.cost_note, it.cost_bearer) == ("旅費は団体", "body")
    assert it.weeks[0].week_on == AGAIN.start_on
    assert it.prepared_by_id == stage.second.id
    assert it.ranking_id != before


def test_the_record_names_who_and_keeps_the_reason_apart(stage):
    it = stage.prepare()
    actions.revise(stage.actor(stage.second), it.id, it.version, AGAIN)
    (event,) = revised(it)
    assert event.actor_id == stage.second.id
    assert event.details.keys() == {"remark"}
    assert db.session.get(Remark, event.details["remark"]).text == AGAIN.reason


def test_coordinators_alone_may(stage):
    it = stage.prepare()
    for who in (stage.officer, make.manager(of=stage.body), stage.specialist, make.admin()):
        with pytest.raises(Forbidden, match=r"policy\.proposal\.prepare"):
            actions.revise(stage.actor(who), it.id, it.version, AGAIN)
    assert revised(it) == []


def test_a_form_that_was_open_before_a_change_changes_nothing(stage):
    it = stage.prepare()
    old = it.version
    actions.revise(stage.actor(stage.owner), it.id, old, AGAIN)
    with pytest.raises(Conflict, match=r"state\.changed_meanwhile"):
        actions.revise(stage.actor(stage.second), it.id, old, Terms("別の理由です"))
    assert queries.load(it.id).reason == AGAIN.reason
    assert len(revised(it)) == 1
