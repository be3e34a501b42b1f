"""What each role sees in its lists, and what nobody else sees."""

from datetime import date

import pytest

from talentshare.kernel.errors import NotFound
from talentshare.talent_requests import queries
from talentshare.talent_requests.queries.lists import PAGE
from talentshare.talent_requests.states import RequestState, Side
from tests import make
from tests.talent_requests.pages import begin, joined, submitted, text_of, written

S = RequestState


def listed(client, path) -> list[str]:
    """The numbers in the order of the page."""
    import re

    return list(dict.fromkeys(re.findall(r"/requests/(R-\d{4}-\d+)", client.get(path).text)))


def test_an_empty_list_says_the_next_step(at):
    page = at.officer.get("/requests")
    assert page.status_code == 200
    assert "進行中のものはありません" in joined(page)
    assert 'href="/requests/new"' in page.text
    assert "困りごとを相談する" in page.text
    assert 'href="/requests/new"' not in at.manager.get("/requests").text
    assert "まだありません" in joined(at.officer.get("/requests/finished"))
    assert "あなたがすることはありません" in joined(at.manager.get("/requests/waiting"))


def test_the_own_list_tells_state_turn_and_day(at):
    draft, sent = begin(at.officer), submitted(at.officer)
    page = at.officer.get("/requests")
    assert set(listed(at.officer, "/requests")) == {draft, sent}
    shown = joined(page)
    assert "下書き" in shown
    assert "提出済み（受付待ち）" in shown
    assert "11月27日（金）" in shown
    assert "進行中の相談と依頼は2件です" in shown
    assert listed(at.colleague, "/requests") == listed(at.officer, "/requests")
    assert "あなたの番" not in joined(at.colleague.get("/requests"))  # it is the officer's


def test_another_body_finds_nothing_at_all(at):
    number = submitted(at.officer)
    for path in ("", "/check", "/submitted", "/edit/worry", "/withdraw", "/take-over", "/open"):
        response = at.stranger.get(f"/requests/{number}{path}")
        assert response.status_code == 404, path
        assert "移行計画" not in response.text
    assert at.stranger.post(f"/requests/{number}/edit/worry").status_code == 404
    assert listed(at.stranger, "/requests") == []
    assert at.stranger.get(f"/requests/find?number={number}").status_code == 404


def test_a_draft_is_the_body_s_own(at):
    number = written(at.officer, begin(at.officer))
    assert at.coordinator.get(f"/requests/{number}").status_code == 404
    assert listed(at.coordinator, "/desk?state=any&owner=any") == []
    at.officer.post(f"/requests/{number}/withdraw")
    assert at.coordinator.get(f"/requests/{number}").status_code == 404
    assert at.manager.get(f"/requests/{number}").status_code == 200


@pytest.mark.parametrize("who", ["specialist", "admin"])
def test_who_has_no_case_finds_no_list(at, who):
    client = getattr(at, who)
    for path in ("/requests", "/requests/finished", "/requests/waiting"):
        assert client.get(path).status_code == 404
    assert client.get("/desk").status_code == 403


def test_the_desk_belongs_to_coordinators(at):
    assert at.officer.get("/desk").status_code == 403
    assert at.coordinator.get("/requests").location == "/desk"


def test_numbers_are_found_as_people_type_them(at):
    number = submitted(at.officer)
    year, count = number.split("-")[1:]
    for typed in (number, number.lower(), f"{year}-{int(count)}", f" ｒ－{year}－{int(count)} "):
        response = at.officer.get("/requests/find", query_string={"number": typed})
        assert response.location == f"/requests/{number}", typed
    for typed in ("", "R-2026-9999", "移行計画", "R--", "%"):
        assert at.officer.get("/requests/find", query_string={"number": typed}).status_code == 404


