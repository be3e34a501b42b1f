"""The service at size on PostgreSQL: every list and report, the chain, the web workers, fifty users at once.

Usage: python -m bench.at_size [--queries]     prints Markdown tables
       python -m bench.at_size DATABASE_URL FOLDER     measures a database that `size` has filled already

Pages over WSGI in this process, warm; then four workers as `talentshare serve` starts them: what each holds in
memory after all pages, and fifty people with sessions of their own for a minute (wrk, from Debian's package).
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from bench import size
from bench.pages import LISTS, TIMES, clients, queries_of, took
from bench.table import MISSED, Row, leave_cleanly, p95, written
from talentshare.accounts.models import Person, PersonRole
from talentshare.accounts.states import PersonState
from talentshare.app import create_app
from talentshare.kernel import clock
from talentshare.kernel.actor import Role
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import postgresql
from tests.attacks.crowd import Browser, cookies_of, served

AS_OF = "2026-11-24"
LIST_GOAL, QUERIES_GOAL, REPORT_GOAL, CHAIN_GOAL, MEMORY_GOAL = 300, 8, 1000, 60, 400
WORKERS, USERS, SECONDS = 4, 50, 60
FILLED_GOAL = 300
PAGE_SECONDS, FEWEST = 25, 5
TOO_SLOW: set[str] = set()  # asked once; no worker is kept busy with them
DEEDS = 10
YEAR = "from=2026-04&to=2027-03"
MORE_LISTS = {
    "demo.coordinator1": (
        "/desk?owner=any&state=any&turn=any",
        "/desk?q=%E7%94%BA%E7%94%B0&owner=any&state=any",
    ),
    "demo.admin": ("/admin/audit?kind=proposal&from=2026-06-01&to=2026-06-02",),
}
REPORTS = {
    "demo.coordinator1": (
        "/reports/utilisation", "/reports/free", "/reports/areas", f"/reports/areas?{YEAR}",
        *(f"/reports/utilisation?{YEAR}&by={by}" for by in ("person", "role", "skill", "body", "basis")),
        *(f"/reports/utilisation.csv?{YEAR}&by={by}" for by in ("person", "month", "role", "skill", "body", "basis")),
    ),
    "demo.admin": (
        "/reports/utilisation",
        *(f"/reports/utilisation?{YEAR}&by={by}" for by in ("role", "skill", "body", "basis")),
        *(f"/reports/utilisation.csv?{YEAR}&by={by}" for by in ("month", "role", "skill", "body", "basis")),
    ),
}  # fmt: skip
# Of fifty, and what each role reads in turn.
CROWD = {Role.OFFICER: 20, Role.MANAGER: 8, Role.SPECIALIST: 12, Role.COORDINATOR: 10}
READS = {
    Role.OFFICER: ("/", "/requests", "/supports", "/notices", "/requests/finished"),
    Role.MANAGER: ("/", "/requests/waiting", "/requests", "/supports"),
    Role.SPECIALIST: ("/", "/offers", "/me/availability", "/notices", "/me/skills"),
    Role.COORDINATOR: ("/", "/desk", "/specialists", "/clashes", "/notices"),
}
SCRIPT = """
local thread_count = 0
function setup(thread) thread_count = thread_count + 1; thread:set("number", thread_count) end
function init() requests = 0; paths = {}
  for line in io.lines("%s/" .. number) do table.insert(paths, line) end
  cookie = table.remove(paths, 1)
