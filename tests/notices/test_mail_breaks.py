"""Where mail once could be lost, doubled, blocked, or read by somebody else."""

import socket
import threading
import time
from contextlib import closing
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from talentshare import background
from talentshare.accounts import actions as accounts
from talentshare.accounts.models import MailPace, OneTimeToken, Person
from talentshare.background import Job
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.notices import actions, jobs, queries
from talentshare.notices.models import Mail, Notice
from talentshare.notices.states import MailState
from talentshare.platform.db import db, reading
from talentshare.platform.events import AuditEvent
from tests import make
from tests.notices.conftest import DAY, HOUR, MINUTE, officer, states, switched_on, tell, text_of

SEND = Job("send_mails", "* * * * *", jobs.send_mails)


def test_nobody_waits_for_the_database_while_a_mail_is_sent(on, server):
    """The relay holds the mail; meanwhile somebody writes, on SQLite too."""
    tell(officer())
    server.hold = threading.Event()
    db.session.remove()

    def sent():
        reading.set(False)  # as in the process of the jobs
        background.run(on, SEND, clock.now())

    thread = threading.Thread(target=sent)
    thread.start()
    while not server.is_holding:
        time.sleep(0.02)
    began = time.monotonic()
    with db.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            idle = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
            mine = " AND datname = current_database() AND pid <> pg_backend_pid()"
            assert connection.scalar(text(idle + mine)) == 0
        else:
            connection.exec_driver_sql("ROLLBACK")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        connection.execute(update(Person).values(section="新しい課"))
    took = time.monotonic() - began
    server.hold.set()
    thread.join()
    assert took < 3, "the writer did not wait for the relay"
    assert states() == [MailState.SENT]


def test_a_mail_that_ends_the_talk_goes_behind_the_others(on, server, still_clock):
    tell(officer(mail="poison@machida.example"))
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(5)])
    server.poison = "poison@"
    for _ in range(6):
        jobs.send_mails()
        still_clock(2 * MINUTE)
    assert states() == [MailState.SENT] * 5 + [MailState.WAITING]
    for _ in range(78):
        still_clock(HOUR)
        jobs.send_mails()
    assert states() == [MailState.FAILED] + [MailState.SENT] * 5


def test_a_mail_that_waited_for_days_is_not_given_up_at_the_first_answer(on, server, still_clock):
    tell(officer())
    still_clock(4 * DAY)
    server.answers = ["451 4.7.1 greylisted"] * 20
    for _ in range(20):
        jobs.send_mails()
        still_clock(HOUR)
    assert states() == [MailState.WAITING]
    assert jobs.send_mails() == 1


@pytest.mark.parametrize("said", ["553 5.1.8 sender rejected", "530 5.7.0 sign in first"])
def test_a_sender_that_is_refused_costs_no_mail_a_try_and_is_seen_at_once(on, server, said):
    make.session_cookie(browser := on.test_client(), make.admin())
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(3)])
    server.said_to_sender = said
    assert jobs.send_mails() == 0
    mails = db.session.scalars(select(Mail)).all()
    assert {(mail.state, mail.tries) for mail in mails} == {(MailState.WAITING, 0)}
    for path in ("/admin/health", "/admin/mails"):
        assert "差出人のアドレスを受け付けない" in browser.get(path).text
    assert said in browser.get("/admin/mails").text


def test_once_the_sender_is_put_right_all_leave(on, server, still_clock):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(3)])
    server.said_to_sender = "553 5.1.8 sender rejected"
    jobs.send_mails()
    server.said_to_sender = ""
    still_clock(MINUTE)
    assert jobs.send_mails() == 3
    assert not queries.is_sender_refused()


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("552 5.3.4 too large", MailState.REFUSED),
        ("451 4.7.1 too many", MailState.WAITING),
    ],
)
def test_what_is_said_of_one_mail_is_no_fault_of_the_settings(on, server, said, state):
    tell(officer())
    server.said_to_sender = said
    jobs.send_mails()
    assert states() == [state]
    assert db.session.scalars(select(Mail.fault)).all() == [said]
    assert not queries.is_sender_refused()


def test_one_mail_for_which_the_sender_is_refused_stops_no_other(on, server):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(3)])
    server.said_to_senders = ["555 5.5.4 unsupported option"]
    assert jobs.send_mails() == 2
    assert sorted(states()) == [MailState.SENT, MailState.SENT, MailState.WAITING]
    assert not queries.is_sender_refused()
    assert jobs.send_mails() == 0, "it waits a while"


def test_a_slow_server_leaves_nothing_to_be_sent_twice(on, server, still_clock):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(6)])
    taken_by_others = []

    def six_minutes_later(_message):
        still_clock(6 * MINUTE)
        with on.app_context():
            taken_by_others.extend(actions.take_mails(SYSTEM, 20))

    server.meanwhile = six_minutes_later
    assert jobs.send_mails() == 6
    assert taken_by_others == []


