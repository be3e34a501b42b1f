"""Sixteen writers through HTTP on both databases: the main job, round and round, on the same few people.

Usage: python -m bench.writers [SECONDS]     prints a Markdown table per database; the server is the one of `talentshare serve`

Each writer prepares, checks, offers, accepts, records the consent, proposes (hold), agrees (confirmed) and cancels.
Pages are read in the first lap, which is not counted, to learn tokens and versions; then only writes are sent.
Four people are wanted by sixteen positions, so that some writers find no time left: those are the refusals.
"""

import random
import re
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from bench.table import Row, leave_cleanly, on_both, p95
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import allocation_week, week_ledger
from talentshare.app import create_app
from talentshare.kernel import clock
from talentshare.platform import events, schema
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from tests import make
from tests.attacks.crowd import Browser, cookies_of, hidden, served
from tests.conftest import settings
from tests.proposals.stage import Stage, ready

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
WRITERS, WANTED, POOL = 16, 4, 24
WHY = "クラウド移行の点検を2団体で担当したため"
ID = re.compile(r"/proposals/(\d+)$")
DEEDS = {
    "prepare": "proposal.prepared", "check": "proposal.checked", "offer": "proposal.offered",
    "accept": "proposal.accepted", "consent": "proposal.home_consented", "propose": "proposal.proposed",
    "agree": "proposal.agreed", "cancel": "proposal.cancelled", "withdraw": "proposal.withdrawn",
}  # fmt: skip


class Writer:
    """A coordinator with the people around one position; goes through the main job until time is up."""

    def __init__(self, port, facts):
        self.number, self.wanted, self.home = facts["number"], facts["wanted"], facts["home"]
        self.by = {role: Browser(port, cookies) for role, cookies in facts["cookies"].items()}
        self.random = random.Random(self.number)
        self.presses, self.fields = [], {}

    def learn(self):
        """One lap with somebody who has time: tokens and versions are read from the pages."""
        self.lap(self.home)
        return self

    def work(self, until):
        while time.monotonic() < until:
            self.lap(self.random.choice(self.wanted))

    def lap(self, who):
        page = f"/requests/{self.number}/proposals/new"
        data = {"position": 1, "specialist_id": who, "reason": WHY}
        form = f"{page}?position=1&specialist_id={who}"
        made = self.press(("prepare", "owner", page, data), form)
        if made is None:
            return
        it = int(ID.search(made.location)[1])
        for step in self.steps(it, who):
            if self.press(step, step[2].split("/desk/")[0].removesuffix("/answer")) is None:
                self.withdraw(it)
                return

    def steps(self, it, who):
        desk, offer = f"/proposals/{it}/desk", f"/offers/{it}/answer"
        decision = {"form": "decision", "answer": "agree", "decided_on": "2026/11/24"}
        decision |= {"decider_title": "課長", "document_number": "8町デ第12号"}
        return (
            ("check", "second", f"{desk}/check", {"form": "check"}),
            ("offer", "owner", f"{desk}/offer", {"form": "offer", "days": 3}),
            ("accept", who, offer, {"form": "accept"}),
            (
                "consent",
                "owner",
                f"{desk}/consent",
                {"form": "consent", "who": "リーダー", "on": "2026/11/24"},
            ),
            ("propose", "owner", f"{desk}/propose", {"form": "propose"}),
            ("agree", "officer", f"/proposals/{it}/answer", decision),
            ("cancel", "owner", f"{desk}/cancel", {"form": "cancel", "text": "延期のため"}),
        )

    def withdraw(self, it):
        data = {"form": "withdraw", "text": "時間がないため"}
        step = ("withdraw", "owner", f"/proposals/{it}/desk/withdraw", data)
        self.press(step, f"/proposals/{it}", anew=True)

    def press(self, step, page, anew=False):
        """Send a form; its token and version were read from `page`, now or in an earlier lap."""
        name, role, path, data = step
        known = (name, role)
        if anew or known not in self.fields:
            self.fields[known] = hidden(self.by[role].get(page).text)
        began = time.monotonic()
        answer = self.by[role].post(path, data | self.fields[known])
        self.presses.append((name, answer.status, began, time.monotonic() - began))
        return answer if answer.status == 302 else None


