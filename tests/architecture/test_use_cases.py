"""Use cases: transactional, actor first, permitted before anything is changed, announced."""

import ast

import pytest

from talentshare.operations.queries import KINDS
from tests.architecture.families import FAMILIES
from tests.architecture.sources import (
    PACKAGE,
    Layer,
    calls,
    decorators,
    layer_files,
    layers,
    modules,
    name_of,
    parameters,
    tree,
)

ACTIONS = layers("actions")
USE_CASES = [(layer, name) for layer in ACTIONS for name in layer.given if name in layer.functions]
CHANGES = ("events.announce", "db.session.add", "db.session.add_all", "db.session.delete")


def use_case_id(value):
    return value.feature if isinstance(value, Layer) else value


def of_actor(function, name):
    """Whether the function calls `name` with the actor as its first argument."""
    return any(called == name and given[:1] == ["actor"] for called, given in calls(function))


def announces(layer, function, seen=()):
    """Announced here, or by a function of the same folder that is given the actor."""
    if of_actor(function, "events.announce"):
        return True
    helpers = [
        layer.functions[called]
        for called, given in calls(function)
        if called in layer.functions and called not in seen and given[:1] == ["actor"]
    ]
    return any(announces(layer, helper, (*seen, helper.name)) for helper in helpers)


@pytest.mark.parametrize(("layer", "name"), USE_CASES, ids=use_case_id)
def test_every_use_case_is_transactional_permitted_and_announced(layer, name):
    function = layer.functions[name]
    assert parameters(function)[:1] == ["actor"], "the actor comes first"
    assert "transactional" in decorators(function), "all or nothing"
    assert of_actor(function, "policy.require"), (
        "asks the policy by itself, so that one can read it"
    )
    assert announces(layer, function), "tells what happened"


@pytest.mark.parametrize(("layer", "name"), USE_CASES, ids=use_case_id)
def test_nothing_is_changed_before_the_policy_was_asked(layer, name):
    lines = {"policy.require": [], "change": []}
    for node in ast.walk(layer.functions[name]):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            kind = "change" if called in CHANGES or called.endswith(".move") else called
            lines.setdefault(kind, []).append(node.lineno)
    assert all(line > min(lines["policy.require"]) for line in lines["change"])


@pytest.mark.parametrize("layer", [it for it in ACTIONS if it.is_folder], ids=use_case_id)
def test_a_folder_of_actions_gives_use_cases_and_types_only(layer):
    """What it does not give are steps that several use cases share; they commit nothing."""
    assert layer.given == sorted(layer.given), "`__all__` is in order"
    types = {
        node.name
        for path in layer.files
        for node in tree(path).body
        if isinstance(node, ast.ClassDef)
    }
    assert set(layer.given) <= set(layer.functions) | types
    for name, function in layer.functions.items():
        if name not in layer.given:
            assert "transactional" not in decorators(function), f"{name} commits: export it"


@pytest.mark.parametrize("layer", [it for it in ACTIONS if it.is_folder], ids=use_case_id)
def test_a_shared_step_is_shared(layer):
    """A public function that only its own file uses is private."""
    for path in layer.files:
        others = "\n".join(p.read_text("utf-8") for p in layer.files if p != path)
        for function in tree(path).body:
            if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
                assert function.name in others, f"{name_of(path)}: {function.name} is private"


def test_nobody_outside_a_folder_of_actions_takes_its_steps():
    """From a file inside the folder others import types and constants, never functions."""
    taken = []
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and ".actions." in (node.module or ""):
                inner = PACKAGE.parent / (str(node.module).replace(".", "/") + ".py")
                steps = {f.name for f in tree(inner).body if isinstance(f, ast.FunctionDef)}
                if path.parent != inner.parent:
                    taken += [f"{name_of(path)}: {a.name}" for a in node.names if a.name in steps]
    assert taken == []


# The catalogue is public knowledge: roles, skills, phases, holidays are nobody's rows.
NOBODYS = frozenset({"catalogue"})
# Each reads without an actor what everybody may know, or what stands before sign-in.
OPEN_QUERIES = {
    ("accounts", "bodies"): "the names of municipalities and bureaus are public",
    ("accounts", "person_named"): "the demo's switch of persona, before anybody has signed in",
    ("matching", "weights_on"): "the weights are shown beside every ranking",
    ("plans", "rules_on"): "the rules are shown where a plan is ordered",
}
PLAIN = frozenset({"int", "str", "date", "bool", "None"})


def delivery_calls():
    """What views, API, jobs and forms ask of queries: (path, feature asked, function)."""
    for delivery in ("views", "api", "jobs", "forms"):
        for path in layer_files(delivery):
            asked = query_modules(path)
            for called, _ in calls(tree(path)):
                module, _, name = called.partition(".")
                if module in asked and name in QUERIES[asked[module]].functions:
                    yield path, asked[module], name


def query_modules(path):
    """The names under which a file knows the queries of features."""
    return {
        alias.asname or alias.name: str(node.module).split(".")[1]
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("talentshare.")
        for alias in node.names
        if alias.name == "queries"
    }


QUERIES = {layer.feature: layer for layer in layers("queries")}
ASKED = sorted({(name_of(path), feature, name) for path, feature, name in delivery_calls()})


def reads_rows(layer, function, seen=()):
    """Whether a query reads the database, by itself or through others of its feature."""
    text = ast.unparse(function)
    if "db.session" in text or "db.engine" in text:
        return True
    inner = {called for called, _ in calls(function)} & set(layer.functions) - {
        function.name,
        *seen,
    }
    return any(reads_rows(layer, layer.functions[n], (*seen, function.name)) for n in inner)


def takes_rows(function):
    """Whether each parameter is a row that the page has found already, never a plain number."""
    given = [a for a in function.args.args if a.arg != "self"]
    kinds = [set(ast.unparse(a.annotation or ast.Name("str")).split(" | ")) for a in given]
    return bool(kinds) and not any(kind & PLAIN for kind in kinds)


@pytest.mark.parametrize(("path", "feature", "name"), ASKED)
def test_pages_read_only_what_the_actor_may_see(path, feature, name):
    """A query of a page takes the actor first, or reads no rows, or takes rows found before."""
    layer = QUERIES[feature]
    function = layer.functions[name]
    if parameters(function)[:1] == ["actor"] or feature in NOBODYS:
        return
    if (feature, name) in OPEN_QUERIES or not reads_rows(layer, function):
        return
    assert takes_rows(function), f"{path} asks {feature}.queries.{name} without saying who asks"


def test_no_open_query_has_outlived_its_reason():
    assert set(OPEN_QUERIES) <= {(feature, name) for _, feature, name in ASKED}


def test_only_move_sets_a_state():
    """A state is set by `move`, from the table of its life; rows begin with a default."""
    setters = []
    for path in modules():
        for function in ast.walk(tree(path)):
            if isinstance(function, ast.FunctionDef) and function.name != "move":
                setters += [
                    f"{name_of(path)}:{node.lineno}"
                    for node in ast.walk(function)
                    if isinstance(node, ast.Assign)
                    and any(ast.unparse(t).endswith(".state") for t in node.targets)
                ]
    assert setters == []


def test_every_deed_is_of_a_kind_that_the_trail_offers():
    assert {deed.partition(".")[0] for deed in FAMILIES["audit.deed."]} == set(KINDS)
