"""Processes to be killed: `python -m tests.faults.nursery CLOCK` makes one for each line it reads.

`web` serves with two processes, `jobs` leads, `mail` sends again and again. Everything is imported
once, so that a new one stands in a moment. The clock is what the file CLOCK says.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from threading import Event

from flask import Flask

from talentshare import background, cli, serving
from talentshare.kernel import clock
from talentshare.notices import jobs as notices

READY = "ready"


def send_for_ever(app: Flask) -> None:
    with app.app_context():
        while True:
            notices.send_mails()
            time.sleep(0.01)


def lead(app: Flask) -> None:
    stop = Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    background.serve(app, stop, heartbeat=0.2, retry=0.2)


ROLES: dict[str, Callable[[Flask], object]] = {
    "web": serving.run_server,
    "jobs": lead,
    "mail": send_for_ever,
}


def born(app: Flask, role: str) -> int:
    """The number of a new process with a group of its own."""
    child = os.fork()
    if child:
        with suppress(PermissionError, ProcessLookupError):  # it was faster
            os.setpgid(child, child)
        return child
    os.setpgid(0, 0)
    for number in (0, 1):  # the lines are its parent's
        os.dup2(os.open(os.devnull, os.O_RDWR), number)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    code = 1
    try:
        ROLES[role](app)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        os._exit(code)


def main() -> None:
    path = Path(sys.argv[1])
    clock.now = lambda: datetime.fromisoformat(path.read_text("utf-8"))
    app = cli.checked_app()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who were killed
    print(READY, flush=True)
    for line in sys.stdin:
        print(born(app, line.strip()), flush=True)


if __name__ == "__main__":
    main()
