"""`python -m tests.architecture.propose`: what the app answers now, as lines for `permissions.csv`.

They are a proposal: each new line is read and compared with the product before it is kept.
"""

import csv
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from talentshare.app import create_app
from talentshare.kernel import clock
from talentshare.platform import schema
from talentshare.platform.db import db
from tests.architecture.cases_people import PEOPLE_CASES
from tests.architecture.cases_plans import PLAN_CASES
from tests.architecture.cases_work import WORK_CASES
from tests.architecture.matrix import COLUMNS, rows, watch
from tests.architecture.world import build
from tests.conftest import NOW, settings


def migrated(folder: Path) -> Path:
    """An empty database at the newest revision."""
    path = folder / "template.sqlite"
    app = create_app(settings(f"sqlite:///{path}", folder))
    with app.app_context():
        schema.upgrade()
        db.engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def main() -> None:
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    with tempfile.TemporaryDirectory() as name:
        world = build(migrated(Path(name)), Path(name), NOW)
        watch(world)
        with clock.standing_at(NOW):
            writer.writerows(rows(world, [*PEOPLE_CASES, *WORK_CASES, *PLAN_CASES]))


if __name__ == "__main__":
    main()
