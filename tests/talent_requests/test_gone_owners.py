"""Owners who have moved, are suspended or lost the role: nothing reaches them, nothing is stuck."""

import pytest

from talentshare.accounts import actions as accounts
from talentshare.accounts.models import PersonFacts
from talentshare.kernel.actor import Actor, Role
from talentshare.talent_requests import queries
from talentshare.talent_requests.states import RequestState, Side
from tests import make
from tests.talent_requests.pages import begin, joined, post, submitted, written

ADMIN = Actor(9001, frozenset({Role.ADMIN}))
CANNOT = "さんは、この依頼の手続ができなくなりました"


def edited(person, **changes):
    """What an admin types on the page of a person."""
    facts = {"name": person.name, "kana": person.kana, "section": person.section}
    facts |= {"body_id": person.body_id, "roles": person.roles}
    accounts.edit_person(ADMIN, person.id, person.version, PersonFacts(**facts | changes))


def moved(person):
    edited(person, body_id=make.body(name_ja="引越市").id, section="移った先の課")


def suspended(person):
    accounts.suspend(ADMIN, person.id)


def without_role(person):
    edited(person, roles=frozenset({Role.SPECIALIST}))


@pytest.mark.parametrize("leave", [moved, suspended, without_role])
def test_a_body_s_notices_follow_the_body_not_the_officer(at, people, told, leave):
    number = submitted(at.officer)
    leave(people.officer)
    assert post(at.coordinator, number, "receive").status_code == 302
    assert told(people.officer) == []
    assert told(people.colleague) == ["received"]
    assert told(people.stranger) == []


def test_who_moved_hears_and_reads_nothing_of_the_old_body(at, people, told):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    before = told(people.officer)
    moved(people.officer)
    post(at.coordinator, number, "open")
    post(at.second, number, "take-over")
    post(at.colleague, number, "take-over")
    assert told(people.officer) == before
    assert at.officer.get(f"/requests/{number}").status_code == 404
    assert number not in at.officer.get("/").text
    page = joined(at.stranger.get("/requests")) + joined(at.colleague.get(f"/requests/{number}"))
    assert "移った先の課" not in page


@pytest.mark.parametrize("leave", [moved, suspended, without_role])
def test_a_colleague_is_offered_to_take_over_from_an_officer_who_is_gone(at, people, leave):
    number = submitted(at.officer)
    post(at.coordinator, number, "return", remark="時期を見直してください。")
    assert "今は、依頼団体" in joined(at.colleague.get(f"/requests/{number}"))
    leave(people.officer)
    page = at.colleague.get(f"/requests/{number}")
    assert f"佐藤美咲{CANNOT}" in joined(page)
    assert "今は、あなたの番です" in joined(page)
    assert page.text.count(f"/requests/{number}/take-over") == 1
    assert CANNOT in joined(at.coordinator.get(f"/requests/{number}"))
    assert "移った先の課" not in page.text
    assert number in at.colleague.get("/").text
    assert post(at.colleague, number, "take-over").status_code == 302
    assert CANNOT not in joined(at.colleague.get(f"/requests/{number}"))


@pytest.mark.parametrize("leave", [suspended, without_role])
def test_a_case_without_a_coordinator_who_can_act_is_everybody_s(at, people, told, leave):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    desks = ("/", "/desk", "/desk?owner=none", "/desk?turn=mine&owner=any")
    assert [number in at.second.get(path).text for path in desks] == [False] * 4
    leave(people.coordinator)
    assert [number in at.second.get(path).text for path in desks] == [True] * 4
    assert "山田 花子" not in at.second.get("/desk").text
    page = at.second.get(f"/requests/{number}")
    assert f"山田花子{CANNOT}" in joined(page)
    assert "今は、あなたの番です" in joined(page)
    assert page.text.count(f"/requests/{number}/take-over") == 1
    seen = at.officer.get(f"/requests/{number}")
    assert CANNOT in joined(seen)
    assert f"/requests/{number}/take-over" not in seen.text
    assert post(at.officer, number, "withdraw", remark="別の方法で解決した").status_code == 302
    assert told(people.second)[-1] == "withdrawn"
    assert "withdrawn" not in told(people.coordinator)


def test_a_successor_has_the_case_again(at, people):
    number = submitted(at.officer)
    post(at.coordinator, number, "receive")
    suspended(people.coordinator)
    assert (
        "引き継ぐ依頼が1件あります" in at.admin.get(f"/admin/people/{people.coordinator.id}").text
    )
    assert post(at.second, number, "take-over").status_code == 302
    assert CANNOT not in joined(at.second.get(f"/requests/{number}"))
    assert "引き継ぐ依頼" not in at.admin.get(f"/admin/people/{people.coordinator.id}").text


