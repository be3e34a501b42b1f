"""Names of companies that look alike: no exclusion, but somebody has to look."""

from functools import lru_cache

SHORTEST = 4


@lru_cache(maxsize=256)
def near_to(key: str, companies: frozenset[str]) -> tuple[str, ...]:
    """Those of the companies that look like `key`."""
    return tuple(sorted(company for company in companies if is_near(company, key)))


def is_near(one: str, other: str) -> bool:
    """Claim that two company keys differ, but one contains the other or one letter differs."""
    short, long = sorted((one, other), key=len)
    if one == other or len(short) < SHORTEST or one.isdecimal() or other.isdecimal():
        return False
    return short in long or _differs_by_one(short, long)


def _differs_by_one(short: str, long: str) -> bool:
    if len(long) - len(short) > 1:
        return False
    same = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    rest = short[same:] if len(short) < len(long) else short[same + 1 :]
    return rest == long[same + 1 :]
