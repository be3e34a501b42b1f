"""The pages of the body and of the specialist by real requests: answers, errors, 404 for others."""

import re

import pytest

from talentshare.allocations import actions as allocations
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.specialists.models import TimeOff
from talentshare.specialists.states import TimeOffKind
from tests import make
from tests.proposals.stage import FIRST, Stage, now, ready
from tests.proposals.test_pages import text_of

DECIDED = {
    "decided_on": "令和8年11月24日",
    "decider_title": "デジタル戦略課長",
    "document_number": "8町デ第12号",
}


def answer(client, it, form, **fields):
    data = {"form": form, "version": queries.load(it.id).version, **fields}
    return client.post(f"/proposals/{it.id}/answer", data=data)


def reply(client, it, form, **fields):
    data = {"form": form, "version": queries.load(it.id).version, **fields}
    return client.post(f"/offers/{it.id}/answer", data=data)


def test_the_officer_records_the_decision_then_agrees(stage, browse):
    it = stage.to("proposed")
    client = browse(stage.officer)
    recorded = answer(client, it, "decision", answer="record", **DECIDED)
    assert (recorded.status_code, now(it)) == (302, "proposed")
    page = client.get(recorded.location)
    assert 'value="2026年11月24日"' in page.text
    assert 'value="デジタル戦略課長"' in page.text
    agreed = answer(client, it, "decision", answer="agree", **DECIDED)
    assert (agreed.status_code, now(it)) == (302, "confirmed")
    assert "確定しました" in text_of(client.get(agreed.location))


@pytest.mark.parametrize("locale", ["ja", "en"])
@pytest.mark.parametrize(
    ("form", "fields", "after"),
    [
        ("discuss", {"text": "週6時間にしたい"}, "returned"),
        ("refuse", {"reason": "cost", "text": ""}, "refused"),
    ],
)
def test_the_other_answers_lead_to_a_page_that_is_there(stage, browse, locale, form, fields, after):
    it = stage.to("proposed")
    client = browse(stage.officer, locale)
    sent = answer(client, it, form, **fields)
    assert (sent.status_code, now(it)) == (302, after)
    assert client.get(sent.location).status_code == 200


def test_when_terms_differ_the_officer_reads_that_it_goes_back(stage, browse):
    it = stage.to("proposed")
    stage.request.cost_note = "旅費は団体が負担"
    db.session.commit()
    client = browse(stage.officer)
    sent = answer(client, it, "decision", answer="agree", **DECIDED)
    assert (sent.status_code, now(it)) == (302, "prepared")
    assert "条件を見直しています" in text_of(client.get(sent.location))


@pytest.mark.parametrize(
    ("form", "fields", "wrong"),
    [
        ("decision", {**DECIDED, "answer": "agree", "decided_on": ""}, "decision-decided_on"),
        (
            "decision",
            {**DECIDED, "answer": "agree", "decided_on": "2027/1/5"},
            "decision-decided_on",
        ),
        ("decision", {**DECIDED, "answer": "agree", "decider_title": ""}, "decision-decider_title"),
        (
            "decision",
            {**DECIDED, "answer": "record", "document_number": ""},
            "decision-document_number",
        ),
        ("discuss", {"text": ""}, "discuss-text"),
        ("refuse", {"text": "理由は別に"}, "refuse-reason-0"),
        ("refuse", {"reason": "because", "text": "理由は別に"}, "refuse-reason-0"),
    ],
)
def test_mistakes_of_the_body(app, stage, browse, form, fields, wrong):
    stage.request.body.needs_document_number = True
    db.session.commit()
    it = stage.to("consented")
    stage.step(it, "proposed")
    page = answer(browse(stage.officer), it, form, **fields)
    assert (page.status_code, now(it)) == (422, "proposed")
    assert f'href="#{wrong}"' in page.text
    for name, value in fields.items():
        if name not in {"answer", "reason"} and value:
            assert value in page.text


def test_where_the_manager_answers_the_officer_reads_so_and_has_no_form(app, browse):
    body = make.body(needs_manager=True)
    stage, manager = Stage(body=body), make.manager(of=body)
    it = stage.to("proposed")
    officer = browse(stage.officer)
    page = officer.get(f"/proposals/{it.id}")
    assert "今は、担当課長の番です" in text_of(page)
    assert f'action="/proposals/{it.id}/answer"' not in page.text
    assert answer(officer, it, "decision", answer="agree", **DECIDED).status_code == 403
    assert answer(browse(manager), it, "decision", answer="agree", **DECIDED).status_code == 302
    assert now(it) == "confirmed"


def test_the_body_reads_nothing_of_others_when_the_time_lost_its_place(stage, browse):
    it = stage.to("proposed")
    off = TimeOff(
        specialist_id=it.specialist_id, kind=TimeOffKind.LEAVE, starts_on=FIRST, ends_on=FIRST
    )
    other = Stage(specialist=it.specialist, owner=stage.owner, second=stage.second)
    other.position.minutes_per_week = 1500
    db.session.commit()
    other.to("proposed")
    make.saved(off)
    allocations.keep_capacity_after_leave(SYSTEM, it.specialist)
    late = max((it, queries.live_of(other.position.id)[0]), key=lambda p: p.allocation_id)
    case, of_others = late.position.talent_request, {it.body_id, other.body.id} - {late.body_id}
    client = browse(case.officer)
    page = answer(client, late, "decision", answer="agree", **DECIDED)
    assert (page.status_code, now(late)) == (302, "prepared")
    shown = client.get(f"/proposals/{late.id}")
    assert "合意は記録しています。そのままでは確定できないため" in text_of(shown)
    names = [body.name_ja for body in (stage.body, other.body) if body.id in of_others]
    assert names
    assert all(name not in shown.text for name in names)


