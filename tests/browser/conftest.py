"""A demo Tokyo, served; Chromium; pages that report what the browser complains about."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 120  # seconds, for a server on a busy machine
ON_VIOLATION = (
    "document.addEventListener('securitypolicyviolation',"
    " e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI))"
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def served(demo_folder, tmp_path):
    """The address of a server on a copy of the demo, and the folder of its database."""
    with serving(demo_folder, tmp_path / "instance") as place:
        yield place


@contextmanager
def serving(demo_folder: Path, folder: Path) -> Iterator[tuple[str, Path]]:
    """Serve a copy of the demo from this folder."""
    shutil.copytree(demo_folder, folder)
    port = free_port()
    environment = os.environ | {
        "TALENTSHARE_DEMO": "1",
        "TALENTSHARE_HTTPS": "0",
        "TALENTSHARE_INSTANCE": str(folder),
        "TALENTSHARE_PORT": str(port),
    }
    environment.pop("TALENTSHARE_DATABASE_URL", None)
    command = [str(Path(sys.executable).with_name("talentshare")), "serve"]
    server = subprocess.Popen(command, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/sign-in", server)
        yield f"http://127.0.0.1:{port}", folder
    finally:
        server.terminate()
        server.wait(PATIENCE)


def wait_for(address: str, server: subprocess.Popen) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:  # refused, or too busy to answer yet
            time.sleep(0.2)
        else:
            return
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def chromium():
    if CHROMIUM is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is required with CI=true")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium):
    """Makes a page in its own browser session; complaints are kept in `page.complaints`."""
    contexts = []

    def make(language: str = "ja", width: int = 1280):
        context = chromium.new_context(
            locale="ja-JP" if language == "ja" else "en-GB",
            viewport={"width": width, "height": 900},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.add_init_script(ON_VIOLATION)
        page.on("console", lambda m: keep(page, m))
        page.on("pageerror", lambda e: page.complaints.append(f"error {e}"))
        return page

    yield make
    for context in contexts:
        context.close()


def keep(page, message) -> None:
    """Refused pages are answered with 4xx on purpose; everything else is a complaint."""
    if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
        page.complaints.append(f"{page.url} {message.text}")


@pytest.fixture
def sign_in_names(served):
    """The sign-in names of the banner's personas, by role."""
    _address, folder = served
    with closing(sqlite3.connect(folder / "talentshare.sqlite")) as connection:
        row = connection.execute(
            "SELECT json_extract(details, '$.sign_in_name') FROM audit_event"
            " WHERE deed = 'demo.persona_chosen' ORDER BY seq DESC"
        ).fetchone()
    return {
        "officer": "tantou.machida",
        "manager": "kachou.machida",
        "specialist": row[0],
        "coordinator": "chousei1",
        "second": "chousei2",
        "admin": "kanri",
    }
