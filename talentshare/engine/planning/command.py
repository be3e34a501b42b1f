"""`talentshare plan`: plan an instance file and write the solution file.

Loaded only by that command: what is compiled is heavy, and a web server needs none of it.
"""

import errno
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import NoReturn

from talentshare.engine.planning.aims import sentences, solve_for
from talentshare.engine.planning.goal import Aim
from talentshare.engine.planning.instance import Malformed, read
from talentshare.engine.planning.run import Run
from talentshare.engine.planning.solve import Plan, warm

REFUSED = 2
BY_SIGNAL = 128  # and the number of the signal
STDOUT = 1


def planned(
    source: Path, target: Path, seconds: float | None, seed: int, aim: tuple[str, int]
) -> int:
    """Plan one file; the exit status."""
    stop = Stop()
    try:
        require_place(target)
        text = source.read_bytes()
        with unheard():
            warm()
        began = time.monotonic()
        given = read(text)
    except Malformed as malformed:
        print(malformed, file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(f"{error.filename} cannot be used: {error.strerror}.", file=sys.stderr)
        return REFUSED
    print(
        f"Planning {len(given.position_ids)} positions; Ctrl-C writes the best plan so far.",
        file=sys.stderr,
        flush=True,
    )
    left = None if seconds is None else seconds - (time.monotonic() - began)
    try:
        found = solve_for(Aim(*aim), given, Run(left, seed, stop=stop.event))
    except Malformed as malformed:
        print(malformed, file=sys.stderr)
        return REFUSED
    write(found, target)
    count = f"{len(found.allocations)} of {len(given.position_ids)} positions"
    print(f"{count}, worth {found.value}.", *sentences(found), f"{found.seconds:.1f} s.")
    return stop.status


@contextmanager
def unheard() -> Iterator[None]:
    """HiGHS greets on the standard output when it is first made, whatever its options say."""
    try:
        kept = os.dup(STDOUT)
    except OSError:  # it is closed
        yield
        return
    with Path(os.devnull).open("wb") as nothing:
        os.dup2(nothing.fileno(), STDOUT)
    try:
        yield
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)


def leave(status: int) -> NoReturn:
    """End at once: to take down what is compiled costs a third of a second that nobody needs."""
    with suppress(BrokenPipeError):
        print(end="", flush=True)
    print(end="", file=sys.stderr, flush=True)
    os._exit(status)


class Stop:
    """Heeds the first Ctrl-C or SIGTERM when the step under way ends; the second one at once."""

    def __init__(self) -> None:
        self.event, self.status = Event(), 0
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._heed)

    def _heed(self, number: int, _frame: object) -> None:
        self.status = BY_SIGNAL + number
        self.event.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def require_place(target: Path) -> None:
    """Refuse before the work what could not be written after it. Errors: OSError."""
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    with tempfile.NamedTemporaryFile(dir=target.parent):
        pass


def write(plan: Plan, target: Path) -> None:
    """All or nothing: whoever reads the file meanwhile finds what was there before."""
    text = json.dumps(plan.as_json())
    if target.exists() and not target.is_file():  # a pipe or a device
        target.write_text(text, "utf-8")
        return
    beside = target.with_name(f"{target.name}.{os.getpid()}")
    beside.write_text(text, "utf-8")
    beside.replace(target)
