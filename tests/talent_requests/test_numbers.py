"""Each request has a number of its own, whoever writes at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from talentshare.catalogue import queries as catalogue
from talentshare.kernel.actor import Role
from talentshare.platform.db import db
from talentshare.talent_requests import actions
from talentshare.talent_requests.models import Origin
from tests import make
from tests.architecture.forms import posting
from tests.talent_requests.pages import begin


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


def numbers_at_once(app, actors, origin, times=1) -> list[str]:
    """The numbers that these people get who all begin at the same moment."""
    start = threading.Barrier(len(actors))

    def begun(actor):
        with app.app_context():
            start.wait()
            try:
                return [actions.start(actor, origin).number for _ in range(times)]
            finally:
                db.session.remove()

    with ThreadPoolExecutor(len(actors)) as pool:
        return [number for found in pool.map(begun, actors) for number in found]


def test_parallel_requests_never_share_a_number(either_app):
    make.catalogue()
    town = make.body()
    actors = [make.actor_of(make.person(Role.OFFICER, of=town)) for _ in range(8)]
    db.session.remove()
    numbers = numbers_at_once(either_app, actors, Origin(), 4)
    assert len(set(numbers)) == 4 * len(actors)
    assert max(numbers) == "R-2026-0032"


def test_the_page_sends_a_key_of_its_own(at):
    pages = [at.officer.get("/requests/new").text for _ in range(2)]
    first, second = (posting(page, "/requests/new").fields["_press"][0] for page in pages)
    assert first != second
    twice = [begin(at.officer, _press=first) for _ in range(2)]
    assert twice[0] == twice[1] != begin(at.officer, _press=second)
    other = catalogue.templates()[0].code
    refused = at.officer.post("/requests/new", data={"_press": first, "template_code": other})
    assert refused.status_code == 409