def world():
    """Sixteen open positions of sixteen bodies, and who may press what."""
    people = [ready(max_bodies=9) for _ in range(POOL)][:WANTED]
    second = make.coordinator()
    stages = [Stage(specialist=people[n % WANTED], second=second) for n in range(WRITERS)]
    shared = {who.id: cookies_of(who) for who in people} | {"second": cookies_of(second)}
    return [
        {
            "number": stage.request.number,
            "wanted": [who.id for who in people],
            "home": stage.specialist.id,
            "cookies": shared | {"owner": cookies_of(stage.owner), "officer": cookies_of(stage.officer)},
        }
        for stage in stages
    ]  # fmt: skip


def violations(presses):
    """Broken invariants, weeks whose kept sum is not the sum of its rows, deeds that the audit does not know."""
    found = list(allocation_queries.check())
    rows = dict(db.session.execute(
        select(allocation_week.c.specialist_id, func.sum(allocation_week.c.minutes)).group_by(allocation_week.c.specialist_id)
    ).all())  # fmt: skip
    kept = dict(db.session.execute(
        select(week_ledger.c.specialist_id, func.sum(week_ledger.c.booked_minutes)).group_by(week_ledger.c.specialist_id)
    ).all())  # fmt: skip
    found += [f"person {who}" for who, minutes in kept.items() if minutes != rows.get(who, 0)]
    noted = dict(
        db.session.execute(select(AuditEvent.deed, func.count()).group_by(AuditEvent.deed)).all()
    )
    done = Counter(name for name, status, *_ in presses if status == 302)
    found += [
        f"{name} {done[name]}" for name, deed in DEEDS.items() if done[name] != noted.get(deed, 0)
    ]
    found += [
        f"answer {status} to {name}" for name, status, *_ in presses if status not in {302, 409}
    ]
    broken = events.first_break()
    return [*found, *([f"audit {broken}"] if broken is not None else [])]


def measured(url: str, seconds: float) -> list[Row]:
    """All writers on one database, and what is wrong afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        environment = settings(url, Path(folder))["ENVIRONMENT"]
        with create_app({"ENVIRONMENT": environment}).app_context():
            schema.upgrade()
            presses, start = pressed(environment, world(), seconds)
            db.session.expire_all()
            broken = violations(presses)
            db.session.remove()
            db.engine.dispose()
    for line in broken[:5]:
        print(f"violation: {line}", file=sys.stderr)
    return rows(
        [p for p in presses if start <= p[2] and p[2] + p[3] <= start + seconds],
        seconds,
        len(broken),
    )


def pressed(environment, facts, seconds):
    """All that was pressed, and when the counting began."""
    with served(environment, NOW) as port, ThreadPoolExecutor(WRITERS) as pool:
        writers = list(pool.map(Writer.learn, [Writer(port, one) for one in facts]))
        start = time.monotonic()
        list(pool.map(lambda one: one.work(start + seconds), writers))
    return [press for one in writers for press in one.presses], start


def rows(counted, seconds, broken):
    took = [1000 * p[3] for p in counted if p[1] == 302] or [0.0]
    on_ledger = sum(p[1] == 302 and p[0] in {"propose", "agree", "cancel"} for p in counted)
    return [
        Row(
            f"writes that succeed, for {seconds:g} s",
            round(len(took) / seconds, 1),
            "/s",
            WRITERS,
            is_least=True,
        ),
        Row("of these on the ledger", round(on_ledger / seconds, 1), "/s"),
        Row("refused for want of time (409)", sum(p[1] == 409 for p in counted), ""),
        Row("write, median", round(median(took))),
        Row("write, p95", round(p95(took))),
        Row("invariants broken", broken, "", 0),
    ]


def main():
    leave_cleanly()
    clock.now = lambda: NOW
    print(
        f"{WRITERS} writers through HTTP after one lap each, 2 processes x 8 threads;"
        f" {WANTED} people wanted by {WRITERS} positions, {POOL} in the pool.\n"
    )
    on_both(partial(measured, seconds=float(sys.argv[1]) if len(sys.argv) > 1 else 15.0))


if __name__ == "__main__":
    main()
