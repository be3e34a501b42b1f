"""Small random instances, and their best plan found by trying everything."""

import random
from functools import cache

from tests.faults.house import times


def seeds(most):
    """All of them in `make soak`, a third in `make test`."""
    return range(times(most // 3, most))


def instance(seed, specialists=3, positions=5, weeks=7):
    """Few people with dips and leave, positions that compete for them, sometimes a pin."""
    draw = random.Random(seed)
    people = [
        {
            "id": 10 + n,
            "capacity": [
                max(0, draw.choice([8, 12, 16]) - draw.choice([0, 0, 4])) for _ in range(weeks)
            ],
            "leave": sorted(draw.sample(range(weeks), draw.choice([0, 0, 1]))),
            "max_bodies": draw.choice([1, 2, 2]),
        }
        for n in range(specialists)
    ]
    needs = []
    for n in range(positions):
        length = draw.choice([1, 2, 3, 5, 6])
        earliest = draw.randrange(weeks - length + 1)
        who = draw.sample(people, draw.randint(0 if n == 0 else 1, specialists))
        needs.append(
            {
                "id": 100 + n,
                "body": draw.randrange(3),
                "hours": draw.choice([4, 4, 8]),
                "weeks": length,
                "earliest": earliest,
                "latest_start": draw.randint(earliest, weeks - length),
                "weight": draw.randint(1, 3),
                "eligible": {str(one["id"]): draw.randint(300, 1000) for one in who},
                "pinned": None,
            }
        )
    made = {"weeks": weeks, "specialists": people, "positions": needs}
    if seed % 3 == 0:
        pin(made)
    return made


def limited(seed, *more, **size):
    """The same where some pairs may begin in some weeks of the window only, or in none."""
    made, draw = instance(seed, *more, **size), random.Random(-1 - seed)
    for need in made["positions"]:
        window = range(need["earliest"], need["latest_start"] + 1)
        need["starts"] = {
            who: draw.sample(window, draw.randint(0, len(window)))
            for who in need["eligible"]
            if draw.random() < 0.6
        }
        if need["pinned"]:
            need["starts"] = {str(need["pinned"]["specialist"]): [need["pinned"]["start"]]}
    return made


KINDS = instance, limited


def pin(made):
    """Fix what fits alone, if anything does."""
    for need in made["positions"]:
        for option in options(made, need):
            if is_feasible(made, [option]):
                need["pinned"] = {"specialist": option[1], "start": option[2]}
                return


def options(made, need):
    """All ways to serve a position, as (position, specialist, start)."""
    fixed = need["pinned"]
    if fixed:
        return [(need["id"], fixed["specialist"], fixed["start"])]
    window, only = range(need["earliest"], need["latest_start"] + 1), need.get("starts", {})
    return [
        (need["id"], int(who), start)
        for who in need["eligible"]
        for start in window
        if start in only.get(who, window)
    ]


def worked(made, option):
    need, person = found(made, option)
    return [w for w in range(option[2], option[2] + need["weeks"]) if w not in person["leave"]]


def found(made, option):
    need = next(one for one in made["positions"] if one["id"] == option[0])
    return need, next(one for one in made["specialists"] if one["id"] == option[1])


def worth(made, option):
    need, _ = found(made, option)
    weeks = len(worked(made, option))
    return need["weight"] * need["eligible"][str(option[1])] * need["hours"] * weeks


def is_feasible(made, plan):
    for person in made["specialists"]:
        mine = [one for one in plan if one[1] == person["id"]]
        for week in range(made["weeks"]):
            hours, bodies = 0, set()
            for one in mine:
                need, _ = found(made, one)
                if one[2] <= week < one[2] + need["weeks"]:
                    bodies.add(need["body"])
                    hours += need["hours"] if week not in person["leave"] else 0
            if hours > person["capacity"][week] or len(bodies) > person["max_bodies"]:
                return False
    return all(
        found(made, one)[0]["weeks"] - len(worked(made, one)) <= found(made, one)[0]["weeks"] // 5
        for one in plan
    )


def best_worth(made, prices=None, specialist=None, served=None):
    """The most that any plan is worth at prices, of one specialist alone if one is named.

    None where no plan serves the position that is named.
    """
    prices, needs = prices or {}, made["positions"]

    @cache
    def best(at, plan):
        if at == len(needs):
            return 0
        need = needs[at]
        is_due = need["pinned"] or need["id"] == served
        most = None if is_due else best(at + 1, plan)
        for option in options(made, need):
            if specialist not in {None, option[1]} or not is_feasible(made, [*plan, option]):
                continue
            gain = worth(made, option) - (0 if need["pinned"] else prices.get(need["id"], 0))
            rest = best(at + 1, (*plan, option))
            if rest is not None:
                most = gain + rest if most is None else max(most, gain + rest)
        if most is None and specialist is not None:  # pinned to somebody else
            most = best(at + 1, plan)
        return most

    return best(0, ())
