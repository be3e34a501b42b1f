"""The tools are as strict as the house says, and what is excused carries its reason."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from talentshare import app
from talentshare.platform.db import Base, db
from tests.architecture.sources import PACKAGE, ROOT, TESTS, modules, name_of

PYPROJECT = (ROOT / "pyproject.toml").read_text("utf-8")
TOOLS = tomllib.loads(PYPROJECT)["tool"]
CONTRACTS = TOOLS["importlinter"]["contracts"]
EXCUSE = re.compile(r"#\s*(noqa|type:\s*ignore)\b(.*)")
REASONED = re.compile(r"(?:: [A-Z]+\d+(?:, ?[A-Z]+\d+)*|\[[a-z-]+\])\s{2,}(?:# )?\w.*")
RULE = re.compile(r'\s*"[A-Z]+\d*",\s*(?!\s*#)')


def test_no_tool_was_made_lenient():
    assert TOOLS["mypy"]["strict"] is True
    assert TOOLS["mypy"]["files"] == ["talentshare"]
    assert TOOLS["ruff"]["lint"]["select"] == ["ALL"]
    assert TOOLS["ruff"]["lint"]["pylint"]["max-args"] == 5
    assert TOOLS["pytest"]["ini_options"]["filterwarnings"] == ["error"]
    assert "--strict-markers" in TOOLS["pytest"]["ini_options"]["addopts"]
    assert sorted(contract["type"] for contract in CONTRACTS) == [
        "forbidden",
        "forbidden",
        "layers",
        "layers",
        "protected",
    ]
    assert all(c["exhaustive"] for c in CONTRACTS if c["type"] == "layers")


def test_every_rule_that_is_switched_off_says_why():
    ruff = PYPROJECT.split("[tool.ruff.lint]")[1].split("[tool.ruff.lint.flake8")[0]
    silent = [line for line in ruff.splitlines() if RULE.fullmatch(line)]
    silent += [line for line in ruff.splitlines() if line.endswith("]") and '" = [' in line]
    assert silent == []


def excuses(text):
    """What is said behind each `noqa` or `type: ignore` that names no rule or no reason."""
    found = (EXCUSE.search(line) for line in text.splitlines())
    return [f"{it[1]}{it[2]}" for it in found if it and not REASONED.fullmatch(it[2])]


def test_every_excuse_names_its_rule_and_its_reason():
    bare = {
        name_of(path): excuses(path.read_text("utf-8"))
        for path in [*modules(), *modules(TESTS)]
        if path != Path(__file__)
    }
    assert {path: them for path, them in bare.items() if them} == {}


@pytest.mark.parametrize(
    "line",
    ["x = 1  # noqa", "x = 1  # noqa: S105", "x()  # type: ignore", "y  # type: ignore[a-b]"],
)
def test_an_excuse_without_a_reason_is_seen(line):
    assert excuses(line)
    assert not excuses("x = 1  # noqa: S105  a name\nx()  # type: ignore[a-b]  # of the library")


# The contracts between packages: one wrong import for each, all of them noticed.
WRONG = {
    "Packages depend downwards only": (
        "notices/queries/notices.py",
        "talentshare.proposals.states",
    ),
    "Inside a feature: delivery, forms, actions, queries, models, states": (
        "notices/models.py",
        "talentshare.notices.actions",
    ),
    "Kernel, engine and policy are pure": ("engine/week.py", "sqlalchemy"),
    "Pages, API and jobs reach the database only through actions and queries": (
        "notices/views/reading.py",
        "talentshare.platform.db",
    ),
    "Only the app mounts routes": ("cli.py", "talentshare.home.views"),
}


def test_each_contract_refuses_a_wrong_import(tmp_path):
    shutil.copytree(
        PACKAGE,
        tmp_path / "talentshare",
        ignore=lambda _, names: [n for n in names if "." in n and not n.endswith(".py")],
    )
    for name, module in WRONG.values():
        path = tmp_path / "talentshare" / name
        path.write_text(f"import {module}\n{path.read_text('utf-8')}", "utf-8")
    checked = subprocess.run(
        [
            Path(sys.executable).with_name("lint-imports"),
            "--config",
            ROOT / "pyproject.toml",
            "--no-cache",
        ],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert {contract["name"] for contract in CONTRACTS} == set(WRONG)
    for name, (_, module) in WRONG.items():
        assert f"{name} BROKEN" in checked.stdout, checked.stdout + checked.stderr
        assert module in checked.stdout
    assert checked.returncode == 1


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org"])
def test_tests_have_no_network(host):
    with pytest.raises(RuntimeError, match="outside of this machine"):
        socket.create_connection((host, 9), timeout=1)


# Foreign keys are imports that no linter sees.
LAYERS = {
    name: height
    for height, line in enumerate(reversed(CONTRACTS[0]["layers"]))
    for name in re.findall(r"\w+", line)
}


def upward(keys):
    """Keys from a lower package to a higher one, or to its neighbour; peers do not know each other."""
    return [
        f"{ours} → {theirs}"
        for ours, theirs in keys
        if ours != theirs and LAYERS[ours] <= LAYERS[theirs]
    ]


assert app.PAGES  # every package with models is loaded


def package_of(mapper):
    return mapper.class_.__module__.split(".")[1]


def test_foreign_keys_point_downwards():
    home = {mapper.local_table.name: package_of(mapper) for mapper in Base.registry.mappers}
    keys = {
        (home[table.name], home[key.column.table.name])
        for table in db.metadata.tables.values()
        if table.name in home
        for key in table.foreign_keys
        if key.column.table.name in home
    }
    assert ("proposals", "accounts") in keys
    assert upward(keys) == []
    assert len(upward({("accounts", "proposals"), ("specialists", "talent_requests")})) == 2


def test_no_relationship_is_kept_in_two_packages():
    """What another package adds to a model would be a dependency upwards."""
    shared = [
        str(relationship)
        for mapper in Base.registry.mappers
        for relationship in mapper.relationships
        if relationship.back_populates and package_of(relationship.mapper) != package_of(mapper)
    ]
    assert shared == []
