"""What was counted on a day is kept, and read back as it was."""

import random
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from talentshare.engine import utilisation as engine
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Forbidden
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.reports import actions, jobs
from talentshare.reports.models import SnapshotLine, UtilisationSnapshot
from tests import make
from tests.reports import pool, reading
from tests.reports.test_recomputed import fill, question
from tests.reports.test_views import DECEMBER, FILE, PAGE, main_of, texts

NOW = datetime(2026, 11, 24, tzinfo=UTC)
THEN = "&at=2026-11-24"
QUESTIONS = 40
VIEWS = ("person", "role", "skill", "body", "basis")


@pytest.fixture
def coordinator(app, sign_in):
    make.catalogue()
    return sign_in(make.coordinator())


def tables_and_files(client, query):
    """What page and files say of a question."""
    page = client.get(f"{PAGE}?{urlencode(query)}")
    kinds = {query["by"], "month", "role"}
    files = {
        by: reading.sheet(client.get(f"{FILE}?{urlencode(query | {'by': by})}")) for by in kinds
    }
    return reading.tables(page.text), files


def people_of_pool():
    return db.session.execute(
        db.text(
            "SELECT s.id, p.name, p.kana, r.role_code FROM specialist s"
            " JOIN person p ON p.id = s.person_id"
            " JOIN specialist_role r ON r.specialist_id = s.id AND r.is_primary"
            " ORDER BY p.kana, s.id"
        )
    ).all()


def test_what_was_kept_reads_as_it_read_on_its_day_whatever_happened_since(
    coordinator, still_clock
):
    rng = random.Random(20261124)
    fill(rng)
    pool.member("去った 人", engaged_until=date(2026, 11, 27))
    people = people_of_pool()
    days = [question(rng, people)[0] for _ in range(QUESTIONS)]
    asked = [query | {"by": VIEWS[n % 5]} for n, query in enumerate(days) if is_kept(query)]
    assert len(asked) > QUESTIONS // 2
    before = [tables_and_files(coordinator, query) for query in asked]
    jobs.keep_utilisation()
    still_clock(timedelta(minutes=10))
    late = pool.member("後から 来た人", "アトカラ", roles=("PM",))
    pool.booked(late, 600, date(2026, 12, 7))
    db.session.execute(db.text("UPDATE specialist_skill SET verified_level = 0, claimed_level = 0"))
    db.session.commit()
    for query, then in zip(asked, before, strict=True):
        assert tables_and_files(coordinator, query | {"at": "2026-11-24"}) == then, query
    assert tables_and_files(coordinator, asked[0]) != before[0]


def is_kept(query):
    return query["from"] >= "2025-04" and query["to"] <= "2028-03"


def test_a_day_is_kept_once_with_when_and_by_which_version(either_app, still_clock):
    make.catalogue()
    pool.member()
    assert jobs.keep_utilisation() == 1
    still_clock(timedelta(hours=3))
    assert jobs.keep_utilisation() == 0
    kept = db.session.scalars(select(UtilisationSnapshot)).one()
    assert (kept.taken_on, kept.taken_at) == (date(2026, 11, 24), NOW)
    assert (kept.first_on, kept.last_on) == (date(2025, 4, 1), date(2028, 3, 31))
    assert kept.definition_version == engine.DEFINITION_VERSION
    assert db.session.scalar(select(func.count()).select_from(SnapshotLine)) == 1
    told = select(AuditEvent).where(AuditEvent.deed == "utilisation.kept")
    assert len(db.session.scalars(told).all()) == 1


def test_the_last_second_of_a_day_is_of_that_day_in_tokyo(app, still_clock):
    make.catalogue()
    still_clock(datetime(2026, 11, 24, 23, 59, 59, tzinfo=clock.TOKYO))
    jobs.keep_utilisation()
    still_clock(timedelta(seconds=1))
    jobs.keep_utilisation()
    days = db.session.scalars(select(UtilisationSnapshot.taken_on)).all()
    assert sorted(days) == [date(2026, 11, 24), date(2026, 11, 25)]


def test_only_the_system_keeps_a_day(app):
    make.catalogue()
    for who in (make.coordinator(), make.admin()):
        with pytest.raises(Forbidden):
            actions.keep_day(make.actor_of(who))


def test_page_says_when_the_figures_were_kept_and_the_file_has_that_day(app, sign_in, still_clock):
    make.catalogue()
    pool.booked(pool.member(), 600, date(2026, 12, 7))
    actions.keep_day(SYSTEM)
    still_clock(timedelta(days=2))
    coordinator = sign_in(make.coordinator())
    page = texts(coordinator.get(PAGE + DECEMBER + THEN).text)
    assert "2026年11月24日（火） 09:00に記録した数字です。定義 第1版で数え" in page
    assert "基準日 2026年11月24日（火）" in page
    file = coordinator.get(FILE + DECEMBER + THEN)
    assert "-at-2026-11-24.csv" in file.headers["Content-Disposition"]
    assert reading.sheet(file)[1][-2:] == ["2026-11-24", "1"]


