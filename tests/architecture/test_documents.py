"""Documents that are written from the code say what the code says now."""

import pytest

from tests.architecture.documents import COLUMNS, DOCS, DOCUMENTS, demo_app, present_routes
from tests.architecture.families import machines


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_current(name):
    path = DOCS / name
    assert path.exists(), "run `make docs`"
    assert path.read_text("utf-8") == DOCUMENTS[name](), "run `make docs`"


def test_no_address_vanishes():
    """An address that was served once is bookmarked, printed and mailed."""
    promised = (DOCS / "routes.txt").read_text("utf-8").splitlines()
    assert set(promised) - set(present_routes(demo_app())) == set()


def test_the_table_of_permissions_tells_own_from_others():
    """The columns can tell apart what the rules tell apart."""
    rows = DOCUMENTS["permissions.md"]().splitlines()
    cells = {r.split(" | ")[0].strip("| `"): r.strip("| ").split(" | ")[1:] for r in rows[10:]}
    titles = [column.title for column in COLUMNS]
    check = dict(zip(titles, cells["proposal.check"], strict=True))
    assert check["coordinator"] == "yes"
    began = "coordinator who began or prepared it"
    assert check[began] == check["coordinator whom it is about"] == "–"
    withdraw = dict(zip(titles, cells["talent_request.withdraw"], strict=True))
    assert (withdraw["officer"], withdraw["coordinator"], withdraw[began]) == ("own", "–", "yes")
    decide = dict(zip(titles, cells["proposal.decide"], strict=True))
    assert (decide["officer"], decide["manager"]) == ("own", "own")
    assert decide["officer, where the manager answers"] == decide["coordinator"] == "–"


@pytest.mark.parametrize("name", sorted(machines()))
def test_every_state_can_be_reached_and_every_move_is_drawn(name):
    machine = machines()[name]
    diagram = DOCUMENTS["states.md"]().split(f"## {name}\n")[1].split("\n## ")[0]
    first = next(iter(machine.moves))[0]
    reached = {first}
    for _ in machine.moves:
        reached |= {t for (s, _), t in machine.moves.items() if s in reached}
    assert reached == set(type(first))
    for (source, event), target in machine.moves.items():
        assert f"{source.value} --> {target.value} : {event}" in diagram
