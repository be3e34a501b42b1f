"""Mail: promised with the deed, sent once it can be, in the reader's words; nothing is lost."""

import re
import threading
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select, update

from talentshare.accounts.models import MailPace, Person
from talentshare.accounts.states import PersonState
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.notices import actions, jobs, queries
from talentshare.notices.models import Mail, Notice
from talentshare.notices.states import MailState
from talentshare.platform.db import db, transactional
from tests import make
from tests.notices.conftest import HOUR, MINUTE, Server, officer, states, switched_on, tell


def test_the_promise_is_part_of_the_deed(on, server):
    who = officer()

    @transactional
    def fails():
        tell(who)
        raise Conflict("talent_request.not_now")

    with pytest.raises(Conflict):
        fails()
    assert states() == []
    assert jobs.send_mails() == 0


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"mail": ""}, "no address"),
        ({"state": PersonState.SUSPENDED}, "cannot act"),
        ({"mail_pace": MailPace.DAILY}, "once a day"),
    ],
)
def test_some_are_not_written_to_at_once(on, server, given, why):
    tell(officer(**given))
    assert jobs.send_mails() == 0, why
    assert states() == []


def test_without_a_way_no_mail_is_promised(app):
    tell(officer())
    assert states() == []
    assert jobs.send_mails() == jobs.make_digests() == 0


@pytest.mark.parametrize("pace", MailPace)
@pytest.mark.parametrize(
    ("away", "back"),
    [
        ({"state": PersonState.SUSPENDED}, {"state": PersonState.ACTIVE}),
        ({"mail": ""}, {"mail": "new@machida.example"}),
    ],
)
def test_whoever_is_away_meanwhile_is_told_when_back(on, server, away, back, pace):
    who = officer(mail_pace=pace)
    tell(who)
    jobs.make_digests()
    _change(who, away)
    assert jobs.send_mails() == 0
    assert states() == [MailState.DROPPED]
    assert jobs.make_digests() == 0
    assert queries.overview(make.actor_of(make.admin())).dropped_count == 1
    _change(who, back)
    assert jobs.make_digests() == 1
    assert jobs.send_mails() == 1
    assert states() == [MailState.DROPPED, MailState.SENT]


def _change(who, facts):
    db.session.execute(update(Person).where(Person.id == who.id).values(**facts))
    db.session.commit()


def test_an_address_that_is_refused_is_shown_to_the_admins_and_can_be_put_right(
    on, server, still_clock
):
    admin = make.admin()
    who = officer(mail="nobody@machida.example")
    tell(who)
    tell(who, number="R-2026-0143")
    assert jobs.send_mails() == 0
    assert states() == [MailState.REFUSED, MailState.REFUSED]
    told = db.session.scalars(select(Notice).where(Notice.person_id == admin.id)).all()
    assert [one.code for one in told] == ["mail.notice.unsent"], "once a day"
    still_clock(HOUR)
    assert jobs.send_mails() == 0, "it is not tried again by itself"
    browser = on.test_client()
    make.session_cookie(browser, admin)
    page = browser.get("/admin/mails").text
    assert "送れなかったメールが2件あります" in page
    assert "550 5.1.1 no such user" in page
    db.session.execute(update(Person).where(Person.id == who.id).values(mail="dx@machida.example"))
    db.session.commit()
    (first, *_) = db.session.scalars(select(Mail.id).order_by(Mail.id)).all()
    for _ in range(2):  # pressed twice
        assert browser.post(f"/admin/mails/{first}/retry").status_code == 302
    assert jobs.send_mails() == 1
    assert states() == [MailState.REFUSED, MailState.SENT]
    assert "送れなかったメールが1件あります" in browser.get("/admin/mails").text


