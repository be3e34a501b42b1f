"""確認待ち: requests to endorse and proposals to answer are counted and worded apart."""

import re
from dataclasses import replace

import pytest

from talentshare.talent_requests.states import RequestState
from tests import make
from tests.proposals.stage import Stage, ready
from tests.proposals.test_pages import text_of


@pytest.fixture
def chief(app):
    return make.manager(of=make.body(needs_manager=True, needs_endorsement=True))


@pytest.fixture
def read(browse, chief):
    def read():
        page = browse(chief).get("/requests/waiting")
        return " ".join(text_of(page).split()), set(re.findall(r'href="([^"]+)"', page.text))

    return read


def test_both_kinds_are_counted_apart_and_each_leads_to_its_page(chief, read):
    assert "確認を待っている依頼も、回答を待っている提案もありません" in read()[0]
    sent = make.talent_request(of=chief.body, state=RequestState.SUBMITTED)
    words, links = read()
    assert "確認を待っている依頼は1件です" in words
    assert f"/requests/{sent.number}" in links
    it = Stage(body=chief.body).to("proposed")
    words, links = read()
    assert "確認を待っている依頼は1件、回答を待っている提案は1件です" in words
    assert "提案への回答" in words
    assert {f"/requests/{sent.number}", f"/proposals/{it.id}"} <= links
    sent.move("withdraw")
    make.db.session.commit()
    words, _ = read()
    assert "回答を待っている提案は1件です" in words
    assert "差し戻してください" not in words


def test_each_proposal_of_one_request_is_counted_and_stands_there(chief, read):
    first = Stage(body=chief.body)
    second = replace(first, position=make.position(first.request), specialist=ready())
    made = [stage.to("proposed") for stage in (first, second)]
    words, links = read()
    assert "回答を待っている提案は2件です" in words
    assert {f"/proposals/{it.id}" for it in made} <= links
    assert "提案への回答（役割1）" in words
    assert "提案への回答（役割2）" in words
    make.talent_request(of=chief.body, state=RequestState.SUBMITTED)
    words, _ = read()
    assert "確認を待っている依頼は1件、回答を待っている提案は2件です" in words
