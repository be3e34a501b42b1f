"""PostgreSQL is killed under load, goes away, comes back: pages say so, nothing is lost."""

import random
import time
from datetime import timedelta

from sqlalchemy import select

from talentshare import background
from talentshare.platform.db import db
from talentshare.platform.runs import JobRun, Outcome
from tests.attacks.crowd import Browser
from tests.faults.house import GONE, OK, Pressed, times, under_load, until
from tests.faults.test_jobs_killed import every_mail_is_accounted_for, send_the_rest
from tests.faults.work import confirmed_is_whole, nothing_is_lost, town

WRITERS = 3
AWAY = 503


def test_killed_under_load_it_comes_back_with_everything(own_cluster, own_house, post_office):
    kills, house = times(3, 10), own_house
    place = town(kills * 2, WRITERS)
    house.start("web")
    house.start("jobs")
    with under_load(place.write(house), WRITERS):
        for number in range(kills):
            first, second = (pressed for _it, pressed in place.agreed[number * 2 : number * 2 + 2])
            first.insist(house.port)
            second.send(house.port)
            time.sleep(random.uniform(0, 0.3))
            own_cluster.kill()
            own_cluster.start()
            second.insist(house.port)
    house.stop("web")
    house.stop("jobs")
    nothing_is_lost(place)
    confirmed_is_whole(place)
    send_the_rest(house)
    every_mail_is_accounted_for(post_office)


def test_while_it_is_away_pages_say_so_and_afterwards_all_goes_on(own_cluster, own_house):
    """Nobody restarts anything: web server and jobs find the database again."""
    place, house = town(1, 1), own_house
    house.start("web")
    house.start("jobs")
    ((_it, agreed),) = place.agreed
    writer = place.writers[0]
    kept = Pressed(writer, "/requests/new", {})
    kept.come_in(house.port)
    own_cluster.kill()
    begin = time.monotonic()
    while time.monotonic() < begin + times(3, 30):
        page = shown(house, writer, "/requests")
        assert (page.status, "今は利用できません" in page.text) == (AWAY, True)
        assert not kept.send(house.port)
        assert house.answers("/healthz") == OK
        assert house.answers("/readyz") == AWAY
        time.sleep(0.5)
    house.move(timedelta(minutes=10))
    own_cluster.start()
    kept.insist(house.port)
    agreed.insist(house.port)
    assert shown(house, writer, "/requests").status == OK
    until(lambda: house.answers("/readyz") == OK)
    db.engine.dispose()
    until(lambda: runs_at(house.now(), "expire_proposals"))
    confirmed_is_whole(place)


def shown(house, who, path):
    try:
        return Browser(house.port, who).get(path)
    except GONE as error:
        raise AssertionError(f"the web server is gone, too: {error}") from error


def runs_at(moment, name):
    """The leader is back: it has run the job for this moment."""
    job = background.job_named(name)
    found = select(JobRun.id).where(JobRun.job == name, JobRun.outcome == Outcome.DONE)
    db.session.rollback()
    return db.session.scalar(found.where(JobRun.slot == job.last_slot(moment)))
