"""Several positions in one request, written by the coordinator."""

import pytest

from talentshare.kernel.actor import SYSTEM
from talentshare.talent_requests import actions
from talentshare.talent_requests.states import PositionState, RequestState
from tests.talent_requests.pages import TIMES, answer, joined, submitted, text_of


@pytest.fixture
def number(at):
    number = submitted(at.officer)
    at.coordinator.post(f"/requests/{number}/receive")
    answer(at.coordinator, number, "basis", basis_codes=["agreement"])
    return number


def add(client, number) -> str:
    response = client.post(f"/requests/{number}/positions")
    assert response.status_code == 302, text_of(response)
    return response.location


def complete(client, number, ordinal):
    query = f"?position={ordinal}"
    role = answer(client, number, "role", query, role_code="UX")
    assert role.location == f"/requests/{number}/edit/skills{query}"
    skills = answer(client, number, "skills", query)
    assert skills.location == f"/requests/{number}/edit/time{query}"
    time = answer(client, number, "time", query, **(TIMES | {"week_count": "4"}))
    assert time.location == f"/requests/{number}"


def test_a_second_position_is_added_page_by_page(at, stored, number):
    assert add(at.coordinator, number) == f"/requests/{number}/edit/role?position=2"
    blocked = joined(at.coordinator.get(f"/requests/{number}/open"))
    assert "募集する役割2：専門分野を選ぶ" in blocked
    complete(at.coordinator, number, 2)
    assert [(p.ordinal, p.role_code) for p in stored(number).positions] == [(1, "SA"), (2, "UX")]
    page = joined(at.coordinator.get(f"/requests/{number}"))
    assert "募集する役割1" in page
    assert "募集する役割2" in page
    assert at.coordinator.post(f"/requests/{number}/open").status_code == 302
    for position in stored(number).positions:
        assert stored(number).state == RequestState.OPEN
        actions.mark_staffed(SYSTEM, position.id)
    assert stored(number).state == RequestState.STAFFED


def test_a_position_is_given_up_before_the_search_without_a_trace(at, stored, number):
    add(at.coordinator, number)
    complete(at.coordinator, number, 2)
    assert at.coordinator.get(f"/requests/{number}/positions/2/remove").status_code == 200
    response = at.coordinator.post(f"/requests/{number}/positions/2/remove")
    assert response.status_code == 302
    assert [p.ordinal for p in stored(number).positions] == [1]
    assert at.coordinator.get(f"/requests/{number}/positions/2/remove").status_code == 404


def test_a_position_that_was_open_is_closed_and_its_number_not_used_again(at, stored, number):
    add(at.coordinator, number)
    complete(at.coordinator, number, 2)
    at.coordinator.post(f"/requests/{number}/open")
    assert at.coordinator.post(f"/requests/{number}/positions/2/remove").status_code == 302
    assert stored(number).positions[1].state == PositionState.CLOSED
    assert add(at.coordinator, number).endswith("position=3")
    assert at.coordinator.get(f"/requests/{number}/edit/role?position=2").status_code == 404


def test_the_page_says_what_follows_from_giving_a_position_up(at, number):
    add(at.coordinator, number)
    complete(at.coordinator, number, 2)
    path = f"/requests/{number}/positions/2/remove"
    assert "まだ募集していないため、だれにも影響はありません" in joined(at.coordinator.get(path))
    at.coordinator.post(f"/requests/{number}/open")
    page = joined(at.coordinator.get(path))
    assert "進行中の提案（打診を含む）がある間は、取りやめられません" in page
    assert "だれにも影響はありません" not in page


def test_the_last_open_position_stays(at, stored, number):
    at.coordinator.post(f"/requests/{number}/open")
    refused = at.coordinator.post(f"/requests/{number}/positions/1/remove")
    assert refused.status_code == 422
    assert "該当者なしとする" in joined(refused)
    assert stored(number).positions[0].state == PositionState.OPEN


def test_giving_up_the_last_unfilled_position_ends_the_search(at, stored, number):
    add(at.coordinator, number)
    complete(at.coordinator, number, 2)
    at.coordinator.post(f"/requests/{number}/open")
    actions.mark_staffed(SYSTEM, stored(number).positions[0].id)
    assert at.coordinator.post(f"/requests/{number}/positions/2/remove").status_code == 302
    assert stored(number).state == RequestState.STAFFED


def test_while_it_is_open_a_position_stays_complete(at, stored, number):
    at.coordinator.post(f"/requests/{number}/open")
    empty = answer(at.coordinator, number, "time", **(TIMES | {"week_count": ""}))
    assert empty.status_code == 422
    assert "空欄にできません" in joined(empty)
    less = answer(at.coordinator, number, "time", **(TIMES | {"minutes_per_week": "6"}))
    assert less.status_code == 302
    assert stored(number).positions[0].minutes_per_week == 360


def test_what_is_filled_is_not_changed(at, stored, number):
    add(at.coordinator, number)
    complete(at.coordinator, number, 2)
    at.coordinator.post(f"/requests/{number}/open")
    actions.mark_staffed(SYSTEM, stored(number).positions[0].id)
    changed = answer(at.coordinator, number, "time", **(TIMES | {"minutes_per_week": "10"}))
    assert changed.status_code == 422
    assert "支援者が決まっている" in joined(changed)
    assert at.coordinator.post(f"/requests/{number}/positions/1/remove").status_code == 422


def test_only_coordinators_add_and_remove(at, number):
    for who in (at.officer, at.manager):
        assert who.post(f"/requests/{number}/positions").status_code == 403
        assert who.post(f"/requests/{number}/positions/1/remove").status_code == 403
    assert at.stranger.post(f"/requests/{number}/positions").status_code == 404


def test_nine_positions_are_enough(at, number):
    for _ in range(8):
        add(at.coordinator, number)
    refused = at.coordinator.post(f"/requests/{number}/positions")
    assert refused.status_code == 409
    assert "9つまで" in joined(refused)


def test_a_stale_removal_is_refused(at, stored, number):
    add(at.coordinator, number)
    version = stored(number).version
    answer(at.second, number, "wish", wish="別のこと")
    late = at.coordinator.post(f"/requests/{number}/positions/2/remove", data={"version": version})
    assert late.status_code == 422
    assert stored(number).sketches[0].ordinal == 2
