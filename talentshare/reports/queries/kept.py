"""What was counted on a past day, read back; a day that was not kept is named as missing."""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from sqlalchemy import func, select

from talentshare.accounts.models import Person
from talentshare.catalogue.models import JobRole
from talentshare.engine import utilisation as engine
from talentshare.engine.utilisation import (
    CAPACITY,
    CONFIRMED,
    EXTRA,
    GAP,
    HELD,
    MEASURES,
    Span,
    Table,
    Unit,
    Whole,
)
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.kernel.period import Period
from talentshare.kernel.weeks import APRIL, fiscal_year, fiscal_year_end
from talentshare.platform.db import db
from talentshare.reports.models import SnapshotLine, UtilisationSnapshot
from talentshare.reports.queries.live import conditions, joined, visible
from talentshare.reports.queries.report import Counted, Kept, Report, Work
from talentshare.reports.queries.wanted import BASES, Wanted, Who
from talentshare.specialists.models import Specialist

OF_PERSON = (CAPACITY, EXTRA, GAP)
OF_WORK = (CONFIRMED, HELD)


@dataclass(frozen=True)
class Nearest:
    """The last day before and the first after one that was not kept."""

    before: date | None
    after: date | None


@dataclass(frozen=True)
class _Line:
    """One person of a snapshot in the wanted period: works are (works, 2, cuts)."""

    who: Who
    skills: list[int]
    works: list[int]
    own: Table
    given: Table

    @property
    def minutes(self) -> Table:
        """The five measures, (5, cuts)."""
        found = np.zeros((MEASURES, self.own.shape[1]), np.int64)
        found[list(OF_PERSON)] = self.own
        found[list(OF_WORK)] = self.given.sum(axis=0)
        return found


def kept_days(today: date) -> Period:
    """Which days a snapshot tells of: from the last fiscal year to the end of the next."""
    year = fiscal_year(today)
    return Period(date(year - 1, APRIL, 1), fiscal_year_end(year + 1))


def is_kept(day: date) -> bool:
    """Tell whether this day has its snapshot."""
    found = select(UtilisationSnapshot.id).where(UtilisationSnapshot.taken_on == day)
    return db.session.scalar(found) is not None


def nearest_days(actor: Actor, day: date) -> Nearest:
    """Which days around this one can be read."""
    visible(actor)
    taken = UtilisationSnapshot.taken_on
    before = select(func.max(taken)).where(taken < day).scalar_subquery()
    after = select(func.min(taken)).where(taken > day).scalar_subquery()
    return Nearest(*db.session.execute(select(before, after)).one())


def lines_of(report: Report) -> list[dict[str, Any]]:
    """Each person of a report by week as a row of its snapshot, yet without term and snapshot."""
    work, skills = report.work, report.counted.skills
    numbers = work.bodies * BASES + work.bases
    found = []
    for n, who in enumerate(report.people):
        mine = work.people == n
        rows = [report.minutes[list(OF_PERSON), n]]
        rows += [work.minutes[list(OF_WORK), row] for row in np.flatnonzero(mine).tolist()]
        found.append(
            {
                "specialist_id": who.specialist_id,
                "role_code": who.role_code,
                "skills": skills[1, skills[0] == n].tolist(),
                "works": numbers[mine].tolist(),
                "minutes": zlib.compress(np.concatenate(rows).astype("<i4").tobytes()),
            }
        )
    return found


def terms() -> dict[int, tuple[date, date | None]]:
    """From when until when each specialist serves the pool."""
    asked = select(Specialist.id, Specialist.engaged_from, Specialist.engaged_until)
    return {who: (first, last) for who, first, last in db.session.execute(asked)}


