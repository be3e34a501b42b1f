"""Help per state: every state × side says what it means, what follows, what to do if it takes long."""

import pytest

from talentshare.kernel.actor import Role
from talentshare.platform.i18n import LOCALES, catalogue, sentence
from talentshare.proposals.states import LIFE as PROPOSAL_LIFE
from talentshare.proposals.states import ProposalState
from talentshare.proposals.views import about as proposals
from talentshare.talent_requests.states import ENDED, LIFE, RequestState, Side
from talentshare.talent_requests.views import about as requests
from tests import make
from tests.proposals.crawl import words_of
from tests.proposals.stage import Stage

EACH = [
    *(("request", state, side) for state in RequestState for side in (Side.BODY, Side.GOVTECH)),
    *(("proposal", state, side) for state in ProposalState for side in proposals.ABOUT),
]


def told(what, state, side):
    return requests.ABOUT[state, side] if what == "request" else proposals.ABOUT[side][state]


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(("what", "state", "side"), EACH)
def test_every_state_is_explained_to_every_side(what, state, side, locale):
    one = told(what, state, side)
    for code in (one.means, one.then, one.slow):
        text = catalogue(locale).ugettext(code)
        assert text != code
        assert text.endswith("。" if locale == "ja" else "."), text
        assert "%(" not in text % one.days


def test_only_what_has_ended_asks_nothing_of_anybody():
    """Where a state leads on, what follows names who does it."""
    idle = {
        state
        for state in RequestState
        if catalogue("ja")
        .ugettext(told("request", state, Side.GOVTECH).then)
        .startswith("することはありません")
    }
    assert idle == {state for state in ENDED if not LIFE.events(state)}
    nothing = {s for s in ProposalState if proposals.SPECIALIST[s].then == "proposal.then.nothing"}
    assert nothing == {s for s in ProposalState if not PROPOSAL_LIFE.events(s)} - {
        ProposalState.ENDED
    }


@pytest.fixture
def read(app, sign_in):
    def read(person, path):
        answer = sign_in(person).get(path)
        assert answer.status_code == 200
        return words_of(answer)

    return read


def said(one, locale="ja"):
    words = catalogue(locale)
    return [words.ugettext(code) % one.days for code in (one.means, one.then, one.slow)]


def test_the_pages_of_a_case_explain_its_state_to_their_reader(app, read):
    stage = Stage()
    it = stage.to("proposed")
    case, proposal = f"/requests/{stage.request.number}", f"/proposals/{it.id}"
    for who, path, one in (
        (stage.officer, case, requests.ABOUT[RequestState.OPEN, Side.BODY]),
        (stage.owner, case, requests.ABOUT[RequestState.OPEN, Side.GOVTECH]),
        (stage.officer, proposal, proposals.BODY[ProposalState.PROPOSED]),
        (stage.owner, proposal, proposals.GOVTECH[ProposalState.PROPOSED]),
        (it.specialist.person, f"/offers/{it.id}", proposals.SPECIALIST[ProposalState.PROPOSED]),
    ):
        page = read(who, path)
        assert "この状態について" in page
        assert [text for text in said(one) if text not in page] == []


def test_what_is_prepared_anew_tells_a_body_nothing_internal(app, read):
    stage = Stage()
    it = stage.prepare()
    assert "この状態について" in read(stage.owner, f"/proposals/{it.id}")
    texts = {text for state in proposals.SEEN[Side.BODY] for text in said(proposals.BODY[state])}
    texts |= {text for one in proposals.BODY.values() for text in said(one)}
    assert not [text for text in texts if "内部確認" in text or "辞退" in text]


def test_the_help_lists_the_states_as_the_reader_sees_them(app, sign_in, client):
    body = requests.ABOUT[RequestState.RECEIVED, Side.BODY]
    desk = requests.ABOUT[RequestState.RECEIVED, Side.GOVTECH]
    offer = proposals.SPECIALIST[ProposalState.OFFERED]
    pages = {
        "stranger": client.get("/help").text,
        "officer": sign_in(make.officer()).get("/help").text,
        "coordinator": sign_in(make.coordinator()).get("/help").text,
        "specialist": sign_in(make.person(Role.SPECIALIST)).get("/help").text,
    }
    shown = {
        name: [said(one)[1] in page for one in (body, desk, offer)] for name, page in pages.items()
    }
    assert shown == {
        "stranger": [True, False, False],
        "officer": [True, False, False],
        "coordinator": [False, True, False],
        "specialist": [False, False, True],
    }
    with app.test_request_context():
        for state in RequestState:
            assert sentence(f"talent_request.state.{state}") in pages["officer"]
