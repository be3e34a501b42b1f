"""Everybody as the engine needs them, kept in columns and renewed person by person."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from talentshare.allocations import queries as allocations
from talentshare.engine.problem import Ints, Marks, Need, Pool
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.weeks import WEEK, fiscal_year, fiscal_year_end, monday
from talentshare.matching.queries import supply
from talentshare.matching.queries.supply import Lists, Supply
from talentshare.matching.queries.weights import UNSTORED, Weights, weights_on
from talentshare.specialists.queries import pledge_years

LOAD_WEEKS = 26
MOST_LAYERS = 300
MOST_MASKS = 8

Tables = tuple[Ints, Ints]


@dataclass(frozen=True, eq=False)
class Time:
    """Weeks (w, p) and months (m, p) of the same people; `serving` (3, n): body, person, week."""

    on_leave: Any
    engaged: Any
    bodies_served: Ints
    month_left: Ints
    load_permille: Ints
    serving: Ints


TIME_COLUMNS = ("on_leave", "engaged", "bodies_served", "month_left", "load_permille")


@dataclass(frozen=True, eq=False)
class Stock:
    """A picture of the pool on one day, from its Monday to the end of the ledgers.

    `layers` are what free minutes are counted from: everybody first, then whom newer facts
    concern. `counted` keeps the counts per mask of weekdays with the layers that are in them.
    """

    day: date
    known: Lists
    weights: Weights
    supply: Supply
    time: Time
    layers: tuple[allocations.Columns, ...]
    counted: dict[int, tuple[int, Tables]] = field(default_factory=dict)

    @property
    def first_week_on(self) -> date:
        return monday(self.day)

    @cached_property
    def companies(self) -> frozenset[str]:
        """All companies to which somebody is tied."""
        return frozenset(self.supply.companies.tolist())

    @cached_property
    def engaged(self) -> Any:
        """Within the engagement, not paused, and able to answer an offer, (w, p)."""
        can_answer = self.supply.can_answer
        return self.time.engaged if can_answer.all() else self.time.engaged & can_answer

    def free(self, weekdays: int) -> Tables:
        """Free minutes per week and person, in all and inside office hours, int16 (w, p)."""
        done, tables = self.counted.get(weekdays, (0, None))
        if tables is None:
            done, tables = 1, _counts(self.layers[0], weekdays)
        if done < len(self.layers):
            total, inside = tables[0].copy(), tables[1].copy()
            for layer in self.layers[done:]:
                at = np.searchsorted(self.supply.ids, layer.ids)
                total[:, at], inside[:, at] = _counts(layer, weekdays)
            tables = total, inside
        if weekdays not in self.counted and len(self.counted) >= MOST_MASKS:
            self.counted.pop(next(iter(self.counted)))
        self.counted[weekdays] = len(self.layers), tables
        return tables

    def pool_for(self, need: Need) -> Pool:
        """The pool with what this need asks about: its skills, its body, theme and suppliers."""
        people, time = self.supply, self.time
        total, inside = self.free(need.effort.weekdays)
        rows = [self.known.skills.index(s.skill) for s in need.skills]
        who, bodies, counts = people.experience
        here, themed = bodies == need.body, people.themes == need.theme
        return Pool(
            ids=people.ids,
            first_week_on=self.first_week_on,
            weekdays=need.effort.weekdays,
            roles=self.known.roles,
            has_role=people.has_role,
            skills=tuple(s.skill for s in need.skills),
            verified=people.verified[rows],
            claimed=people.claimed[rows],
            free_total=total,
            free_inside=inside,
            on_leave=time.on_leave,
            engaged=self.engaged,
            bodies_served=time.bodies_served,
            month_left=time.month_left,
            max_bodies=people.max_bodies,
            online=people.online,
            onsite=people.onsite,
            islands=people.islands,
            areas=np.zeros_like(people.ids),
            pledge_valid=people.pledged[self._pledge_row(need)],
            declaration_valid=people.declared_until >= need.first_start_on.toordinal(),
            legal_bases=people.legal_bases,
            load_permille=time.load_permille,
            served_minutes=people.served_minutes,
            serving={need.body: _serving(time.serving, need.body)},
            body_experience={need.body: _summed(who[here], counts[here])},
            theme_experience={need.theme: _summed(who[themed], counts[themed])},
            suppliers={key: self.tied_to([key]) for key in need.suppliers & self.companies},
        )

    def tied_to(self, companies: Sequence[str]) -> Ints:
        """Who is tied to one of these companies."""
        is_tied = np.zeros(len(self.supply.tied), bool)
        for company in companies:
            is_tied |= self.supply.companies == company
        return np.unique(self.supply.tied[is_tied])

    def _pledge_row(self, need: Need) -> int:
        """The pledge of the year of the start, as soon as that can be signed."""
        years = pledge_years(SYSTEM)
        return min(max(fiscal_year(need.first_start_on), years[0]), years[-1]) - years[0]


def whole_stock(day: date) -> Stock:
    """Everybody, read from the database."""
    with without_collecting():
        return stock_of(day, None)


@contextmanager
def without_collecting() -> Iterator[None]:
    """No search for unreachable cycles among hundreds of thousands of rows: half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def stock_of(day: date, some: Sequence[int] | None) -> Stock:
    """Some people, or everybody, read from the database."""
    known = supply.lists()
    base = _columns(day, some)
    people = supply.supply(known, day, some)
    return Stock(day, known, weights_on(day), people, _time(base), (base,))


