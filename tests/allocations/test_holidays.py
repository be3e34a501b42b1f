"""休日: what a closed or opened day does is seen before it is done, figure by figure."""

import re
from collections import Counter
from datetime import date

import pytest

from talentshare.allocations import actions as allocations
from talentshare.allocations import queries as time
from talentshare.catalogue import actions, queries
from talentshare.catalogue.models import HolidayDraft
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.proposals.stage import Stage, ready


@pytest.fixture
def admin(sign_in):
    make.catalogue()
    return sign_in(make.admin())


def press(client, data, path="/admin/holidays", **more):
    """See what it does, then do it."""
    page = client.post(path, data=data)
    assert page.status_code == 200, page.text
    return client.post(path, data=data | {"seen": mark(page)}, **more)


def mark(page):
    return re.search(r'name="seen" value="([0-9a-f]+)"', page.text)[1]


def test_holidays_are_listed_by_fiscal_year(admin):
    page = admin.get("/admin/holidays").text
    assert "令和8年度（2026年度）の休日は" in page
    assert "勤労感謝の日" in page
    assert "2025年11月24日" not in page
    assert "2025年11月24日" in admin.get("/admin/holidays?year=2025").text
    assert admin.get("/admin/holidays?year=1999").status_code == 404


def test_a_holiday_is_added_by_an_era_date_and_empties_the_day(admin):
    specialist = make.specialist()
    allocations.open_weeks(SYSTEM, specialist)

    answer = press(admin, {"day": "令和8年12月3日", "name_ja": "開庁記念日"})

    assert answer.status_code == 302
    assert date(2026, 12, 3) in queries.closed_days(date(2026, 12, 3), date(2026, 12, 3))
    week = allocations_week(specialist.id, date(2026, 11, 30))
    assert week == 4 * 420
    assert deeds("catalogue.holidays_changed") >= 1


def allocations_week(specialist_id, week_on):
    statement = "SELECT capacity_minutes FROM week_ledger WHERE specialist_id = :s AND week_on = :w"
    return db.session.execute(
        db.text(statement), {"s": specialist_id, "w": week_on.isoformat()}
    ).scalar()


def deeds(name):
    found = db.select(db.func.count()).select_from(AuditEvent).where(AuditEvent.deed == name)
    return db.session.scalar(found)


def test_a_removed_holiday_stays_removed_after_loading(admin):
    removed = press(admin, {"day": "2027-02-11"}, "/admin/holidays/remove")
    assert removed.status_code == 302
    actions.load(SYSTEM)
    assert queries.closed_days(date(2027, 2, 11), date(2027, 2, 11)) == frozenset()
    again = {"day": "2027/2/11", "name_ja": "建国記念の日"}
    assert press(admin, again).status_code == 302
    assert queries.closed_days(date(2027, 2, 11), date(2027, 2, 11))


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        ({"day": "", "name_ja": "休み"}, 422, "日付を入力してください"),
        ({"day": "来週", "name_ja": "休み"}, 422, "日付は「令和8年12月7日」"),
        ({"day": "2026/12/3", "name_ja": " "}, 422, "名称を入力してください"),
        ({"day": "2026/11/24", "name_ja": "休み"}, 409, "今日または過ぎた日です"),
        ({"day": "2027/1/1", "name_ja": "休み"}, 409, "すでに休日（元日）です"),
    ],
)
def test_a_refused_holiday_says_what_to_do_and_keeps_what_was_typed(admin, data, status, said):
    answer = admin.post("/admin/holidays", data=data | {"name_en": "Kept words"})
    assert answer.status_code == status
    assert said in answer.text
    assert "Kept words" in answer.text


