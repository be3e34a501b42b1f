"""Whether late mail stands in a queue that needs the server, or waits for one recipient."""

import pytest

from talentshare.notices import jobs, queries
from talentshare.operations import queries as operations
from tests import make
from tests.notices.conftest import FULL, MINUTE, officer, tell


def hour_of_sending(still_clock, *minutes_with_mail):
    """Sixty minutes of the sender's job; somebody else is told something in some of them."""
    for minute in range(60):
        if minute in minutes_with_mail:
            tell(officer(mail=f"dx{minute}@machida.example"))
        jobs.send_mails()
        still_clock(MINUTE)


@pytest.mark.parametrize("others", [(), (5, 45)])
def test_one_full_mailbox_is_no_queue(on, server, still_clock, others):
    tell(officer(mail="full@machida.example"))
    admin = make.actor_of(make.admin())
    hour_of_sending(still_clock, *others)
    faults = operations.health(admin).faults
    assert ("mail_recipient_late" in faults, "mail_late" in faults) == (True, False)
    assert len(server.taken) == len(others)
    [waiting] = queries.overview(admin).put_off
    assert waiting.fault == f"RCPT TO: {FULL}"


def test_a_mail_that_others_have_passed_is_no_queue_whatever_was_answered(on, server, still_clock):
    tell(officer(mail="poison@machida.example"))
    server.poison = "poison@"
    admin = make.actor_of(make.admin())
    hour_of_sending(still_clock, 5)
    assert "mail_recipient_late" in operations.health(admin).faults


def test_a_queue_that_begins_behind_a_full_mailbox_is_told(on, server, still_clock):
    tell(officer(mail="full@machida.example"))
    admin = make.actor_of(make.admin())
    hour_of_sending(still_clock, 5)
    server.answers = ["451 4.3.0 not now"] * 60
    tell(officer(mail="late@machida.example"))
    hour_of_sending(still_clock)
    faults = operations.health(admin).faults
    assert ("mail_recipient_late" in faults, "mail_late" in faults) == (False, True)


def test_several_whom_nobody_has_passed_are_a_queue(on, server, still_clock):
    tell(officer(mail="full@machida.example"), officer(mail="full2@machida.example"))
    hour_of_sending(still_clock)
    assert "mail_late" in operations.health(make.actor_of(make.admin())).faults


@pytest.mark.parametrize("locale", ["ja", "en"])
def test_an_admin_reads_that_one_mailbox_does_not_take_mail(on, server, still_clock, locale):
    tell(officer(mail="full@machida.example"))
    for _ in range(31):
        jobs.send_mails()
        still_clock(MINUTE)
    make.session_cookie(client := on.test_client(), make.admin())
    client.set_cookie("locale", locale, domain="localhost")
    page = client.get("/admin/health").text
    said = {"ja": "相手の側で受け取られていないメール", "en": "waiting for its recipient"}
    assert said[locale] in page
    assert "TALENTSHARE_MAIL_URL" not in page
