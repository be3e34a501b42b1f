"""A mail that comes back: a report of a failed delivery, as mail servers write them (RFC 3464)."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from talentshare.notices import actions, jobs
from talentshare.notices.models import Mail
from talentshare.notices.states import MailState
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.notices.conftest import HOUR, officer, states, tell

REPORT = """From: MAILER-DAEMON@mx.example
To: noreply@talent.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

宛先に届けられませんでした。

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; tantou@city.example
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <tantou@city.example>: user
    unknown

--b
Content-Type: text/rfc822-headers

From: noreply@talent.example
Message-ID: {number}

--b--
"""


def report(number, action="failed"):
    return REPORT.format(number=number, action=action).encode()


@pytest.fixture
def sent(on, server):
    """A mail that has left; the number that it bears."""
    tell(officer())
    assert jobs.send_mails() == 1
    return server.taken[0]["Message-ID"]


def test_it_is_shown_to_the_admins_and_can_be_put_right(on, sent, server):
    browser = on.test_client()
    make.session_cookie(browser, make.admin())
    said = jobs.take_back(report(sent))
    assert said == "Mail 1 came back: 5.1.1 smtp; 550 5.1.1 <tantou@city.example>: user unknown"
    assert states() == [MailState.REFUSED]
    page = browser.get("/admin/mails").text
    assert "送れなかったメールが1件あります" in page
    assert "user unknown" in page
    assert browser.post("/admin/mails/1/retry").status_code == 302
    assert jobs.send_mails() == 1
    assert states() == [MailState.SENT]
    assert len(server.taken) == 2


def test_it_may_be_back_before_it_is_noted_as_sent(on, server):
    tell(officer())
    said = []

    def returned(message):
        with on.app_context():
            said.append(jobs.take_back(report(message["Message-ID"])))

    server.meanwhile = returned
    jobs.send_mails()
    assert said[0].startswith("Mail 1 came back: 5.1.1")
    assert states() == [MailState.REFUSED]


def test_it_is_in_the_audit_and_noted_once(on, sent):
    jobs.take_back(report(sent))
    assert jobs.take_back(report(sent)) == jobs.NOTHING_CAME_BACK
    returned = select(func.count()).where(AuditEvent.deed == "mail.returned")
    assert db.session.scalar(returned) == 1


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", ""])
def test_what_did_not_fail_is_no_return(on, sent, action):
    assert jobs.take_back(report(sent, action)) == jobs.NOTHING_CAME_BACK
    assert states() == [MailState.SENT]


@pytest.mark.parametrize(
    "number",
    [
        "<mail-1-000000000000@talent.example>",
        "<mail-999999999999-000000000000@talent.example>",
        "<somebody@else.example>",
    ],
)
def test_nobody_else_can_make_one_up(on, sent, number):
    assert jobs.take_back(report(number)) == jobs.NOTHING_CAME_BACK
    assert states() == [MailState.SENT]


def test_what_was_sent_again_since_is_not_meant(on, sent, still_clock, server):
    jobs.take_back(report(sent))
    still_clock(HOUR)
    actions.retry_mail(make.actor_of(make.admin()), 1)
    jobs.send_mails()
    assert jobs.take_back(report(sent)) == jobs.NOTHING_CAME_BACK
    assert states() == [MailState.SENT]
    assert jobs.take_back(report(server.taken[1]["Message-ID"])) != jobs.NOTHING_CAME_BACK


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"Subject: hello\n\nhow are you?\n"])
def test_other_messages_do_nothing(on, sent, raw):
    assert jobs.take_back(raw) == jobs.NOTHING_CAME_BACK


def test_a_mail_server_hands_it_to_the_command(on, sent):
    done = subprocess.run(
        [sys.executable, "-m", "talentshare.cli", "mail", "returned", "-"],
        env=os.environ | on.config["ENVIRONMENT"],
        input=report(sent),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"Mail 1 came back: 5.1.1")
    db.session.rollback()
    assert db.session.get(Mail, 1, populate_existing=True).state is MailState.REFUSED
