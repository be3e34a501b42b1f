"""State machines as tables: what may happen next, and where it leads."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from talentshare.kernel.errors import Conflict

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class StateMachine(Generic[S]):
    """The moves that a thing may make in its life; `name` is the prefix of its message codes."""

    name: str
    moves: Mapping[tuple[S, str], S]

    def after(self, state: S, event: str) -> S:
        """Return the state that `event` leads to.

        Errors: Conflict `<name>.not_now` when the table has no such move.
        """
        try:
            return self.moves[state, event]
        except KeyError:
            raise Conflict(f"{self.name}.not_now", state=state, event=event) from None

    def events(self, state: S) -> list[str]:
        """Return what may happen in `state`, in the order of the table."""
        return [event for source, event in self.moves if source == state]
