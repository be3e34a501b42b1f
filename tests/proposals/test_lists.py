"""Lists read few rows in few statements, page by page, and the right ones for the reader."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries import lists
from tests import make
from tests.proposals.stage import Stage, decision, ready
from tests.proposals.test_pages import text_of

MOST_STATEMENTS = 8


@contextmanager
def counted():
    """How many statements are sent to the database."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def busy(app):
    """One body, one specialist and one coordinator with five cases each."""
    body, owner, second = make.body(), make.coordinator(), make.coordinator()
    officer, who = make.officer(of=body), ready(max_bodies=9)
    stages = []
    for _ in range(5):
        request = make.talent_request(of=body, officer=officer, coordinator_id=owner.id)
        position = make.position(request, minutes_per_week=120, inside_minutes_per_week=60)
        stages.append(Stage(position, who, body, owner, second))
    return stages


@pytest.mark.parametrize("state", ["offered", "confirmed"])
def test_no_list_reads_row_by_row(busy, browse, state):
    for stage in busy:
        stage.to(state)
    first = busy[0]
    lists_of = {
        first.specialist: ("/offers",),
        first.officer: ("/supports", f"/requests/{first.request.number}/proposals"),
        first.owner: (f"/requests/{first.request.number}/proposals",),
    }
    for person, paths in lists_of.items():
        client = browse(person)
        client.get(paths[0])
        for path in paths:
            with counted() as sent:
                assert client.get(path).status_code == 200
            assert len(sent) <= MOST_STATEMENTS, (path, sent)


def test_tasks_of_the_home_page_are_one_statement_each(busy):
    for stage in busy:
        stage.to("proposed")
    first = busy[0]
    readers = {
        queries.waiting_for_body: first.actor(first.officer),
        queries.waiting_for_specialist: first.actor(first.specialist),
        queries.waiting_for_check: first.actor(first.second),
        queries.waiting_for_coordinator: first.actor(first.owner),
    }
    for read, actor in readers.items():
        db.session.expunge_all()
        with counted() as sent:
            names = [p.position.talent_request.body.name_ja for p in read(actor)]
            people = [p.specialist.person.name for p in read(actor)]
        assert len(names) == len(people)
        assert len(sent) <= 4, (read.__name__, sent)  # twice the rows, twice their weeks


def test_what_waits_for_whom(stage, still_clock):
    own, second = stage.actor(stage.owner), stage.actor(stage.second)
    officer, self_ = stage.actor(stage.officer), stage.actor(stage.specialist)

    def waiting():
        return [
            len(queries.waiting_for_check(second)),
            len(queries.waiting_for_check(own)),
            len(queries.waiting_for_coordinator(own)),
            len(queries.waiting_for_specialist(self_)),
            len(queries.waiting_for_body(officer)),
        ]

    it = stage.prepare()
    assert waiting() == [1, 0, 0, 0, 0]
    stage.step(it, "checked")
    assert waiting() == [0, 0, 1, 0, 0]
    stage.step(it, "offered")
    assert waiting() == [0, 0, 0, 1, 0]
    stage.step(it, "accepted")
    assert waiting() == [0, 0, 1, 0, 0]
    stage.step(it, "consented")
    stage.step(it, "proposed")
    assert waiting() == [0, 0, 0, 0, 1]
    still_clock(it.hold_expires_at)
    assert waiting() == [0, 0, 1, 0, 0]
    actions.expire(own, it.id)
    assert waiting() == [0, 0, 0, 0, 0]


def test_where_the_manager_answers_it_waits_for_the_manager_alone(app):
    body = make.body(needs_manager=True)
    manager, stage = make.manager(of=body), Stage(body=body)
    stage.to("proposed")
    assert len(queries.waiting_for_body(stage.actor(manager))) == 1
    assert queries.waiting_for_body(stage.actor(stage.officer)) == []


def test_pages_hold_twenty_and_together_everything(stage, browse, monkeypatch):
    monkeypatch.setattr(lists, "PAGE", 2)
    for n in range(5):
        request = make.talent_request(
            of=stage.body,
            officer=stage.officer,
            coordinator_id=stage.owner.id,
            title=f"依頼その{n}",
        )
        other = Stage(make.position(request), ready(), stage.body, stage.owner, stage.second)
        other.to("confirmed")
    client = browse(stage.officer)
    first = client.get("/supports")
    assert "決まった支援は5件です" in text_of(first)
    assert 'href="/supports?page=3"' in first.text
    seen = [text_of(client.get(f"/supports?page={page}")) for page in (1, 2, 3)]
    for n in range(5):
        assert sum(f"依頼その{n}" in page for page in seen) == 1
    for odd in ("0", "-1", "99", "x"):
        assert client.get(f"/supports?page={odd}").status_code == 200


def test_the_index_shows_each_side_what_it_may_see(stage, browse):
    shown = stage.to("proposed")
    hidden = stage.to("checked", ready())
    path = f"/requests/{stage.request.number}/proposals"
    desk, body = browse(stage.owner).get(path), browse(stage.officer).get(path)
    assert "この依頼の提案は2件です" in text_of(desk)
    assert "この依頼の提案は1件です" in text_of(body)
    assert hidden.specialist.person.name not in body.text
    assert shown.specialist.person.name in body.text


def test_empty_lists_say_the_next_step(stage, browse):
    path = f"/requests/{stage.request.number}/proposals"
    assert "候補者を選び、打診を準備すると" in text_of(browse(stage.owner).get(path))
    assert "調整担当者が提案すると" in text_of(browse(stage.officer).get(path))
    assert "決まった支援は、まだありません" in text_of(browse(stage.officer).get("/supports"))
    assert "回答を待っている打診はありません" in text_of(browse(stage.specialist).get("/offers"))


def test_those_who_are_under_way_are_known_to_coordinators_only(stage, still_clock):
    it = stage.to("offered")
    own = stage.actor(stage.owner)
    assert [p.id for p in queries.under_way(own, stage.position.id)] == [it.id]
    assert queries.under_way(stage.actor(stage.officer), stage.position.id) == []
    still_clock(it.offer_due_at)
    assert queries.under_way(own, stage.position.id) == []
    rows = db.session.scalars(db.select(Proposal)).all()
    assert [row.state for row in rows] == ["offered"]
    assert decision().decider_title