def test_other_words_on_an_old_page_change_nothing_and_are_kept(stage, browse):
    it = stage.to("proposed")
    client, old = browse(stage.officer), it.version
    data = {"form": "decision", "version": old, "answer": "agree", **DECIDED}
    path = f"/proposals/{it.id}/answer"
    data |= {"_press": "one-page"}
    assert client.post(path, data=data).status_code == 302
    assert (client.post(path, data=data).status_code, now(it)) == (302, "confirmed")
    colleague = make.person(Role.OFFICER, of=stage.body)
    beaten = browse(colleague).post(path, data=data)
    assert (beaten.status_code, now(it)) == (409, "confirmed")
    assert "あなたの入力" in text_of(beaten)
    assert "デジタル戦略課長" in text_of(beaten)


def test_after_the_deadline_the_page_says_so(stage, browse, still_clock):
    it = stage.to("proposed")
    still_clock(it.hold_expires_at)
    page = answer(browse(stage.officer), it, "decision", answer="agree", **DECIDED)
    assert (page.status_code, now(it)) == (409, "expired")
    assert "時間は解放されています" in text_of(page)


# The specialist


@pytest.mark.parametrize(
    ("form", "fields", "after"),
    [
        ("accept", {}, "accepted"),
        ("discuss", {"text": "週4時間なら可能です"}, "returned"),
        ("decline", {"reason": "time", "text": "12月は忙しい"}, "declined"),
    ],
)
def test_the_specialist_answers(stage, browse, form, fields, after):
    it = stage.to("offered")
    client = browse(it.specialist)
    assert f'href="/offers/{it.id}"' in client.get("/").text
    sent = reply(client, it, form, **fields)
    assert (sent.status_code, now(it)) == (302, after)
    assert client.get(sent.location).status_code == 200


@pytest.mark.parametrize(
    ("form", "fields", "wrong"),
    [
        ("discuss", {"text": " "}, "discuss-text"),
        ("decline", {"text": "忙しい"}, "decline-reason-0"),
        ("decline", {"reason": "nothing"}, "decline-reason-0"),
    ],
)
def test_mistakes_of_the_specialist(stage, browse, form, fields, wrong):
    it = stage.to("offered")
    page = reply(browse(it.specialist), it, form, **fields)
    assert (page.status_code, now(it)) == (422, "offered")
    assert f'href="#{wrong}"' in page.text


def test_an_offer_changed_meanwhile_is_shown_before_it_is_accepted(stage, browse):
    it = stage.to("offered")
    old = it.version
    client = browse(it.specialist)
    stage.step(it, "consented")
    page = client.post(f"/offers/{it.id}/answer", data={"form": "accept", "version": old})
    assert (page.status_code, now(it)) == (409, "offered")
    assert "ほかの人が先に進めたため" in text_of(page)
    versions = set(re.findall(r'name="version" value="(\d+)"', page.text))
    assert versions == {str(queries.load(it.id).version)}


def test_after_the_deadline_no_form_is_left(stage, browse, still_clock):
    it = stage.to("offered")
    still_clock(it.offer_due_at)
    client = browse(it.specialist)
    assert "回答する" not in text_of(client.get(f"/offers/{it.id}"))
    assert reply(client, it, "accept").status_code == 409
    assert now(it) == "expired"


# Others


def test_strangers_find_nothing(stage, browse):
    it = stage.to("proposed")
    paths = [f"/proposals/{it.id}", f"/proposals/{it.id}/paper", f"/offers/{it.id}"]
    paths += [f"/requests/{stage.request.number}/proposals"]
    for who in (make.officer(), make.manager(), ready(), make.admin()):
        client = browse(who)
        assert [client.get(path).status_code for path in paths] == [404] * len(paths)
        assert reply(client, it, "accept").status_code == 404
        assert answer(client, it, "decision", answer="agree", **DECIDED).status_code == 404
    assert now(it) == "proposed"


def test_each_side_has_its_own_page(stage, browse):
    it = stage.to("proposed")
    assert browse(it.specialist).get(f"/proposals/{it.id}").location.endswith(f"/offers/{it.id}")
    assert browse(it.specialist).get(f"/proposals/{it.id}/paper").status_code == 404
    assert browse(stage.officer).get(f"/offers/{it.id}").status_code == 404
    assert reply(browse(stage.officer), it, "accept").status_code == 404
    assert answer(browse(it.specialist), it, "discuss", text="理由").status_code == 404
    assert browse(stage.owner).get(f"/proposals/{it.id}/paper").status_code == 200
    assert browse(stage.owner).get("/offers").status_code == 404
    assert browse(stage.owner).get("/supports").status_code == 404


def test_nobody_sees_what_is_not_put_to_them_yet(stage, browse):
    it = stage.to("consented")
    assert browse(stage.officer).get(f"/proposals/{it.id}").status_code == 404
    other = stage.prepare(ready())
    assert browse(other.specialist).get(f"/offers/{other.id}").status_code == 404
    actions.withdraw(stage.actor(stage.owner), other.id, "理由")
    assert browse(other.specialist).get(f"/offers/{other.id}").status_code == 404


def test_the_paper_is_one_page_of_facts_with_room_for_the_decision(stage, browse):
    it = stage.to("proposed")
    page = browse(stage.officer).get(f"/proposals/{it.id}/paper")
    text = text_of(page)
    for words in ("起案用資料", stage.request.title, it.specialist.person.name, "決定者の職名"):
        assert words in text
    assert it.reason not in text
    assert "<form" not in page.text[page.text.index("<main") :]
