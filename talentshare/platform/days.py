"""Differences of days, reckoned by the database: the same on both kinds."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class days_between(FunctionElement[int]):  # noqa: N801  named as a function of SQL
    """Days from one date to another."""

    type = Integer()
    inherit_cache = True


class tokyo_days_between(FunctionElement[int]):  # noqa: N801  named as a function of SQL
    """Calendar days in Tokyo from one instant to another. Without summer time +9 h is exact."""

    type = Integer()
    inherit_cache = True


@compiles(days_between, "sqlite")
def _dates_in_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    first, last = (f"julianday({compiler.process(one, **how)})" for one in element.clauses)
    return f"CAST({last} - {first} AS INTEGER)"


@compiles(days_between, "postgresql")
def _dates_in_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    first, last = (compiler.process(one, **how) for one in element.clauses)
    return f"({last} - {first})"


@compiles(tokyo_days_between, "sqlite")
def _instants_in_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    first, last = (
        f"julianday(date({compiler.process(one, **how)}, '+9 hours'))" for one in element.clauses
    )
    return f"CAST({last} - {first} AS INTEGER)"


@compiles(tokyo_days_between, "postgresql")
def _instants_in_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    first, last = (
        f"(timezone('UTC', {compiler.process(one, **how)}) + interval '9 hours')::date"
        for one in element.clauses
    )
    return f"({last} - {first})"
