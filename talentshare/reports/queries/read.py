"""One reading of the ledger, from which page and file are made alike."""

from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import and_, case, func

from talentshare import policy
from talentshare.catalogue.models import JobRole
from talentshare.engine import utilisation as engine
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict
from talentshare.platform.db import db
from talentshare.policy import Can
from talentshare.reports.queries.kept import kept_report
from talentshare.reports.queries.live import conditions, counted, engaged, joined, visible
from talentshare.reports.queries.report import Report
from talentshare.reports.queries.standing import counted_now
from talentshare.reports.queries.wanted import By, Wanted
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist

ROLE_GROUPINGS = frozenset({By.PERSON, By.ROLE})


def sees_people(actor: Actor) -> bool:
    """One person's rates are for that person and coordinators; an admin sees groups."""
    visible(actor)
    rights = (Can.SEE_UTILISATION_OF_ONE, Can.SEE_OWN_UTILISATION)
    return any(policy.allows(actor, right) for right in rights)


def groupings(actor: Actor) -> tuple[By, ...]:
    """By what the actor may see the figures, the usual one first."""
    if policy.allows(actor, Can.SEE_OWN_UTILISATION) and sees_people(actor):
        return (By.PERSON,)
    return tuple(By) if sees_people(actor) else tuple(by for by in By if by is not By.PERSON)


def utilisation(actor: Actor, wanted: Wanted, roles: Iterable[JobRole]) -> Report:
    """Count the days of everybody whom the actor sees and wants, as they are now or were then."""
    shows_people = sees_people(actor)
    if not shows_people:
        return _of_groups(actor, wanted, list(roles))
    return _counted(actor, wanted, roles, shows_people=True)


def _of_groups(actor: Actor, wanted: Wanted, roles: Sequence[JobRole]) -> Report:
    """What shows nobody alone: of one role only where it stands apart among all."""
    whole = wanted.without("text").without("role_code")
    report = _counted(actor, whole, roles, shows_people=False)
    if report.is_withheld:
        raise Conflict("reports.too_few", fewest=engine.FEWEST_PEOPLE)
    if not wanted.role_code:
        return report
    if wanted.by not in ROLE_GROUPINGS:
        raise Conflict("reports.role_and_grouping")
    one = report.of_role(wanted.role_code)
    if one.people and wanted.role_code not in report.apart:
        raise Conflict("reports.too_few_of_role", fewest=engine.FEWEST_PEOPLE)
    return one


def _counted(
    actor: Actor, wanted: Wanted, roles: Iterable[JobRole], *, shows_people: bool
) -> Report:
    if wanted.at is not None:
        return kept_report(actor, wanted, roles, shows_people=shows_people)
    if specialists.sees_everybody(actor):
        found = counted_now(wanted.period, wanted.unit)
    else:
        own = db.session.scalars(visible(actor).with_only_columns(Specialist.id)).all()
        found = counted(wanted.period, wanted.unit, own)
    if asked := conditions(wanted):
        chosen = joined(visible(actor)).where(*asked).with_only_columns(Specialist.id)
        found = found.chosen(np.isin(found.ids, db.session.scalars(chosen).all()))
    span, by_code = engine.span_of(wanted.period, wanted.unit), {role.code: role for role in roles}
    return Report(wanted, span, shows_people, by_code, found)


def best_removal(actor: Actor, wanted: Wanted) -> tuple[str, int]:
    """Which condition to give up for most people, and how many those are; ("", 0) when none."""
    names = [name for name in ("text", "role_code") if getattr(wanted, name)]
    if not names:
        return "", 0
    sums = [
        func.sum(
            case((and_(*conditions(wanted.without(name)), engaged(wanted.period)), 1), else_=0)
        )
        for name in names
    ]
    found = joined(visible(actor)).with_only_columns(*sums)
    counts = [n or 0 for n in db.session.execute(found).one()]
    most = max(counts)
    return (names[counts.index(most)], most) if most else ("", 0)
