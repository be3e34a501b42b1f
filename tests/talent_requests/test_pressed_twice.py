"""A move pressed twice, or four times at the same moment, is made once and looks like success."""

import re

from sqlalchemy import func, select

from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.talent_requests.models import PositionSketch, TalentRequest
from talentshare.talent_requests.states import RequestState
from tests import make

WHY = "庁内の準備ができるまで待ちます。"


def told(deed: str) -> int:
    count = select(func.count()).select_from(AuditEvent)
    return db.session.scalar(count.where(AuditEvent.deed == deed, AuditEvent.actor_id != 0))


def case(state, **given):
    """A request with all answers in this state, at a body whose manager endorses."""
    body = make.body(needs_endorsement=True)
    made = make.talent_request(of=body, state=state, **given)
    make.position(made)
    return made.number, made.officer, make.manager(of=body)


def version_of(number) -> int:
    return db.session.scalars(
        select(TalentRequest.version).where(TalentRequest.number == number)
    ).one()


def test_every_move_is_made_once(either_app, press):
    desk, second = make.coordinator(), make.coordinator()
    number, officer, manager = case(RequestState.DRAFT)
    for who, deed, event, said in (
        (officer, "submit", "submitted", {}),
        (manager, "return", "returned", {"remark": WHY}),
        (officer, "submit", "submitted", {}),
        (manager, "endorse", "endorsed", {}),
        (desk, "receive", "received", {}),
        (desk, "open", "opened", {}),
        (desk, "hold", "held", {"remark": WHY, "until_on": "2027/1/15"}),
        (desk, "resume", "resumed", {}),
        (second, "take-over", "taken_over", {}),
        (second, "close-unmet", "closed_unmet", {"remark": WHY}),
    ):
        before = told(f"talent_request.{event}")
        press(who, f"/requests/{number}/{deed}", said | {"version": version_of(number)})
        assert told(f"talent_request.{event}") == before + 1, deed
    assert events.first_break() is None


def test_the_press_of_another_person_is_refused(app, sign_in):
    number, _, _ = case(RequestState.ENDORSED)
    data = {"version": version_of(number)}
    first, other = sign_in(make.coordinator()), sign_in(make.coordinator())
    assert first.post(f"/requests/{number}/receive", data=data).status_code == 302
    assert other.post(f"/requests/{number}/receive", data=data).status_code == 409
    assert told("talent_request.received") == 1


def test_one_role_is_added_and_given_up(either_app, press):
    desk = make.coordinator()
    number, _, _ = case(RequestState.OPEN, coordinator_id=desk.id)
    browser = either_app.test_client()
    make.session_cookie(browser, desk)
    for ordinal in (2, 3):
        page = browser.get(f"/requests/{number}?edit=1").text
        after = re.search(r'name="after" value="(\d+)"', page)[1]
        answers = press(desk, f"/requests/{number}/positions", {"after": after})
        assert answers[0].location.endswith(f"position={ordinal}")
    assert db.session.scalars(select(PositionSketch.ordinal)).all() == [2, 3]
    data = {"version": version_of(number)}
    press(desk, f"/requests/{number}/positions/3/remove", data)
    assert db.session.scalars(select(PositionSketch.ordinal)).all() == [2]


def test_an_answer_is_kept_once(either_app, press):
    number, officer, _ = case(RequestState.DRAFT)
    data = {"worry": "判断できる人がいません。", "version": version_of(number)}
    press(officer, f"/requests/{number}/edit/worry", data)
    assert told("talent_request.edited") == 1
