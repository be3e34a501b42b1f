"""Several people at once: the locks, and behind them the database, let one of them win."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from flask_babel import force_locale
from sqlalchemy.exc import IntegrityError

from talentshare.allocations import queries as allocation_queries
from talentshare.kernel.errors import Refusal
from talentshare.platform.db import db
from talentshare.platform.i18n import sentence
from talentshare.platform.triggers import refusal_name
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Terms
from talentshare.proposals.models import Proposal
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import TimeAnswer
from tests import make
from tests.proposals.stage import FIRST, WHY, Stage, decision, now, ready


def at_once(app, *moves):
    """Run all moves at the same moment, each in a context of its own; how each ended."""
    db.session.rollback()
    start = Barrier(len(moves))

    def run(move):
        with app.app_context():
            start.wait()
            try:
                move()
            except Refusal as refusal:
                return refusal.code
            finally:
                db.session.remove()
        return "done"

    with ThreadPoolExecutor(len(moves)) as pool:
        ends = list(pool.map(run, moves))
    db.session.expire_all()
    return ends


def preparing(stage, actor, who):
    position_id, specialist_id = stage.position.id, who.id
    return lambda: actions.prepare(actor, position_id, specialist_id, Terms(WHY))


def test_two_coordinators_choose_the_same_person(either_app, either_stage):
    stage = either_stage
    both = [stage.actor(who) for who in (stage.owner, stage.second)]
    ends = at_once(either_app, *(preparing(stage, one, stage.specialist) for one in both))
    assert sorted(ends) == ["done", "proposal.already_under_way"]
    assert len(queries.live_of(stage.position.id)) == 1


def test_five_coordinators_choose_five_people_for_one_position(either_app, either_stage):
    stage = either_stage
    moves = [preparing(stage, stage.actor(make.coordinator()), ready()) for _ in range(5)]
    ends = Counter(at_once(either_app, *moves))
    assert ends == {"done": 3, "proposal.too_many_live": 2}
    assert len(queries.live_of(stage.position.id)) == 3


def test_two_people_are_proposed_for_one_position(either_app, either_stage):
    stage = either_stage
    some = [stage.to("consented", who) for who in (stage.specialist, ready())]
    own = stage.actor(stage.owner)
    seen = [(it.id, it.version) for it in some]
    ends = at_once(either_app, *(lambda s=s: actions.propose(own, *s) for s in seen))
    assert sorted(ends) == ["done", "proposal.another_is_proposed"]
    assert sorted(now(it) for it in some) == ["accepted", "proposed"]
    assert allocation_queries.check() == []


def test_a_body_agrees_while_the_coordinator_withdraws(either_app, either_stage):
    stage = either_stage
    it = stage.to("proposed")
    own, officer, seen = stage.actor(stage.owner), stage.actor(stage.officer), (it.id, it.version)
    ends = at_once(
        either_app,
        lambda: actions.agree(officer, *seen, decision()),
        lambda: actions.withdraw(own, seen[0], "理由", seen[1]),
    )
    assert sorted(ends) == ["done", "state.changed_meanwhile"]
    assert now(it) == ("confirmed" if ends[0] == "done" else "withdrawn")
    assert allocation_queries.check() == []


def test_a_position_changes_while_somebody_is_chosen_for_it(either_app, either_stage):
    stage = either_stage
    own, second, number = stage.actor(stage.owner), stage.actor(stage.second), stage.request.id
    answer = TimeAnswer(240, 120, 4, FIRST, date(2027, 1, 31))
    ends = at_once(
        either_app,
        lambda: requests.save_position(own, number, 1, answer),
        preparing(stage, second, stage.specialist),
    )
    live = queries.live_of(stage.position.id)
    if ends[0] == "done":
        assert [it.minutes_per_week for it in live] in ([], [240])
    else:
        assert ends[0] in {"proposal.position_in_use", "state.changed_meanwhile"}
        assert [it.minutes_per_week for it in live] == [480]


def test_a_request_stops_while_somebody_is_chosen_for_it(either_app, either_stage):
    stage = either_stage
    own, second, number = stage.actor(stage.owner), stage.actor(stage.second), stage.request.id
    at_once(
        either_app,
        lambda: requests.hold(own, number, "予算の都合", date(2026, 12, 20)),
        preparing(stage, second, stage.specialist),
    )
    if stage.request.state == "on_hold":
        assert queries.live_of(stage.position.id) == []


def inserted(stage, who, state):
    """A row written past all actions, as by hand."""
    it = Proposal(
        position_id=stage.position.id,
        specialist_id=who.id,
        body_id=stage.request.body_id,
        reason=WHY,
        basis_code="agreement",
        minutes_per_week=480,
        inside_minutes_per_week=360,
        weekdays=31,
        prepared_by_id=stage.owner.id,
        prepared_at=stage.request.created_at,
        state=state,
    )
    db.session.add(it)
    db.session.flush()


@pytest.mark.parametrize(
    ("states", "same_person"), [(("proposed", "agreed"), False), (("checked", "offered"), True)]
)
def test_the_database_refuses_what_no_lock_kept_out_and_the_refusal_has_words(
    either_stage, states, same_person
):
    inserted(either_stage, either_stage.specialist, states[0])
    other = either_stage.specialist if same_person else ready()
    with pytest.raises(IntegrityError) as refused:
        inserted(either_stage, other, states[1])
    db.session.rollback()
    code = f"constraint.{refusal_name(refused.value)}"
    for locale in ("ja", "en"):
        with force_locale(locale):
            assert sentence(code) != code


def test_two_browsers_press_at_once(either_app, either_stage, browse):
    stage: Stage = either_stage
    it = stage.to("proposed")
    clients = [browse(stage.officer) for _ in range(4)]
    data = {
        "form": "decision",
        "version": it.version,
        "answer": "agree",
        "decided_on": "2026/11/24",
        "decider_title": "課長",
        "document_number": "1",
        "_press": "one-page",
    }
    path = f"/proposals/{it.id}/answer"
    db.session.rollback()
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda c: c.post(path, data=data).status_code, clients))
    assert codes == [302] * 4
    assert now(it) == "confirmed"
    assert allocation_queries.check() == []
