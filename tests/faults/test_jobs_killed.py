"""What runs by itself is killed again and again: each thing happens once, each mail is sent."""

import random
import time
from collections import Counter
from datetime import timedelta

from sqlalchemy import func, select

from talentshare import background
from talentshare.accounts.models import MailPace
from talentshare.allocations import queries as ledger
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.notices import actions as notices
from talentshare.notices.models import Mail, MailKind, Notice
from talentshare.notices.states import MailState
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.platform.runs import JobRun, Outcome
from tests import make
from tests.faults.house import times, until
from tests.proposals.stage import Stage, ready

LEASE_IS_OVER = timedelta(minutes=11)


def ids_of(post_office) -> list[str]:
    return [message["Message-ID"] for message in post_office.taken]


def every_mail_is_accounted_for(post_office) -> None:
    """Sent mails arrived, whatever was repeated bears its own number, no notice is in two."""
    db.session.rollback()
    mails = db.session.scalars(select(Mail).execution_options(populate_existing=True)).all()
    assert {mail.state for mail in mails} <= {MailState.SENT, MailState.DROPPED}
    sent = {f"<mail-{mail.id}-" for mail in mails if mail.state is MailState.SENT}
    arrived = {number.rpartition("-")[0] + "-" for number in ids_of(post_office)}
    assert arrived == sent
    assert len(set(ids_of(post_office))) == len(sent)
    told = Counter(db.session.scalars(select(Notice.mail_id).where(Notice.mail_id.is_not(None))))
    for mail in mails:
        if mail.state is MailState.SENT and mail.kind in {MailKind.NOTICE, MailKind.DIGEST}:
            assert told[mail.id] >= 1
            assert mail.kind is MailKind.DIGEST or told[mail.id] == 1


def deeds(name: str) -> Counter[str]:
    db.session.rollback()
    found = select(AuditEvent.subject).where(AuditEvent.deed == name)
    return Counter(db.session.scalars(found))


def is_idle(house) -> bool:
    """Each job has run for its latest slot."""
    db.session.rollback()
    done = select(JobRun.job, func.max(JobRun.slot)).where(JobRun.outcome == Outcome.DONE)
    newest = dict(db.session.execute(done.group_by(JobRun.job)).all())
    now = house.now()
    return all(newest.get(job.name) == job.last_slot(now) for job in background.JOBS)


def set_up() -> dict[str, Counter[str]]:
    """Offers and proposals that will run out, supports that will begin; what is to happen once."""
    second, owner = make.coordinator(mail="a@govtech.example"), make.coordinator()
    over, begun = Counter(), Counter()
    for state, count in {"offered": 3, "proposed": 3, "confirmed": 2}.items():
        for _ in range(count):
            own = make.person(Role.SPECIALIST, mail=f"senmon{next(make.numbers)}@example.jp")
            stage = Stage(specialist=ready(person=own), owner=owner, second=second)
            stage.officer.mail = f"officer{next(make.numbers)}@city.example"
            stage.officer.mail_pace = random.choice(list(MailPace))
            db.session.commit()
            it = stage.to(state)
            if state == "confirmed":
                begun[f"talent_request:{stage.request.id}"] += 1
            else:
                over[f"proposal:{it.id}"] += 1
    db.session.remove()
    return {"proposal.expired": over, "talent_request.started": begun}


def test_each_thing_happens_once_though_the_leader_is_killed(either_app, house, post_office):
    kills, wanted = times(20, 200), set_up()
    for _ in range(kills):
        house.move(timedelta(days=16) / kills)
        house.start("jobs")
        time.sleep(random.uniform(0.05, 0.7))
        house.kill("jobs")
    house.move(LEASE_IS_OVER)
    house.start("jobs")
    until(lambda: is_idle(house))
    house.stop("jobs")
    assert {name: deeds(name) for name in wanted} == wanted
    assert ledger.check() == []
    assert events.first_break() is None
    send_the_rest(house)
    every_mail_is_accounted_for(post_office)
    assert len(post_office.taken) >= wanted["proposal.expired"].total()


def send_the_rest(house) -> None:
    """A sender that nobody kills, until nothing waits."""
    house.move(LEASE_IS_OVER)
    house.start("mail")
    until(lambda: not waits())
    house.kill("mail")


def test_each_mail_is_sent_though_the_sender_is_killed(either_app, house, post_office):
    kills = times(20, 200)
    either_app.config.update(MAIL_URL=post_office.url, MAIL_FROM="noreply@talent.example")
    people = [make.officer(mail=f"officer{n}@city.example") for n in range(10)]
    for n in range(kills * 2):
        notices.tell(
            SYSTEM,
            [one.id for one in people],
            "talent_request.notice.received",
            f"/requests/R-2026-{n:04}",
            number=f"R-2026-{n:04}",
            title="移行計画の点検",
        )
    promised = db.session.scalar(select(func.count()).select_from(Mail))
    assert promised == kills * 2 * len(people)
    db.session.remove()
    for _ in range(kills):
        house.start("mail")
        more = len(post_office.taken) + 1
        until(lambda more=more: len(post_office.taken) >= more or not waits())
        time.sleep(random.uniform(0, 0.1))
        house.kill("mail")
        house.move(LEASE_IS_OVER)
    send_the_rest(house)
    every_mail_is_accounted_for(post_office)
    assert len(set(ids_of(post_office))) == promised
    assert len(ids_of(post_office)) <= promised + kills, "a kill repeats at most one mail"
    bodies = {message["Message-ID"]: message.get_content() for message in post_office.taken}
    assert all(bodies[m["Message-ID"]] == m.get_content() for m in post_office.taken)
    assert events.first_break() is None


def waits() -> bool:
    db.session.rollback()
    return bool(db.session.scalar(select(Mail.id).where(Mail.state == MailState.WAITING).limit(1)))
