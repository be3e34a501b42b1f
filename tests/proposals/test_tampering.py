"""Forms take what they ask for and nothing else; texts are shown as texts."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Integer

from talentshare.platform.db import db
from talentshare.proposals import queries
from talentshare.proposals.models import Proposal
from tests import make
from tests.proposals.crawl import visited
from tests.proposals.stage import WHY, Stage, now, ready
from tests.proposals.test_desk import press

COLUMNS = Proposal.__table__.c
STAMPS = {"version", "closed_at", "side_note"}
DECIDED = {"decided_on": "2026/11/24", "decider_title": "課長", "document_number": "1"}


def evil(column) -> str:
    """A value that the column would take, and that nobody may set by a form."""
    if column.name == "state":
        return "confirmed"
    if isinstance(column.type, Integer):
        return "1"
    if column.type.python_type in {date, datetime}:
        return "2001-01-01"
    return "1" if column.type.python_type is bool else "EVIL"


def row(it) -> dict[str, Any]:
    db.session.rollback()
    found = db.session.execute(db.select(Proposal.__table__).where(COLUMNS.id == it.id))
    return dict(found.mappings().one())


COST = {"cost_note": "", "cost_bearer": "contribution"}


@pytest.mark.parametrize(
    ("state", "deed", "fields", "may_change"),
    [
        ("prepared", "check", {}, {"state", "checked_by_id", "checked_at", "terms_digest"}),
        ("prepared", "return", {"text": "理由"}, {"state"}),
        ("prepared", "reject", {"text": "理由"}, {"state"}),
        (
            "prepared",
            "revise",
            {"reason": WHY, "minutes_per_week": "8", "basis_code": "agreement", **COST},
            {"ranking_id"},
        ),
        ("checked", "offer", {"days": "3"}, {"state", "offered_at", "offer_due_at"}),
        (
            "offered",
            "phone",
            {"answer": "accept", "text": "電話", "reason": ""},
            {"state", "answered_at", "answer_recorded_by_id"},
        ),
        (
            "accepted",
            "consent",
            {"who": "課長", "on": "2026/11/24"},
            {"home_consent", "home_consent_on"},
        ),
        ("consented", "propose", {}, {"state", "proposed_at", "hold_expires_at", "allocation_id"}),
        ("proposed", "extend", {}, {"is_extended", "hold_expires_at"}),
        ("proposed", "withdraw", {"text": "理由"}, {"state", "hold_expires_at"}),
        ("confirmed", "cancel", {"text": "理由"}, {"state"}),
    ],
)
def test_no_column_is_set_by_a_field_of_the_desk_that_nobody_asked_for(
    stage, browse, state, deed, fields, may_change
):
    it = stage.to(state)
    before = row(it)
    extra = {c.name: evil(c) for c in COLUMNS if c.name not in fields and c.name != "version"}
    client = browse(stage.second if deed in {"check", "return", "reject"} else stage.owner)
    assert press(client, it, deed, **extra, **fields).status_code == 302
    after = row(it)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= may_change | STAMPS
    assert "EVIL" not in after.values()


@pytest.mark.parametrize(
    ("form", "fields", "may_change"),
    [
        ("decision", {"answer": "record", **DECIDED}, set(DECIDED)),
        (
            "decision",
            {"answer": "agree", **DECIDED},
            {"state", "agreed_by_id", "agreed_at", "hold_expires_at", *DECIDED},
        ),
        ("discuss", {"text": "相談"}, {"state", "hold_expires_at"}),
        ("refuse", {"reason": "cost", "text": ""}, {"state", "refuse_reason", "hold_expires_at"}),
    ],
)
def test_nor_by_the_body(stage, browse, form, fields, may_change):
    it = stage.to("proposed")
    before = row(it)
    extra = {c.name: evil(c) for c in COLUMNS if c.name not in {*fields, "version"}}
    data = {**extra, "form": form, "version": before["version"], **fields}
    assert browse(stage.officer).post(f"/proposals/{it.id}/answer", data=data).status_code == 302
    after = row(it)
    assert {name for name in before if before[name] != after[name]} <= may_change | STAMPS


@pytest.mark.parametrize(
    ("form", "fields", "may_change"),
    [
        ("accept", {}, {"state", "answered_at"}),
        ("discuss", {"text": "相談"}, {"state", "answered_at"}),
        ("decline", {"reason": "time", "text": ""}, {"state", "answered_at", "decline_reason"}),
    ],
)
def test_nor_by_the_specialist(stage, browse, form, fields, may_change):
    it = stage.to("offered")
    before = row(it)
    extra = {c.name: evil(c) for c in COLUMNS if c.name not in {*fields, "version"}}
    data = {**extra, "form": form, "version": before["version"], **fields}
    assert browse(it.specialist).post(f"/offers/{it.id}/answer", data=data).status_code == 302
    after = row(it)
    assert {name for name in before if before[name] != after[name]} <= may_change | STAMPS


def test_nor_when_preparing(stage, browse):
    extra = {c.name: evil(c) for c in COLUMNS if c.name not in {"reason", "specialist_id", *COST}}
    extra |= {"minutes_per_week": "480", "start_on": "2026-12-07"}
    data = {**extra, "position": 1, "specialist_id": stage.specialist.id, "reason": WHY}
    path = f"/requests/{stage.request.number}/proposals/new"
    assert browse(stage.owner).post(path, data=data).status_code == 302
    made = row(queries.live_of(stage.position.id)[0])
    assert (made["state"], made["prepared_by_id"]) == ("prepared", stage.owner.id)
    assert (made["position_id"], made["body_id"]) == (stage.position.id, stage.request.body_id)
    assert "EVIL" not in made.values()
    untouched = ("checked_by_id", "offered_at", "allocation_id", "hold_expires_at", "agreed_at")
    assert [made[name] for name in untouched] == [None] * len(untouched)


def test_a_way_out_takes_hours_and_start_only(stage, browse):
    it = stage.to("accepted")
    extra = {c.name: evil(c) for c in COLUMNS}
    data = {**extra, "form": "fit", "version": it.version, "minutes_per_week": "240"}
    data |= {"start_on": "2026-12-14"}
    before = row(it)
    assert browse(stage.owner).post(f"/proposals/{it.id}/fit", data=data).status_code == 302
    after = row(it)
    kept = ("reason", "basis_code", "cost_note", "cost_bearer", "specialist_id", "position_id")
    assert [before[name] for name in kept] == [after[name] for name in kept]
    assert (after["state"], after["minutes_per_week"]) == ("prepared", 240)


@pytest.mark.parametrize("minutes", ["0", "-15", "2415", "10000000000", "１e3", "480.5", "abc"])
def test_hours_out_of_reach_are_named(stage, browse, minutes):
    it = stage.to("accepted")
    data = {"form": "fit", "version": it.version, "minutes_per_week": minutes}
    answer = browse(stage.owner).post(f"/proposals/{it.id}/fit", data=data)
    assert (answer.status_code, now(it)) == (422, "accepted")


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40, "１", "<script>"])
def test_a_version_that_nobody_saw_is_an_old_one(stage, browse, version):
    it = stage.to("offered")
    data = {"form": "accept", "version": version}
    answer = browse(it.specialist).post(f"/offers/{it.id}/answer", data=data)
    assert (answer.status_code, now(it)) == (409, "offered")
    assert "<script>" not in answer.text


# Texts are texts

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}${7*7}"
ESCAPED = "&lt;script&gt;alert(1)"


def attacked(stage):
    """Every free text around a proposal says the same."""
    request, who = stage.request, stage.specialist
    request.title = request.worry = request.wish = request.place_note = ATTACK
    request.cost_note = ATTACK
    request.body.name_ja = request.body.name_en = request.body.name_kana = ATTACK
    who.introduction = who.employer_name = ATTACK
    people = (request.officer, stage.owner, stage.second, who.person)
    for person in people:
        person.name = person.kana = person.name_latin = person.section = ATTACK
    db.session.commit()


def written(it):
    texts = ("reason", "cost_note", "home_consent", "side_note", "decider_title", "document_number")
    db.session.execute(
        Proposal.__table__.update().where(COLUMNS.id == it.id).values(dict.fromkeys(texts, ATTACK))
    )
    db.session.commit()


@pytest.mark.parametrize("state", ["prepared", "returned", "proposed", "confirmed"])
def test_no_text_becomes_part_of_a_page(app, browse, state):
    stage = Stage(specialist=ready())
    attacked(stage)
    it = stage.to("prepared" if state == "returned" else state)
    if state == "returned":
        press(browse(stage.second), it, "return", text=ATTACK)
    written(it)
    for person in (stage.owner, stage.second, stage.officer, stage.specialist):
        escaped = 0
        for path, answer in visited(browse(person)):
            if answer.mimetype != "text/html":
                continue
            assert "<script>alert" not in answer.text, path
            assert "<img src=x" not in answer.text, path
            assert "49$" not in answer.text, path
            escaped += ESCAPED in answer.text
        assert escaped, "the text was there"


def test_what_is_typed_wrongly_comes_back_as_text(stage, browse):
    it = stage.to("proposed")
    data = {"form": "decision", "version": it.version, "answer": "agree", **DECIDED}
    page = browse(stage.officer).post(
        f"/proposals/{it.id}/answer", data=data | {"decided_on": ATTACK, "decider_title": ATTACK}
    )
    assert page.status_code == 422
    assert ESCAPED in page.text
    assert "<script>alert" not in page.text
    stale = browse(stage.officer).post(
        f"/proposals/{it.id}/answer", data=data | {"version": "0", "decider_title": ATTACK}
    )
    assert stale.status_code == 409
    assert ESCAPED in stale.text
    assert "<script>alert" not in stale.text
    assert make.officer().name
