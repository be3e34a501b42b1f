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
from talentshare.notices import actions, jobs
from talentshare.notices.models import Mail, Notice
from talentshare.notices.states import MailState
from talentshare.platform.db import db, reading
from talentshare.platform.events import AuditEvent
from tests import make
from tests.notices.conftest import DAY, MINUTE, officer, states, switched_on, tell, text_of

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
    still_clock(4 * DAY)
    jobs.send_mails()
    assert states() == [MailState.FAILED] + [MailState.SENT] * 5


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
    actions.give_back(SYSTEM, taken, "late")
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