def test_a_holiday_tells_how_many_bookings_no_longer_fit(app, sign_in):
    stage = Stage(specialist=ready(windows=((540, 636),)))  # exactly eight hours a week
    stage.to("confirmed")
    both = sign_in(make.person(Role.ADMIN, Role.COORDINATOR))
    day = {"day": "2026/12/16", "name_ja": "臨時の休み"}
    page = press(both, day, follow_redirects=True).text
    assert "割当ての時間が収まらなくなった週が、新しく1件あります。" in page
    assert '<a href="/clashes">時間の不足を見る</a>' in page
    alone = sign_in(make.admin())
    page = press(alone, {"day": "2026/12/9", "name_ja": "休み"}, follow_redirects=True).text
    assert "新しく1件あります。 担当する調整担当者に知らせました。" in page
    assert "/clashes" not in page
    open_again = {"day": "2026-12-16"}
    page = press(alone, open_again, "/admin/holidays/remove", follow_redirects=True).text
    assert "時間の不足が1件解消しました。" in page


def test_a_past_holiday_is_not_removed(admin):
    assert admin.post("/admin/holidays/remove", data={"day": "2026-11-23"}).status_code == 409
    assert "過ぎた日のため変えられません" in admin.get("/admin/holidays").text
    assert admin.post("/admin/holidays/remove", data={"day": "nonsense"}).status_code == 404
    assert admin.post("/admin/holidays/remove", data={"day": "2026-12-01"}).status_code == 404


def test_names_are_escaped(admin):
    press(admin, {"day": "2026/12/3", "name_ja": "<b>休み</b>"})
    page = admin.get("/admin/holidays").text
    assert "&lt;b&gt;休み" in page
    assert "<b>休み" not in page


@pytest.mark.parametrize("maker", [make.officer, make.coordinator, make.manager])
def test_nobody_else_sees_or_changes_holidays(app, sign_in, maker):
    make.catalogue()
    client = sign_in(maker())
    assert client.get("/admin/holidays").status_code == 403
    data = {"day": "2026/12/3", "name_ja": "休み"}
    assert client.post("/admin/holidays", data=data).status_code == 403
    assert not queries.closed_days(date(2026, 12, 3), date(2026, 12, 3))
    assert client.post("/admin/holidays", data=data | {"seen": "0" * 16}).status_code == 403


CLOSED = HolidayDraft(date(2026, 12, 16), "臨時の休み", "Closed")


@pytest.fixture
def crowd(either_app):
    """Seven people of one field and two of another; a confirmed and a held booking in the week."""
    make.catalogue()
    tight = {"windows": ((540, 636),)}  # eight hours a week, all of them booked
    booked = Stage(specialist=ready(roles=("SA",), **tight))
    booked.to("confirmed")
    Stage(specialist=ready(roles=("SA",), **tight)).to("proposed")
    for role in ("SA",) * 5 + ("PM",) * 2:
        ready(roles=(role,))
    return booked


def sql(statement):
    return db.session.execute(db.text(statement)).all()


def figures():
    """What the database holds of time, shortages and what was told, read by plain SQL."""
    return {
        "time": dict(
            sql(
                "SELECT specialist_id, capacity_minutes FROM week_ledger WHERE week_on = '2026-12-14'"
            )
        ),
        "short": sql("SELECT missing_minutes FROM clash WHERE resolved_at IS NULL"),
        "told": Counter(
            code for (code,) in sql("SELECT code FROM notice WHERE code LIKE 'clash.%'")
        ),
        "mails": sql("SELECT count(*) FROM mail")[0][0],
        "audit": sql("SELECT count(*) FROM audit_event")[0][0],
    }


