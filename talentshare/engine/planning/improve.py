"""Good plans fast: what a careful coordinator does by hand, and local search from there.

The search puts a position somewhere, takes out what is in the way, finds other places for that, and
keeps the change by simulated annealing.
"""

from collections.abc import Iterable
from threading import Event

import numpy as np

from talentshare.engine.planning.choices import Choices
from talentshare.engine.planning.instance import Ints
from talentshare.engine.planning.master import Column
from talentshare.engine.planning.moves import (
    HELD,
    LEFT,
    NOTHING,
    SERVED,
    SIZE,
    Draft,
    Facts,
    anneal,
    fill,
    take,
    take_free,
)

RISKED = 0.2  # of the mean worth of a position
AT_ONCE = 20_000  # moves, before it is asked whether to stop
ON_LEAVE = 2**40  # hours: leave takes none


class Improver:
    """Makes and changes plans of one instance."""

    def __init__(self, choices: Choices, stop: Event | None = None) -> None:
        self.choices, self.stop = choices, stop or Event()
        it = choices
        instance = it.instance
        by_pair = np.lexsort((it.start, it.specialist, it.position))
        who, position = it.specialist[by_pair], it.position[by_pair]
        is_new = np.ones(len(by_pair), np.bool_)
        is_new[1:] = (who[1:] != who[:-1]) | (position[1:] != position[:-1])
        begins = np.flatnonzero(is_new)
        dearest = np.maximum.reduceat(it.worth[by_pair], begins) if len(begins) else begins
        order = np.lexsort((who[begins], -dearest, position[begins]))
        sizes = np.diff(np.append(begins, len(by_pair)))[order]
        first_of_pair = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        offset = np.repeat(begins[order] - first_of_pair[:-1], sizes)
        by_pair = by_pair[offset + np.arange(len(by_pair))]
        pair = np.empty(len(by_pair) + len(it.pinned), np.int64)
        pair[by_pair] = np.repeat(np.arange(len(begins)), sizes)
        pair[len(by_pair) :] = len(begins) + np.arange(len(it.pinned))
        counts = np.bincount(position[begins], minlength=len(instance.position_ids))
        self.facts = Facts(
            np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            self._pairs(
                np.append(who[begins[order]], instance.pinned_to[it.pinned]),
                np.append(position[begins[order]], it.pinned),
            ),
            *(first_of_pair, by_pair, pair),
            np.append(it.start, instance.pinned_start[it.pinned]),
            np.append(it.worth, np.zeros(len(it.pinned), np.int64)),
        )
        self.most = int(np.bincount(who, minlength=1).max(initial=0))

    def _pairs(self, who: Ints, position: Ints) -> Ints:
        it = self.choices.instance
        columns = it.lengths, it.hours, it.bodies
        most = it.max_bodies[who]
        return np.stack([who, position, *(column[position] for column in columns), most], axis=1)

    def empty(self) -> Draft:
        """Nothing but what is pinned."""
        it, instance = self.choices, self.choices.instance
        specialists, positions = len(instance.specialist_ids), len(instance.position_ids)
        room = np.empty((specialists, instance.weeks, 2), np.int64)
        room[:, :, LEFT] = np.where(instance.at_work, it.left, ON_LEAVE)
        room[:, :, SERVED] = it.served
        fixed = np.diff(it.pinned_first)
        most = min(self.most, positions) + int(fixed.max(initial=0)) + 1
        held = np.full((specialists, HELD + most), NOTHING, np.int64)
        held[:, SIZE] = fixed
        for n, p in enumerate(it.pinned):
            who = instance.pinned_to[p]
            held[who, HELD + n - it.pinned_first[who]] = len(it) + n
        return Draft(np.full(positions, NOTHING, np.int64), room, held)

    def by_hand(self, draft: Draft | None = None) -> Draft:
        """By weight, then by earliest start; for each the free specialist who earns most.

        What is in the draft, if there is one, stays.
        """
        draft, it = draft or self.empty(), self.choices.instance
        fill(np.lexsort((it.position_ids, it.earliest, -it.weights)), draft, self.facts)
        return draft

    def free(self, wanted: Ints) -> Draft:
        """As many of these choices as go together, the first first."""
        draft = self.empty()
        take_free(wanted, draft, self.facts)
        return draft

    def rounded(self, columns: Iterable[Column]) -> Draft:
        """As much of these schedules as goes together, the first first; the rest by worth."""
        it, wanted = self.choices, [choice for _, entries in columns for choice in entries]
        draft = self.free(np.array(wanted, np.int64))
        dearest = np.zeros(len(draft.chosen), np.int64)
        np.maximum.at(dearest, it.position, it.worth)
        fill(np.argsort(-dearest, kind="stable"), draft, self.facts)
        return draft

    def improved(self, draft: Draft, moves: int, seed: int, risked: float = RISKED) -> Draft:
        """The best plan found by so many moves from a draft, which is used up.

        At first so much of the mean worth of a position is risked.
        """
        risked = max(1.0, risked * self.worth(draft) / max(1, len(draft.chosen)))
        best, found = draft.chosen.copy(), self.empty()
        span = np.array([0, 0, moves, seed, 0, 0])
        while span[1] < moves and not self.stop.is_set():
            span[:2] = span[1], min(span[1] + AT_ONCE, moves)
            anneal(span, risked, draft, self.facts, best)
        take(best, found, self.facts)
        return found

    def worth(self, draft: Draft) -> int:
        """What is chosen, without what is pinned."""
        return int(self.choices.worth[draft.chosen[draft.chosen != NOTHING]].sum())

    def columns(self, draft: Draft) -> list[Column]:
        """The schedule of each specialist who has one."""
        held, fixed = draft.held, np.diff(self.choices.pinned_first)
        return [
            (
                int(who),
                tuple(sorted(held[who, HELD + fixed[who] : HELD + held[who, SIZE]].tolist())),
            )
            for who in np.flatnonzero(held[:, SIZE] > fixed)
        ]
