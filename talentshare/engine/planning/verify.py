"""Judge a plan, trusting nothing but the instance: feasible, worth what it says, proven.

Shares no code with the solver: plain Python, exact, slow.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

Rule = tuple[int, int, int, int]  # position, specialist, first and last start
People = Mapping[int, Mapping[str, Any]]
Needs = Mapping[int, Mapping[str, Any]]
Option = tuple[int, Mapping[str, Any], int]  # start, position, gain


@dataclass(frozen=True)
class Goal:
    """What a score counts beside the worth; nothing by default.

    So much for each body served, for each hour of a body up to its target, and less so much for
    each previous allocation (position, specialist, start) that is not kept.
    """

    per_body: int = 0
    per_hour: int = 0
    targets: Mapping[int, int] = field(default_factory=dict)
    pinned: Mapping[int, int] = field(default_factory=dict)  # hours of bodies
    previous: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    penalty: int = 0

    @property
    def open_hours(self) -> Mapping[int, int]:
        """Up to the target, beside what is pinned: more are not paid."""
        return {
            body: max(0, hours - self.pinned.get(body, 0)) for body, hours in self.targets.items()
        }

    def kept(self, position: int, specialist: int, start: int) -> int:
        return self.penalty * (self.previous.get(position) == (specialist, start))


@dataclass(frozen=True)
class Leaf:
    """Prices in 1 / scale, and what the branches above demand and rule out."""

    prices: Mapping[int, int]
    bodies: Mapping[int, int]
    hours: Mapping[int, int]
    yes: tuple[Rule, ...]
    no: tuple[Rule, ...]
    goal: Goal
    scale: int = 1

    def gain(self, position: Mapping[str, Any], person: Mapping[str, Any], start: int) -> int:
        """What this allocation earns beyond its price."""
        hours = int(position["hours"]) * _worked(position, person, start)
        hours = min(hours, self.goal.open_hours.get(position["body"], 0))
        earned = _worth(position, person, start)
        earned += self.goal.kept(position["id"], person["id"], start)
        earned = self.scale * earned + self.hours.get(position["body"], 0) * hours
        return earned + self.bodies.get(position["body"], 0) - self.prices.get(position["id"], 0)


@dataclass(frozen=True)
class Verdict:
    """What was found; `bound` is None where no certificate was given."""

    mistakes: tuple[str, ...]
    value: int
    bound: int | None

    @property
    def is_honest(self) -> bool:
        return not self.mistakes


def verify(instance: Mapping[str, Any], solution: Mapping[str, Any]) -> Verdict:
    """Check the rules, the value and the bound of a solution; both as in the JSON formats."""
    people = {one["id"]: one for one in instance["specialists"]}
    needs = {one["id"]: one for one in instance["positions"]}
    mistakes = list(_broken_rules(instance["weeks"], people, needs, solution["allocations"]))
    value = sum(
        _worth(needs[one["position"]], people[one["specialist"]], one["start"])
        for one in solution["allocations"]
        if one["position"] in needs and str(one["specialist"]) in needs[one["position"]]["eligible"]
    )
    if solution.get("value", value) != value:
        mistakes.append(f"the value is {value}, not {solution['value']}")
    bound = None
    if solution.get("certificate"):
        bound = _proven(
            instance, solution["certificate"], Leaf({}, {}, {}, (), (), Goal()), mistakes
        )
        if solution.get("bound", bound) < bound:
            mistakes.append(f"what is proven is {bound}, not {solution['bound']}")
        if bound < value and not mistakes:
            mistakes.append(f"the bound {bound} is below the value {value}")
    return Verdict(tuple(mistakes), value, bound)


def verify_goal(
    instance: Mapping[str, Any], solution: Mapping[str, Any], floor_hours: int = 0
) -> Verdict:
    """Check the score and the proof of `goal` in a solution, and that its order is kept."""
    mistakes: list[str] = []
    goal, told = _goal(instance, solution["objective"], floor_hours), solution["goal"]
    if (told["per_body"], told["per_hour"]) != (goal.per_body, goal.per_hour):
        mistakes.append(f"{goal.per_body} is paid for a body and {goal.per_hour} for an hour")
    score = _score(instance, solution["allocations"], goal)
    if told["score"] != score:
        mistakes.append(f"the score is {score}, not {told['score']}")
    bound = _proven(instance, told["certificate"], Leaf({}, {}, {}, (), (), goal), mistakes)
    if told["bound"] < bound:
        mistakes.append(f"what is proven is {bound}, not {told['bound']}")
    if bound < score:
        mistakes.append(f"the bound {bound} is below the score {score}")
    return Verdict(tuple(mistakes), score, bound)


def _goal(instance: Mapping[str, Any], objective: str, floor_hours: int) -> Goal:
    needs = instance["positions"]
    asked = dict.fromkeys((one["body"] for one in needs), 0)
    for one in needs:
        asked[one["body"]] += one["hours"] * one["weeks"]
    targets = {body: min(hours, floor_hours) for body, hours in asked.items()}
    numbers = {one["id"] for one in needs}
    previous = {
        one["position"]: (one["specialist"], one["start"])
        for one in instance.get("previous") or ()
        if one["position"] in numbers
    }
    penalty = instance["penalty"] if previous else 0
    people = {one["id"]: one for one in instance["specialists"]}
    pinned: dict[int, int] = {}
    for one in needs:
        pin = one.get("pinned")
        if pin:
            worked = _worked(one, people[pin["specialist"]], pin["start"])
            pinned[one["body"]] = pinned.get(one["body"], 0) + one["hours"] * worked
    more = 1 + penalty * len(previous)
    for one in needs:
        fit = max(one["eligible"].values(), default=0)
        more += one["weight"] * fit * one["hours"] * one["weeks"]
    per_body = more * (1 + sum(targets.values())) if objective == "served_then_total" else 0
    return Goal(per_body, more if floor_hours else 0, targets, pinned, previous, penalty)


def _score(
    instance: Mapping[str, Any], allocations: Sequence[Mapping[str, int]], goal: Goal
) -> int:
    people = {one["id"]: one for one in instance["specialists"]}
    needs = {one["id"]: one for one in instance["positions"]}
    hours: dict[int, int] = {}
    score = -goal.penalty * len(goal.previous)
    for one in allocations:
        position, person, start = needs[one["position"]], people[one["specialist"]], one["start"]
        score += _worth(position, person, start) + goal.kept(position["id"], person["id"], start)
        given = position["hours"] * _worked(position, person, start)
        hours[position["body"]] = hours.get(position["body"], 0) + given
    score += goal.per_body * len(hours)
    return score + goal.per_hour * sum(
        min(given, goal.targets[body]) for body, given in hours.items()
    )


def _worked(position: Mapping[str, Any], person: Mapping[str, Any], start: int) -> int:
    leave, weeks = person["leave"], range(start, start + int(position["weeks"]))
    return sum(week not in leave for week in weeks)


def _worth(position: Mapping[str, Any], person: Mapping[str, Any], start: int) -> int:
    fit = int(position["eligible"][str(person["id"])])
    weeks = _worked(position, person, start)
    return int(position["weight"]) * fit * int(position["hours"]) * weeks


def _broken_rules(
    weeks: int, people: People, needs: Needs, allocations: Sequence[Mapping[str, int]]
) -> Iterator[str]:
    calendars = {who: _Calendar(person, weeks) for who, person in people.items()}
    placed: dict[int, tuple[int, int]] = {}
    for one in allocations:
        number, who, start = one["position"], one["specialist"], one["start"]
        if number in placed:
            yield f"position {number} is served twice"
        placed[number] = who, start
        reason = _refusal(number, needs.get(number), people.get(who), start)
        if reason:
            yield reason
            continue
        if not calendars[who].has_room(needs[number], start):
            yield f"specialist {who} has no room for position {number} from week {start} on"
        calendars[who].put(needs[number], start, 1)
    for number, position in needs.items():
        pin = position.get("pinned")
        if pin and placed.get(number) != (pin["specialist"], pin["start"]):
            yield f"position {number} is pinned and was moved"


def _refusal(
    number: int, position: Mapping[str, Any] | None, person: Mapping[str, Any] | None, start: int
) -> str:
    """Why this allocation is wrong by itself; nothing where it is not."""
    if position is None or person is None:
        return f"position {number} or its specialist is unknown"
    if str(person["id"]) not in position["eligible"]:
        return f"specialist {person['id']} is not eligible for position {number}"
    if start not in _starts(position, person["id"]):
        return f"position {number} cannot start in week {start}"
    if position["weeks"] - _worked(position, person, start) > position["weeks"] // 5:
        return f"leave takes more than a fifth of position {number}"
    return ""


def _starts(position: Mapping[str, Any], specialist: int) -> Sequence[int]:
    """The weeks of the window in which this specialist could begin."""
    window = range(position["earliest"], position["latest_start"] + 1)
    only = (position.get("starts") or {}).get(str(specialist), window)
    return [week for week in window if week in only]


def _proven(
    instance: Mapping[str, Any], node: Mapping[str, Any], above: Leaf, mistakes: list[str]
) -> int:
    """What no plan exceeds: the most over all leaves of the sum of prices and best schedules."""
    if "prices" not in node:
        rule = node["position"], node["specialist"], *node["starts"]
        return max(
            _proven(instance, node["yes"], replace(above, yes=(*above.yes, rule)), mistakes),
            _proven(instance, node["no"], replace(above, no=(*above.no, rule)), mistakes),
        )
    prices, bodies, hours = (
        {int(number): price for number, price in node.get(name, {}).items()}
        for name in ("prices", "bodies", "hours")
    )
    scale = node.get("scale", 1)
    leaf = replace(above, prices=prices, bodies=bodies, hours=hours, scale=scale)
    forced = {rule[0] for rule in leaf.yes}
    if any(price < 0 and number not in forced for number, price in prices.items()):
        mistakes.append("a price is negative without a branch that forces its position")
    if any(price < 0 for price in (*bodies.values(), *hours.values())):
        mistakes.append("a price of a body or of its hours is negative")
    if not isinstance(scale, int) or scale < 1:
        mistakes.append("a scale is no whole number from 1 on")
        return 0
    free = [one for one in instance["positions"] if not one.get("pinned")]
    bound: int = sum(prices.get(one["id"], 0) for one in free) + _paid_beyond(instance, leaf)
    for person in instance["specialists"]:
        bound += _best_schedule(instance, person, leaf)
    return bound // scale


def _paid_beyond(instance: Mapping[str, Any], leaf: Leaf) -> int:
    """What bodies and hours earn at most beyond their prices, with what the pinned ones earn."""
    goal, scale = leaf.goal, leaf.scale
    found = -scale * goal.penalty * len(goal.previous)
    for one in instance["positions"]:
        pin = one.get("pinned")
        if pin:
            found += scale * goal.kept(one["id"], pin["specialist"], pin["start"])
    for body, target in goal.targets.items():
        beyond = max(0, scale * goal.per_body - leaf.bodies.get(body, 0))
        found += scale * goal.per_body if body in goal.pinned else beyond
        left = goal.open_hours[body]
        beyond = max(0, scale * goal.per_hour - leaf.hours.get(body, 0))
        found += scale * goal.per_hour * (target - left) + beyond * left
    return found


def _is_allowed(number: int, who: int, start: int, leaf: Leaf) -> bool:
    def is_meant(rule: Rule) -> bool:
        return who == rule[1] and rule[2] <= start <= rule[3]

    demanded = all(is_meant(rule) for rule in leaf.yes if rule[0] == number)
    return demanded and not any(is_meant(rule) for rule in leaf.no if rule[0] == number)


class _Calendar:
    """The weeks of one specialist while positions are put in and taken out."""

    def __init__(self, person: Mapping[str, Any], weeks: int) -> None:
        self.leave, self.most = set(person["leave"]), person["max_bodies"]
        self.left = list(person["capacity"])
        self.bodies: list[dict[int, int]] = [{} for _ in range(weeks)]

    def has_room(self, position: Mapping[str, Any], start: int) -> bool:
        for week in range(start, start + position["weeks"]):
            if week not in self.leave and self.left[week] < position["hours"]:
                return False
            if position["body"] not in self.bodies[week] and len(self.bodies[week]) >= self.most:
                return False
        return True

    def put(self, position: Mapping[str, Any], start: int, sign: int) -> None:
        for week in range(start, start + position["weeks"]):
            if week not in self.leave:
                self.left[week] -= sign * position["hours"]
            count = self.bodies[week].pop(position["body"], 0) + sign
            if count:
                self.bodies[week][position["body"]] = count


def _best_schedule(
    instance: Mapping[str, Any],
    person: Mapping[str, Any],
    leaf: Leaf,
) -> int:
    """What one specialist can earn at most at the prices, pinned positions included; exact."""
    calendar, pinned, options = _Calendar(person, instance["weeks"]), 0, list[Option]()
    for position in instance["positions"]:
        pin = position.get("pinned")
        if pin:
            if pin["specialist"] == person["id"]:
                calendar.put(position, pin["start"], 1)
                pinned += leaf.scale * _worth(position, person, pin["start"])
        elif str(person["id"]) in position["eligible"]:
            options += _gains(position, person, leaf)
    options.sort(key=lambda option: option[0])
    # tails[k]: the most with options k and later, for k from the last to the first.
    tails = [0] * (len(options) + 1)
    for k in range(len(options) - 1, -1, -1):
        tails[k] = _with_first(k, options, tails, calendar)
    return pinned + tails[0]


def _gains(position: Mapping[str, Any], person: Mapping[str, Any], leaf: Leaf) -> Iterator[Option]:
    for start in _starts(position, person["id"]):
        absent = position["weeks"] - _worked(position, person, start)
        gain = leaf.gain(position, person, start)
        is_open = absent <= position["weeks"] // 5
        if gain > 0 and is_open and _is_allowed(position["id"], person["id"], start, leaf):
            yield start, position, gain


def _with_first(k: int, options: list[Option], tails: list[int], calendar: _Calendar) -> int:
    """The most with option k taken and what follows it, or with what follows alone."""
    best, taken = tails[k + 1], set[int]()

    def look(at: int, earned: int) -> None:
        nonlocal best
        start, position, gain = options[at]
        if position["id"] in taken or not calendar.has_room(position, start):
            return
        calendar.put(position, start, 1)
        taken.add(position["id"])
        best = max(best, earned + gain)
        for later in range(at + 1, len(options)):
            if earned + gain + tails[later] <= best:
                break
            look(later, earned + gain)
        taken.discard(position["id"])
        calendar.put(position, start, -1)

    look(k, 0)
    return best
