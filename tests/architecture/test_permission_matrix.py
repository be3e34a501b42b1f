"""Who may do what, by real requests: every address × persona × thing, against the reviewed table.

`permissions.csv` is read by people: a line is added there only after it was compared with the
product. `python -m tests.architecture.propose` prints what the app answers now, as a proposal.
"""

import re

import pytest

from tests.architecture import world as worlds
from tests.architecture.cases_people import PEOPLE_CASES
from tests.architecture.cases_plans import PLAN_CASES
from tests.architecture.cases_work import WORK_CASES
from tests.architecture.matrix import (
    COLUMNS,
    TRACES,
    contents,
    raw_codes,
    reviewed,
    tried,
    watch,
)
from tests.conftest import NOW

CASES = [*PEOPLE_CASES, *WORK_CASES, *PLAN_CASES]
CELLS = [(case, thing) for case in CASES for thing in case.things]
SHUT = {"sign-in", "401", "403", "404", "410"}
ANSWERS = re.compile(r"ok|sign-in|403|404|409|410|422")


def cell_id(value):
    return value if isinstance(value, str) else "-".join(part for part in value.key if part)


@pytest.fixture(scope="module")
def world(sqlite_template, tmp_path_factory):
    made = worlds.build(sqlite_template, tmp_path_factory.mktemp("matrix"), NOW)
    watch(made)
    return made


@pytest.fixture(scope="module")
def untouched(world):
    """What the world holds before anybody asked for anything."""
    return contents(world)


@pytest.fixture(scope="module")
def table():
    return reviewed()


def test_every_address_is_tried(world):
    served = {
        (rule.endpoint, method)
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert served == {(case.endpoint, case.method) for case in CASES}


def test_every_line_is_reviewed_and_none_is_left_over(table):
    assert {(*case_key(case), thing) for case, thing in CELLS} == set(table)
    assert len(CELLS) == len(table)
    for key, line in table.items():
        assert all(ANSWERS.fullmatch(line[persona]) for persona in COLUMNS[4:]), key


def case_key(case):
    return case.endpoint, case.name, case.method


def is_read(response):
    """A page; one that leads elsewhere names nothing but the address."""
    return response.mimetype == "text/html" and not response.location


@pytest.mark.parametrize(("case", "thing"), CELLS, ids=cell_id)
def test_each_persona_gets_the_reviewed_answer(world, untouched, table, case, thing):
    expected = table[(*case_key(case), thing)]
    found, faults = {}, []
    for persona, outcome in tried(world, case, thing):
        found[persona] = outcome.status
        written = outcome.tables - TRACES
        if outcome.status in SHUT and written:
            faults.append(f"{persona}: a shut door wrote to {sorted(written)}")
        elif outcome.is_refused and written and contents(world) != untouched:
            faults.append(f"{persona}: refused, and yet {sorted(written)} changed")
        elif is_read(outcome.response) and raw_codes(outcome.response.text):
            faults.append(f"{persona}: {raw_codes(outcome.response.text)} without words")
    assert found == {persona: expected[persona] for persona in found}
    assert faults == []


def test_the_matrix_can_fail(world, untouched):
    """A door that writes is seen, and what it wrote is gone afterwards."""
    case = next(c for c in CASES if c.endpoint == "talent_requests.move" and c.method == "POST")
    written = {persona: found.tables for persona, found in tried(world, case, "own")}
    assert "talent_request" in written["officer"]
    assert written["anonymous"] <= TRACES
    assert contents(world) == untouched