end
function request() requests = requests + 1
  return wrk.format("GET", paths[requests %% #paths + 1], {["Cookie"] = cookie})
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("FIGURES %%d %%d %%f %%f %%f\\n", summary.requests,
    e.connect + e.read + e.write + e.timeout + e.status, summary.duration / 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000))
end
"""
FIGURES = re.compile(r"FIGURES (\d+) (\d+) ([\d.]+) ([\d.]+) ([\d.]+)")


def main() -> None:
    leave_cleanly()
    given = [one for one in sys.argv[1:] if not one.startswith("--")]
    print(f"Load average at the start: {load()}; it is said again with each part.\n", flush=True)
    with ExitStack() as held:
        if given:
            environment = settings(given[0], given[1])
        else:
            if not postgresql.is_there():
                print(f"{MISSED}: no PostgreSQL is reachable.")
                return
            folder = tempfile.mkdtemp()
            held.callback(shutil.rmtree, folder)
            name = held.enter_context(postgresql.bare(is_durable=True))
            environment = settings(postgresql.url_of(name), folder)
            said("filled", [filled(environment)])
        measured(environment)


def settings(url: str, folder: str) -> dict[str, str]:
    driven = url.replace("postgresql://", "postgresql+psycopg://")
    return {
        "TALENTSHARE_DEMO": "1", "TALENTSHARE_HTTPS": "0",
        "TALENTSHARE_INSTANCE": folder, "TALENTSHARE_DATABASE_URL": driven,
    }  # fmt: skip


def filled(environment: dict[str, str]) -> Row:
    before = time.monotonic()
    command(environment, "demo", "--no-serve", "--as-of", AS_OF)
    app = served_here(environment)
    with app.app_context():
        with clock.standing_at(last_deed() + timedelta(hours=1)):
            size.fill()
        let_go()
    return Row("demo made and grown", round(time.monotonic() - before), "s", FILLED_GOAL)


def measured(environment: dict[str, str]) -> None:
    app = served_here(environment)
    with app.app_context():
        said("what stands in it", [Row(name, count, "") for name, count in size.sizes().items()])
        instant = last_deed() + timedelta(hours=1)
        let_go()
    said("commands", commands(environment))
    with clock.standing_at(instant):
        client_of = clients(app)
        said(
            "lists",
            [row for paths in (LISTS, MORE_LISTS) for row in pages(client_of, paths, LIST_GOAL)],
        )
        said("reports", reports(app, client_of))
        with app.app_context():
            crowd = [(role, cookies_of(who)) for role, who in people()]
            let_go()
    with app.app_context(), served(environment, instant, WORKERS) as port:
        said("memory", memory(port, client_of))
        said("fifty users", users(port, crowd))


def said(title: str, rows: Iterable[Row]) -> None:
    found = list(rows)
    print(f"### {title}; load average {load()}\n", written(found), "", sep="\n", flush=True)


def load() -> str:
    return ", ".join(f"{one:.1f}" for one in os.getloadavg())


def served_here(environment: dict[str, str]) -> Flask:
    return create_app({"ENVIRONMENT": environment, "WTF_CSRF_ENABLED": False})


def last_deed() -> datetime:
    last = db.session.scalar(select(func.max(AuditEvent.at)))
    assert last is not None, "the demo is there"
    return last


def let_go() -> None:
    db.session.remove()
    db.engine.dispose()


def command(environment: dict[str, str], *words: str) -> float:
    """Seconds that a command took; it succeeds."""
    given = {k: v for k, v in os.environ.items() if not k.startswith("TALENTSHARE_")} | environment
    before = time.monotonic()
    line = [sys.executable, "-m", "talentshare.cli", *words]
    subprocess.run(line, env=given, check=True, stdout=sys.stderr)
    return time.monotonic() - before


def commands(environment: dict[str, str]) -> Iterator[Row]:
    yield Row(
        "talentshare audit verify",
        round(command(environment, "audit", "verify"), 1),
        "s",
        CHAIN_GOAL,
    )
    yield Row("talentshare check", round(command(environment, "check"), 1), "s")


def pages(
    client_of: dict[str, FlaskClient],
    paths_of: dict[str, tuple[str, ...]],
    goal: float,
) -> Iterator[Row]:
    for role, paths in paths_of.items():
        client, who = client_of[role], role.removeprefix("demo.").rstrip("1")
        for path in paths:
            times = patiently(client, path)
            shown = path.replace("|", "%7C")
            which = "p95" if len(times) == TIMES else f"p95 of {len(times)} only"
            yield Row(
                f"{who} {shown}: {which}",
                round(p95(times)),
                goal=REPORT_GOAL if path.startswith("/reports") else goal,
            )
            if path in TOO_SLOW:
                continue
            yield Row(
                f"{who} {shown}: statements",
                queries_of(client, path),
                "",
                QUERIES_GOAL,
            )


def reports(app: Flask, client_of: dict[str, FlaskClient]) -> Iterator[Row]:
    """Pages with the goal, files without; what a page takes at first and after deeds, too."""
    for role, paths in REPORTS.items():
        client, who = client_of[role], role.removeprefix("demo.").rstrip("1")
        for path in paths:
            first = round(took(client, path))
            goal = None if ".csv" in path else REPORT_GOAL
            times = patiently(client, path)
            which = "p95" if len(times) == TIMES else f"p95 of {len(times)} only"
            yield Row(f"{who} {path}: {which}", round(p95(times)), goal=goal)
            put_back(app)
            later = round(took(client, path))
            yield Row(f"{who} {path}: the first; after {DEEDS} deeds {later} ms", first)


def put_back(app: Flask) -> None:
    """What is kept of reports in this process is older than the last deeds."""
    for name in ("reports.counted", "reports.areas"):
        for keeper in app.extensions[name].keepers.values() if name in app.extensions else ():
            picture, moment = keeper.last
            keeper.last = picture, replace(moment, seq=moment.seq - DEEDS)


def patiently(client: FlaskClient, path: str) -> list[float]:
    """The page twenty times after a first one; of a page that takes too long, what fits in the time."""
    first = took(client, path)
    if first > 1000 * PAGE_SECONDS:
        TOO_SLOW.add(path)
        return [first]
    times: list[float] = []
    until = time.monotonic() + PAGE_SECONDS
    while len(times) < FEWEST or (len(times) < TIMES and time.monotonic() < until):
        times.append(took(client, path))
    return times


def people() -> Iterator[tuple[Role, Person]]:
    for role, count in CROWD.items():
        holders = (
            select(Person)
            .join(PersonRole)
            .where(PersonRole.role == role, Person.state == PersonState.ACTIVE)
        )
        for who in db.session.scalars(holders.order_by(Person.id).limit(count)).unique():
            yield role, who


def memory(port: int, client_of: dict[str, FlaskClient]) -> Iterator[Row]:
    """What each worker holds after every page was read by each persona, several times."""
    browsers = {}
    for role, client in client_of.items():
        cookie = client.get_cookie("talentshare")
        assert cookie is not None, role
        browsers[role] = Browser(port, {"talentshare": cookie.value})
    for paths_of in (*[LISTS] * WORKERS, MORE_LISTS, REPORTS, REPORTS):
        for role, paths in paths_of.items():
            for path in paths:
                if path in TOO_SLOW:
                    continue
                answer = browsers[role].get(path)
                assert answer.status == 200, (path, answer.status)
    held = sorted(resident(pid) for pid in workers(port))
    yield Row("workers", len(held), "", WORKERS, is_least=True)
    yield Row("web worker, least", held[0], "MB")
    yield Row("web worker, most", held[-1], "MB", MEMORY_GOAL)


def workers(port: int) -> list[int]:
    """The children of our own child that serves this port."""
    parents = [pid for pid in children(os.getpid()) if "tests.attacks.served" in cmdline(pid)]
    assert len(parents) == 1, (port, parents)
    return children(parents[0])


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(one) for file in listed for one in file.read_text().split()]


def cmdline(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def resident(pid: int) -> int:
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    return round(int(found[1]) / 1024) if found else 0


def users(port: int, crowd: list[tuple[Role, dict[str, str]]]) -> Iterator[Row]:
    """Each with one line to the server and a session of its own, without a pause between two pages."""
    assert len(crowd) == USERS
    if not shutil.which("wrk"):
        yield Row("wrk that is not there: apt-get install wrk", 1, "", 0)
        return
    with tempfile.TemporaryDirectory() as folder:
        for number, (role, cookies) in enumerate(crowd, 1):
            cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
            Path(folder, str(number)).write_text("\n".join([cookie, *READS[role]]) + "\n", "utf-8")
        script = Path(folder, "users.lua")
        script.write_text(SCRIPT % folder, "utf-8")
        line = [
            "wrk",
            f"-t{USERS}",
            f"-c{USERS}",
            f"-d{SECONDS}s",
            "--timeout",
            "30s",
            "-s",
            str(script),
        ]
        out = subprocess.run(
            [*line, f"http://127.0.0.1:{port}/"], check=True, capture_output=True, text=True
        ).stdout
    found = FIGURES.search(out)
    assert found, out
    requests, errors, seconds, median, late = map(float, found.groups())
    yield Row(f"pages read in {SECONDS} s by {USERS} users", requests, "", 1, is_least=True)
    yield Row("errors", errors, "", 0)
    yield Row("pages a second", round(requests / seconds, 1), "/s")
    yield Row("page, median", round(median))
    yield Row("page, p95", round(late))


if __name__ == "__main__":
    main()
