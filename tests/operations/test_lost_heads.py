"""The file of published heads is gone, or shorter than it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from talentshare import background
from talentshare.notices.models import Notice
from talentshare.operations import jobs
from talentshare.platform import events
from talentshare.platform.db import db
from tests import make
from tests.operations.test_jobs import MINUTE, SLOT
from tests.proposals.stage import Stage


def lost_told():
    db.session.rollback()
    told = select(Notice).where(Notice.code == "operations.notice.anchor_lost")
    return [(one.person_id, one.details["number"]) for one in db.session.scalars(told)]


@pytest.mark.parametrize("left", [None, 0, 1, 2])
def test_a_file_of_heads_that_is_gone_or_shorter_is_told_and_not_begun_anew(app, left):
    admin_id = make.admin().id
    path, anchor = app.config["ANCHOR_FILE"], background.job_named("anchor_audit")
    for hour in range(3):
        Stage().prepare()
        assert background.run(app, anchor, SLOT + hour * timedelta(hours=1))
    kept, last = path.read_text(), events.head()[0]
    if left is None:
        path.unlink()
    else:
        path.write_text("".join(kept.splitlines(keepends=True)[:left]))
    for _ in range(2):
        with pytest.raises(jobs.AnchorLost):
            jobs.anchor_audit()
        assert jobs.verify_audit() == 0, "the chain itself holds"
        assert not background.run(app, anchor, SLOT + timedelta(hours=3), background.DIED)
    assert lost_told() == [(admin_id, last)], "once a day"
    assert not path.exists() or len(path.read_text().splitlines()) == left
    path.write_text(kept)
    assert jobs.verify_audit() == 0
    assert background.run(app, anchor, SLOT + timedelta(hours=4))


def test_an_administrator_can_begin_another_file_of_heads(app):
    anchor = background.job_named("anchor_audit")
    Stage().prepare()
    assert background.run(app, anchor, SLOT)
    path = app.config["ANCHOR_FILE"]
    path.write_text(" ".join(str(part) for part in events.head()) + "\n")  # `audit head > FILE`
    assert jobs.verify_audit() == 0
    assert background.run(app, anchor, SLOT + MINUTE)


def test_that_there_was_a_file_of_heads_is_not_forgotten(app, still_clock):
    anchor = background.job_named("anchor_audit")
    assert background.run(app, anchor, SLOT)
    app.config["ANCHOR_FILE"].unlink()
    assert not background.run(app, anchor, SLOT + MINUTE)
    still_clock(timedelta(days=200))
    jobs.forget_runs()
    with pytest.raises(jobs.AnchorLost):
        jobs.anchor_audit()
