"""The catalogue comes from the package, once; what an admin changed stays."""

from datetime import date

import pytest

from talentshare.accounts.models import Area, Body, BodyKind
from talentshare.catalogue import actions, queries
from talentshare.catalogue.models import Holiday, JobRole, RequestTemplate, Skill
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import Forbidden
from talentshare.platform.db import db
from tests import make


@pytest.fixture(autouse=True)
def loaded(app):
    actions.load(SYSTEM)


def count(model):
    return db.session.scalar(db.select(db.func.count()).select_from(model))


def test_the_real_catalogue_is_there():
    kinds = [body.kind for body in db.session.scalars(db.select(Body))]
    municipal = {BodyKind.WARD, BodyKind.CITY, BodyKind.TOWN, BodyKind.VILLAGE}
    assert sum(kind in municipal for kind in kinds) == 62
    assert kinds.count(BodyKind.GOVTECH) == 1
    assert kinds.count(BodyKind.BUREAU) >= 30
    assert len(queries.job_roles()) == 6
    assert len(queries.skills()) == 91
    assert [level.level for level in queries.levels()] == [0, 1, 2, 3, 4]
    assert len(queries.phases()) == 7
    assert len(queries.templates()) == 30
    assert "agreement" in queries.basis_by_code()


def test_loading_twice_adds_nothing():
    before = [count(model) for model in (Body, Skill, RequestTemplate, Holiday)]
    assert actions.load(SYSTEM) == 0
    assert before == [count(model) for model in (Body, Skill, RequestTemplate, Holiday)]


def test_what_an_admin_changed_stays_and_what_is_missing_comes_back():
    role = queries.role_by_code()["PM"]
    role.name_ja = "統括責任者"
    db.session.delete(queries.theme_by_code()["gis"])
    db.session.commit()

    assert actions.load(SYSTEM) == 1

    assert queries.role_by_code()["PM"].name_ja == "統括責任者"
    assert "gis" in queries.theme_by_code()


def test_islands_and_areas_are_told_apart():
    oshima = db.session.scalar(db.select(Body).where(Body.name_ja == "大島町"))
    assert (oshima.is_island, oshima.area, oshima.kind) == (True, Area.ISLANDS, BodyKind.TOWN)
    assert oshima.name_kana.startswith("オオシマ")
    assert oshima.population > 0


def test_skills_know_their_fields_and_templates_their_skills():
    assert queries.skill_names()["A01"].role_codes == ["PM", "SA"]
    template = queries.template_by_code()["T01"]
    assert template.skills[0] == ["D05", 3]
    assert template.minutes_per_week == 480


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 11, 23), "勤労感謝の日"),
        (date(2026, 9, 22), "国民の休日"),
        (date(2026, 12, 29), "年末年始の休み"),
        (date(2027, 1, 1), "元日"),
        (date(2027, 1, 3), "年末年始の休み"),
    ],
)
def test_holidays_are_closed_and_named(day, name):
    assert day in queries.closed_days(day, day)
    assert queries.closed_names(day, day)[day].name_ja == name
    assert queries.closed_names(day, day)[day].name_en.isascii()


def test_a_plain_day_is_open():
    assert queries.closed_days(date(2026, 12, 28), date(2026, 12, 28)) == frozenset()
    assert queries.closed_days(date(2027, 1, 4), date(2027, 1, 8)) == frozenset()


def test_only_admins_and_the_system_load():
    with pytest.raises(Forbidden):
        actions.load(make.actor_of(make.coordinator()))


def test_every_role_of_a_skill_exists():
    known = set(queries.role_by_code())
    assert all(set(skill.role_codes) <= known for skill in queries.skills())
    assert all(set(template.role_codes) <= known for template in queries.templates())
    assert {row.code for row in db.session.scalars(db.select(JobRole))} == known
