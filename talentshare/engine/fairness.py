"""How evenly time is given: the middle of waiting days, and one number for the spread."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

DEFINITION_VERSION = 1


def median(counts: Mapping[int, int]) -> Fraction | None:
    """Return the middle of numbers that occur so often; none of none.

    Of an even count it is the mean of the middle two.
    """
    count, seen, middle = sum(counts.values()), 0, []
    for number in sorted(counts):
        before, seen = seen, seen + counts[number]
        middle += [number for place in ((count - 1) // 2, count // 2) if before <= place < seen]
    return Fraction(sum(middle), 2) if middle else None


def gini(shares: Sequence[Fraction]) -> Fraction | None:
    """Return 0 where all have the same, near 1 where one has all; none where nobody has anything.

    Source: the mean absolute difference over twice the mean, by ranks (Gini, 1912).
    """
    count, whole = len(shares), sum(shares)
    if not whole:
        return None
    weighed = sum(
        ((2 * rank - count - 1) * share for rank, share in enumerate(sorted(shares), 1)),
        Fraction(0),
    )
    return weighed / (count * whole)
