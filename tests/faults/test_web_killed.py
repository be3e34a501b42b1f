"""The web server is killed again and again under load: what was acknowledged is there, once."""

import random
import time
from datetime import timedelta

from tests.faults.house import times, under_load
from tests.faults.work import confirmed_is_whole, nothing_is_lost, town

WRITERS = 3


def test_what_was_acknowledged_is_kept(either_app, house):
    kills = times(20, 200)
    place = town(kills, WRITERS)
    house.start("web")
    with under_load(place.write(house), WRITERS):
        for number, (_it, agreed) in enumerate(place.agreed):
            agreed.send(house.port)
            time.sleep(random.uniform(0, 0.15))
            if number % 5 == 4:
                house.kill("web")
                house.start("web")
            else:
                house.kill_worker()
            agreed.insist(house.port)
    assert len(place.begun) > kills // 2
    nothing_is_lost(place)
    confirmed_is_whole(place)


def test_a_deed_that_is_killed_in_the_middle_is_done_once(either_app, house):
    """The kill falls into the very press: sent again it is done, never twice, never half."""
    place = town(times(6, 60), 1)
    house.start("web")
    for _it, agreed in place.agreed:
        with under_load(lambda _stop, a=agreed: a.insist(house.port), 1):
            time.sleep(random.uniform(0, 0.08))
            house.kill_worker()
    house.move(timedelta(minutes=1))
    nothing_is_lost(place)
    confirmed_is_whole(place)
