"""Rounds of a leader: what came of a run is written down in the end, and nothing runs beside itself."""

from threading import Event, Thread

import pytest
from sqlalchemy.exc import OperationalError

from talentshare import background
from talentshare.background import Job
from talentshare.kernel import clock
from talentshare.platform import runs
from talentshare.platform.runs import Outcome
from tests.operations.test_jobs import MINUTE, slot_rows


def full(*_args, **_more):
    raise OperationalError("UPDATE job_run", {}, Exception("disk full"))


@pytest.mark.parametrize("fault", ["", "ValueError"])
def test_an_outcome_that_could_not_be_written_is_written_with_the_next_round(
    either_app, monkeypatch, fault
):
    ran = []

    def work():
        ran.append(1)
        if fault and len(ran) == 1:
            raise ValueError
        return 7

    job = Job("any", "0 9 * * *", work)
    monkeypatch.setattr(background, "JOBS", (job,))
    with monkeypatch.context() as patch:
        patch.setattr(runs, "end", full)
        assert background.run_due(either_app) == (0 if fault else 1)
        assert slot_rows() == {("any", Outcome.RUNNING, 1, "")}
    assert background.run_due(either_app) == (1 if fault else 0), "what was done is not repeated"
    assert slot_rows() == {("any", Outcome.DONE, 2 if fault else 1, "")}
    assert background.unwritten == {}


def test_one_outcome_that_cannot_be_written_keeps_no_other_job_from_running(app, monkeypatch):
    done, end = [], runs.end
    two = tuple(Job(name, "0 9 * * *", lambda name=name: done.append(name) or 1) for name in "ab")
    monkeypatch.setattr(background, "JOBS", two)
    with monkeypatch.context() as patch:
        patch.setattr(runs, "end", lambda job, *told: full() if job == "a" else end(job, *told))
        assert background.run_due(app) == 2
    assert done == ["a", "b"]
    assert background.run_due(app) == 0
    assert {(job, outcome) for job, outcome, *_ in slot_rows()} == {
        ("a", Outcome.DONE),
        ("b", Outcome.DONE),
    }


def test_what_is_said_to_run_but_does_not_is_repeated_while_the_leader_lives(app, monkeypatch):
    """As after an outcome that was never known: its thread ended, or another leader's process."""
    job = Job("any", "0 9 * * *", lambda: 1)
    monkeypatch.setattr(background, "JOBS", (job,))
    runs.claim(job.name, job.last_slot(clock.now()))
    assert background.run_due(app) == 1
    assert slot_rows() == {("any", Outcome.DONE, 2, "")}


def test_a_job_that_is_at_work_is_not_begun_beside_itself(app, monkeypatch, still_clock):
    begun, end = [], Event()

    def work():
        begun.append(1)
        assert end.wait(30)
        return 1

    job, other = Job("any", "* * * * *", work), Job("other", "* * * * *", lambda: 1)
    monkeypatch.setattr(background, "JOBS", (job, other))
    thread = Thread(target=background.run, args=(app, job, job.last_slot(clock.now())))
    thread.start()
    try:
        while not begun:
            end.wait(0.01)
        assert background.run_due(app) == 1, "the other; its own slot is not taken for dead"
        still_clock(MINUTE)
        assert background.run_due(app) == 1, "nor is the next one begun"
        assert begun == [1]
    finally:
        end.set()
        thread.join()
    assert background.run_due(app) == 1, "its time comes when it has ended"
    assert begun == [1, 1]
    assert {tries for _, _, tries, _ in slot_rows()} == {1}