def test_what_another_sender_took_meanwhile_is_left_to_it(on, server, still_clock):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(3)])
    others = []

    def asleep_for_long(_message):
        server.meanwhile = None
        still_clock(11 * MINUTE)
        with on.app_context():
            others.extend([*actions.take_mails(SYSTEM, 20)][1:])

    server.meanwhile = asleep_for_long
    assert jobs.send_mails() == 1
    assert len(others) == 2
    assert states() == [MailState.SENT, MailState.WAITING, MailState.WAITING]


def test_a_lease_that_ran_out_costs_the_batch_nothing(on, server, still_clock):
    tell(*[officer(mail=f"dx{n}@machida.example") for n in range(3)])
    taken = actions.take_mails(SYSTEM, 20)
    still_clock(11 * MINUTE)
    assert jobs.send_mails() == 3
    for mail_id in taken:  # the slow one comes back to what is done
        actions.mark_sent(SYSTEM, mail_id)
        actions.put_off(SYSTEM, mail_id, "late")
        actions.refuse_mail(SYSTEM, mail_id, "late")
        actions.drop_mail(SYSTEM, mail_id)
    actions.give_back(SYSTEM, [*taken], "late")
    assert states() == [MailState.SENT] * 3


def test_two_makers_of_digests_make_one(on, server):
    tell(officer(mail_pace=MailPace.DAILY))
    db.session.remove()
    start = threading.Barrier(2)

    def make_them():
        with on.app_context():
            start.wait()
            jobs.make_digests()

    threads = [threading.Thread(target=make_them) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert states() == [MailState.WAITING]


def test_who_changes_to_at_once_still_gets_what_waited(on, server):
    who = officer(mail_pace=MailPace.DAILY)
    tell(who)
    accounts.choose_mail_pace(make.actor_of(who), MailPace.AT_ONCE)
    assert jobs.make_digests() == 1
    assert jobs.send_mails() == 1


def test_a_notice_about_unsent_mail_is_in_no_mail(on, server, still_clock):
    make.admin(mail="nobody@govtech.example", mail_pace=MailPace.DAILY)
    tell(officer(mail="nobody@machida.example"))
    for _ in range(4):
        jobs.make_digests()
        jobs.send_mails()
        still_clock(DAY)
    assert states() == [MailState.REFUSED]


@pytest.mark.parametrize(("others", "sent"), [((), 1), (("dx@machida.example",), 0)])
def test_a_link_goes_to_no_address_that_others_read(on, server, others, sent):
    who = officer()
    for mail in others:
        officer(mail=mail)
    accounts.make_reset(make.actor_of(make.admin()), who.id)
    said = select(func.count()).where(AuditEvent.deed == "mail.reset_promised")
    assert db.session.scalar(said) == sent, "the trail tells of no mail that there is not"
    assert jobs.send_mails() == sent


def test_a_link_opens_for_one_person_alone_though_numbers_repeat(app, still_clock):
    """After a restore the same number is given again; an old mailed link must stay dead."""
    admin = make.actor_of(make.admin())
    first, second = officer(), officer(mail="other@machida.example")
    old = accounts.make_reset(admin, first.id)
    db.session.execute(delete(OneTimeToken))
    db.session.commit()
    still_clock(timedelta(seconds=1))
    new = accounts.make_reset(admin, second.id)
    assert db.session.scalars(select(OneTimeToken.id)).all() == [1]
    assert old != new
    client = app.test_client()
    assert client.get(f"/account/set-password/{old}").status_code == 410
    assert client.get(f"/account/set-password/{new}").status_code == 200


def test_a_link_made_under_another_key_is_not_sent(on, server):
    accounts.make_reset(make.actor_of(make.admin()), officer().id)
    on.config["SECRET_KEY"] = "t" * 32
    assert jobs.send_mails() == 0
    assert states() == [MailState.DROPPED]


def test_a_number_given_again_bears_another_message_id(on, server, still_clock):
    who = officer()
    for _ in range(2):
        tell(who)
        assert jobs.send_mails() == 1
        db.session.execute(update(Notice).values(mail_id=None))
        db.session.execute(delete(Mail))
        db.session.commit()
        still_clock(MINUTE)
    first, second = server.taken
    assert first["Message-ID"] != second["Message-ID"]


def test_no_password_goes_over_the_wire_in_clear(on, server):
    tell(officer())
    switched_on(on, server.url.replace("smtp://", "smtp://user:secret@"))
    assert jobs.send_mails() == 0
    (mail,) = db.session.scalars(select(Mail)).all()
    assert "no encryption" in mail.fault


def test_a_title_cannot_forge_a_line(on, server):
    title = "点検\r\n画面：https://evil.example\u2028画面：https://evil.example"
    to = [officer().id]
    code = "talent_request.notice.received"
    actions.tell(SYSTEM, to, code, "/requests/R-1", number="R-1", title=title)
    jobs.send_mails()
    lines = text_of(server.taken[0]).splitlines()
    assert not any(line.startswith("画面：https://evil") for line in lines)


def test_a_dead_port_is_a_server_that_cannot_be_reached(app):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    switched_on(app, f"smtps://127.0.0.1:{port}")
    tell(officer())
    assert jobs.send_mails() == 0
    assert states() == [MailState.WAITING]
