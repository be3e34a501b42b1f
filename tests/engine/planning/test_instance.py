"""An instance that cannot be read says so in one sentence that names the field."""

import json
import os
import subprocess
import sys

import pytest

from talentshare.engine.planning.instance import Malformed, read
from tests.engine.planning import small
from tests.engine.planning.test_verify import world


def changed(path, value):
    given = world()
    *way, last = path
    at = given
    for step in way:
        at = at[step]
    at[last] = value
    return json.dumps(given)


@pytest.mark.parametrize(
    ("path", "value", "sentence"),
    [
        (("weeks",), 0, "weeks must be a whole number from 1 to 520; it is 0."),
        (("weeks",), True, "weeks must be a whole number from 1 to 520; it is True."),
        (("specialists",), {}, "specialists must be a list."),
        (("specialists", 1, "id"), 10, "specialists[1].id is 10, which specialists[0] has, too."),
        (
            ("specialists", 0, "capacity"),
            [8, 8],
            "specialists[0].capacity must be a list of 3 numbers.",
        ),
        (
            ("specialists", 0, "capacity", 1),
            7.5,
            "specialists[0].capacity[1] must be a whole number",
        ),
        (
            ("specialists", 0, "leave"),
            [3],
            "specialists[0].leave[0] must be a whole number from 0 to 2",
        ),
        (
            ("specialists", 0, "max_bodies"),
            None,
            "specialists[0].max_bodies must be a whole number",
        ),
        (("positions", 1), [], "positions[1] must be an object."),
        (("positions", 1, "hours"), "4", "positions[1].hours must be a whole number from 1"),
        (("positions", 1, "weeks"), 4, "positions[1].weeks must be a whole number from 1 to 3"),
        (
            ("positions", 1, "earliest"),
            2,
            "positions[1].earliest must be a whole number from 0 to 1",
        ),
        (("positions", 1, "latest_start"), 2, "positions[1].latest_start must be"),
        (("positions", 1, "weight"), -1, "positions[1].weight must be a whole number from 0"),
        (("positions", 1, "eligible"), [], "positions[1].eligible must be an object."),
        (("positions", 1, "eligible", "99"), 5, "positions[1].eligible names '99'"),
        (("positions", 1, "eligible", "१०"), 5, "positions[1].eligible names '१०'"),
        (("positions", 1, "eligible", "10"), -5, "positions[1].eligible.10 must be"),
        (
            ("positions", 0, "pinned"),
            {"specialist": 11, "start": 0},
            "positions[0].pinned.specialist",
        ),
        (
            ("positions", 0, "pinned"),
            {"specialist": 10, "start": 2},
            "positions[0].pinned.start must be",
        ),
        (
            ("specialists", 0, "capacity"),
            [8, 3, 8],
            "positions[0].pinned: the specialist has no such hours",
        ),
        (("positions", 1, "starts"), [], "positions[1].starts must be an object."),
        (("positions", 1, "starts"), {"11": []}, "positions[1].starts names '11', who is none"),
        (("positions", 1, "starts"), {"x": []}, "positions[1].starts names 'x', who is none"),
        (("positions", 1, "starts"), {"10": 0}, "positions[1].starts.10 must be a list."),
        (
            ("positions", 1, "starts"),
            {"10": [1, 2]},
            "positions[1].starts.10[1] must be a whole number from 0 to 1; it is 2.",
        ),
        (
            ("positions", 1, "starts"),
            {"10": [1, 0, 1]},
            "positions[1].starts.10[2] is 1, which is named before.",
        ),
        (
            ("positions", 0, "starts"),
            {"10": [1]},
            "positions[0].pinned.start is 0, which is none of the starts of 10.",
        ),
        (("previous",), [{}], "penalty must be a whole number from 0"),
        (("specialists", 0, "max_bodies"), 0, "positions[0].pinned: too many bodies in one week."),
        (("specialists", 0, "leave"), [0, 1], "positions[0].pinned: leave takes more than a fifth"),
    ],
)
def test_each_mistake_names_its_field(path, value, sentence):
    with pytest.raises(Malformed) as refusal:
        read(changed(path, value))
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("previous", "sentence"),
    [
        ({}, "previous must be a list."),
        ([[]], "previous[0] must be an object."),
        ([{"position": "1"}], "previous[0].position must be a whole number"),
        ([{"position": 101, "specialist": None}], "previous[0].specialist must be"),
        ([{"position": 101, "specialist": 10, "start": 3}], "previous[0].start must be a whole"),
        (
            [{"position": 101, "specialist": 10, "start": 0}] * 2,
            "previous[1].position is 101, which is named before.",
        ),
    ],
)
def test_what_was_planned_before_names_its_field(previous, sentence):
    with pytest.raises(Malformed) as refusal:
        read(json.dumps({**world(), "penalty": 1, "previous": previous}))
    assert str(refusal.value).startswith(sentence)


@pytest.mark.parametrize(
    ("text", "sentence"), [("[]", "the file must be"), ("{", "The file is not JSON")]
)
def test_what_is_no_instance_at_all(text, sentence):
    with pytest.raises(Malformed) as refusal:
        read(text)
    assert str(refusal.value).startswith(sentence)


def planned(folder, text, limit="20"):
    (folder / "in.json").write_text(text, "utf-8")
    files = ["--instance", folder / "in.json", "--out", folder / "out.json"]
    return subprocess.run(
        [sys.executable, "-m", "talentshare.cli", "plan", *files, "--time-limit", limit],
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_plans_a_file(tmp_path):
    done = planned(tmp_path, json.dumps(small.instance(5, positions=8)))
    assert done.returncode == 0, done.stderr
    assert "No plan is worth more" in done.stdout
    out = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert out["status"] == "optimal"
    assert out["value"] == out["bound"]


def test_the_command_refuses_a_malformed_file(tmp_path):
    done = planned(tmp_path, changed(("positions", 1, "hours"), 0))
    assert done.returncode == 2
    assert done.stderr.startswith("positions[1].hours must be a whole number from 1")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.json").exists()


@pytest.mark.parametrize("limit", ["0", "-1", "nan", "soon"])
def test_a_time_limit_is_a_number_above_nothing(tmp_path, limit):
    done = planned(tmp_path, json.dumps(world()), limit)
    assert done.returncode == 2
    assert f"'{limit}' is no number of seconds above 0" in done.stderr
