"""People with browsers of their own, who press at the same moment on a real server."""

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from http.cookies import SimpleCookie
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import urlencode

from talentshare.platform.db import db
from tests import make

ROOT = Path(__file__).parents[2]
PATIENCE = 60
HIDDEN = re.compile(r'name="(csrf_token|_press|version)" value="([^"]+)"')


class Jar:
    """What `make.session_cookie` writes to: it stands in for a client that has cookies."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def set_cookie(self, name: str, value: str, **_where: Any) -> None:
        self.cookies[name] = value


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    text: str
    location: str


class Browser:
    """One person's browser: it keeps its cookies, and opens a line for each page."""

    def __init__(self, port: int, cookies: dict[str, str]) -> None:
        self.port, self.cookies = port, dict(cookies)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, Any]) -> Answer:
        return self._ask("POST", path, urlencode(data))

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with closing(line):
            line.request(method, path, body, headers)
            reply = line.getresponse()
            text = reply.read().decode()
        for cookie in reply.headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(cookie).items():
                self.cookies[name] = morsel.value
        return Answer(reply.status, text, reply.headers.get("Location", ""))


def hidden(page: str) -> dict[str, str]:
    """The token and the version that a form of the page would send."""
    return dict(HIDDEN.findall(page))


def cookies_of(person: Any) -> dict[str, str]:
    """A real session of a person, as the cookie of a browser."""
    jar = Jar()
    make.session_cookie(jar, getattr(person, "person", person))
    return jar.cookies


@contextmanager
def served(environment: dict[str, str], instant: datetime, workers: int = 2) -> Iterator[int]:
    """The port of a server on the database of these settings; it ends afterwards."""
    db.session.rollback()  # no lock of our own stands in the way
    port = free_port()
    given = {k: v for k, v in os.environ.items() if not k.startswith("TALENTSHARE_")}
    given |= environment | {"TALENTSHARE_PORT": str(port)}
    command = [sys.executable, "-m", "tests.attacks.served", instant.isoformat(), str(workers)]
    server = subprocess.Popen(command, env=given, cwd=ROOT)
    try:
        wait_for(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise AssertionError("the server ended")
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server does not answer")


def at_once(deeds: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do everything at the same moment, each in a thread; what came of it, in order."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], Any]) -> Any:
        start.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))
