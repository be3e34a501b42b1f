"""How a plan is to be looked for, and what is heard of it meanwhile."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event


@dataclass(frozen=True)
class Allocation:
    """Who serves a position from which week on, by the ids of the instance."""

    position: int
    specialist: int
    start: int


@dataclass(frozen=True)
class Progress:
    """The best plan so far is worth `value`; that no plan is worth more than `bound` is proven.

    Both are of the total where `is_total`, else of the score of the goal. `bound` is None while
    nothing is proven. `allocations` makes the best plan so far; call it before `tell` returns.
    """

    value: int
    bound: int | None
    is_total: bool
    allocations: Callable[[], tuple[Allocation, ...]]


Tell = Callable[[Progress], None]


@dataclass(frozen=True)
class Run:
    """The limits of a search, and where it begins.

    It ends after so many `seconds`, or when `stop` is set; the same instance, `seed` and `begin`
    give the same plan unless it does. `begin` is a plan found before: what is no longer feasible of
    it is left out, and no worse plan is returned than the rest. `tell` hears of each better plan
    and of each round of the proof, in the thread of the search: it must not take long.
    """

    seconds: float | None = None
    seed: int = 1
    begin: Sequence[Allocation] = ()
    tell: Tell | None = None
    stop: Event = field(default_factory=Event)
