"""Sixteen writers on two people: as much is booked as fits, and the kept sums stay true."""

from contextlib import closing
from functools import partial

import pytest

from tests.attacks import defects
from tests.attacks.databases import Postgresql, Sqlite, schema
from tests.attacks.ledger_writers import let_all_write, on_postgresql, on_sqlite, open_weeks

SECONDS = 2
USERS_RULES = {"ledger_full", "appointment_overlap"}


def test_sixteen_writers_on_sqlite(tmp_path):
    path = str(tmp_path / "ledger.sqlite")
    with closing(Sqlite(schema("sqlite"), path)) as it:
        open_weeks(it)
        ends = let_all_write(partial(on_sqlite, path), SECONDS)
        it.reset()
        assert set(ends) == {"committed"} | USERS_RULES
        assert defects.in_ledger(it) == []


@pytest.mark.postgresql
def test_sixteen_writers_on_postgresql(scratch_url):
    with closing(Postgresql(scratch_url, schema("postgresql"))) as it:
        open_weeks(it)
        ends = let_all_write(partial(on_postgresql, scratch_url), SECONDS)
        it.reset()
        assert set(ends) == {"committed"} | USERS_RULES
        assert defects.in_ledger(it) == []
