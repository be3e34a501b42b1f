"""By skill, body and legal basis: what is counted, and what who sees groups only is told."""

from datetime import date

import pytest

from tests import make
from tests.reports import pool, reading

PAGE = "/reports/utilisation?from=2026-12&to=2026-12&unit=month&by="
FILE = PAGE.replace("utilisation?", "utilisation.csv?")
MONDAY = date(2026, 12, 7)


def served(count, **given):
    """So many people who each give one body six hours."""
    body = make.body(**given)
    position = make.position(make.talent_request(of=body))
    for _ in range(count):
        pool.booked(pool.member(), 360, MONDAY, position=position)


@pytest.fixture
def coordinator(app, sign_in):
    return sign_in(make.coordinator())


@pytest.fixture
def admin(app, sign_in):
    return sign_in(make.admin())


def lines(client, by):
    """The rows of the whole period by their name."""
    rows = reading.sheet(client.get(FILE + by))[1:]
    return {row[0]: row[1:] for row in rows if row[2] == "期間計"}


def test_a_person_counts_in_each_skill(coordinator):
    who = pool.member(skills={"A01": 2, "A02": 1, "A03": 0})
    pool.booked(who, 360, MONDAY)
    found = lines(coordinator, "skill")
    assert len(found) == 3
    assert {row[5] for row in found.values()} == {"360"}
    assert "スキルの行を足すと、全体より大きくなります。" in coordinator.get(PAGE + "skill").text


def test_time_for_a_body_is_set_against_everybodys(coordinator):
    served(2, name_ja="町田市")
    pool.member()
    found = lines(coordinator, "body")
    assert found["町田市"][:2] == ["2", "期間計"]
    assert found["町田市"][4:9] == ["14400", "720", "0", "5.0", "5.0"]
    assert found["全体"][4:7] == ["14400", "720", "0"]
    page = coordinator.get(PAGE + "body")
    assert reading.tables(page.text)[0][1][:3] == [["町田市"], ["2人"], ["12"]]
    assert lines(coordinator, "basis")["根拠の記録なし"][5] == "720"


def test_a_body_served_by_few_is_not_told_to_who_sees_groups_only(admin):
    served(8, name_ja="多くの市")
    served(3, name_ja="少ない市")
    served(3, name_ja="別の少ない市")
    for text in (admin.get(PAGE + "body").text, admin.get(FILE + "body").text):
        assert "少ない市" not in text
        assert "人数の少ない団体の計" in text
    assert lines(admin, "body")["多くの市"][0] == "8"


def test_one_body_served_by_few_hides_another_beside_it(admin):
    served(8, name_ja="多くの市")
    served(3, name_ja="少ない市")
    assert set(lines(admin, "body")) == {"人数の少ない団体の計", "全体"}


def test_a_skill_of_few_and_one_of_all_but_few_are_not_told(admin):
    for n in range(12):
        skills = {"A01": 1} | ({"A02": 1} if n else {}) | ({"A03": 1} if n < 6 else {})
        pool.member(skills=skills)
    page = admin.get(PAGE + "skill").text
    assert len(lines(admin, "skill")) == 3
    assert "示していないスキルは1件です。" in page


def test_a_field_of_work_is_not_crossed_with_other_groupings(admin):
    for _ in range(6):
        pool.member()
    assert admin.get(FILE + "role&role=SA").status_code == 200
    for by in ("skill", "body", "basis"):
        assert "この切り口では一人ひとりの稼働" in admin.get(f"{PAGE}{by}&role=SA").text
        assert admin.get(f"{FILE}{by}&role=SA").status_code == 409


def test_who_sees_groups_only_has_no_view_by_person(admin, sign_in):
    for _ in range(6):
        pool.member()
    assert "by=person" not in admin.get(PAGE + "person").text
    mine = sign_in(pool.member().person).get(PAGE + "body")
    assert "by=body" not in mine.text
