"""How evenly time is given: the middle of waiting days, and one number for the spread."""

from collections.abc import Sequence
from fractions import Fraction

DEFINITION_VERSION = 1


def median(numbers: Sequence[int]) -> Fraction | None:
    """Return the middle number, of an even count the mean of the middle two; none of none."""
    if not numbers:
        return None
    ordered, half = sorted(numbers), len(numbers) // 2
    if len(ordered) % 2:
        return Fraction(ordered[half])
    return Fraction(ordered[half - 1] + ordered[half], 2)


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
