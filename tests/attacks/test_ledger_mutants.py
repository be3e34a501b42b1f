"""Tests must be able to fail: every seeded bug in the SQL is noticed by some attack."""

from contextlib import closing

import pytest

from tests.attacks.attempts import first_failure
from tests.attacks.databases import Postgresql, Sqlite
from tests.attacks.ledger_machine import EXAMPLES, run_model
from tests.attacks.mutants import mutants

TARGETS = ("ledger", "audit")
SEEN_BY_THE_MODEL = {
    "gap never shrinks (appointment)",
    "overlap: cancelled ones too",
    "week in UTC",
    "gap never shrinks",
    "appointment move: old week kept",
}
ON_SQLITE = [mutant for target in TARGETS for mutant in mutants(target, "sqlite")]
ON_POSTGRESQL = [mutant for target in TARGETS for mutant in mutants(target, "postgresql")]


@pytest.mark.parametrize("mutant", ON_SQLITE, ids=str)
def test_bug_on_sqlite_is_noticed(mutant):
    with (
        closing(Sqlite(mutant.statements)) as app,
        closing(Sqlite(mutant.statements, plain_shell=True)) as shell,
    ):
        assert first_failure(app, mutant.target) or first_failure(shell, mutant.target)


@pytest.mark.postgresql
@pytest.mark.parametrize("mutant", ON_POSTGRESQL, ids=str)
def test_bug_on_postgresql_is_noticed(scratch_url, mutant):
    with closing(Postgresql(scratch_url, mutant.statements)) as it:
        assert first_failure(it, mutant.target)


@pytest.mark.parametrize(
    "mutant", [each for each in ON_SQLITE if each.what in SEEN_BY_THE_MODEL], ids=str
)
def test_bug_on_sqlite_is_noticed_by_the_model_too(mutant):
    with closing(Sqlite(mutant.statements)) as it, pytest.raises(AssertionError):
        run_model(it, EXAMPLES, shrink=False)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "mutant", [each for each in ON_POSTGRESQL if each.what in SEEN_BY_THE_MODEL], ids=str
)
def test_bug_on_postgresql_is_noticed_by_the_model_too(scratch_url, mutant):
    with closing(Postgresql(scratch_url, mutant.statements)) as it, pytest.raises(AssertionError):
        run_model(it, EXAMPLES, shrink=False)