def kept_report(
    actor: Actor, wanted: Wanted, roles: Iterable[JobRole], *, shows_people: bool
) -> Report:
    """Return the report as it was counted on the day `wanted.at`."""
    snapshot = db.session.scalar(
        select(UtilisationSnapshot).where(UtilisationSnapshot.taken_on == wanted.at)
    )
    if snapshot is None:
        raise Conflict("reports.day_not_kept", dated_on=wanted.at)
    days = Period(snapshot.first_on, snapshot.last_on)
    if wanted.period.first < days.first or wanted.period.last > days.last:
        raise Conflict(
            "reports.period_not_kept", first_month_on=days.first, last_month_on=days.last
        )
    span = engine.span_of(wanted.period, wanted.unit)
    lines = _lines(_rows(actor, wanted, snapshot.id), wanted.period, days, span)
    minutes = np.zeros((MEASURES, len(lines), len(span.cuts)), np.int64)
    for n, line in enumerate(lines):
        minutes[:, n] = line.minutes
    kept = Kept(snapshot.taken_on, snapshot.taken_at, snapshot.definition_version, days)
    by_code = {role.code: role for role in roles}
    people, skills = [line.who for line in lines], _skills(lines)
    counted = Counted(people, minutes, skills, _work(lines, span))
    return Report(wanted, span, shows_people, by_code, counted, kept)


def _rows(actor: Actor, wanted: Wanted, snapshot_id: int) -> Sequence[Any]:
    """Everybody found, by kana; the name is today's, the role that of the snapshot."""
    statement = (
        joined(visible(actor))
        .join(SnapshotLine, SnapshotLine.specialist_id == Specialist.id)
        .where(SnapshotLine.snapshot_id == snapshot_id, *conditions(wanted.without("role_code")))
    )
    if wanted.role_code:
        statement = statement.where(SnapshotLine.role_code == wanted.role_code)
    return db.session.execute(
        statement.order_by(Person.kana, Specialist.id).with_only_columns(
            Specialist.id,
            Person.name,
            Person.name_latin,
            Person.kana,
            SnapshotLine.role_code,
            SnapshotLine.engaged_from,
            SnapshotLine.engaged_until,
            SnapshotLine.skills,
            SnapshotLine.works,
            SnapshotLine.minutes,
        )
    ).all()


def _lines(rows: Sequence[Any], period: Period, days: Period, span: Span) -> list[_Line]:
    """Who serves the pool on some day of the period, or has minutes of any kind in it."""
    cuts = engine.span_of(days, Unit.WEEK).cuts
    inside = [n for n, cut in enumerate(cuts) if period.first <= cut.first <= period.last]
    firsts = [cuts[n].first for n in inside]
    starts = [firsts.index(cut.first) for cut in span.cuts]
    found = []
    for row in rows:
        table = np.frombuffer(zlib.decompress(row.minutes), "<i4").reshape(-1, len(cuts))
        summed = np.add.reduceat(table[:, inside].astype(np.int64), starts, axis=1)
        last = row.engaged_until or period.last
        is_engaged = row.engaged_from <= period.last and last >= period.first
        if is_engaged or summed.any():
            own, given = summed[: len(OF_PERSON)], summed[len(OF_PERSON) :]
            by_work = given.reshape(-1, len(OF_WORK), len(span.cuts))
            who = Who(row.id, row.name, row.name_latin, row.kana, row.role_code)
            found.append(_Line(who, row.skills, row.works, own, by_work))
    return found


def _work(lines: Sequence[_Line], span: Span) -> Work:
    people = np.repeat(np.arange(len(lines)), [len(line.works) for line in lines])
    works = _whole([work for line in lines for work in line.works])
    minutes = np.zeros((MEASURES, len(people), len(span.cuts)), np.int64)
    if lines:
        given = np.concatenate([line.given for line in lines])
        minutes[list(OF_WORK)] = np.moveaxis(given, 1, 0)
    found = Work(people, works // BASES, works % BASES, minutes)
    return found.where(np.asarray(minutes.any(axis=(0, 2))))


def _skills(lines: Sequence[_Line]) -> Whole:
    pairs = [(n, skill) for n, line in enumerate(lines) for skill in line.skills]
    return _whole(pairs).reshape(-1, 2).T


def _whole(numbers: Sequence[int] | Sequence[tuple[int, int]]) -> Whole:
    return np.array(numbers, np.int64)
