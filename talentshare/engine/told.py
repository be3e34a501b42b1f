"""Which sums may be told so that no difference of them is of few people. Arrays in and out."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from talentshare.engine.utilisation import Whole, is_told

Flags = npt.NDArray[np.bool_]


@dataclass
class Atoms:
    """Pieces of work that no told sum takes apart: every sum that can be derived is made of them.

    `presence` is (pieces, times): when there is something; `people` whose each piece is; `marks`
    (pieces,) the atom of each. A sum is admitted only while it has nobody, or enough different
    people, at each time, and so has each atom that it would split another into.
    """

    presence: Flags
    people: Whole
    marks: Whole

    def admits(self, members: Flags) -> bool:
        """Tell whether the sum over these pieces may be told, and remember it if so."""
        if not self.is_told(members):
            return False
        marks = np.unique(self.marks * 2 + members, return_inverse=True)[1]
        is_split = np.isin(self.marks, np.intersect1d(self.marks[members], self.marks[~members]))
        for mark in np.unique(marks[is_split]):
            if not self.is_told(marks == mark):
                return False
        self.marks = marks
        return True

    def is_told(self, members: Flags) -> bool:
        """Tell whether these pieces are of nobody, or of enough people, at each time."""
        people, places = np.unique(self.people[members], return_inverse=True)
        seen = np.zeros((len(people), self.presence.shape[1]), bool)
        np.logical_or.at(seen, places, self.presence[members])
        return is_told(seen.sum(axis=0))