def papers_of(day: date, some: Sequence[int]) -> Stock:
    """Some people without their time and their past, for the rules that ask for neither."""
    known = supply.lists()
    layer = allocations.idle(monday(day), _weeks_from(day), some)
    people = supply.supply(known, day, some, with_past=False)
    return Stock(day, known, UNSTORED, people, _time(layer), (layer,))


def renewed(stock: Stock, changed: Sequence[int]) -> Stock | None:
    """The picture with these people read anew; nothing when it has to be read as a whole."""
    if len(stock.layers) > MOST_LAYERS:
        return None
    layer = _columns(stock.day, changed)
    part = supply.supply(stock.known, stock.day, changed)
    at = np.searchsorted(stock.supply.ids, part.ids)
    known = at < len(stock.supply.ids)
    if not known.all() or not np.array_equal(stock.supply.ids[at], part.ids):
        return None
    return replace(
        stock,
        supply=_patched_supply(stock.supply, part, at),
        time=_patched_time(stock.time, _time(layer), at, part.ids),
        layers=(*stock.layers, layer),
        counted=dict(stock.counted),
    )


def _columns(day: date, some: Sequence[int] | None) -> allocations.Columns:
    return allocations.columns(monday(day), _weeks_from(day), some)


def _weeks_from(day: date) -> int:
    """How many weeks there are to the end of the ledgers."""
    return (fiscal_year_end(fiscal_year(day) + 1) - monday(day)) // WEEK + 1


def _counts(layer: allocations.Columns, weekdays: int) -> Tables:
    """In rows of weeks, one after another in memory, as a ranking walks through them."""
    total, inside = layer.free(weekdays)
    return total.astype(np.int16, order="C"), inside.astype(np.int16, order="C")


def _time(layer: allocations.Columns) -> Time:
    booked = sum(layer.minutes(held=held)[:LOAD_WEEKS].sum(axis=0) for held in (False, True))
    capacity = layer.capacity[:LOAD_WEEKS].sum(axis=0, dtype=np.int64)
    load = np.where(capacity > 0, 1000 * booked // np.maximum(capacity, 1), 0)
    return Time(
        np.ascontiguousarray(layer.on_leave),
        np.ascontiguousarray(layer.engaged),
        np.ascontiguousarray(layer.bodies_served),
        np.ascontiguousarray(layer.month_left),
        load.astype(np.int32),
        _flat(layer.serving),
    )


def _flat(serving: Mapping[int, Marks]) -> Ints:
    parts = [
        np.stack([np.full(len(marks.ids), body), marks.ids, marks.values])
        for body, marks in serving.items()
    ]
    return np.concatenate([np.zeros((3, 0), np.int64), *parts], axis=1)


def _serving(table: Ints, body: int) -> Marks:
    _, who, week = table[:, table[0] == body]
    return Marks(who, week)


def _summed(who: Ints, counts: Ints) -> Marks:
    """One mark per person, ordered by id."""
    ids, at = np.unique(who, return_inverse=True)
    return Marks(ids, np.bincount(at, counts, len(ids)).astype(np.int64))


def _patched_supply(base: Supply, part: Supply, at: Ints) -> Supply:
    stay = ~np.isin(base.experience[0], part.ids)
    free = ~np.isin(base.tied, part.ids)
    return replace(
        base,
        **{name: _patched(base, part, at, name) for name in supply.COLUMNS},
        experience=np.concatenate([base.experience[:, stay], part.experience], axis=1),
        themes=np.concatenate([base.themes[stay], part.themes]),
        tied=np.concatenate([base.tied[free], part.tied]),
        companies=np.concatenate([base.companies[free], part.companies]),
    )


def _patched_time(base: Time, part: Time, at: Ints, ids: Ints) -> Time:
    stay = ~np.isin(base.serving[1], ids)
    return replace(
        base,
        **{name: _patched(base, part, at, name) for name in TIME_COLUMNS},
        serving=np.concatenate([base.serving[:, stay], part.serving], axis=1),
    )


def _patched(base: object, part: object, at: Ints, name: str) -> Any:
    column = getattr(base, name).copy()
    column[..., at] = getattr(part, name)
    return column
