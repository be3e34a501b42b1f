"""The history of a request tells of its proposals too: to coordinators all, to a body its own."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from talentshare.allocations import actions as allocations
from talentshare.allocations.models import Clash
from talentshare.platform.db import db
from talentshare.proposals import actions
from talentshare.proposals.actions import Answer, PhoneAnswer
from talentshare.proposals.states import DeclineReason, RefuseReason
from talentshare.specialists import actions as specialists
from talentshare.specialists.models import TimeOff, TimeOffDraft
from talentshare.specialists.states import TimeOffKind
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests import queries
from talentshare.talent_requests.states import Side
from tests import make
from tests.proposals.stage import FIRST, Stage, decision, ready
from tests.proposals.test_pages import text_of

INTERNAL = ("prepared", "checked", "offered", "accepted", "home_consented")


def told(stage, who) -> dict[str, Side | None]:
    """The deeds on proposals that this reader is told, each with the side that did it."""
    found = queries.timeline(stage.actor(who), stage.request)
    return {
        one.deed.removeprefix("proposal."): one.side
        for one in reversed(found)
        if one.deed.startswith("proposal.")
    }


def test_a_coordinator_reads_each_step_with_the_role_in_which_it_was_taken(app):
    stage = Stage(body=make.body(needs_manager=True))
    chief = make.manager(of=stage.body)
    it = stage.to("proposed")
    actions.agree(stage.actor(chief), it.id, it.version, decision())
    assert told(stage, stage.owner) == {
        "prepared": Side.GOVTECH,
        "checked": Side.GOVTECH,
        "offered": Side.GOVTECH,
        "accepted": Side.SPECIALIST,
        "home_consented": Side.GOVTECH,
        "proposed": Side.GOVTECH,
        "agreed": Side.MANAGER,
        "confirmed": None,
    }


def test_the_words_name_people_and_roles_and_no_turn(stage, browse):
    it = stage.to("confirmed")
    page = " ".join(text_of(browse(stage.owner).get(f"/requests/{stage.request.number}")).split())
    who = it.specialist.person.name
    for said in (
        f"{stage.owner.name}（調整担当者）",
        f"{who}さんへの打診が準備されました",
        f"{who}さんの内部確認が済みました",
        f"{who}さんが引き受けました",
        f"{who}（専門人材）",
        f"{stage.officer.name}（依頼団体の担当者）",
        f"{who}さんの支援が確定しました",
    ):
        assert said in page, said
    assert "次の人の番" not in page
    english = text_of(browse(stage.owner, "en").get(f"/requests/{stage.request.number}"))
    assert f"{it.specialist.person.name_latin} accepted" in english
    assert "proposal.did" not in english + page


def test_that_somebody_was_found_is_told_once_with_the_name(stage):
    stage.to("confirmed")
    for who in (stage.owner, stage.officer):
        deeds = [one.deed for one in queries.timeline(stage.actor(who), stage.request)]
        assert deeds.count("proposal.confirmed") == 1
        assert "staffed" not in deeds


def test_whoever_gives_up_the_last_open_role_is_told_to_have_ended_the_search(stage, browse):
    make.position(stage.request)
    stage.to("confirmed")
    requests.remove_position(stage.actor(stage.owner), stage.request.id, 2)
    found = queries.timeline(stage.actor(stage.officer), stage.request)
    assert [one.person for one in found if one.deed == "staffed"] == [stage.owner]


def test_a_body_reads_only_what_was_put_before_it(stage):
    other = stage.to("offered", ready())
    actions.decline(
        stage.actor(other.specialist), other.id, other.version, DeclineReason.TIME, "多忙"
    )
    it = stage.to("confirmed")
    assert told(stage, stage.officer) == {
        "proposed": Side.GOVTECH,
        "agreed": Side.BODY,
        "confirmed": None,
    }
    actions.cancel(stage.actor(stage.owner), it.id, it.version, "内部の事情")
    found = queries.timeline(stage.actor(stage.officer), stage.request)
    cancelled = next(one for one in found if one.deed == "proposal.cancelled")
    assert (cancelled.side, cancelled.remark) == (Side.GOVTECH, "")
    desk = queries.timeline(stage.actor(stage.owner), stage.request)
    assert "内部の事情" in [one.remark for one in desk if one.deed == "proposal.cancelled"]


def test_the_round_after_the_body_wanted_other_terms_is_not_told(stage):
    it = stage.to("proposed")
    actions.discuss_terms(stage.actor(stage.officer), it.id, it.version, "週を減らしたい")
    own = stage.actor(stage.owner)
    actions.revise(own, it.id, it.version, actions.Terms("条件を見直したため"))
    for step in ("checked", "offered"):
        stage.step(it, step)
    given = PhoneAnswer(Answer.DECLINE, "多忙", DeclineReason.TIME)
    actions.record_answer(own, it.id, it.version, given)
    assert told(stage, stage.officer) == {"proposed": Side.GOVTECH, "body_discussed": Side.BODY}
    assert {"revised", "phone_decline"} <= set(told(stage, stage.owner))
    body = queries.timeline(stage.actor(stage.officer), stage.request)
    assert "多忙" not in [one.remark for one in body]
    assert "週を減らしたい" in [one.remark for one in body]


@pytest.mark.parametrize("state", ["offered", "proposed"])
def test_a_withdrawal_is_told_to_the_body_only_while_it_was_asked(stage, state):
    it = stage.to(state)
    actions.withdraw(stage.actor(stage.owner), it.id, "都合", it.version)
    assert "withdrawn" in told(stage, stage.owner)
    assert ("withdrawn" in told(stage, stage.officer)) == (state == "proposed")


def test_what_the_body_refused_is_told_with_its_own_words(stage):
    it = stage.to("proposed")
    actions.refuse(
        stage.actor(stage.officer), it.id, it.version, RefuseReason.COST, "予算が足りない"
    )
    found = queries.timeline(stage.actor(stage.officer), stage.request)
    assert [one.remark for one in found if one.deed == "proposal.refused"] == ["予算が足りない"]


def test_an_early_end_names_its_last_week(stage, browse, still_clock):
    it = stage.to("confirmed")
    still_clock(datetime(2026, 12, 16, 3, tzinfo=UTC))
    own = stage.actor(stage.owner)
    actions.end_early(own, it.id, it.version, date(2026, 12, 14), "目的を果たした")
    said = "支援を、途中で終えることになりました（最後の週は12月14日（月）の週）"
    for who in (stage.owner, stage.officer):
        assert said in text_of(browse(who).get(f"/requests/{stage.request.number}"))


@pytest.fixture
def short(stage):
    """Confirmed support whose first week was taken by the specialist's leave, and its shortage."""
    stage.to("confirmed")
    leave = TimeOffDraft(TimeOffKind.LEAVE, FIRST, FIRST + timedelta(days=3))
    specialists.take_time_off(stage.actor(stage.specialist), stage.specialist.id, leave)
    return db.session.scalars(select(Clash)).one()


