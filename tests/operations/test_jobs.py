"""Jobs: when they are due, that each slot is run once, and what they do on their day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy import delete, select, update

from talentshare import background
from talentshare.background import JOBS, Job
from talentshare.cli import main
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Conflict
from talentshare.notices.models import Notice
from talentshare.operations import jobs
from talentshare.platform import events, runs
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.platform.runs import JobRun, Outcome
from talentshare.talent_requests.states import RequestState
from tests import make
from tests.platform.test_audit_chain import guards_off, tell
from tests.proposals.stage import Stage, now
from tests.proposals.test_lists import counted

MIDNIGHT = datetime(2026, 11, 24, 23, 59, 59, tzinfo=clock.TOKYO)
MINUTE = timedelta(minutes=1)
CRONS = ["*/5 * * * *", "2-59/5 * * * *", "5 0 * * *", "30 3 * * mon", "0 7 1 * *", "0 0 1 4 *"]
SLOT = datetime(2026, 11, 24, 9, tzinfo=clock.TOKYO)


def slot_rows():
    db.session.rollback()
    return {
        (run.job, run.outcome, run.tries, run.fault) for run in db.session.scalars(select(JobRun))
    }


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_every_job_runs_on_an_empty_database_twice_at_the_end_of_a_day(
    either_app, job, still_clock
):
    still_clock(MIDNIGHT)
    slot = job.last_slot(clock.now())
    assert slot <= MIDNIGHT < job.next_slot(clock.now())
    assert background.run(either_app, job, slot)
    assert not background.run(either_app, job, slot), "a slot is run once"
    still_clock(timedelta(seconds=1))
    assert background.run(either_app, job, slot + MINUTE)
    db.session.rollback()
    assert {(run.outcome, run.fault) for run in runs.newest()} == {(Outcome.DONE, "")}


@pytest.mark.parametrize("cron", CRONS)
def test_slots_are_those_of_the_calendar(cron):
    """Minute by minute over New Year, and one leap over April."""
    job = Job("any", cron, int)
    fields = job.trigger
    moment = datetime(2026, 12, 30, tzinfo=clock.TOKYO)
    last = job.last_slot(moment)
    while moment < datetime(2027, 1, 5, tzinfo=clock.TOKYO):
        if fields.get_next_fire_time(None, moment) == moment:
            last = moment
        assert job.last_slot(moment) == last
        moment += MINUTE if cron.startswith(("*", "2")) else MINUTE * 5
    assert job.next_slot(moment) > moment
    assert job.last_slot(datetime(2027, 4, 1, tzinfo=clock.TOKYO)) <= datetime(
        2027, 4, 1, tzinfo=clock.TOKYO
    )


def test_of_many_processes_one_has_the_slot(either_app):
    start = Barrier(8)

    def try_it(_):
        with either_app.app_context():
            start.wait()
            return runs.claim("any", SLOT)

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(try_it, range(8))) == 1
    assert slot_rows() == {("any", Outcome.RUNNING, 1, "")}


def test_what_died_is_repeated_by_the_next_leader_alone(either_app):
    job = Job("any", "0 * * * *", lambda: 7)
    assert runs.claim(job.name, SLOT)  # and its process is killed
    assert not background.run(either_app, job, SLOT)
    assert background.run(either_app, job, SLOT, background.DIED)
    assert slot_rows() == {("any", Outcome.DONE, 2, "")}
    assert not background.run(either_app, job, SLOT, background.DIED), "what is done is done"


def test_a_job_that_fails_says_so_and_is_tried_five_times(app):
    def fail():
        db.session.add(Notice(person_id=0))  # half done: must not stay
        raise ConnectionRefusedError("smtp.example:25, user secret")

    job = Job("any", "0 * * * *", fail)
    assert not background.run(app, job, SLOT)
    assert slot_rows() == {("any", Outcome.FAILED, 1, "ConnectionRefusedError")}
    for tries in range(2, 9):
        assert not background.run(app, job, SLOT, background.DIED)
        assert slot_rows() == {("any", Outcome.FAILED, min(tries, 5), "ConnectionRefusedError")}
    assert db.session.scalar(select(Notice)) is None


def test_a_refusal_is_noted_by_its_code(app):
    def refuse():
        raise Conflict("talent_request.not_now")

    background.run(app, Job("any", "0 * * * *", refuse), SLOT)
    assert slot_rows() == {("any", Outcome.FAILED, 1, "talent_request.not_now")}


def test_one_failure_keeps_no_other_job_from_running(app, monkeypatch):
    def fail():
        raise ValueError

    done = []
    three = tuple(
        Job(name, "0 * * * *", run)
        for name, run in (("a", fail), ("b", lambda: done.append(1) or 1))
    )
    monkeypatch.setattr(background, "JOBS", three)
    assert background.run_due(app) == 1
    assert done == [1]


def test_old_records_go_but_the_newest_of_each_job_stays(app, still_clock):
    for day in range(3):
        runs.claim("any", SLOT + timedelta(days=day))
        runs.end("any", SLOT + timedelta(days=day), 0)
    still_clock(timedelta(days=200))
    assert jobs.forget_runs() == 2
    assert jobs.forget_runs() == 0
    assert [run.slot for run in runs.newest()] == [SLOT + timedelta(days=2)]


def test_the_night_begins_and_ends_supports_once(app, still_clock):
    stage = Stage()
    it = stage.to("confirmed")
    first = stage.request.support_starts_on
    last = stage.request.support_ends_on

    def after(day, minutes=20):
        midnight = datetime.combine(day, datetime.min.time(), clock.TOKYO)
        still_clock(midnight + timedelta(minutes=minutes))
        return {job.name: job.run() for job in JOBS if job.name.endswith("_supports")}

    assert after(first - timedelta(days=1)) == {"begin_supports": 0, "end_supports": 0}
    assert after(first) == {"begin_supports": 1, "end_supports": 0}
    assert after(first) == {"begin_supports": 0, "end_supports": 0}
    assert stage.request.state is RequestState.IN_PROGRESS
    assert after(last) == {"begin_supports": 0, "end_supports": 0}
    assert after(last + timedelta(days=1)) == {"begin_supports": 0, "end_supports": 1}
    assert after(last + timedelta(days=2)) == {"begin_supports": 0, "end_supports": 0}
    told = select(Notice.person_id).where(Notice.code == "talent_request.notice.over")
    assert db.session.scalars(told).all() == [stage.owner.id]
    assert now(it) == "confirmed"


def test_what_begins_and_ends_while_nobody_looked_is_caught_up(app, still_clock):
    stage = Stage()
    stage.to("confirmed")
    still_clock(
        datetime.combine(stage.request.support_ends_on, datetime.min.time(), clock.TOKYO)
        + timedelta(days=3)
    )
    assert background.run_due(app) == len(JOBS)
    db.session.expire_all()
    assert stage.request.state is RequestState.IN_PROGRESS
    assert db.session.scalar(select(Notice).where(Notice.code == "talent_request.notice.over"))
    assert background.run_due(app) == 0, "each slot once"


def test_offers_and_holds_end_by_themselves(either_app, still_clock):
    stage = Stage()
    held = stage.to("proposed")
    still_clock(timedelta(days=60))
    ran = {job.name: job.run() for job in JOBS if job.name in {"expire_proposals", "tidy_holds"}}
    assert ran == {"expire_proposals": 1, "tidy_holds": 0}
    db.session.expire_all()
    assert held.state == "expired"


def test_the_published_heads_prove_the_chain(app, monkeypatch, capsys):
    make.admin()
    for number in range(3):
        Stage().prepare()
        assert jobs.anchor_audit() == events.head()[0], number
    lines = app.config["ANCHOR_FILE"].read_text().splitlines()
    assert len(lines) == 3
    assert lines[-1] == " ".join(str(part) for part in events.head())
    assert jobs.anchor_audit() == events.head()[0]
    assert app.config["ANCHOR_FILE"].read_text().splitlines() == lines, "nothing new"
    assert jobs.verify_audit() == 0
    for name, value in app.config["ENVIRONMENT"].items():
        monkeypatch.setenv(name, value)
    db.session.remove()
    assert main(["audit", "verify", "--anchor", str(app.config["ANCHOR_FILE"])]) == 0
    assert "holds" in capsys.readouterr().out


def test_a_cut_end_is_found_by_what_was_published(either_app):
    admin_id = make.admin().id
    Stage().prepare()
    last = jobs.anchor_audit()
    assert last == events.head()[0]
    db.session.remove()
    with db.engine.begin() as connection:
        guards_off(connection)
        before = connection.scalar(select(AuditEvent.hash).where(AuditEvent.seq == last - 1))
        connection.execute(delete(AuditEvent.__table__).where(AuditEvent.seq == last))
        connection.execute(update(events.AuditHead.__table__).values(seq=last - 1, hash=before))
    assert events.first_break() is None, "the chain itself cannot know"
    for _ in range(2):
        with pytest.raises(jobs.Broken):
            jobs.verify_audit()
    told = db.session.scalars(select(Notice).where(Notice.code == "audit.broken")).all()
    assert [(one.person_id, one.details["number"]) for one in told] == [(admin_id, last)]


@pytest.mark.parametrize("at", [0, 7, 23])
def test_every_line_of_the_published_heads_is_compared_at_once(either_app, at):
    make.admin()
    for n in range(24):
        tell(f"deed.{n}")
        jobs.anchor_audit()
    file = either_app.config["ANCHOR_FILE"]
    lines = file.read_text().splitlines()
    assert len(lines) == 24
    with counted() as sent:
        assert jobs.verify_audit() == 0
    of_links = "SELECT audit_event.seq, audit_event.hash"
    assert len([one for one in sent if one.startswith(of_links)]) == 1
    number, _, link = lines[at].partition(" ")
    lines[at] = f"{number} {link[:-1]}{'0' if link[-1] != '0' else '1'}"
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(jobs.Broken, match=f"^{number}$"):
        jobs.verify_audit()


def test_a_job_is_run_by_hand(app, monkeypatch, capsys):
    for name, value in app.config["ENVIRONMENT"].items():
        monkeypatch.setenv(name, value)
    db.session.remove()
    assert main(["jobs", "list"]) == 0
    assert "open_weeks        20 0 * * *       –" in capsys.readouterr().out
    assert main(["jobs", "run", "open_weeks"]) == 0
    assert main(["jobs", "list"]) == 0
    assert "open_weeks        20 0 * * *       2026-11-24 09:00 done" in capsys.readouterr().out
    assert main(["jobs", "run"]) == 1
    assert "Name the job" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["jobs", "run", "nonsense"])


def test_what_runs_by_itself_acts_as_the_system(app):
    """No job takes arguments, none acts as a person."""
    Stage()
    before = events.head()[0]
    for job in JOBS:
        job.run()
    found = select(AuditEvent.actor_id).where(AuditEvent.seq > before)
    assert set(db.session.scalars(found)) <= {SYSTEM.id}


@pytest.mark.parametrize("written", ["", "garbage", "12 ab", "\n\n"])
def test_a_file_of_heads_that_was_cut_short_can_go_on(app, written):
    Stage().prepare()
    app.config["ANCHOR_FILE"].write_text(written)
    for _ in range(2):
        assert jobs.anchor_audit() == events.head()[0]
    last = app.config["ANCHOR_FILE"].read_text().splitlines()[-1]
    assert last == " ".join(str(part) for part in events.head())
    assert jobs.verify_audit() == 0, "nor does the cut line stop the nightly check"


def test_a_line_that_was_cut_short_takes_no_other_with_it(app):
    Stage().prepare()
    jobs.anchor_audit()
    path = app.config["ANCHOR_FILE"]
    kept = path.read_text()
    path.write_text(kept + "77 abc")
    Stage().prepare()
    assert jobs.anchor_audit() == events.head()[0]
    assert path.read_text().startswith(kept)
    assert len(path.read_text().splitlines()) == 2
    assert jobs.verify_audit() == 0


def test_what_could_not_even_be_claimed_is_run_with_the_next_round(app, monkeypatch):
    job = Job("any", "0 0 * * *", lambda: 1)
    monkeypatch.setattr(background, "JOBS", (job,))
    with monkeypatch.context() as patch:
        patch.setattr(runs, "claim", lambda *_: (_ for _ in ()).throw(OSError("locked")))
        with pytest.raises(OSError, match="locked"):
            background.run_due(app)
    assert background.run_due(app) == 1


def test_a_job_that_is_told_to_stop_begins_no_other(app):
    stop = Event()
    stop.set()
    assert background.run_due(app, stop) == 0
