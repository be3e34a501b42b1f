"""What a change of the calendar would do, reckoned from what is stored: nothing is written."""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.allocations.models import Allocation, Clash, allocation_week
from talentshare.allocations.queries.placement import gives_way
from talentshare.allocations.queries.strips import WeekChange, ledger_closed_days, week_changes
from talentshare.allocations.queries.weeks import LedgerWeek, is_live, weeks_of_all
from talentshare.allocations.states import AllocationState
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import HolidayDraft
from talentshare.engine.utilisation import FEWEST_PEOPLE
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.kernel.weeks import monday
from talentshare.notices import queries as notices
from talentshare.notices.models import Names
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.specialists.models import Specialist, SpecialistRole
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position, TalentRequest

MARK_DIGITS = 16
BOOKED = frozenset({AllocationState.HELD, AllocationState.CONFIRMED})


@dataclass(frozen=True)
class Group:
    """People of one main role, or with "" of roles with few people, and their minutes."""

    role_code: str
    people: int
    minutes: int


@dataclass(frozen=True)
class Shortage:
    """A person's week in which more booked time lacks its place, or less; 0 is over."""

    name: Names
    week_on: date
    missing_minutes: int
    was_minutes: int
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Effect:
    """What the change does, in figures for everybody and with names for whoever may see them."""

    week_on: date
    people: int
    minutes: int
    groups: tuple[Group, ...]
    opened: int
    settled: int
    missing_minutes: int
    confirmed: int
    held: int
    requests: int
    waiting: int
    told: tuple[tuple[str, int], ...]
    mails: int
    mark: str = ""
    shortages: tuple[Shortage, ...] | None = None
    touched: tuple[tuple[str, str], ...] | None = None


@dataclass(frozen=True)
class _Short:
    """A person's week whose shortage changes; `ids` are the bookings that lack their place."""

    specialist_id: int
    missing_minutes: int
    was_minutes: int
    ids: tuple[int, ...]

    @property
    def is_worse(self) -> bool:
        return self.missing_minutes > self.was_minutes


@dataclass
class _Told:
    """Who would be told what, a notice each."""

    actor: Actor
    notices: list[tuple[str, int]] = field(default_factory=list)

    def add(self, code: str, people: Iterable[int]) -> None:
        self.notices.extend((code, one) for one in sorted(set(people)))

    def add_others(self, code: str, people: Iterable[int]) -> None:
        self.add(code, set(people) - {self.actor.id, SYSTEM.id})

    def counted(self) -> tuple[tuple[tuple[str, int], ...], int]:
        at_once = set(notices.mailed_at_once(sorted({one for _code, one in self.notices})))
        codes = Counter(code for code, _one in self.notices)
        return tuple(sorted(codes.items())), sum(one in at_once for _code, one in self.notices)


def foresee_day(actor: Actor, draft: HolidayDraft) -> Effect | None:
    """What closing or opening the day would do now; None if it is so already.

    It reads only, and holds nobody up. People's names only for whoever deals with shortages.
    """
    policy.require(actor, Can.EDIT_CATALOGUE)
    if not catalogue.would_change(draft):
        return None
    week_on, day = monday(draft.day), frozenset({draft.day})
    closed = ledger_closed_days()
    changes = week_changes(week_on, closed | day if draft.is_closed else closed - day)
    minutes = {one.specialist_id: one.minutes for one in changes if one.minutes}
    short = _short(week_on, changes)
    touched, told = _touched(week_on, minutes), _told(actor, short)
    worse = [one for one in short if one.is_worse]
    states = _states({one for it in worse for one in it.ids})
    effect = Effect(
        week_on,
        len(minutes),
        sum(minutes.values()),
        _groups(minutes),
        len(worse),
        sum(not one.missing_minutes for one in short),
        sum(one.missing_minutes - one.was_minutes for one in worse),
        states[AllocationState.CONFIRMED],
        states[AllocationState.HELD],
        len(touched),
        talent_requests.count_waiting(draft.day),
        *told,
    )
    return _for_reader(actor, effect, _shortages(week_on, short), touched)


def _for_reader(
    actor: Actor,
    effect: Effect,
    shortages: tuple[Shortage, ...],
    touched: tuple[tuple[str, str], ...],
) -> Effect:
    """The mark is of all that changes, names included: who sees groups only confirms the same."""
    text = repr((replace(effect, waiting=0), shortages, touched)).encode()
    mark = hashlib.sha256(text).hexdigest()[:MARK_DIGITS]
    if policy.allows(actor, Can.RESOLVE_CLASH):
        return replace(effect, mark=mark, shortages=shortages, touched=touched)
    return replace(effect, mark=mark)


def _short(week_on: date, changes: Sequence[WeekChange]) -> list[_Short]:
    """Where booked time loses its place, or finds it again, in the order of ids."""
    known = _open(week_on)
    weeks = {who: week for who, week in weeks_of_all([week_on]) if week.lines}
    found = [
        _of_week(one, weeks[one.specialist_id], known)
        for one in changes
        if one.specialist_id in weeks
    ]
    return [one for one in found if one.missing_minutes != one.was_minutes]