def test_an_admin_reads_how_many_cases_are_left(at, people):
    submitted(at.officer), submitted(at.officer)
    path = f"/admin/people/{people.officer.id}"
    assert "引き継ぐ依頼" not in at.admin.get(path).text
    moved(people.officer)
    assert "引き継ぐ依頼が2件あります" in at.admin.get(path).text


def test_the_desk_asks_eight_times_at_most_whoever_is_gone(at, people, counted):
    for _ in range(3):
        post(at.coordinator, submitted(at.officer), "receive")
    suspended(people.coordinator)
    moved(people.officer)
    page = []
    asked = counted(lambda: page.append(at.second.get("/desk").text))
    assert page[0].count("R-2026-") >= 3
    assert len(asked) <= 8, (len(asked), *asked)


def test_what_a_moved_officer_did_is_still_told_as_the_body_s(at, people):
    number = submitted(at.officer)
    moved(people.officer)
    assert "佐藤美咲（依頼団体の担当者）" in joined(at.coordinator.get(f"/requests/{number}"))


def test_nothing_is_submitted_to_nobody(at, people, stored, wanting_endorsement):
    number = written(at.officer, begin(at.officer))
    suspended(people.manager)
    refused = post(at.officer, number, "submit")
    assert refused.status_code == 422
    assert "確認できる担当課長が登録されていません" in joined(refused)
    assert stored(number).state == RequestState.DRAFT
    accounts.resume(ADMIN, people.manager.id)
    make.manager(of=people.officer.body)
    assert post(at.officer, number, "submit").status_code == 302


def test_the_only_manager_cannot_endorse_the_own_submission(at, people, town, sign_in, stored):
    suspended(people.manager)
    town.needs_endorsement = True
    both = make.saved(make.person(Role.OFFICER, Role.MANAGER, of=town))
    client = sign_in(both)
    number = written(client, begin(client))
    assert post(client, number, "submit").status_code == 422
    assert stored(number).state == RequestState.DRAFT


def test_when_the_only_manager_goes_a_coordinator_returns_it(
    at, people, told, stored, wanting_endorsement
):
    number = submitted(at.officer)
    assert number not in at.second.get("/").text
    moved(people.manager)
    assert number in at.second.get("/").text
    assert number in at.second.get("/desk?turn=mine").text
    page = joined(at.coordinator.get(f"/requests/{number}"))
    assert "今は、あなたの番です" in page
    assert "所属の確認ができる担当課長が、依頼団体にいません。" in page
    assert "担当課長が、依頼団体にいません。" in joined(at.officer.get(f"/requests/{number}"))
    assert post(at.coordinator, number, "receive").status_code == 409
    why = "担当課長の登録のあとに、もう一度提出してください。"
    assert post(at.coordinator, number, "return", remark=why).status_code == 302
    assert stored(number).state == RequestState.RETURNED
    assert told(people.officer) == ["returned"]


def test_a_new_manager_endorses_what_waited(at, people, town, sign_in, stored, wanting_endorsement):
    number = submitted(at.officer)
    suspended(people.manager)
    successor = sign_in(make.manager(of=town))
    assert number in successor.get("/requests/waiting").text
    assert post(at.coordinator, number, "return", remark="直して").status_code == 403
    assert post(successor, number, "endorse").status_code == 302
    assert stored(number).state == RequestState.ENDORSED


def test_receivers_and_lists_follow_those_who_can_act(either_app):
    town, owner = make.body(), make.coordinator()
    it = make.talent_request(of=town, coordinator_id=owner.id)
    colleague, other = make.officer(of=town), make.coordinator()
    assert queries.officers_of(it) == [it.officer_id]
    assert queries.coordinators_of(it) == [owner.id]
    moved(it.officer)
    suspended(owner)
    assert queries.officers_of(it) == [colleague.id]
    assert queries.coordinators_of(it) == [other.id]
    assert queries.left_by(owner.id) == 1
    assert [one.id for one in queries.first_turns(make.actor_of(other), None)[0]] == [it.id]
    assert queries.desk(make.actor_of(other), queries.Wanted(owner="none"), 1).total == 1
    it.turn_side, it.turn_task = Side.BODY, "decide"
    make.saved(it)
    assert [one.id for one in queries.first_turns(make.actor_of(colleague), None)[0]] == [it.id]