def history(stage, browse, who, locale="ja"):
    page = browse(who, locale).get(f"/requests/{stage.request.number}")
    return " ".join(text_of(page).split())


def test_a_shortage_and_where_its_time_went_are_told_to_both_sides(stage, short, browse):
    allocations.resolve_clash(stage.actor(stage.owner), short.id, "内部の事情で相談済み")
    who = stage.specialist.person.name
    for reader in (stage.owner, stage.officer):
        page = history(stage, browse, reader)
        for said in (
            f"{who}さんの支援で、12月7日（月）の週の時間が足りなくなりました",
            f"{who}さんの支援のうち1時間を、12月7日（月）の週から12月14日（月）の週に移しました",
        ):
            assert page.count(said) == 1, (reader.name, said)
        assert "内部の事情" not in page
    english = history(stage, browse, stage.officer, "en")
    assert "1 h of the support by" in english
    assert "allocation.did" not in english


def test_a_week_that_is_given_up_is_told(stage, short, browse):
    own = stage.actor(stage.owner)
    allocations.resolve_clash(own, short.id, "休むことにした", is_given_up=True)
    for reader in (stage.owner, stage.officer):
        page = history(stage, browse, reader)
        assert "12月7日（月）の週の1時間を取りやめました" in page
        assert "移しました" not in page


def test_a_shortage_names_nobody_who_took_leave_and_its_end_is_told(stage, short):
    [off] = db.session.scalars(select(TimeOff))
    specialists.withdraw_time_off(stage.actor(stage.specialist), stage.specialist.id, off.id)
    for reader in (stage.owner, stage.officer):
        found = queries.timeline(stage.actor(reader), stage.request)
        told = {one.deed: one.person for one in found if one.deed.startswith("allocation.")}
        assert told == {"allocation.restored": None, "allocation.fell_short": None}


def test_a_short_week_that_is_given_back_is_not_told_to_be_as_it_was(stage, still_clock):
    it = stage.to("confirmed")
    second = FIRST + timedelta(weeks=1)
    leave = TimeOffDraft(TimeOffKind.LEAVE, second, second + timedelta(days=3))
    specialists.take_time_off(stage.actor(stage.specialist), stage.specialist.id, leave)
    still_clock(datetime(2026, 12, 8, 3, tzinfo=UTC))
    actions.end_early(stage.actor(stage.owner), it.id, it.version, FIRST, "都合")
    assert db.session.scalars(select(Clash)).one().resolved_at is not None
    told = [one.deed for one in queries.timeline(stage.actor(stage.owner), stage.request)]
    assert "allocation.fell_short" in told
    assert "allocation.restored" not in told