def _of_week(change: WeekChange, week: LedgerWeek, known: Mapping[int, Clash]) -> _Short:
    who, then = change.specialist_id, week.with_cells(change.after)
    clash = known.get(who)
    was = clash.missing_minutes if clash else 0
    ids = [line.allocation_id for line, _minutes in gives_way(then)[0]]
    if clash and not then.missing_minutes:
        ids = clash.proposal.get("allocation_ids", [])
    return _Short(who, then.missing_minutes, was, tuple(one for one in ids if one))


def _open(week_on: date) -> dict[int, Clash]:
    rows = select(Clash).where(Clash.resolved_at.is_(None), Clash.week_on == week_on)
    return {clash.specialist_id: clash for clash in db.session.scalars(rows)}


def _states(allocation_ids: Collection[int]) -> Counter[AllocationState]:
    rows = select(Allocation.state).where(Allocation.id.in_(allocation_ids))
    return Counter(db.session.scalars(rows))


def _shortages(week_on: date, short: Sequence[_Short]) -> tuple[Shortage, ...]:
    numbers = _numbers({one for it in short if it.is_worse for one in it.ids})
    names = _names([one.specialist_id for one in short])
    return tuple(
        Shortage(
            names[one.specialist_id],
            week_on,
            one.missing_minutes,
            one.was_minutes,
            tuple(sorted({numbers[it] for it in one.ids})) if one.is_worse else (),
        )
        for one in short
    )


def _told(actor: Actor, short: Sequence[_Short]) -> tuple[tuple[tuple[str, int], ...], int]:
    """Whom the change would tell of shortages, and how many mails that makes at once."""
    told, bookings = _Told(actor), _bookings({one for it in short for one in it.ids})
    concerned = talent_requests.concerned_by(
        {it.position.talent_request for it in bookings.values()}
    )
    people = _person_ids([one.specialist_id for one in short])
    for one in short:
        if one.is_worse:
            told.add("specialist", [people[one.specialist_id]])
        for it in [bookings[id_] for id_ in one.ids if id_ in bookings]:
            officers, coordinators = concerned[it.position.talent_request_id]
            if one.is_worse:
                told.add("coordinator", coordinators)
                told.add("officer", officers)
            elif not one.missing_minutes and it.state in BOOKED:
                for side in ([people[one.specialist_id]], officers, coordinators):
                    told.add_others("settled", side)
    return told.counted()


def _bookings(allocation_ids: Collection[int]) -> dict[int, Allocation]:
    rows = (
        select(Allocation)
        .options(joinedload(Allocation.position).joinedload(Position.talent_request))
        .where(Allocation.id.in_(allocation_ids), is_live())
    )
    return {it.id: it for it in db.session.scalars(rows).unique()}


def _person_ids(specialist_ids: Collection[int]) -> dict[int, int]:
    rows = select(Specialist.id, Specialist.person_id).where(Specialist.id.in_(specialist_ids))
    return dict(db.session.execute(rows).all())


def _numbers(allocation_ids: Collection[int]) -> dict[int, str]:
    rows = (
        select(Allocation.id, TalentRequest.number)
        .join(Position, Position.id == Allocation.position_id)
        .join(TalentRequest, TalentRequest.id == Position.talent_request_id)
        .where(Allocation.id.in_(allocation_ids))
    )
    return dict(db.session.execute(rows).all())


def _names(specialist_ids: Collection[int]) -> dict[int, Names]:
    rows = select(Specialist.id, Person.name, Person.name_latin).join(
        Person, Person.id == Specialist.person_id
    )
    found = db.session.execute(rows.where(Specialist.id.in_(specialist_ids)))
    return {one: Names(name, latin or name) for one, name, latin in found}


def _touched(week_on: date, people: Collection[int]) -> tuple[tuple[str, str], ...]:
    """Number and title of each request for which one of these people has time in the week."""
    rows = (
        select(TalentRequest.number, TalentRequest.title)
        .join(Position, Position.talent_request_id == TalentRequest.id)
        .join(Allocation, Allocation.position_id == Position.id)
        .join(allocation_week, allocation_week.c.allocation_id == Allocation.id)
        .where(
            allocation_week.c.week_on == week_on,
            allocation_week.c.specialist_id.in_(people),
            is_live(),
        )
    )
    found = db.session.execute(rows.distinct().order_by(TalentRequest.number))
    return tuple((number, title) for number, title in found)


def _groups(changes: Mapping[int, int]) -> tuple[Group, ...]:
    """By main role; roles with so few people that one could be told apart stand together."""
    rows = select(SpecialistRole.specialist_id, SpecialistRole.role_code).where(
        SpecialistRole.is_primary, SpecialistRole.specialist_id.in_(changes)
    )
    roles = dict(db.session.execute(rows).all())
    sizes = Counter(roles.get(who, "") for who in changes)
    found: dict[str, list[int]] = {}
    for who, minutes in changes.items():
        role = roles.get(who, "")
        found.setdefault(role if sizes[role] >= FEWEST_PEOPLE else "", []).append(minutes)
    return tuple(_grouped(found)) if len(found.get("", [])) not in range(1, FEWEST_PEOPLE) else ()


def _grouped(found: Mapping[str, Sequence[int]]) -> list[Group]:
    return [
        Group(role, len(found[role]), sum(found[role]))
        for role in sorted(found, key=lambda role: (not role, role))
    ]