def test_what_is_not_taken_now_is_tried_ever_more_rarely_then_given_up(on, server, still_clock):
    admin = make.admin()
    tell(officer())
    server.answers = ["450 4.2.0 later"] * 200
    tried, began = [], clock.now()
    while states() == [MailState.WAITING]:
        due_at = db.session.scalar(select(Mail.due_at))
        still_clock(max(began, due_at - timedelta(seconds=1)))
        if tried:
            assert jobs.send_mails() == 0
            assert len(server.answers) == 200 - len(tried), "not before it is due"
        still_clock(due_at)
        jobs.send_mails()
        tried.append((due_at - began) // MINUTE)
    gaps = [b - a for a, b in pairwise(tried)]
    assert gaps == sorted(gaps), "ever more rarely"
    assert gaps[-1] == 60
    assert 3 * 24 * 60 <= tried[-1] <= 3 * 24 * 60 + 65
    assert server.taken == []
    told = select(Notice.code).where(Notice.person_id == admin.id)
    assert db.session.scalars(told).all() == ["mail.notice.unsent"]


def test_a_server_that_is_down_for_an_hour_loses_nothing(either_app, still_clock):
    switched_on(either_app, "smtp://127.0.0.1:1")  # nobody listens there
    people = [officer(mail=f"dx{n}@machida.example") for n in range(50)]
    tell(*people)
    for _ in range(12):
        assert jobs.send_mails() == 0
        still_clock(5 * MINUTE)
    mails = db.session.scalars(select(Mail)).all()
    assert {mail.state for mail in mails} == {MailState.WAITING}
    assert all("ConnectionRefusedError" in mail.fault for mail in mails if mail.fault)
    assert {mail.tries for mail in mails} == {0}, "none was tried: none is nearer to being given up"
    server = Server()
    server.controller.start()
    switched_on(either_app, server.url)
    still_clock(2 * MINUTE)
    assert jobs.send_mails() == 50
    server.controller.stop()
    assert sorted(message["To"].addresses[0].addr_spec for message in server.taken) == sorted(
        one.mail for one in people
    )


def test_a_connection_that_drops_costs_one_try_not_the_batch(on, server, still_clock):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(5)])
    server.answers = ["250 OK", "drop"]
    assert jobs.send_mails() >= 1
    still_clock(2 * MINUTE)
    jobs.send_mails()
    assert states() == [MailState.SENT] * 5
    assert len(server.taken) == 5


def test_a_repetition_bears_the_same_message_id(on, server, still_clock):
    """The server takes the mail and dies before it says so: nobody can know, the reader can."""
    tell(officer())
    server.answers = ["taken, then drop"]
    assert jobs.send_mails() == 0
    still_clock(2 * MINUTE)
    assert jobs.send_mails() == 1
    first, second = server.taken
    assert first["Message-ID"] == second["Message-ID"]
    assert re.fullmatch(r"<mail-\d+-[0-9a-f]{12}@talent\.example>", first["Message-ID"])


def test_a_sender_that_dies_loses_none_of_its_batch(on, server, still_clock):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(3)])
    assert len(actions.take_mails(SYSTEM, 20)) == 3  # and it is killed
    assert jobs.send_mails() == 0, "another one leaves them alone for a while"
    still_clock(11 * MINUTE)
    assert jobs.send_mails() == 3


def test_two_senders_share_the_work(on, server):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(60)])
    db.session.remove()
    start = threading.Barrier(2)
    sent = []

    def send():
        with on.app_context():
            start.wait()
            sent.append(jobs.send_mails())

    threads = [threading.Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(sent) == 60
    assert len({message["Message-ID"] for message in server.taken}) == len(server.taken) == 60


@pytest.mark.parametrize(
    "address",
    ["no address", "@", "a@b@c", "a@b\r\nBcc: all@example.jp", "漢字@例え.jp", "a" * 500 + "@b.jp"],
)
def test_an_address_that_is_none_stops_no_other_mail(app, still_clock, address):
    server = Server()
    server.controller.start()
    switched_on(app, server.url)
    tell(officer(mail=address, name="佐藤\r\nBcc: all@example.jp"), officer())
    jobs.send_mails()
    still_clock(2 * MINUTE)
    jobs.send_mails()
    server.controller.stop()
    assert MailState.SENT in states()
    assert all(message["Bcc"] is None for message in server.taken)
    assert [str(m["To"].addresses[0].addr_spec) for m in server.taken][-1:] == [
        "dx@machida.example"
    ]
