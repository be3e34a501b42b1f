"""The real server, its clock stopped: `python -m tests.attacks.served 2026-11-24T00:00:00+00:00`.

Two processes with eight threads each, as `talentshare serve` starts them, or as many as a second
argument says; settings by environment.
"""

import sys
from datetime import datetime

from talentshare import cli, serving
from talentshare.kernel import clock


def main() -> None:
    instant = datetime.fromisoformat(sys.argv[1])
    clock.now = lambda: instant
    serving.run_server(cli.checked_app(), *map(int, sys.argv[2:]))


if __name__ == "__main__":
    main()