def test_what_is_foreseen_is_what_happens_figure_by_figure(crowd):
    chief = make.actor_of(make.person(Role.ADMIN, Role.COORDINATOR))
    before = figures()
    seen = time.foresee_day(chief, CLOSED)
    assert figures() == before, "looking changes nothing"
    done = allocations.change_day(chief, CLOSED, seen.mark)
    after = figures()
    assert done == seen
    lost = [after["time"][who] - before["time"][who] for who in before["time"]]
    assert seen.minutes == sum(lost) < 0
    assert seen.people == sum(minutes != 0 for minutes in lost) == 9
    assert [(g.role_code, g.people) for g in seen.groups] == []  # two alone would be told apart
    assert seen.opened == len(after["short"]) == 2
    assert seen.missing_minutes == sum(minutes for (minutes,) in after["short"])
    assert (seen.confirmed, seen.held, seen.requests) == (1, 1, 2)
    told = after["told"] - before["told"]
    assert {f"clash.notice.{who}": n for who, n in seen.told} == dict(told)
    assert seen.mails == after["mails"] - before["mails"]
    assert [one.missing_minutes for one in seen.shortages] == [m for (m,) in after["short"]]
    assert len(seen.touched) == 2
    back = HolidayDraft(CLOSED.day, is_closed=False)
    opened = time.foresee_day(chief, back)
    assert allocations.change_day(chief, back, opened.mark) == opened
    assert (opened.minutes, opened.settled) == (-seen.minutes, 2)
    settled = figures()
    assert settled["time"] == before["time"]
    assert settled["short"] == []
    told = settled["told"] - after["told"]
    assert {f"clash.notice.{who}": n for who, n in opened.told} == dict(told)
    assert opened.told
    assert opened.mails == settled["mails"] - after["mails"]


def test_looking_writes_and_locks_nothing_and_asks_alike_of_two_and_seven(crowd):
    chief, asked, said = make.actor_of(make.admin()), [], []
    db.event.listen(db.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    for more in (0, 5):
        for _ in range(more):
            Stage(specialist=ready(windows=((540, 636),))).to("confirmed")
        db.session.rollback()
        db.session.expunge_all()
        said.clear()
        assert time.foresee_day(chief, CLOSED).opened == 2 + more
        asked.append(len(said))
        locking = [one for one in said if not one.startswith("SELECT") or " FOR " in one]
        assert not [one for one in locking if not one.startswith("BEGIN")]
    assert asked[0] == asked[1]


def test_requests_that_look_for_somebody_on_that_day_are_counted_too(crowd):
    chief = make.actor_of(make.admin())
    other = ready()
    before = time.foresee_day(chief, CLOSED)
    Stage(specialist=other).to("prepared")
    now = time.foresee_day(chief, CLOSED)
    assert now.waiting == before.waiting + 1
    assert now.requests == before.requests
    assert now.mark == before.mark


def test_fields_with_enough_people_stand_apart(crowd):
    for _ in range(5):
        ready(roles=("PM",))
    seen = time.foresee_day(make.actor_of(make.admin()), CLOSED)
    assert [(group.role_code, group.people) for group in seen.groups] == [("PM", 7), ("SA", 7)]
    assert sum(group.minutes for group in seen.groups) == seen.minutes


def test_an_admin_sees_groups_and_whoever_deals_with_shortages_names(crowd, either_app):
    number, name = crowd.request.number, crowd.specialist.person.name
    pages = []
    for roles in ((Role.ADMIN,), (Role.ADMIN, Role.COORDINATOR)):
        client = either_app.test_client()
        make.session_cookie(client, make.person(*roles))
        pages.append(
            client.post("/admin/holidays", data={"day": "2026/12/16", "name_ja": "休"}).text
        )
    assert [number in page for page in pages] == [False, True]
    assert [name in page for page in pages] == [False, True]
    assert all("確定1件、仮確保1件" in page for page in pages)
    assert "だれのどの依頼かは、調整担当者の画面に表示されます。" in pages[0]


def test_a_preview_that_is_no_longer_true_is_said_and_nothing_is_changed(crowd, either_app):
    client = either_app.test_client()
    make.session_cookie(client, make.admin())
    day = {"day": "2026/12/16", "name_ja": "臨時の休み"}
    seen = mark(client.post("/admin/holidays", data=day))
    Stage(specialist=ready(windows=((540, 636),))).to("confirmed")  # somebody books meanwhile
    answer = client.post("/admin/holidays", data=day | {"seen": seen})
    assert answer.status_code == 409
    assert "まだ変更していません" in answer.text
    assert "確定2件、仮確保1件" in answer.text
    assert not queries.closed_days(CLOSED.day, CLOSED.day)
    again = client.post("/admin/holidays", data=day | {"seen": mark(answer)})
    assert again.status_code == 302
    assert queries.closed_days(CLOSED.day, CLOSED.day)
