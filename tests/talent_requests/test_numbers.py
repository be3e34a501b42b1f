"""Each request has a number of its own, whoever writes at the same time."""

import threading
from datetime import UTC, datetime

from talentshare.kernel.actor import Role
from talentshare.platform.db import db
from talentshare.talent_requests import actions
from talentshare.talent_requests.models import Origin
from tests import make


def test_numbers_follow_the_fiscal_year(app, still_clock):
    make.catalogue()
    actor = make.actor_of(make.officer())
    first = actions.start(actor, Origin()).number
    assert first == "R-2026-0001"
    assert actions.start(actor, Origin()).number == "R-2026-0002"
    still_clock(datetime(2027, 3, 31, 14, 59, tzinfo=UTC))
    assert actions.start(actor, Origin()).number == "R-2026-0003"
    still_clock(datetime(2027, 3, 31, 15, 0, tzinfo=UTC))  # 1 April in Tokyo
    assert actions.start(actor, Origin()).number == "R-2027-0001"


def test_a_number_that_is_taken_is_passed_over(app):
    make.catalogue()
    actor = make.actor_of(make.officer())
    make.talent_request(number="R-2026-0001")
    make.talent_request(number="R-2026-0002")
    assert actions.start(actor, Origin()).number == "R-2026-0003"


def test_parallel_requests_never_share_a_number(either_app):
    make.catalogue()
    town = make.body()
    actors = [make.actor_of(make.person(Role.OFFICER, of=town)) for _ in range(8)]
    db.session.remove()
    numbers, failures = [], []
    start = threading.Barrier(len(actors))

    def begin(actor):
        with either_app.app_context():
            start.wait()
            try:
                numbers.extend(actions.start(actor, Origin()).number for _ in range(4))
            except Exception as error:  # noqa: BLE001  told to the main thread
                failures.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=begin, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(numbers)) == 4 * len(actors)
    assert max(numbers) == "R-2026-0032"
