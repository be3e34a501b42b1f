from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from talentshare.kernel.actor import SYSTEM, Actor, Role
from talentshare.kernel.errors import Forbidden
from talentshare.notices import actions, queries
from talentshare.notices.models import Names, Notice, packed, unpacked
from talentshare.platform.events import AuditEvent
from tests import make

XSS = "<script>alert(1)</script>"


@pytest.fixture
def told(app):
    """Tell a person something in a sentence that has a name in it."""

    def told(person, path="/account", due_on=None, about=None):
        name = about or make.person(name="山田 花子", name_latin="Hanako Yamada")
        actions.tell(SYSTEM, [person.id], "person.reset_asked", path, due_on, name=name)

    return told


def test_the_unread_come_first_with_their_links(sign_in, told, still_clock, rows):
    person = make.officer()
    for n in range(3):
        told(person, f"/notices?from={n}", date(2026, 12, 1))
        still_clock(timedelta(minutes=1))
    browser = sign_in(person)
    newest = max(rows(select(Notice.id)))
    browser.post(f"/notices/{newest}/read")
    page = browser.get("/notices").text
    assert "読んでいないお知らせが2件あります" in page
    assert "期限：12月1日（火）" in page
    order = [page.index(f'href="/notices?from={n}"') for n in (1, 0, 2)]
    assert order == sorted(order)


def test_what_has_no_deadline_shows_none(sign_in, told):
    person = make.officer()
    told(person)
    assert "期限" not in sign_in(person).get("/notices").text


def test_the_count_stands_on_every_page(sign_in, told):
    person = make.officer()
    told(person)
    told(person)
    assert "お知らせ（2件）" in sign_in(person).get("/account").text


def test_a_page_that_is_only_looked_at_marks_nothing(sign_in, told, rows):
    person = make.officer()
    told(person)
    browser = sign_in(person)
    browser.get("/notices")
    assert rows(select(Notice.read_at)) == [None]


def test_all_are_read_at_once_and_only_the_own(sign_in, told, rows):
    person, other = make.officer(), make.officer()
    told(person)
    told(person)
    told(other)
    answer = sign_in(person).post("/notices/read-all", follow_redirects=True)
    assert "読んでいないお知らせはありません" in answer.text
    assert "すべて既読にしました" in answer.text
    assert rows(select(Notice.person_id).where(Notice.read_at.is_(None))) == [other.id]


def test_reading_twice_keeps_the_first_time(sign_in, told, rows, still_clock):
    person = make.officer()
    told(person)
    browser = sign_in(person)
    [notice_id] = rows(select(Notice.id))
    browser.post(f"/notices/{notice_id}/read")
    first = rows(select(Notice.read_at))
    still_clock(timedelta(minutes=5))
    browser.post(f"/notices/{notice_id}/read")
    assert rows(select(Notice.read_at)) == first != [None]


def test_somebody_elses_notice_is_not_there(sign_in, told, rows):
    told(make.officer())
    browser = sign_in(make.officer())
    [theirs] = rows(select(Notice.id))
    answer = browser.post(f"/notices/{theirs}/read")
    missing = browser.post("/notices/999999/read")
    assert (answer.status_code, missing.status_code) == (404, 404)
    assert answer.text.split("<main")[1] == missing.text.split("<main")[1]
    assert rows(select(Notice.read_at)) == [None]
    assert "山田" not in browser.get("/notices").text


def test_it_is_worded_in_the_language_of_the_reader(sign_in, told):
    person = make.officer()
    told(person)
    browser = sign_in(person)
    assert "山田 花子さんから" in browser.get("/notices").text
    browser.set_cookie("locale", "en", domain="localhost")
    page = browser.get("/notices").text
    assert "Hanako Yamada asks for a password reset" in page
    assert "You have 1 unread" in page


def test_names_in_it_are_text(sign_in, told):
    person = make.officer()
    told(person, about=make.person(name=XSS))
    page = sign_in(person).get("/notices").text
    assert XSS not in page
    assert "&lt;script&gt;" in page


def test_an_empty_list_says_what_will_stand_there(sign_in):
    page = sign_in(make.officer()).get("/notices").text
    assert "読んでいないお知らせはありません" in page
    assert "あなたの番になったとき" in page


def test_many_are_shown_in_pages(sign_in, told, counted):
    person = make.officer()
    about = make.person()
    for n in range(55):
        told(person, f"/notices?from={n}", about=about)
    browser = sign_in(person)
    assert browser.get("/notices").text.count("/notices?from=") == 50
    assert browser.get("/notices?page=2").text.count("/notices?from=") == 5
    assert browser.get("/notices?page=-1").text.count("/notices?from=") == 50
    assert len(counted(lambda: browser.get("/notices"))) <= 8


def test_each_person_is_told_once_and_the_audit_once(app, rows):
    people = [make.officer().id for _ in range(3)]
    actions.tell(SYSTEM, [*people, people[0]], "person.reset_asked", "/", name="x")
    assert sorted(rows(select(Notice.person_id))) == people
    [event] = rows(select(AuditEvent))
    assert event.details == {"code": "person.reset_asked", "people": 3, "mails": 0}


def test_telling_nobody_is_no_deed(app, rows):
    actions.tell(SYSTEM, [], "person.reset_asked", "/", name="x")
    assert rows(select(AuditEvent)) == []


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "evil", ""])
def test_a_notice_leads_to_our_own_pages_only(app, path):
    with pytest.raises(ValueError, match="path of our own"):
        actions.tell(SYSTEM, [make.officer().id], "person.reset_asked", path)


def test_strangers_cannot_tell(app):
    with pytest.raises(Forbidden):
        actions.tell(Actor(id=0), [1], "person.reset_asked", "/")


def test_details_come_back_as_what_they_were(app):
    body, person = make.body(), make.person(Role.OFFICER)
    details = {
        "on": date(2026, 12, 7),
        "at": datetime(2026, 12, 7, 3, 0, tzinfo=UTC),
        "n": 5,
        "code": "x",
        "nothing": None,
        "body": body,
        "person": person,
    }
    back = unpacked(packed(details))
    assert back == details | {
        "body": Names(body.name_ja, body.name_en),
        "person": Names(person.name, person.name_latin),
    }


def test_admins_are_told_who_forgot_the_password(app, rows):
    chief, person = make.admin(), make.officer()
    actions.tell_reset_asked(SYSTEM, person)
    [notice] = rows(select(Notice))
    assert (notice.person_id, notice.path) == (chief.id, f"/admin/people/{person.id}")
    assert queries.unread_count(make.actor_of(chief)) == 1
