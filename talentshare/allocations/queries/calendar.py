"""What a change of the calendar does, measured within the transaction that makes it."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from talentshare import policy
from talentshare.accounts.models import Person
from talentshare.allocations.models import Allocation, Clash, allocation_week, week_ledger
from talentshare.allocations.queries.weeks import is_live
from talentshare.allocations.states import AllocationState
from talentshare.engine.utilisation import FEWEST_PEOPLE
from talentshare.kernel.actor import Actor
from talentshare.kernel.weeks import monday
from talentshare.notices.models import Names
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.specialists.models import Specialist, SpecialistRole
from talentshare.talent_requests.models import Position, TalentRequest

TOLD = "clash.notice."
MARK_DIGITS = 16
Missing = Mapping[tuple[int, date], int]


@dataclass(frozen=True)
class Before:
    """The week of the day and all open shortages, before the change."""

    week_on: date
    capacities: Mapping[int, int]
    missing: Missing


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
    told: tuple[tuple[str, int], ...]
    mails: int
    mark: str = ""
    shortages: tuple[Shortage, ...] | None = None
    touched: tuple[tuple[str, str], ...] | None = None


def before_change(day: date) -> Before:
    week_on = monday(day)
    return Before(week_on, _capacities(week_on), _missing())


def effect_since(actor: Actor, before: Before) -> Effect:
    """The difference to `before`; people's names only for whoever deals with shortages."""
    now = _capacities(before.week_on)
    changes = {
        who: minutes - before.capacities.get(who, 0)
        for who, minutes in now.items()
        if minutes != before.capacities.get(who, 0)
    }
    shortages, lost = _shortages(before.missing)
    states = Counter(db.session.scalars(select(Allocation.state).where(Allocation.id.in_(lost))))
    touched = _touched(before.week_on, changes)
    told, mails = _told()
    effect = Effect(
        before.week_on,
        len(changes),
        sum(changes.values()),
        _groups(changes),
        sum(one.missing_minutes > one.was_minutes for one in shortages),
        sum(not one.missing_minutes for one in shortages),
        sum(max(0, one.missing_minutes - one.was_minutes) for one in shortages),
        states[AllocationState.CONFIRMED],
        states[AllocationState.HELD],
        len(touched),
        told,
        mails,
    )
    return _for_reader(actor, effect, shortages, touched)


def _for_reader(
    actor: Actor,
    effect: Effect,
    shortages: tuple[Shortage, ...],
    touched: tuple[tuple[str, str], ...],
) -> Effect:
    """The mark is of everything, names included: who sees groups only confirms the same."""
    text = repr((effect, shortages, touched)).encode()
    mark = hashlib.sha256(text).hexdigest()[:MARK_DIGITS]
    if policy.allows(actor, Can.RESOLVE_CLASH):
        return replace(effect, mark=mark, shortages=shortages, touched=touched)
    return replace(effect, mark=mark)


def _capacities(week_on: date) -> dict[int, int]:
    columns = select(week_ledger.c.specialist_id, week_ledger.c.capacity_minutes)
    rows = columns.where(week_ledger.c.week_on == week_on).order_by(week_ledger.c.specialist_id)
    return dict(db.session.execute(rows).all())


def _missing() -> dict[tuple[int, date], int]:
    return {key: clash.missing_minutes for key, clash in _open().items()}


def _open() -> dict[tuple[int, date], Clash]:
    rows = select(Clash).where(Clash.resolved_at.is_(None))
    found = db.session.scalars(rows.order_by(Clash.week_on, Clash.specialist_id))
    return {(clash.specialist_id, clash.week_on): clash for clash in found}


def _shortages(before: Missing) -> tuple[tuple[Shortage, ...], list[int]]:
    """Those that changed, the nearest week first, and the bookings in those that grew."""
    now = _open()
    missing = {key: clash.missing_minutes for key, clash in now.items()}
    differing = [key for key in {**before, **now} if before.get(key) != missing.get(key)]
    grown = {
        key: list(now[key].proposal["allocation_ids"])
        for key in differing
        if missing.get(key, 0) > before.get(key, 0)
    }
    lost = sorted({one for ids in grown.values() for one in ids})
    numbers, names = _numbers(lost), _names([who for who, _week_on in differing])
    found = [
        Shortage(
            names[who],
            week_on,
            missing.get((who, week_on), 0),
            before.get((who, week_on), 0),
            tuple(sorted({numbers[one] for one in grown.get((who, week_on), ())})),
        )
        for who, week_on in sorted(differing, key=lambda key: (key[1], key[0]))
    ]
    return tuple(found), lost


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


def _told() -> tuple[tuple[tuple[str, int], ...], int]:
    """Whom this transaction has told of shortages, and how many mails that makes."""
    notices = [one for one in events.queued("notice.told") if one["code"].startswith(TOLD)]
    people: Counter[str] = Counter()
    for one in notices:
        people[one["code"].removeprefix(TOLD)] += one["people"]
    return tuple(sorted(people.items())), sum(one["mails"] for one in notices)
