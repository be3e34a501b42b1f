"""The processes of an installation: the web server, and its jobs beside it."""

import ctypes
import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from flask import Flask
from gunicorn.app.base import BaseApplication

from talentshare import config
from talentshare.engine import rank

# mallopt(3) of glibc: fixed bounds keep it from raising them, after which it would keep the memory
# of a large report for the life of the process; threads share two heaps instead of one each.
TRIM_THRESHOLD, MMAP_THRESHOLD, ARENA_MAX = -1, -3, -8
MALLOC = {TRIM_THRESHOLD: 2**20, MMAP_THRESHOLD: 2**18, ARENA_MAX: 2}


class Server(BaseApplication):
    """Gunicorn with threads, started from the command instead of a file."""

    def __init__(self, app: Flask, options: dict[str, object]) -> None:
        self.app, self.given = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.given.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return self.app


def run_server(app: Flask, workers: int = 2) -> None:
    """Serve until stopped."""
    given = config.read(app.config["ENVIRONMENT"])
    give_memory_back()
    rank.prepare()  # once, before the workers are forked: none of them compiles
    gc.collect()
    gc.freeze()  # what is loaded now stays: searching it for garbage would only cost time
    Server(
        app,
        {
            "bind": f"{given.host}:{given.port}",
            "workers": workers,
            "threads": 8,
            "worker_class": "gthread",
            "loglevel": "warning",
        },
    ).run()


def give_memory_back() -> None:
    """Let large blocks go back to the system when they are freed, where the C library can."""
    library = ctypes.CDLL(None)
    if hasattr(library, "mallopt"):
        for parameter, value in MALLOC.items():
            library.mallopt(parameter, value)


def stop_without(parent: int, stop: Event) -> None:
    """Stop as soon as the parent process is another one."""
    while not stop.wait(1):
        if os.getppid() != parent:
            stop.set()


@contextmanager
def jobs_beside(environment: dict[str, str]) -> Iterator[None]:
    """Run the jobs in a process of their own for as long as this one serves."""
    command = [sys.executable, "-m", "talentshare.cli", "jobs", "serve", "--with-parent"]
    process = subprocess.Popen(command, env=environment)  # noqa: S603  this very program
    try:
        yield
    finally:
        process.terminate()
        process.wait()
