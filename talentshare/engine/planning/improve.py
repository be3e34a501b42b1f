"""Good plans fast: what a careful coordinator does by hand, and local search from there.

The search puts a position somewhere, takes out what is in the way, finds other places for that, and
keeps the change by simulated annealing.
"""

import numpy as np

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.master import Column
from talentshare.engine.planning.moves import NOTHING, Draft, Facts, anneal, fill, take

RISKED = 0.2  # of the mean worth of a position


class Improver:
    """Makes and changes plans of one instance."""

    def __init__(self, choices: Choices) -> None:
        self.choices = it = choices
        instance = it.instance
        order = np.lexsort((it.start, it.specialist, -it.worth, it.position))
        counts = np.bincount(it.position, minlength=len(instance.position_ids))
        self.facts = Facts(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            order.astype(np.int64),
            it.specialist,
            it.position,
            it.start,
            it.start + instance.lengths[it.position],
            it.worth,
            instance.hours,
            instance.bodies,
            instance.at_work,
            instance.max_bodies,
            it.pinned_first,
            it.pinned,
            instance.pinned_start,
            instance.pinned_start + instance.lengths,
        )
        self.most = int(np.bincount(it.specialist, minlength=1).max(initial=0)) + 1

    def empty(self) -> Draft:
        """Nothing but what is pinned."""
        it, instance = self.choices, self.choices.instance
        specialists, positions = len(instance.specialist_ids), len(instance.position_ids)
        return Draft(
            np.full(positions, NOTHING, np.int64),
            it.left.copy(),
            it.served.copy(),
            np.full((specialists, min(self.most, positions + 1)), NOTHING, np.int64),
            np.zeros(specialists, np.int64),
        )

    def by_hand(self) -> Draft:
        """By weight, then by earliest start; for each the free specialist who earns most."""
        draft, it = self.empty(), self.choices.instance
        fill(np.lexsort((it.position_ids, it.earliest, -it.weights)), draft, self.facts)
        return draft

    def improved(self, draft: Draft, moves: int, seed: int) -> Draft:
        """The best plan found by so many moves from a draft, which is used up."""
        risked = max(1.0, RISKED * self.worth(draft) / max(1, len(draft.chosen)))
        best, found = anneal(moves, seed, risked, draft, self.facts), self.empty()
        take(best, found, self.facts)
        return found

    def worth(self, draft: Draft) -> int:
        """What is chosen, without what is pinned."""
        return int(self.choices.worth[draft.chosen[draft.chosen != NOTHING]].sum())

    def columns(self, draft: Draft) -> list[Column]:
        """The schedule of each specialist who has one."""
        return [
            (int(who), tuple(sorted(draft.held[who, : draft.size[who]].tolist())))
            for who in np.flatnonzero(draft.size)
        ]
