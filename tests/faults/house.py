"""A house that stands on one database: its web server, its jobs, its sender, and their ends."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from threading import Event
from typing import Any
from uuid import uuid4

from talentshare.platform.db import db
from talentshare.platform.presses import FIELD
from tests.attacks.crowd import ROOT, Answer, Browser, free_port, hidden
from tests.faults.nursery import READY

PATIENCE = 60
GONE = (OSError, HTTPException)
OK = 200
# A small number of ends in the suite, a large one in `make soak`.
IS_SOAK = os.environ.get("TALENTSHARE_SOAK") == "1"


def times(few: int, many: int) -> int:
    """How often something is done: in the suite, and when there is time."""
    return many if IS_SOAK else few


@dataclass
class House:
    """The processes of one installation, and the clock on its wall."""

    nursery: subprocess.Popen[str]
    wall: Path
    port: int
    environment: dict[str, str]
    living: dict[str, int] = field(default_factory=dict)

    def now(self) -> datetime:
        return datetime.fromisoformat(self.wall.read_text("utf-8"))

    def move(self, by: timedelta) -> datetime:
        return self.set(self.now() + by)

    def set(self, to: datetime) -> datetime:
        beside = self.wall.with_suffix(".new")
        beside.write_text(to.isoformat(), "utf-8")
        beside.replace(self.wall)
        return to

    def start(self, role: str) -> int:
        assert self.nursery.stdin
        assert self.nursery.stdout
        self.nursery.stdin.write(role + "\n")
        self.nursery.stdin.flush()
        pid = self.living[role] = int(self.nursery.stdout.readline())
        if role == "web":
            until(lambda: self.answers("/healthz"))
        return pid

    def kill(self, role: str) -> None:
        """The whole group at once, as when the machine loses its power."""
        pid = self.living.pop(role)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        until(lambda: not is_alive(pid))

    def kill_worker(self) -> None:
        """One of the web server's processes; its master makes another."""
        found = children(self.living["web"])
        if found:
            with suppress(ProcessLookupError):
                os.kill(random.choice(found), signal.SIGKILL)

    def stop(self, role: str) -> None:
        """As an operator does: it ends what it has begun."""
        pid = self.living.pop(role)
        os.kill(pid, signal.SIGTERM)
        until(lambda: not is_alive(pid))

    def ask(self, *command: str) -> str:
        """What a command of the operator's answers; it must succeed."""
        line = [sys.executable, "-m", "talentshare.cli", *command]
        done = subprocess.run(
            line, check=False, env=self.environment, cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def limit_files(self, largest: int) -> None:
        """No file may grow beyond `largest` bytes, as if the disk were full; -1 for any size."""
        for pid in [self.living["web"], *children(self.living["web"])]:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (largest, -1))

    def answers(self, path: str) -> int:
        try:
            return Browser(self.port, {}).get(path).status
        except GONE:
            return 0


@contextmanager
def housed(environment: dict[str, str], folder: Path, instant: datetime) -> Iterator[House]:
    """A house on the database of these settings; everything in it ends afterwards."""
    db.session.remove()
    wall, port = folder / "clock", free_port()
    wall.write_text(instant.isoformat(), "utf-8")
    given = {k: v for k, v in os.environ.items() if not k.startswith("TALENTSHARE_")}
    given |= environment | {"TALENTSHARE_PORT": str(port)}
    with (folder / "log").open("w") as log:
        nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery", str(wall)],
            env=given,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        house = House(nursery, wall, port, given)
        try:
            assert nursery.stdout
            assert nursery.stdout.readline().strip() == READY  # it no longer looks at the database
            yield house
        finally:
            for role in list(house.living):
                house.kill(role)
            nursery.kill()
            nursery.communicate()


@dataclass
class Pressed:
    """A form that somebody sends until it is answered, with the key of the one page it is on."""

    who: dict[str, str]
    path: str
    data: dict[str, Any]
    is_done: Callable[[Answer], bool] = lambda answer: answer.status in {302, 303}
    location: str = ""
    sent: int = 0

    def __post_init__(self) -> None:
        self.data = {FIELD: uuid4().hex} | self.data

    def send(self, port: int) -> bool:
        """Send it once; tells whether it was acknowledged."""
        self.sent += 1
        try:
            if "csrf_token" not in self.who:
                self.come_in(port)
            form = self.data | {"csrf_token": self.who["csrf_token"]}
            answer = Browser(port, self.who).post(self.path, form)
        except GONE:
            return False
        if answer.status in {502, 503, 500}:
            return False
        assert self.is_done(answer), (self.path, answer.status, answer.text[-3000:])
        self.location = answer.location
        return True

    def come_in(self, port: int) -> None:
        """Open a page once, for the token that its forms carry."""
        browser = Browser(port, self.who)
        page = browser.get("/account")
        if page.status == OK:
            self.who |= browser.cookies | {"csrf_token": hidden(page.text)["csrf_token"]}
        else:
            raise OSError(page.status)

    def insist(self, port: int) -> "Pressed":
        """Send it until it is acknowledged."""
        end = time.monotonic() + PATIENCE
        while not self.send(port):
            assert time.monotonic() < end, f"nobody answers {self.path}"
            time.sleep(0.05)
        return self


@contextmanager
def under_load(work: Callable[[Event], None], hands: int) -> Iterator[None]:
    """Let several hands work beside the block; what one of them finds wrong is raised."""
    stop = Event()
    with ThreadPoolExecutor(hands) as pool:
        done = [pool.submit(work, stop) for _ in range(hands)]
        try:
            yield
        finally:
            stop.set()
    for one in done:
        one.result()


def until(is_so: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := is_so():
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen in time")


def children(pid: int) -> list[int]:
    try:
        return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def is_alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