@pytest.fixture
def many(people, town):
    """Requests in all states and with several owners, due on different days."""
    other = make.body(name_ja="檜原村", name_kana="ヒノハラムラ", name_en="Hinohara Village")
    rows = [
        ("窓口の待ち時間", other, S.SUBMITTED, None, date(2026, 11, 26)),
        ("移行計画の点検", town, S.OPEN, people.coordinator, date(2026, 11, 25)),
        ("仕様書の整理", town, S.RECEIVED, people.coordinator, date(2026, 11, 20)),
        ("ﾈｯﾄﾜｰｸの見直し", other, S.OPEN, people.second, date(2026, 12, 1)),
        ("画面の改善", town, S.IN_PROGRESS, people.coordinator, None),
        ("終わった相談", town, S.COMPLETED, people.coordinator, None),
        ("案内した相談", other, S.REFERRED, people.second, None),
    ]
    made = {}
    for title, body, state, owner, due in rows:
        it = make.talent_request(
            of=body,
            title=title,
            state=state,
            coordinator_id=owner.id if owner else None,
            turn_due_on=due,
            submitted_at=make.clock.now(),
        )
        it.search_text = make.fold(it.number, title, body.name_ja, body.name_kana, body.name_en)
        made[title] = make.saved(it)
    return made


def desk(at, **filters) -> list[str]:
    from urllib.parse import urlencode

    return listed(at.coordinator, f"/desk?{urlencode(filters)}")


def test_the_desk_shows_first_what_waits_for_me_nearest_day_first(at, many):
    page = at.coordinator.get("/desk")
    numbers = [
        many[t].number for t in ("仕様書の整理", "移行計画の点検", "窓口の待ち時間", "画面の改善")
    ]
    assert listed(at.coordinator, "/desk") == numbers
    shown = joined(page)
    assert "あなたの番の依頼が3件あります。期限を過ぎたものが1件あります。" in shown
    assert "依頼4件" in shown
    assert "1開庁日超過" in shown  # the 20th was a Friday, the 23rd a holiday


@pytest.mark.parametrize(
    ("filters", "titles"),
    [
        (
            {"owner": "any"},
            {"窓口の待ち時間", "移行計画の点検", "仕様書の整理", "ﾈｯﾄﾜｰｸの見直し", "画面の改善"},
        ),
        ({"owner": "none"}, {"窓口の待ち時間"}),
        ({"owner": "any", "state": "open"}, {"移行計画の点検", "ﾈｯﾄﾜｰｸの見直し"}),
        (
            {"owner": "any", "state": "any", "q": "ひのはら"},
            {"窓口の待ち時間", "ﾈｯﾄﾜｰｸの見直し", "案内した相談"},
        ),
        ({"owner": "any", "q": "ネットワーク"}, {"ﾈｯﾄﾜｰｸの見直し"}),
        ({"owner": "any", "q": "machida"}, {"移行計画の点検", "仕様書の整理", "画面の改善"}),
        ({"owner": "any", "q": "100%"}, set()),
        ({"owner": "any", "turn": "mine"}, {"窓口の待ち時間", "移行計画の点検", "仕様書の整理"}),
        ({"owner": "any", "turn": "others"}, {"ﾈｯﾄﾜｰｸの見直し"}),
        ({"owner": "any", "turn": "specialist"}, set()),
        ({"owner": "any", "turn": "nobody"}, {"画面の改善"}),
        ({"owner": "any", "turn": "body"}, set()),
        (
            {"owner": "nonsense", "state": "sold", "turn": "x", "page": "-1"},
            {"窓口の待ち時間", "移行計画の点検", "仕様書の整理", "画面の改善"},
        ),
    ],
)
def test_filters_narrow_the_list_and_the_count(at, many, filters, titles):
    assert set(desk(at, **filters)) == {many[title].number for title in titles}
    page = at.coordinator.get("/desk", query_string=filters)
    assert f"依頼{len(titles)}件" in joined(page)


def test_a_number_finds_its_request_whatever_the_width(at, many):
    it = many["移行計画の点検"]
    assert desk(at, owner="any", q=it.number.lower()) == [it.number]


