"""A draft that a coordinator began on the phone: who began it may withdraw it while it is untouched."""

import re

import pytest

from talentshare.talent_requests.states import RequestState
from tests.talent_requests.pages import answer, barely_written, begin, joined, post

S = RequestState


@pytest.fixture
def draft(at, town, people):
    """Begun by the coordinator for the officer of the town."""
    return begin(at.coordinator, body_id=str(town.id), officer_id=str(people.officer.id))


def offers_to_withdraw(client, number):
    return f'href="/requests/{number}/withdraw"' in client.get(f"/requests/{number}").text


def test_who_began_it_withdraws_it_without_a_reason(at, stored, told, people, draft):
    assert answer(at.coordinator, draft, "worry", worry="電話で聞きました。").status_code == 302
    assert offers_to_withdraw(at.coordinator, draft)
    page = joined(at.coordinator.get(f"/requests/{draft}/withdraw"))
    assert "下書きを取り下げると、元に戻せません。" in page
    assert "進行中の提案" not in page
    assert post(at.coordinator, draft, "withdraw").status_code == 302
    assert stored(draft).state is S.WITHDRAWN
    assert told(people.officer) == []
    shown = joined(at.coordinator.get(f"/requests/{draft}"))
    assert "取り下げられました" in shown


def touched(at, draft):
    assert answer(at.officer, draft, "wish", wish="私たちの言葉").status_code == 302


def taken_over(at, draft):
    assert at.colleague.post(f"/requests/{draft}/take-over").status_code == 302


def sent(at, draft):
    barely_written(at.officer, draft)
    assert post(at.officer, draft, "submit").status_code == 302


def sent_by_phone(at, draft):
    barely_written(at.coordinator, draft)
    assert post(at.coordinator, draft, "submit").status_code == 302


@pytest.mark.parametrize("became_theirs", [touched, taken_over, sent, sent_by_phone])
def test_what_became_the_bodys_is_withdrawn_by_the_body(at, stored, draft, became_theirs):
    became_theirs(at, draft)
    state = stored(draft).state
    assert not offers_to_withdraw(at.coordinator, draft)
    for refused in (
        at.coordinator.get(f"/requests/{draft}/withdraw"),
        post(at.coordinator, draft, "withdraw", remark="間違えました。"),
    ):
        assert refused.status_code == 409
        assert "調整担当者からは取り下げられません" in joined(refused)
    assert stored(draft).state is state
    assert post(at.officer, draft, "withdraw", remark="間違えました。").status_code == 302
    assert stored(draft).state is S.WITHDRAWN


def test_another_coordinator_does_not_find_the_draft(at, draft):
    assert post(at.second, draft, "withdraw").status_code == 404


def test_it_is_withdrawn_once_however_often_it_is_pressed(at, stored, draft):
    version = stored(draft).version
    first = post(at.coordinator, draft, "withdraw", version=version, _press="one-page")
    again = post(at.coordinator, draft, "withdraw", version=version, _press="one-page")
    assert (first.status_code, first.location) == (again.status_code, again.location)
    assert again.status_code == 302


def goes_on(page):
    return re.search(r'href="([^"]+)">(?:続きを書く|内容を直す)</a>', page.text)


def test_who_began_it_goes_on_writing_from_its_page(at, draft):
    page = at.coordinator.get(f"/requests/{draft}")
    assert "依頼団体の担当者か、あなたが続きを書き、提出できます。" in joined(page)
    assert at.coordinator.get(goes_on(page)[1]).status_code == 200
    own = at.officer.get(f"/requests/{draft}")
    assert "下書きの続きを書き、提出してください。" in joined(own)
    assert goes_on(own)


def test_who_only_reads_it_is_offered_no_writing(at, draft):
    assert not goes_on(at.manager.get(f"/requests/{draft}"))
    assert at.second.get(f"/requests/{draft}").status_code == 404


def test_what_was_returned_is_revised_by_who_wrote_it(at, draft):
    sent_by_phone(at, draft)
    assert post(at.coordinator, draft, "return", remark="時期を決めてください。").status_code == 302
    page = at.coordinator.get(f"/requests/{draft}")
    assert "依頼団体の担当者か、あなたが内容を直し、提出できます。" in joined(page)
    assert at.coordinator.get(goes_on(page)[1]).status_code == 200
    assert not goes_on(at.second.get(f"/requests/{draft}"))
