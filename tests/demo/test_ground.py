"""What stands in a database, and what the demo may do with it."""

from datetime import date

import pytest

from talentshare.app import create_app
from talentshare.cli import checked_app
from talentshare.config import BadSettings
from talentshare.demo import ground
from talentshare.demo.ground import Ground
from talentshare.demo.run import environment
from talentshare.demo.tally import Tally
from talentshare.kernel.actor import SYSTEM
from talentshare.platform import events, schema
from talentshare.platform.db import db
from tests import make
from tests.demo.test_command import UNGUARDED


def test_nobody_serves_other_people_as_the_demo(either_app, either_url, tmp_path):
    make.person(sign_in_name="kanri")
    db.session.commit()
    settings = {"TALENTSHARE_DATABASE_URL": either_url, "TALENTSHARE_INSTANCE": str(tmp_path)}
    with pytest.raises(BadSettings, match="holds people who are not of the demo"):
        checked_app(environment(settings))
    with create_app({"ENVIRONMENT": environment(settings), **UNGUARDED}).app_context() as shown:
        answer = shown.app.test_client().post("/demo/switch", data={"sign_in_name": "kanri"})
        db.session.remove()
        db.engine.dispose()
    assert answer.status_code == 404
    cookies = answer.headers.getlist("Set-Cookie")
    assert {cookie.split("=")[0] for cookie in cookies} <= {"form"}


def test_a_demo_that_was_not_finished_is_told_from_one_that_was(either_app):
    assert ground.find().ground is Ground.EMPTY
    people = make.person(mail="a@b.example"), make.person(mail="real@city.lg.jp")
    events.announce(SYSTEM, ground.BEGUN, people[0], size="tokyo", seed=2, as_of="2026-11-24")
    events.seal(db.session())
    db.session.commit()
    assert (ground.find().ground, ground.find().has_joined) == (Ground.UNFINISHED, True)
    assert ground.defects() == ["The demo in this database is not finished: run `make demo`."]
    events.announce(SYSTEM, ground.FINISHED, people[0], sign_in_name="a", ranked=7)
    events.seal(db.session())
    db.session.commit()
    found = ground.find()
    assert (found.ground, found.size, found.seed) == (Ground.FINISHED, "tokyo", 2)
    assert (found.as_of, found.ranked, found.is_touched) == (date(2026, 11, 24), 7, False)
    events.announce(SYSTEM, "session.opened", people[0])
    events.seal(db.session())
    db.session.commit()
    assert ground.find().is_touched
    db.session.remove()
    ground.clear()
    assert ground.find().ground is Ground.EMPTY
    assert schema.defects() == []


def test_it_says_what_it_did_in_the_words_of_the_main_job():
    tally = Tally()
    for deed in ("write", "submit", "receive", "rank", "prepare", "check", "offer", "accept"):
        tally.add(deed)
    tally.skip("propose", "allocation.no_fit")
    assert tally.line() == (
        "received 1, ranked 1, checked 1, offered 1, accepted 1, proposed 0, confirmed 0, refused 0"
    )
    lines = list(tally.table())
    assert lines[0].split() == ["1", "needs", "written", "down", "by", "officers"]
    assert lines[-2].split(maxsplit=1) == ["1", "moves left out, because a rule forbade them"]
    assert "allocation.no_fit" in lines[-1]