def test_the_filters_stay_in_the_form_and_in_the_pages(at, people, town):
    for _ in range(PAGE + 3):
        make.talent_request(
            of=town, state=S.SUBMITTED, turn_due_on=date(2026, 12, 1), submitted_at=make.clock.now()
        )
    first = at.coordinator.get("/desk?state=submitted")
    assert f"依頼{PAGE + 3}件1〜{PAGE}件を表示" in joined(first)
    assert '<option value="submitted" selected>' in first.text
    assert "state=submitted" in first.text.split('class="pages"')[1]
    second = listed(at.coordinator, "/desk?state=submitted&page=2")
    assert len(second) == 3
    assert not set(second) & set(listed(at.coordinator, "/desk?state=submitted"))
    assert listed(at.coordinator, "/desk?state=submitted&page=99") == second


def test_no_result_names_the_condition_to_give_up(at, many):
    page = at.coordinator.get("/desk?q=檜原村&owner=none&state=open")
    shown = joined(page)
    assert "この条件に合う依頼はありません" in shown
    assert "「状態」の条件を外すと1件あります" in shown
    page = at.coordinator.get("/desk?q=どこにもない&owner=any&state=any")
    assert "「団体名・件名・番号」の条件を外すと7件あります" in joined(page)


def test_an_empty_desk_says_what_comes(at):
    assert "依頼はまだありません" in joined(at.coordinator.get("/desk?state=any&owner=any"))


def test_lists_ask_the_database_a_few_times_only(at, many, counted, people, town):
    for _ in range(20):
        make.talent_request(of=make.body(), state=S.SUBMITTED, submitted_at=make.clock.now())
    for client, path in (
        (at.coordinator, "/desk?owner=any"),
        (at.coordinator, "/desk?q=nothing"),
        (at.officer, "/requests"),
        (at.officer, "/requests/finished"),
        (at.manager, "/requests/waiting"),
        (at.officer, "/"),
        (at.manager, "/"),
        (at.coordinator, "/"),
    ):
        sent = counted(lambda client=client, path=path: client.get(path))
        assert len(sent) <= 8, (path, len(sent), sent)


def test_home_asks_what_waits_for_this_person(at, many, people, actor):
    draft = begin(at.officer)
    mine, total = queries.first_turns(actor(people.coordinator), None)
    assert total == 3
    assert [it.title for it in mine] == ["仕様書の整理", "移行計画の点検", "窓口の待ち時間"]
    assert [it.number for it in queries.first_turns(actor(people.officer), None)[0]] == [draft]
    assert queries.first_turns(actor(people.colleague), None) == ([], 0)
    assert queries.first_turns(actor(people.specialist), None) == ([], 0)


def test_the_database_filters_by_the_same_side_that_the_page_names(people, town, many):
    """`columns.side_now` and `states.whose_turn` are two writings of one table."""
    from talentshare.platform.db import db
    from talentshare.talent_requests.models import TalentRequest
    from talentshare.talent_requests.queries import columns

    town.needs_endorsement = True
    make.saved(town)
    strict = make.body(needs_endorsement=True, needs_manager=True)  # and no manager in it
    for body in (town, make.body(), strict):
        for state in S:
            make.talent_request(of=body, state=state)
        for stored in (Side.BODY, Side.MANAGER):
            make.talent_request(of=body, turn_side=stored, turn_task="decide")
    make.talent_request(of=town, turn_side=Side.SPECIALIST, turn_task="answer")
    side = columns.side_now()
    rows = db.session.execute(db.select(TalentRequest, side).join(TalentRequest.body)).all()
    assert len(rows) > 2 * len(S)
    for it, side in rows:
        turn = it.turn
        if turn is not None:
            assert side == (turn.side.value if turn.side else columns.NOBODY), (it.state, side)
        else:
            assert side == ""
    db.session.rollback()


def test_a_manager_s_list_is_not_another_body_s(at, people, wanting_endorsement):
    elsewhere = make.manager()
    number = submitted(at.officer)
    with pytest.raises(NotFound):
        queries.waiting(make.actor_of(people.officer))
    assert queries.waiting(make.actor_of(elsewhere)).total == 0
    found = queries.waiting(make.actor_of(people.manager))
    assert [it.number for it in found.items] == [number]
    make.db.session.commit()
    assert "所属の確認" in text_of(at.officer.get("/requests"))
