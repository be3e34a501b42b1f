"""The catalogue that ships with the package: complete, linked, and without unproven columns."""

import csv
import re
from importlib.resources import files

import pytest

FILES = {
    "municipalities": 62,
    "bureaus": 32,
    "skills": 91,
    "request_templates": 30,
    "roles": 6,
    "phases": 7,
    "levels": 5,
    "legal_bases": 4,
    "themes": 21,
    "body_kinds": 8,
    "other_bodies": 1,
}
KEYS = {
    "municipalities": "lg_code",
    "bureaus": "bureau_id",
    "skills": "skill_id",
    "request_templates": "template_id",
    "roles": "role_id",
    "phases": "phase_id",
    "levels": "level",
    "legal_bases": "basis_code",
    "themes": "theme_code",
    "body_kinds": "kind",
    "other_bodies": "code",
    "glossary": "ja",
}
FOLDER = files("talentshare").joinpath("catalogue/data")


def read(name):
    return list(csv.DictReader(FOLDER.joinpath(f"{name}.csv").read_text("utf-8").splitlines()))


def column(name):
    return {row[KEYS[name]] for row in read(name)}


def test_each_file_of_the_folder_is_known_here():
    assert {file.name for file in FOLDER.iterdir() if file.name.endswith(".csv")} == {
        f"{name}.csv" for name in KEYS
    }


@pytest.mark.parametrize(("name", "count"), FILES.items())
def test_counts(name, count):
    assert len(read(name)) == count


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique_and_every_cell_is_filled_as_the_header_says(name):
    rows = read(name)
    assert len(column(name)) == len(rows)
    assert all(None not in row and None not in row.values() for row in rows)


@pytest.mark.parametrize("name", KEYS)
def test_nothing_from_memory_or_of_internal_origin_is_shown(name):
    text = FOLDER.joinpath(f"{name}.csv").read_text("utf-8")
    header = text.splitlines()[0]
    assert not re.search(r"memory|approx|source|sfia|seed", header)
    assert not re.search(r"\[mem\]|\[ours\]|from memory|\bseed\b", text)


def test_areas_are_the_four_of_the_assembly_and_islands_are_one_of_them():
    rows = read("municipalities")
    assert {row["area_ja"] for row in rows} == {"区部", "市部", "町村部", "島しょ"}
    assert {row["is_island"] for row in rows if row["area_ja"] == "島しょ"} == {"1"}
    assert sum(row["is_island"] == "1" for row in rows) == 9


def test_local_government_codes_have_the_right_check_digit():
    for row in read("municipalities"):
        digits = [int(digit) for digit in row["lg_code"]]
        total = sum(digit * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2), strict=False))
        assert (11 - total % 11) % 10 == digits[5], row["name_ja"]


def test_populations_are_of_one_date():
    rows = read("municipalities")
    assert {row["population_on"] for row in rows} == {"2022-01-01"}
    assert sum(int(row["population"]) for row in rows) == 13_794_933


def test_templates_and_skills_link_to_what_exists():
    skills, roles, phases = column("skills"), column("roles"), column("phases")
    for row in read("skills"):
        assert set(row["roles"].split(";")) <= roles
    for row in read("request_templates"):
        assert row["theme_code"] in column("themes")
        assert set(row["roles"].split(";")) <= roles
        assert set(row["phases"].split(";")) <= phases
        pairs = [pair.split(":") for pair in row["skills"].split(";")]
        assert {skill for skill, _ in pairs} <= skills
        assert all(1 <= int(level) <= 4 for _, level in pairs)
        assert int(row["minutes_per_week"]) % 60 == 0


def test_every_theme_has_a_template():
    assert {row["theme_code"] for row in read("request_templates")} == column("themes")


def test_legal_bases_say_who_gives_time_and_who_may_be_chosen():
    flags = {
        row["basis_code"]: (row["makes_allocation"], row["ranks_individuals"])
        for row in read("legal_bases")
    }
    assert flags == {
        "agreement": ("1", "1"),
        "contract": ("1", "0"),
        "appointment": ("1", "1"),
        "introduction": ("0", "1"),
    }


def test_forbidden_words_are_no_glossary_entries():
    assert not column("glossary") & {"派遣", "人を貸す", "仮押さえ", "却下", "超過勤務"}
    assert column("municipalities").isdisjoint(column("bureaus"))
