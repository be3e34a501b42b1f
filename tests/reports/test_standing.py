"""What is kept of reports between two of them is never other than what is counted anew."""

import random
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from talentshare.allocations import actions as allocations
from talentshare.engine.utilisation import Unit
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.kernel.period import Period
from talentshare.matching.queries import PEOPLE
from talentshare.platform.db import db, transactional
from talentshare.platform.pictures import MOST_NAMED, Album, Keeper
from talentshare.proposals import actions as proposals
from talentshare.proposals.states import RefuseReason
from talentshare.reports.queries import areas, standing
from talentshare.reports.queries.live import counted
from talentshare.talent_requests import actions as requests
from tests import make
from tests.matching import world
from tests.matching.test_kept import DEEDS
from tests.proposals.stage import WAY, Stage
from tests.reports import pool

YEAR = Period(date(2026, 4, 1), date(2027, 3, 31))
NOVEMBER = Period(date(2026, 11, 1), date(2026, 11, 30))


def differing(kept, anew):
    """In what two pictures differ, by name."""
    found = [name for name in ("minutes", "skills") if not same(kept, anew, name)]
    work = ("people", "bodies", "bases", "minutes")
    found += [f"work {name}" for name in work if not same(kept.work, anew.work, name)]
    return found + (["people"] if list(kept.people) != list(anew.people) else [])


def same(one, other, name):
    these, those = getattr(one, name), getattr(other, name)
    if name == "skills":  # pairs in any order
        return sorted(these.T.tolist()) == sorted(those.T.tolist())
    return np.array_equal(these, those)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_deed_utilisation_equals_what_is_counted_anew(app, still_clock, seed):
    rng = random.Random(seed)
    codes = world.skills(3)
    positions = [make.position(), make.position(weekdays=0b10010)]
    people = [world.ready(skills={codes[0]: 2}, max_bodies=3) for _ in range(5)]
    for _ in range(30):
        deed, who = rng.choice(DEEDS), rng.choice(people)
        try:
            deed(rng, who, positions)
        except (Conflict, Invalid):
            db.session.rollback()
        if rng.random() < 0.2:
            still_clock(timedelta(hours=rng.choice([1, 3, 30])))
        for period, unit in ((YEAR, Unit.MONTH), (NOVEMBER, Unit.WEEK)):
            kept, anew = standing.counted_now(period, unit), counted(period, unit)
            assert differing(kept, anew) == [], deed.__name__


def test_only_whom_a_deed_concerns_is_counted_again(app, monkeypatch):
    who, _ = world.ready(), world.ready()
    first = standing.counted_now(YEAR, Unit.MONTH)
    assert standing.counted_now(YEAR, Unit.MONTH) is first
    asked = []
    monkeypatch.setattr(
        standing, "counted", lambda *given: [asked.append(given[2:]), counted(*given)][1]
    )
    world.booked(who, minutes=240)
    assert differing(standing.counted_now(YEAR, Unit.MONTH), counted(YEAR, Unit.MONTH)) == []
    assert asked == [([who.id],)]


def test_after_much_has_changed_all_are_counted_at_once(app, monkeypatch):
    monkeypatch.setattr(standing, "MOST_CHANGED", 1)
    people = [world.ready() for _ in range(3)]
    standing.counted_now(YEAR, Unit.MONTH)
    for who in people:
        world.booked(who, minutes=240)
    assert differing(standing.counted_now(YEAR, Unit.MONTH), counted(YEAR, Unit.MONTH)) == []


def test_a_hold_that_has_run_out_is_no_longer_counted(app, still_clock):
    who = world.ready()
    world.held(who, minutes=240, until=timedelta(hours=2))
    assert standing.counted_now(YEAR, Unit.MONTH).minutes[2].sum() > 0
    still_clock(timedelta(hours=3))
    assert standing.counted_now(YEAR, Unit.MONTH).minutes[2].sum() == 0


def test_within_a_deed_its_own_rows_are_counted_and_nothing_of_it_stays(app):
    who = world.ready()
    before = standing.counted_now(YEAR, Unit.MONTH)
    seen = []

    @transactional
    def try_it():
        world.booked(who, minutes=240)
        seen.append(standing.counted_now(YEAR, Unit.MONTH).minutes[1].sum())
        raise Conflict("undo")

    with pytest.raises(Conflict):
        try_it()
    assert seen[0] > 0
    assert differing(standing.counted_now(YEAR, Unit.MONTH), before) == []


