"""Budgets and habits: small functions, small files, no hidden imports, no forgotten tests."""

import ast
import re
import subprocess
from collections import Counter

import pytest

from talentshare.config import SETTINGS
from tests.architecture.sources import (
    PACKAGE,
    ROOT,
    TESTS,
    decorators,
    functions,
    modules,
    name_of,
    parameters,
    top_functions,
    tree,
)

LONGEST_FUNCTION = 40
LONGEST_FILE = 400
MOST_PARAMETERS = 5
LAYERS = {"states", "models", "queries", "actions", "forms", "views", "api", "jobs"}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "service", "services", "common", "misc"}


@pytest.fixture(scope="module")
def tracked():
    """Every file that is or will be tracked, as git sees it."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_function_is_long():
    long = [
        f"{name_of(path)}:{f.lineno} {f.name}"
        for path in modules()
        for f in functions(path)
        if f.end_lineno and f.end_lineno - f.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_most_functions_are_short():
    lengths = sorted(
        (f.end_lineno or 0) - f.lineno + 1 for path in modules() for f in functions(path)
    )
    assert lengths[len(lengths) * 95 // 100] <= 25


def test_no_file_is_long():
    long = [
        name_of(path)
        for path in [*modules(), *PACKAGE.rglob("*.html"), *TESTS.rglob("*.py")]
        if len(path.read_text("utf-8").splitlines()) > LONGEST_FILE
    ]
    assert long == []


def test_no_function_takes_many_parameters():
    many = [
        f"{name_of(path)}:{f.name}"
        for path in modules()
        for f in functions(path)
        if len(parameters(f)) > MOST_PARAMETERS
    ]
    assert many == []


def test_imports_stand_at_the_top():
    inside = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        for f in functions(path)
        for node in ast.walk(f)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert inside == []


def test_only_the_clock_asks_what_time_it_is():
    asks = re.compile(r"\b(?:datetime|date)\.(?:now|utcnow|today)\(|\btime\.time\(|func\.now\(")
    asking = [
        f"{name_of(path)}:{n}"
        for path in modules()
        for n, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if asks.search(line) and path != PACKAGE / "kernel" / "clock.py"
    ]
    assert asking == []


def test_file_names_inside_a_feature_are_its_layers():
    features = {path.parent for path in PACKAGE.glob("*/models.py")} | {
        path.parents[1] for path in PACKAGE.glob("*/models/__init__.py")
    }
    named = {path.stem for feature in features for path in feature.glob("*.py")}
    folders = {path.parent.name for feature in features for path in feature.glob("*/__init__.py")}
    assert (named | folders) - {"__init__"} <= LAYERS


def test_no_module_has_a_name_that_says_nothing():
    assert {path.stem for path in modules()} & VAGUE == set()


def test_no_mocks_of_our_own_code():
    mocking = [
        name_of(path)
        for path in TESTS.rglob("*.py")
        if re.search(r"unittest\.mock|MagicMock\(|mocker\.", path.read_text("utf-8"))
        and path.name != "test_budgets.py"
    ]
    assert mocking == []


# Tests that run


def is_test_file(path):
    return path.name.startswith("test_")


@pytest.fixture(scope="module")
def words_of_tests():
    """How often each word stands in the test tree."""
    texts = (path.read_text("utf-8") for path in TESTS.rglob("*.py"))
    return Counter(word for text in texts for word in re.findall(r"\w+", text))


def test_no_test_was_forgotten_by_its_name(words_of_tests):
    """A function of a test file is a test, a fixture, or used somewhere."""
    stray = [
        f"{name_of(path)}:{f.lineno} {f.name}"
        for path in TESTS.rglob("test_*.py")
        for f in top_functions(path)
        if not f.name.startswith("test_")
        and "fixture" not in decorators(f)
        and not any(name.startswith("listens_for") for name in decorators(f))
        and words_of_tests[f.name] < 2
    ]
    assert stray == []


def test_every_test_is_where_it_is_collected():
    """`test_…` stands at the top of a file `test_….py`, or in its class `Test…`."""
    lost = []
    for path in TESTS.rglob("*.py"):
        collected = {f.name for f in top_functions(path)} if is_test_file(path) else set()
        for node in tree(path).body:
            if (
                isinstance(node, ast.ClassDef)
                and node.name.startswith("Test")
                and is_test_file(path)
            ):
                collected |= {f.name for f in node.body if isinstance(f, ast.FunctionDef)}
        found = {f.name for f in functions(path) if f.name.startswith("test_")}
        lost += [f"{name_of(path)}: {name}" for name in sorted(found - collected)]
    assert lost == []


def test_no_test_hides_another_of_its_name():
    twice = [
        f"{name_of(path)}: {name}"
        for path in TESTS.rglob("test_*.py")
        for name, count in Counter(f.name for f in top_functions(path)).items()
        if count > 1
    ]
    assert twice == []


# What must not be tracked

SECRETIVE = re.compile(
    r"(?<![\w.~:/-])/(?:home|root|work|Users|mnt|media)/[\w.-]+|[A-Za-z]:\\\\?Users"
)
REGISTRIES = re.compile(
    r"(?:https?:)?//[\w.@:-]*(?:pypi|pythonhosted|npmjs|registry|artifactory|nexus|mirror|proxy)[\w.-]*",
    re.IGNORECASE,
)
PLAIN_TEXT = {".py", ".txt", ".in", ".toml", ".cfg", ".ini", ".sh", ".md", ".html", ".css", ".js"}
PLAIN_TEXT |= {".sql", ".po", ".csv", ".json", ".yml", ".yaml", ".mako", ""}
HERE = {"tests/architecture/test_budgets.py"}


def offences(tracked, pattern):
    return [
        f"{name_of(path)}: {found[0]}"
        for path in tracked
        if path.suffix in PLAIN_TEXT and name_of(path) not in HERE
        for found in pattern.finditer(path.read_text("utf-8", errors="replace"))
    ]


def test_no_tracked_file_names_a_folder_of_one_machine(tracked):
    assert offences(tracked, SECRETIVE) == []


def test_no_tracked_file_names_a_package_host(tracked):
    assert offences(tracked, REGISTRIES) == []


def test_nothing_that_is_made_or_private_is_tracked(tracked):
    private = {".sqlite", ".db", ".mo", ".pyc", ".log", ".pem", ".key", ".env"}
    assert [name_of(p) for p in tracked if p.suffix in private or p.name == ".env"] == []
    made = [name_of(p) for p in tracked if name_of(p).startswith(("instance/", ".venv/"))]
    assert set(made) <= {"instance/README.md"}


def test_every_setting_that_is_used_is_listed(tracked):
    """`TALENTSHARE_…` in any tracked file is a setting, or one of the few for tests and benchmarks."""
    known = {f"TALENTSHARE_{s.name}" for s in SETTINGS}
    known |= {"TALENTSHARE_TEST_POSTGRESQL", "TALENTSHARE_EXAMPLES", "TALENTSHARE_BENCH_INSTANCE"}
    known.add("TALENTSHARE_SOAK")
    used = {
        word
        for path in tracked
        if path.suffix in PLAIN_TEXT and path.name != "test_config.py"
        for word in re.findall(r"TALENTSHARE_[A-Z]\w*", path.read_text("utf-8", errors="replace"))
    }
    assert used - known == set()
