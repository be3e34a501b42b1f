"""What the database filters and sorts by is what the pages say, on both databases."""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, true

from talentshare.kernel import clock
from talentshare.platform.db import db
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries import columns, lists
from talentshare.talent_requests.states import ENDED, RequestState, Side
from tests import make

S = RequestState
TURNS = {
    "nobody": {None},
    "body": {Side.BODY, Side.MANAGER},
    "specialist": {Side.SPECIALIST},
    "mine": {Side.GOVTECH},
    "others": {Side.GOVTECH},
}
GIVEN = (
    (None, ""),
    (Side.BODY, "decide"),
    (Side.SPECIALIST, "answer"),
    (Side.SPECIALIST, "papers"),
    (Side.GOVTECH, "check"),
    (Side.GOVTECH, "offer"),
)


@pytest.fixture
def reader(either_app):
    """A coordinator, and requests of all states, turns, days and owners under a context."""
    with either_app.app_context():
        mine, other = make.coordinator(), make.coordinator()
        bodies = [
            make.body(),
            make.body(needs_manager=True, needs_endorsement=True),
            make.body(needs_endorsement=True),
        ]
        officers = [make.officer(of=body) for body in bodies]
        make.manager(of=bodies[1])
        owners = [mine.id, other.id, None]
        today = clock.today()
        days = [None, *(today + timedelta(days=n) for n in (-3, 0, 4))]
        supported = (S.STAFFED, S.IN_PROGRESS, S.ON_HOLD)
        cases = [
            *product(S, GIVEN, days, [None], [None]),
            *product(supported, GIVEN[:2], [None], days, days),
        ]
        for n, (state, (side, task), due, starts_on, ends_on) in enumerate(cases):
            at = n % len(bodies)
            make.talent_request(
                of=bodies[at],
                officer=officers[at],
                state=state,
                coordinator_id=owners[n // 2 % len(owners)],
                turn_side=side,
                turn_task=task,
                turn_due_on=due,
                follow_up_due_on=today + timedelta(days=10 + n % 7),
                support_starts_on=starts_on,
                support_ends_on=ends_on,
                submitted_at=None if state is S.DRAFT else clock.now(),
            )
        yield make.actor_of(mine)


def found(condition):
    rows = select(TalentRequest.id).where(condition, TalentRequest.state.not_in(ENDED))
    return set(db.session.scalars(rows))


def under_way():
    rows = db.session.scalars(select(TalentRequest).where(TalentRequest.state.not_in(ENDED)))
    return rows.all()


def test_state_side_and_day_are_read_alike(reader):
    rows = select(TalentRequest, columns.side_now(), columns.due_now())
    read = db.session.execute(rows.where(TalentRequest.state.not_in(ENDED))).all()
    assert {it.turn.side for it, _, _ in read} == {None, *Side}
    for it, side, due_on in read:
        said = it.turn.side.value if it.turn.side else columns.NOBODY
        assert (said, it.turn.due_on) == (side, due_on), (it.state, it.turn_side, it.turn_task)
    for state in set(S) - ENDED:
        assert found(columns.state_is(state)) == {
            it.id for it in under_way() if it.state_now is state
        }


@pytest.mark.parametrize("turn", TURNS)
def test_turns_are_read_alike(reader, turn):
    expected = {it.id for it in under_way() if it.turn.side in TURNS[turn]}
    if TURNS[turn] == {Side.GOVTECH}:
        yours = {it.id for it in under_way() if queries.is_your_turn(reader, it)}
        expected = expected & yours if turn == "mine" else expected - yours
    assert expected
    assert found(columns.turn_is(turn, reader)) == expected


@pytest.mark.parametrize("owner", ["any", "mine", "none"])
def test_a_list_kept_and_a_list_found_twice_are_one(reader, owner):
    wanted = lists.Wanted(state="any", owner=owner)
    assert wanted.is_wide is (owner == "any")
    pages = [queries.desk(reader, wanted, page) for page in range(1, 18)]
    total = pages[0].total
    numbers = [it.number for page in pages[: pages[0].pages] for it in page.items]
    assert len(set(numbers)) == total == len(numbers)
    owned = {"any": true(), "mine": columns.is_owned_by(reader), "none": columns.unowned()}
    seen = queries.visible(reader).where(owned[owner]).with_only_columns(TalentRequest.number)
    order = seen.order_by(columns.due_now().nulls_last(), TalentRequest.number)
    assert numbers == db.session.scalars(order).all()
    assert pages[-1].page == pages[0].pages
    assert [it.number for it in pages[-1].items] == numbers[(pages[0].pages - 1) * lists.PAGE :]