def test_people_without_anything_in_the_period_come_and_go(app):
    who = pool.member(engaged_from=date(2026, 4, 1), engaged_until=date(2026, 10, 31))
    pool.member("乙川 一郎", "オツカワ イチロウ")
    assert len(standing.counted_now(NOVEMBER, Unit.WEEK).people) == 1
    assert len(standing.counted_now(YEAR, Unit.MONTH).people) == 2
    assert who.id not in standing.counted_now(NOVEMBER, Unit.WEEK).ids


def test_on_postgresql_the_kept_figures_are_the_same(either_app):
    people = [world.ready(), world.ready()]
    standing.counted_now(YEAR, Unit.MONTH)
    made = world.held(people[0], minutes=240)
    allocations.confirm(SYSTEM, made.id)
    world.booked(people[1], minutes=60)
    assert differing(standing.counted_now(YEAR, Unit.MONTH), counted(YEAR, Unit.MONTH)) == []


def asked_twice(period):
    found = areas.submitted_now(period), areas.submitted(period)
    return [sorted(map(repr, rows)) for rows in found]


@pytest.mark.parametrize("end", ["cancel", "refuse", "end_early", "withdraw"])
def test_after_each_step_of_a_case_the_areas_equal_what_is_counted_anew(
    either_app, still_clock, end
):
    stage = Stage()
    stage.request.submitted_at = datetime(2026, 11, 2, tzinfo=UTC)
    make.saved(stage.request)
    period = Period(date(2026, 4, 1), date(2027, 3, 31))

    def is_kept_right():
        kept, anew = asked_twice(period)
        return kept == anew and len(kept) == 1

    assert is_kept_right()
    last = {"refuse": "proposed", "withdraw": "checked"}.get(end, "confirmed")
    it = stage.prepare()
    for step in WAY[1 : WAY.index(last) + 1]:
        it = stage.step(it, step)
        assert is_kept_right(), step
    own, officer = stage.actor(stage.owner), stage.actor(stage.officer)
    if end == "cancel":
        proposals.cancel(own, it.id, it.version, "団体の都合による取消し")
    elif end == "refuse":
        proposals.refuse(officer, it.id, it.version, RefuseReason.NEED_CHANGED, "")
    elif end == "end_early":
        still_clock(datetime(2026, 12, 15, tzinfo=UTC))
        proposals.end_early(own, it.id, it.version, date(2026, 12, 14), "予定より早く終わったため")
    else:
        requests.withdraw(officer, stage.request.id, "必要がなくなりました")
    assert is_kept_right()


def test_a_row_added_by_hand_shows_though_a_deed_was_about_somebody_else(app):
    who, other = pool.member(), pool.member("乙川 一郎", "オツカワ イチロウ")
    standing.counted_now(YEAR, Unit.MONTH)
    pool.appointed(who, datetime(2026, 12, 8, 1, tzinfo=UTC), 60)
    world.booked(other, minutes=60)
    assert differing(standing.counted_now(YEAR, Unit.MONTH), counted(YEAR, Unit.MONTH)) == []


def test_where_rows_are_gone_everybody_is_counted_again(app):
    numbers = (3,) * len(PEOPLE.newest)
    assert PEOPLE.added(numbers, numbers) == set()
    assert PEOPLE.added(numbers, (*numbers[1:], 2)) is None


def test_a_deed_about_all_or_of_an_unknown_kind_concerns_everybody(app):
    assert PEOPLE.concerned([("body.kept_for_all", "body:1")]) is None
    assert PEOPLE.concerned([("catalogue.loaded", "body:1")]) is None
    assert PEOPLE.concerned([("body.edited", "body:1"), ("mail.sent", "mail:3")]) == set()
    many = [("allocation.held", f"allocation:{n}") for n in range(MOST_NAMED + 1)]
    assert PEOPLE.concerned(many) is None


def test_an_album_gives_up_what_was_not_asked_for_longest(app):
    made = []

    def keeper_of(key):
        def whole():
            made.append(key)
            return key

        return Keeper(PEOPLE, whole, lambda *_: None)

    album = Album(keeper_of, lambda _: 10, most=2, most_bytes=1000)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert album.now(key) == key
    assert made == ["a", "b", "c", "b"]
    small = Album(keeper_of, lambda _: 10, most=9, most_bytes=15)
    made.clear()
    for key in ("a", "b", "a"):
        small.now(key)
    assert made == ["a", "b", "a"]
    sizes = Album(keeper_of, lambda key: 100 if key == "big" else 1, most=9, most_bytes=50)
    made.clear()
    for key in ("a", "big", "b", "a", "big"):
        sizes.now(key)
    assert made == ["a", "big", "b", "big"], "the large one gives room, the small ones stay"