def test_links_of_the_page_stay_on_the_day(coordinator):
    pool.booked(pool.member(), 600, date(2026, 12, 7))
    actions.keep_day(SYSTEM)
    page = main_of(coordinator.get(PAGE + DECEMBER + THEN).text)
    links = [part.split('"')[0] for part in page.split('href="/reports/utilisation')[1:]]
    assert len(links) > 10
    assert [link for link in links if "at=2026-11-24" not in link] == [
        "?from=2026-12&amp;to=2026-12&amp;unit=week&amp;by=person"
    ]


def test_a_day_that_was_not_kept_says_so_and_names_the_nearest(app, sign_in, still_clock):
    make.catalogue()
    pool.member()
    actions.keep_day(SYSTEM)
    still_clock(timedelta(days=4))
    actions.keep_day(SYSTEM)
    coordinator = sign_in(make.coordinator())
    page = coordinator.get(PAGE + DECEMBER + "&at=2026-11-26")
    assert page.status_code == 200
    assert "2026年11月26日（木）の数字は記録されていません" in page.text
    assert "at=2026-11-24" in page.text
    assert "at=2026-11-28" in page.text
    assert "率" not in "".join(map(str, reading.tables(page.text)))
    assert coordinator.get(FILE + DECEMBER + "&at=2026-11-26").status_code == 409
    early = coordinator.get(PAGE + DECEMBER + "&at=2026-11-20").text
    assert "at=2026-11-24" in early
    assert "at=2026-11-28" not in main_of(early)


def test_months_beyond_what_was_kept_are_refused(coordinator):
    pool.member()
    actions.keep_day(SYSTEM)
    page = coordinator.get(PAGE + "?from=2028-03&to=2028-04" + THEN)
    assert "この日の記録にあるのは、2025年4月から2028年3月までです" in page.text


def test_a_day_to_come_and_an_unreadable_one_are_refused_and_stay_typed(coordinator):
    for typed, said in (("2026-11-25", "時点は、今日か"), ("きのう", "日付は")):
        page = coordinator.get(PAGE + DECEMBER + "&at=" + typed)
        assert page.status_code == 422
        assert said in page.text
        assert "value=" in page.text


def test_name_and_role_choose_among_the_kept(coordinator):
    pool.member("渡邉 健太", "ワタナベ ケンタ", roles=("PM",))
    pool.member("髙橋 陽子", "タカハシ ヨウコ", roles=("SA",))
    actions.keep_day(SYSTEM)
    for chosen in ("&q=渡辺", "&role=PM"):
        heat = reading.tables(coordinator.get(PAGE + DECEMBER + THEN + chosen).text)[0]
        assert [row[0][0] for row in heat[1:]] == ["渡邉 健太"]
    nobody = coordinator.get(PAGE + DECEMBER + THEN + "&q=佐藤").text
    assert "この日の記録に、条件に合う専門人材はいません" in nobody


def test_who_sees_whom_is_the_same_as_now(coordinator, sign_in):
    who = pool.member("渡邉 健太", "ワタナベ ケンタ")
    for n in range(3):
        pool.member(f"別の {n}", "ベツノ")
    actions.keep_day(SYSTEM)
    own = sign_in(who.person).get(PAGE + DECEMBER + THEN).text
    assert "渡邉 健太" in main_of(own)
    assert "別の" not in main_of(own)
    admin = sign_in(make.admin())
    assert "5人に満たない月があります" in admin.get(PAGE + DECEMBER + THEN).text
    assert admin.get(FILE + DECEMBER + THEN + "&by=person").status_code == 404
    assert admin.get(FILE + DECEMBER + THEN).status_code == 409
    assert sign_in(make.officer()).get(PAGE + THEN.replace("&", "?")).status_code == 404


@pytest.mark.parametrize("at", ["", THEN])
@pytest.mark.parametrize("by", VIEWS)
def test_every_view_asks_the_database_eight_times_at_most(coordinator, counted, by, at):
    pool.booked(pool.member(skills={"A01": 2}), 600, date(2026, 12, 7))
    actions.keep_day(SYSTEM)
    path = f"{PAGE}{DECEMBER}&by={by}{at}"
    coordinator.get(path)
    sent = counted(lambda: coordinator.get(path))
    assert len(sent) <= 8, "\n".join(sent)


def test_both_databases_keep_alike(either_app, sign_in):
    make.catalogue()
    pool.booked(pool.member(skills={"A01": 2}), 451, date(2026, 11, 30))
    client = sign_in(make.coordinator())
    query = {"from": "2026-11", "to": "2026-12", "unit": "week"}
    before = [tables_and_files(client, query | {"by": by}) for by in VIEWS]
    actions.keep_day(SYSTEM)
    at = {"at": "2026-11-24"}
    assert [tables_and_files(client, query | at | {"by": by}) for by in VIEWS] == before
