"""A PostgreSQL of our own, which may be killed: made in a folder, gone with it."""

import os
import pwd
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.attacks.crowd import free_port
from tests.faults.house import children, is_alive, until

SETTINGS = ("fsync=on", "unix_socket_directories=", "max_connections=60", "shared_buffers=32MB")


def programs() -> Path | None:
    """Where the server's programs are, the newest first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


def as_nobody_special() -> list[str]:
    """PostgreSQL refuses to run for root."""
    if os.geteuid():
        return []
    pwd.getpwnam("postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


@dataclass
class Cluster:
    """One server on its own port; it trusts everybody on this machine. Its log has files of 1 MB."""

    programs: Path
    data: Path
    port: int
    server: subprocess.Popen[bytes] | None = None

    def new_database(self) -> str:
        """The address of an empty database."""
        server = f"postgresql://postgres@127.0.0.1:{self.port}"
        name = f"t{uuid.uuid4().hex}"
        with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return f"{server}/{name}"

    def start(self) -> None:
        given = [part for setting in SETTINGS for part in ("-c", setting)]
        self.server = subprocess.Popen(
            [
                *as_nobody_special(),
                self.programs / "postgres",
                "-D",
                self.data,
                "-p",
                str(self.port),
                "-h",
                "127.0.0.1",
                *given,
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        until(self.answers)

    def answers(self) -> bool:
        ready = [self.programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(ready, check=False).returncode == 0

    def everybody(self) -> list[int]:
        """The postmaster and those who work for it."""
        assert self.server
        return [self.server.pid, *children(self.server.pid)]

    def limit_tables(self, largest: int) -> None:
        """No file may grow beyond `largest` bytes, as if the disk were full; -1 for any size."""
        size = "unlimited" if largest < 0 else str(largest)
        for pid in self.everybody():
            command = ["prlimit", "--pid", str(pid), f"--fsize={size}:unlimited"]
            done = subprocess.run([*as_nobody_special(), *command], check=False)
            assert done.returncode == 0 or not is_alive(pid)

    def kill(self) -> None:
        """All at once, as when the machine loses its power."""
        assert self.server
        pids = self.everybody()
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.server.wait()
        until(lambda: not any(is_alive(pid) for pid in pids))
        (self.data / "postmaster.pid").unlink(missing_ok=True)


@contextmanager
def cluster(found: Path, folder: Path) -> Iterator[Cluster]:
    """A new server, started; it and its data are gone afterwards."""
    data = folder / "data"
    folder.chmod(0o755)
    data.mkdir()
    if not os.geteuid():
        shutil.chown(data, "postgres", "postgres")
    make = ["initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    make += ["--wal-segsize=1", "--no-sync"]
    subprocess.run(
        [*as_nobody_special(), found / make[0], *make[1:]],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    made = Cluster(found, data, free_port())
    made.start()
    try:
        yield made
    finally:
        made.kill()
