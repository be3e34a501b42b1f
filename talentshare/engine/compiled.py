"""Functions that are compiled once and kept: beside the source, or in the user's cache."""

from collections.abc import Callable
from typing import TypeVar

from numba import njit

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile the function when it is first called with arguments of some types."""
    try:
        return njit(cache=True)(function)
    except RuntimeError:  # no directory can be written to
        return njit(cache=False)(function)
