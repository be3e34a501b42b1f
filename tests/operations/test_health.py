"""運用状況, and the doors for a monitor."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from talentshare import background
from talentshare.accounts.models import Person
from talentshare.cli import main
from talentshare.kernel import clock
from talentshare.operations import jobs
from talentshare.platform import runs
from talentshare.platform.db import db
from tests import make
from tests.proposals.stage import Stage


@pytest.fixture
def page(app, sign_in):
    """The page, each time in a session of its own: some tests let hours pass."""
    admin_id = make.admin().id
    return lambda: sign_in(db.session.get(Person, admin_id)).get("/admin/health").text


def test_a_new_installation_says_what_to_start(page):
    shown = page()
    assert "確かめることが4件あります" in shown
    assert "talentshare jobs serve を起動してください" in shown


def test_when_all_has_run_all_is_well(app, page, tmp_path):
    background.run_due(app)
    assert "48時間以上、バックアップを作っていません" in page()
    db.session.remove()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in app.config["ENVIRONMENT"].items():
            patch.setenv(name, value)
        assert main(["backup", str(tmp_path / "copy.backup")]) == 0
    shown = page()
    assert "自動処理と記録は正常です" in shown
    assert "確かめることが" not in shown


def test_silence_is_told(app, page, still_clock):
    background.run_due(app)
    for job in ("verify_audit", "anchor_audit"):
        db.session.execute(
            text("UPDATE job_run SET ended_at = :at WHERE job = :job"),
            {"job": job, "at": "2026-11-22 09:00:00"},
        )
    db.session.commit()
    still_clock(timedelta(minutes=16))
    shown = page()
    assert "自動処理が15分以上動いていません" in shown
    assert "監査記録を36時間以上確かめていません" in shown
    assert "監査記録の控えを3時間以上書いていません" in shown


def test_a_failed_job_is_named_with_its_reason(app, page):
    background.run_due(app)
    slot = make.clock.now() + timedelta(minutes=1)
    runs.claim("open_weeks", slot)
    runs.end("open_weeks", slot, 0, "OperationalError")
    shown = page()
    assert "失敗した自動処理があります" in shown
    assert "データベースにつながらないか、書き込めませんでした（1回目）" in shown
    assert "記録での名前：OperationalError" in shown


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("PermissionError", "ファイルを読み書きできませんでした（1回目）"),
        ("UnusableFile", "監査記録の控えのファイルを読めません（1回目）"),
        ("TimeoutError", "データベースにつながらないか、書き込めませんでした（1回目）"),
        ("state.changed_meanwhile", "対象の状態が変わったため、行いませんでした（1回目）"),
        ("KeyError", "プログラムに不具合があります（1回目）"),
    ],
)
def test_what_failed_is_said_in_words(page, fault, said):
    runs.claim("open_weeks", clock.now())
    runs.end("open_weeks", clock.now(), 0, fault)
    shown = page()
    assert said in shown
    assert f"記録での名前：{fault}" in shown


def test_a_broken_chain_comes_first(app, page, monkeypatch):
    Stage().prepare()
    background.run_due(app)
    monkeypatch.setattr("talentshare.platform.events.audit_key", lambda: b"another key")
    slot = make.clock.now() + timedelta(minutes=1)
    verify = background.job_named("verify_audit")
    assert not background.run(app, verify, slot)
    shown = page()
    assert "監査記録の照合に失敗しました" in shown
    assert "notice--stop" in shown
    assert jobs.Broken.__name__ in shown


def test_the_page_is_complete_in_english(app, sign_in):
    admin = sign_in(make.admin())
    admin.set_cookie("locale", "en", domain="localhost")
    shown = admin.get("/admin/health").text
    assert "Things to look into: 4" in shown
    assert "Start talentshare jobs serve" in shown


def test_a_monitor_asks_without_signing_in(either_app):
    client = either_app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert "Set-Cookie" not in answer.headers


def test_it_is_not_ready_without_its_tables(bare_app):
    answer = bare_app.test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready"})
    assert bare_app.test_client().get("/healthz").status_code == 200


def test_it_is_not_ready_at_another_revision(app):
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert app.test_client().get("/readyz").status_code == 503


@pytest.mark.postgresql
def test_a_database_that_takes_connections_and_is_silent_is_given_up(
    running, postgresql_url, monkeypatch
):
    with (
        running(postgresql_url) as app,
        socket.create_server(("127.0.0.1", 0)) as silent,
        ThreadPoolExecutor(1) as pool,
    ):
        url = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        engine = create_engine(url, **app.config["SQLALCHEMY_ENGINE_OPTIONS"])
        monkeypatch.setitem(db.engines, None, engine)
        client = app.test_client()
        asked = pool.submit(lambda: client.get("/readyz").status_code)
        assert asked.result(timeout=60) == 503  # psycopg alone would wait for 130 seconds
        assert client.get("/healthz").status_code == 200
        monkeypatch.undo()


def test_a_check_that_could_not_run_is_no_break(app, page):
    background.run_due(app)
    slot = make.clock.now() + timedelta(minutes=1)
    runs.claim("verify_audit", slot)
    runs.end("verify_audit", slot, 0, "OperationalError")
    shown = page()
    assert "失敗した自動処理があります" in shown
    assert "監査記録の照合に失敗しました" not in shown


def test_one_job_that_is_overdue_is_told_while_others_run(app, page, still_clock, monkeypatch):
    background.run_due(app)
    others = tuple(job for job in background.JOBS if job.name != "send_mails")
    monkeypatch.setattr(background, "JOBS", others)
    for _ in range(3):
        still_clock(timedelta(minutes=5))
        background.run_due(app)
        assert "予定の時刻を15分以上過ぎても" not in page()
    still_clock(timedelta(minutes=5))
    background.run_due(app)
    shown = page()
    assert "予定の時刻を15分以上過ぎても行われていない自動処理があります" in shown
    assert shown.count("予定を過ぎています") == 1
    assert "自動処理が15分以上動いていません" not in shown


def test_a_daily_job_is_overdue_by_its_own_times(app, page, still_clock, monkeypatch):
    still_clock(clock.now().replace(hour=15, minute=0))  # midnight in Tokyo
    background.run_due(app)
    others = tuple(job for job in background.JOBS if job.name != "keep_utilisation")
    monkeypatch.setattr(background, "JOBS", others)
    for minutes, is_told in ((40, False), (6, True)):
        still_clock(timedelta(minutes=minutes))
        background.run_due(app)
        assert ("予定を過ぎています" in page()) is is_told


def test_a_job_that_does_not_end_is_told(app, page, still_clock):
    background.run_due(app)
    still_clock(timedelta(minutes=1))
    runs.claim("send_mails", clock.now())
    for minutes, is_told in ((30, False), (1, True)):
        still_clock(timedelta(minutes=minutes))
        shown = page()
        assert ("30分以上終わらない自動処理があります" in shown) is is_told
        assert ("終わっていません" in shown) is is_told
        assert "失敗した自動処理があります" not in shown


def test_a_lost_file_of_heads_is_told(app, page, still_clock):
    background.run_due(app)
    assert "番まで" in page()
    app.config["ANCHOR_FILE"].unlink()
    still_clock(timedelta(hours=1))
    background.run_due(app)
    shown = page()
    assert "監査記録の控えのファイルがないか、前より短くなっています" in shown
    assert "notice--stop" in shown
    assert "失敗した自動処理があります" not in shown
