"""What the bodies need: requests with positions, each left in a state of its own."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random

from talentshare.demo.sizes import POSITIONS_UNDER_WAY, REQUESTS_BEFORE_SEARCH, Size
from talentshare.demo.world import positions, texts
from talentshare.demo.world.bodies import SHOWCASE_CODE, request_weight
from talentshare.demo.world.companies import NAMES, spelled
from talentshare.demo.world.draw import chance, days_before, one_of, stream, weighted
from talentshare.demo.world.facts import Template, templates
from talentshare.demo.world.shapes import (
    DemoBody,
    DemoPosition,
    DemoSpecialist,
    DemoTalentRequest,
)
from talentshare.demo.world.supply import Supply, company_ties

OPEN = "open"
UNSENT = frozenset({"draft"})
WITHOUT_COORDINATOR = frozenset({"draft", "submitted", "endorsed"})
ISLANDS_ONLY = frozenset({"T28"})
NOT_FOR_ISLANDS = frozenset({"T03", "T06", "T12", "T16", "T17", "T22"})
NOT_FOR_BUREAUS = frozenset({"T01", "T03", "T07", "T10", "T20", "T22", "T25", "T28", "T30"})
PROCUREMENT_SKILLS = frozenset({"B04", "B05", "B06", "B07", "B09", "B10"})
SUBJECTS_TRIED = 10
# How many days ago what waits was submitted, so that most of it is still in time.
SUBMITTED_DAYS: Mapping[str, tuple[int, int]] = {
    "submitted": (0, 3),
    "endorsed": (1, 4),
    "received": (1, 3),
    "returned": (2, 5),
    "on_hold": (10, 30),
    "withdrawn": (10, 30),
    "unmet": (20, 40),
}
LATE_PERCENT, LATE_DAYS = 15, 14
POSITIONS_PER_REQUEST = (1,) * 14 + (2,) * 5 + (3,)
# Which legal bases a body accepts; most accept all three that give time.
LEGAL_BASES = (
    *(("agreement", "contract", "appointment"),) * 3,
    ("agreement", "contract"),
    ("agreement",),
)
# The showcase body has one of each of these, so that its officer finds something to do.
SHOWCASE_STATES = ("draft", "submitted", "returned")
SHOWCASE_TARGETS = ("proposed", "proposed", "offered", "confirmed", "confirmed", "refused")


@dataclass(frozen=True, slots=True)
class _Plan:
    """Which state a request is left in, and how far the proposal of each position is driven."""

    state: str
    targets: tuple[str, ...]
    body: DemoBody


@dataclass(frozen=True, slots=True)
class _Outline:
    plan: _Plan
    wanted: positions.Wanted
    positions: tuple[DemoPosition, ...]


@dataclass(frozen=True, slots=True)
class Setting:
    """The town, its day and its pool."""

    size: Size
    seed: int
    as_of: date
    bodies: Sequence[DemoBody]
    specialists: Sequence[DemoSpecialist]


def talent_requests(setting: Setting) -> tuple[DemoTalentRequest, ...]:
    """All needs, numbered from 1, the longest submitted first and the drafts last."""
    supply = Supply(setting.specialists, setting.as_of)
    ties = {one.person.sign_in_name: company_ties(one) for one in setting.specialists}
    plans = _plans(setting.size, _Bodies(setting.bodies, setting.seed), setting.seed)
    asked: dict[str, set[str]] = defaultdict(set)
    made = []
    for number, plan in enumerate(plans, start=1):
        rng = stream(setting.seed, "need", number)
        outline = _outline(rng, plan, supply, setting, asked[plan.body.code])
        asked[plan.body.code].add(outline.wanted.template.template_id)
        taboo = frozenset().union(*(ties[p.chosen] for p in outline.positions if p.chosen))
        made.append(_talent_request(rng, number, outline, taboo, setting))
    made.sort(key=lambda need: (need.submitted_on or date.max, need.number))
    return tuple(made)


class _Bodies:
    """Draws the body of each need by its weight; needs to endorse go to bodies that endorse."""

    def __init__(self, bodies: Sequence[DemoBody], seed: int) -> None:
        self._all = {body: weight for body in bodies if (weight := request_weight(body))}
        self._endorsing = {b: weight for b, weight in self._all.items() if b.requires_endorsement}
        self.showcase = next(body for body in bodies if body.code == SHOWCASE_CODE)
        self._islands = [body for body in bodies if body.is_island]
        self._rng = stream(seed, "who asks")
        self._drawn = _Wheel(self._rng, self._all)
        self._drawn_endorsing = _Wheel(self._rng, self._endorsing)

    def one(self, state: str) -> DemoBody:
        return (self._drawn_endorsing if state == "endorsed" else self._drawn).turn()

    def island(self) -> DemoBody:
        return one_of(self._rng, self._islands)


class _Wheel:
    """A weighted draw that is built once and turned many times."""

    def __init__(self, rng: Random, weights: Mapping[DemoBody, int]) -> None:
        self._rng = rng
        unit = max(1, sum(weights.values()) // 20_000)
        self._tickets = [b for b, weight in weights.items() for _ in range(max(1, weight // unit))]

    def turn(self) -> DemoBody:
        return one_of(self._rng, self._tickets)


def _plans(size: Size, bodies: _Bodies, seed: int) -> list[_Plan]:
    rng = stream(seed, "plans")
    states = [s for s, count in REQUESTS_BEFORE_SEARCH.items() for _ in range(count * size.scale)]
    targets = _targets(size, len(states))
    plans = [_Plan(state, ("none",), bodies.showcase) for state in SHOWCASE_STATES]
    plans += [_Plan(OPEN, (target,), bodies.showcase) for target in SHOWCASE_TARGETS]
    for state in SHOWCASE_STATES:
        states.remove(state)
    for target in SHOWCASE_TARGETS:
        targets.remove(target)
    plans += [_Plan(state, ("none",), bodies.one(state)) for state in states]
    rng.shuffle(targets)
    while targets:
        count = one_of(rng, POSITIONS_PER_REQUEST)
        if "expired" in targets[:count]:
            count = 1  # its body's planned day lies in the past; nothing else may share that
            targets.sort(key=lambda target: target != "expired")
        taken, targets = tuple(targets[:count]), targets[count:]
        body = bodies.island() if chance(rng, 4) else bodies.one(OPEN)
        plans.append(_Plan(OPEN, taken, body))
    # Of what waits a third chooses first, so that each step has some; then what runs already.
    first = [plan for plan in plans if positions.WAITING & set(plan.targets)][::3]
    return sorted(plans, key=lambda p: (p not in first, positions.CONFIRMED not in p.targets))


def _targets(size: Size, before_search: int) -> list[str]:
    under_way = [t for t, count in POSITIONS_UNDER_WAY.items() for _ in range(count * size.scale)]
    fixed = [*under_way, *["confirmed"] * size.confirmed]
    return [*fixed, *["none"] * (size.positions - before_search - len(fixed))]


def _outline(
    rng: Random, plan: _Plan, supply: Supply, setting: Setting, asked: Collection[str]
) -> _Outline:
    """What is decided before the wording; another subject where nobody could be chosen."""
    for _ in range(SUBJECTS_TRIED - 1):
        outline = _try_outline(rng, plan, supply, setting, asked)
        if all(
            each.chosen or each.proposal_target not in positions.WITH_A_CHOICE
            for each in outline.positions
        ):
            return outline
        supply.give_back(outline.positions)
    return _try_outline(rng, plan, supply, setting, asked)


def _try_outline(
    rng: Random, plan: _Plan, supply: Supply, setting: Setting, asked: Collection[str]
) -> _Outline:
    template = _template(rng, plan, asked)
    kind = "standing" if template.kind == "standing" or chance(rng, 9) else "project"
    place = "online" if plan.body.is_island and chance(rng, 75) else template.place
    terms = (plan.body, one_of(rng, LEGAL_BASES), setting.as_of)
    wanted = positions.Wanted(template, kind, place, *terms)
    made = tuple(
        positions.position(rng, wanted, index, target, supply)
        for index, target in enumerate(plan.targets)
    )
    return _Outline(plan, wanted, made)


def _talent_request(
    rng: Random, number: int, outline: _Outline, taboo: frozenset[str], setting: Setting
) -> DemoTalentRequest:
    plan, wanted, template = outline.plan, outline.wanted, outline.wanted.template
    phase_id = one_of(rng, template.phases)
    buys = _takes_part_in_procurement(rng, phase_id, template)
    return DemoTalentRequest(
        number=number,
        body_code=plan.body.code,
        officer=f"tantou.{plan.body.short_name}",
        coordinator=_coordinator(number, plan, setting.size),
        kind=wanted.kind,
        template_id=template.template_id,
        title_ja=_title(rng, template, wanted.kind),
        description_ja=_description(rng, template, plan.body),
        theme_code=template.theme_code,
        phase_id=phase_id,
        personal_data=template.personal_data,
        procurement_involved=buys,
        known_suppliers=_suppliers(rng, 2, taboo) if buys or chance(rng, 30) else (),
        likely_suppliers=_suppliers(rng, 3, taboo) if buys else (),
        place=wanted.place,
        onsite_weekdays=_onsite_weekdays(rng, wanted.place, outline.positions),
        legal_bases=wanted.legal_bases,
        decision_planned_on=_decision_planned_on(rng, outline.positions, setting.as_of),
        submitted_on=_submitted_on(rng, outline, setting.as_of),
        target_state=plan.state,
        reason_ja=one_of(rng, texts.REASONS[plan.state]) if plan.state in texts.REASONS else None,
        positions=outline.positions,
    )


def _template(rng: Random, plan: _Plan, asked: Collection[str]) -> Template:
    """A subject that suits the body; one that it has not asked for yet, while there are any."""
    banned = ISLANDS_ONLY
    if plan.body.is_island:
        banned = NOT_FOR_ISLANDS
    elif plan.body.kind == "bureau":
        banned = NOT_FOR_BUREAUS
    fitting = [t for t in templates() if t.template_id not in banned]
    if len(plan.targets) > 1:
        fitting = [t for t in fitting if len(t.role_ids) > 1]
    fitting = [t for t in fitting if t.template_id not in asked] or fitting
    # An island asks for better lines five times as often as for anything else.
    return weighted(rng, {t: 5 if t.template_id in ISLANDS_ONLY else 1 for t in fitting})


def _title(rng: Random, template: Template, kind: str) -> str:
    title = texts.title_of(template.template_id, template.title_ja, rng.randrange(3))
    if kind == "standing" and "助言" not in title:
        return one_of(rng, texts.STANDING_TITLES).format(title=title)
    return title


def _takes_part_in_procurement(rng: Random, phase_id: str, template: Template) -> bool:
    buys = phase_id == "procure" or PROCUREMENT_SKILLS & {skill for skill, _ in template.skills}
    return bool(buys) and chance(rng, 85)


def _description(rng: Random, template: Template, body: DemoBody) -> str:
    return texts.description_of(template.description_ja, body.kind, rng.randrange(70))


def _suppliers(rng: Random, most: int, taboo: frozenset[str]) -> tuple[str, ...]:
    """Fictional companies, none of them tied to somebody who was already chosen."""
    names = [name for name in NAMES if name not in taboo]
    drawn = rng.sample(names, rng.randrange(1, most + 1))
    return tuple(spelled(rng, name) for name in drawn)


def _onsite_weekdays(rng: Random, place: str, made: Sequence[DemoPosition]) -> tuple[int, ...]:
    """Fixed weekdays on site, for some; never after somebody was chosen for other days."""
    if place == "online" or any(position.chosen for position in made) or chance(rng, 45):
        return ()
    return tuple(sorted(rng.sample(range(5), rng.randrange(1, 4))))


def _coordinator(number: int, plan: _Plan, size: Size) -> str | None:
    """In turn; the needs of the showcase body belong to the two whom a visitor can be."""
    if plan.state in WITHOUT_COORDINATOR:
        return None
    return f"chousei{1 + number % (2 if plan.body.code == SHOWCASE_CODE else size.coordinators)}"


def _decision_planned_on(rng: Random, made: Sequence[DemoPosition], as_of: date) -> date:
    """The body's planned day; where a hold has run out it lies far enough in the past."""
    if any(position.proposal_target == "expired" for position in made):
        return days_before(as_of, rng.randrange(7, 11))
    waiting = [position for position in made if position.decision is None]
    if not waiting:
        return max(p.decision.decided_on for p in made if p.decision)
    return days_before(as_of, -rng.randrange(7, 25))


def _submitted_on(rng: Random, outline: _Outline, as_of: date) -> date | None:
    if outline.plan.state in UNSENT:
        return None
    moves = [position.last_move_on for position in outline.positions if position.last_move_on]
    if moves:
        return days_before(min(moves), rng.randrange(14, 40))
    least, most = SUBMITTED_DAYS.get(outline.plan.state, (4, 9))
    late = outline.plan.state == OPEN and chance(rng, LATE_PERCENT)
    return days_before(as_of, rng.randrange(least, most) + (LATE_DAYS if late else 0))


def asking(made: Sequence[DemoTalentRequest], bodies: Sequence[DemoBody]) -> tuple[DemoBody, ...]:
    """The bodies that have at least one need, in the order of the bodies."""
    codes = {need.body_code for need in made}
    return tuple(body for body in bodies if body.code in codes)
