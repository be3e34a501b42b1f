"""What a careful coordinator plans by hand: what is pinned, then what weighs most, with whoever earns most there.

Shares no code with the planner: it is what a plan must beat.
"""


class Diary:
    """The weeks of one specialist."""

    def __init__(self, person, weeks):
        self.leave, self.most_bodies = set(person["leave"]), person["max_bodies"]
        self.left = list(person["capacity"])
        self.bodies = [set() for _ in range(weeks)]

    def weeks_worked(self, position, start):
        """How many weeks the position would get from this one on; 0 where a rule forbids it."""
        body, hours, length = position["body"], position["hours"], position["weeks"]
        worked = 0
        for week in range(start, start + length):
            if body not in self.bodies[week] and len(self.bodies[week]) >= self.most_bodies:
                return 0
            if week in self.leave:
                continue
            if self.left[week] < hours:
                return 0
            worked += 1
        return worked if length - worked <= length // 5 else 0

    def book(self, position, start):
        for week in range(start, start + position["weeks"]):
            self.bodies[week].add(position["body"])
            if week not in self.leave:
                self.left[week] -= position["hours"]


def plan(instance):
    """The allocations."""
    diaries = {one["id"]: Diary(one, instance["weeks"]) for one in instance["specialists"]}
    allocations = []
    for position in sorted(instance["positions"], key=turn):
        found = chosen(position, diaries)
        if found:
            specialist, start = found
            diaries[specialist].book(position, start)
            allocations.append(
                {"position": position["id"], "specialist": specialist, "start": start}
            )
    return allocations


def turn(position):
    return not position["pinned"], -position["weight"], position["earliest"], position["id"]


def chosen(position, diaries):
    """The specialist and start that earn most; of equal ones the lowest number, then the earliest."""
    if position["pinned"]:
        return position["pinned"]["specialist"], position["pinned"]["start"]
    best, most = None, 0
    for specialist, fit in sorted((int(who), fit) for who, fit in position["eligible"].items()):
        if fit * position["weeks"] * position["weight"] <= most:
            continue
        for start in range(position["earliest"], position["latest_start"] + 1):
            worked = diaries[specialist].weeks_worked(position, start)
            if fit * worked * position["weight"] > most:
                best, most = (specialist, start), fit * worked * position["weight"]
    return best
