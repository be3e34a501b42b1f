"""Documents that are written from the code: `make docs` writes them, a test compares them."""

import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

from talentshare import policy
from talentshare.app import create_app
from talentshare.config import PREFIX, SETTINGS, read
from talentshare.kernel.actor import SYSTEM, Actor, Role
from talentshare.kernel.states import StateMachine
from talentshare.policy import Can
from tests.architecture.families import machines
from tests.architecture.sources import ROOT

DOCS = ROOT / "docs"
WRITTEN = "Written by `make docs`; do not edit.\n"
ALWAYS, OWN, OTHERS, NEVER = "yes", "own", "others'", "–"
QUIET = {"HEAD", "OPTIONS"}


@dataclass
class Thing:
    """Whatever a permission may be about, reduced to what the rules look at."""

    body_id: int
    specialist_id: int
    person_id: int
    created_by_id: int = 90
    prepared_by_id: int = 90
    needs_manager: bool = False


@dataclass(frozen=True)
class Column:
    """One column of the table of permissions: who asks, and about which kind of thing."""

    title: str
    actor: Actor
    special: dict[str, Any]


def _actor(*roles: Role, specialist_id: int | None = None) -> Actor:
    return Actor(1, frozenset(roles), body_id=1, specialist_id=specialist_id)


COLUMNS = (
    Column("officer", _actor(Role.OFFICER), {}),
    Column("officer, where the manager answers", _actor(Role.OFFICER), {"needs_manager": True}),
    Column(
        "officer whom it is about",
        _actor(Role.OFFICER, Role.SPECIALIST, specialist_id=1),
        {"specialist_id": 1},
    ),
    Column("manager", _actor(Role.MANAGER), {}),
    Column("specialist", _actor(Role.SPECIALIST, specialist_id=1), {}),
    Column("coordinator", _actor(Role.COORDINATOR), {"specialist_id": 90}),
    Column(
        "coordinator who began or prepared it",
        _actor(Role.COORDINATOR),
        {"created_by_id": 1, "prepared_by_id": 1},
    ),
    Column(
        "coordinator whom it is about",
        _actor(Role.COORDINATOR, Role.SPECIALIST, specialist_id=1),
        {"specialist_id": 1},
    ),
    Column("admin", _actor(Role.ADMIN), {}),
    Column("system", SYSTEM, {}),
)


def permissions() -> str:
    """Who may do what, from the rules themselves."""
    lines = [
        "# Who may do what",
        "",
        WRITTEN,
        (
            "Each permission of `talentshare/policy.py`, asked for a thing of one's own (own body, own"
            " record, own account) and for one of others."
        ),
        (
            "`yes`: for any thing. `own`: only for one's own. `others'`: only for things of others."
            " `–`: never."
        ),
        (
            "Who may see a thing at all is decided by `visible(actor)` of each feature: what one may"
            " not see is not found."
        ),
        "",
        _row("permission", *(column.title for column in COLUMNS)),
        _row(*["---"] * (len(COLUMNS) + 1)),
    ]
    lines += [_row(f"`{can.value}`", *(_cell(can, column) for column in COLUMNS)) for can in Can]
    return "\n".join(lines) + "\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(can: Can, column: Column) -> str:
    own = Thing(**{"body_id": 1, "specialist_id": 1, "person_id": 1} | column.special)
    other = Thing(**{"body_id": 2, "specialist_id": 2, "person_id": 2} | column.special)
    answers = policy.allows(column.actor, can, own), policy.allows(column.actor, can, other)
    return {(True, True): ALWAYS, (True, False): OWN, (False, True): OTHERS}.get(answers, NEVER)


def states() -> str:
    """The life of each thing, as a diagram."""
    lines = [
        "# States",
        "",
        WRITTEN,
        "Every move that a thing can make, from the tables in `*/states.py`.",
    ]
    for name, machine in sorted(machines().items()):
        lines += ["", f"## {name}", "", "```mermaid", *_diagram(machine), "```"]
    return "\n".join(lines) + "\n"


def _diagram(machine: StateMachine[Any]) -> Iterator[str]:
    yield "stateDiagram-v2"
    sources = [source for source, _ in machine.moves]
    yield f"    [*] --> {sources[0].value}"
    for (source, event), target in machine.moves.items():
        yield f"    {source.value} --> {target.value} : {event}"
    for last in sorted({t.value for t in machine.moves.values()} - {s.value for s in sources}):
        yield f"    {last} --> [*]"


def settings() -> str:
    """Every setting, its default and its meaning."""
    lines = [
        "# Settings",
        "",
        WRITTEN,
        (
            "Environment variables, checked at start; a mistake is told in a sentence and nothing is"
            " served."
        ),
        "",
        _row("variable", "default", "meaning"),
        _row("---", "---", "---"),
    ]
    lines += [
        _row(f"`{PREFIX}{s.name}`", f"`{s.default}`" if s.default else "(empty)", s.meaning)
        for s in SETTINGS
    ]
    return "\n".join(lines) + "\n"


def routes() -> str:
    """Every address that was ever served; one that vanishes is taken out by hand only."""
    path = DOCS / "routes.txt"
    known = set(path.read_text("utf-8").splitlines()) if path.exists() else set()
    return "\n".join(sorted(known | set(present_routes(demo_app())))) + "\n"


def present_routes(app: Flask) -> list[str]:
    """What the app answers now: method and path."""
    return sorted(
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - QUIET)
    )


def demo_app() -> Flask:
    """The app with every page mounted, on a database that is never opened."""
    folder = Path(tempfile.gettempdir()) / "talentshare-docs"
    environment = {
        "TALENTSHARE_DEMO": "1",
        "TALENTSHARE_HTTPS": "0",
        "TALENTSHARE_INSTANCE": str(folder),
    }
    read(environment)
    return create_app({"ENVIRONMENT": environment})


DOCUMENTS: dict[str, Callable[[], str]] = {
    "permissions.md": permissions,
    "states.md": states,
    "settings.md": settings,
    "routes.txt": routes,
}


def main() -> None:
    DOCS.mkdir(exist_ok=True)
    for name, write in DOCUMENTS.items():
        (DOCS / name).write_text(write(), "utf-8")
        sys.stdout.write(f"docs/{name}\n")


if __name__ == "__main__":
    main()
