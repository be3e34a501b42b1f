"""Which sums may be told so that no difference of them is of few people. Arrays in and out."""

import numpy as np

from talentshare.engine.utilisation import Flags, Whole, is_told


class Atoms:
    """Pieces of work that no told sum takes apart: every sum that can be derived is made of them.

    `presence` is (pieces, times): when there is something; `people` whose each piece is; `marks`
    (pieces,) the atom of each. A sum is admitted only while it has nobody, or enough different
    people, at each time, and so has each atom that it would split another into.

    A row is what one person has in one atom: what a sum takes out of an atom is found in its rows.
    """

    def __init__(self, presence: Flags, people: Whole, marks: Whole) -> None:
        self.presence, self.people = presence, people
        marks = np.unique(marks, return_inverse=True)[1]
        pairs, rows = np.unique(np.column_stack([marks, people]), axis=0, return_inverse=True)
        self.row = rows.reshape(-1)  # (pieces)
        self.atom = pairs[:, 0]  # (rows)
        self.counts = _sums(presence, self.row, len(pairs))  # (rows, times) pieces
        self.pieces = np.bincount(marks)  # (atoms)
        self.totals = _sums(self.counts > 0, self.atom, len(self.pieces))  # (atoms, times) people

    def admits(self, members: Flags) -> bool:
        """Tell whether the sum over these pieces may be told, and remember it if so."""
        if not self.is_told(members):
            return False
        chosen = np.flatnonzero(members)
        rows, of_row = np.unique(self.row[chosen], return_inverse=True)
        atoms, of_atom = np.unique(self.atom[rows], return_inverse=True)
        inside = _sums(self.presence[chosen], of_row, len(rows))
        is_gone = (self.counts[rows] > 0) & (self.counts[rows] == inside)
        people = _sums(inside > 0, of_atom, len(atoms))
        others = self.totals[atoms] - _sums(is_gone, of_atom, len(atoms))
        taken = np.bincount(of_atom[of_row], minlength=len(atoms))
        is_split = taken < self.pieces[atoms]
        if not (is_told(people[is_split]) and is_told(others[is_split])):
            return False
        kept = is_split[of_atom]  # rows of the atoms that are split: what is inside gets its own
        new_atoms = len(self.pieces) + np.cumsum(is_split) - 1
        new_rows = np.where(kept, len(self.atom) + np.cumsum(kept) - 1, rows)
        self.row[chosen] = new_rows[of_row]
        self.counts[rows[kept]] -= inside[kept]
        self.counts = np.concatenate([self.counts, inside[kept]])
        self.atom = np.concatenate([self.atom, new_atoms[of_atom[kept]]])
        self.pieces[atoms[is_split]] -= taken[is_split]
        self.pieces = np.concatenate([self.pieces, taken[is_split]])
        self.totals[atoms[is_split]] = others[is_split]
        self.totals = np.concatenate([self.totals, people[is_split]])
        return True

    def is_told(self, members: Flags) -> bool:
        """Tell whether these pieces are of nobody, or of enough people, at each time."""
        people, places = np.unique(self.people[members], return_inverse=True)
        seen = _sums(self.presence[members], places, len(people)) > 0
        return is_told(seen.sum(axis=0))


def _sums(of: Flags, places: Whole, count: int) -> Whole:
    """Sum lines (lines, times) by their place, (count, times)."""
    sums = [np.bincount(places, column, minlength=count) for column in of.T]
    return np.column_stack(sums).astype(np.int64)
