"""Why somebody is a candidate or not, as codes with details; `translations` hold the sentences.

Details are plain values: `*_minutes` int, `*_on` date, `months` tuple of first days of months,
`skill`, `role`, `rule` codes of the catalogue; the edge formats them for the reader.
Minutes are told in the steps in which they are asked for: free time rounded down, missing time up.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import starmap
from typing import Any

import numpy as np

from talentshare.engine import columns
from talentshare.engine.changes import Changes
from talentshare.engine.problem import Bools, Need, Place, Pool, SkillNeed
from talentshare.engine.rank import Candidate, Ranking
from talentshare.engine.rules import MUST, names_of
from talentshare.engine.week import STEP
from talentshare.kernel.weeks import month_of_week

OK, CARE = "ok", "care"


@dataclass(frozen=True)
class Reason:
    """One sentence: `kind` is ok or care (look at it); `rule` the MUST rule of an exclusion."""

    code: str
    details: Mapping[str, Any] = field(default_factory=dict)
    kind: str = OK
    rule: str = ""


def reasons(ranking: Ranking, candidate: Candidate) -> tuple[Reason, ...]:
    """Return why this person is a candidate, in the order in which a page shows it."""
    need, pool = ranking.need, ranking.pool
    column = ranking.column_of(candidate.person)
    held = [levels[:, column].tolist() for levels in columns.levels(need, pool)]
    asked = zip(need.skills, *held, strict=True)
    return (
        Reason("reason.all_must"),
        *(reason for reason in starmap(_skill, asked) if reason),
        *_weeks(need, candidate),
        *_experience(need, pool, column),
    )


def _skill(asked: SkillNeed, verified: int, claimed: int) -> Reason | None:
    """Say how a skill is met: what is verified first, what is only claimed with care."""
    facts = {"skill": asked.skill, "level": max(verified, claimed), "needed": asked.level}
    if not asked.level:
        return None
    if verified >= asked.level:
        above = verified > asked.level
        return Reason(
            "reason.skill_above" if above else "reason.skill_met", facts | {"level": verified}
        )
    if claimed >= asked.level:
        return Reason("reason.skill_claimed_only", facts, CARE)
    return Reason("reason.wish_below" if facts["level"] else "reason.wish_missing", facts, CARE)


def _weeks(need: Need, candidate: Candidate) -> list[Reason]:
    found, weeks = [], len(candidate.weeks) - len(candidate.skipped)
    if candidate.skipped:
        found.append(Reason("reason.other_weeks", {"weeks": weeks}))
    else:
        found.append(Reason("reason.all_weeks", {"weeks": weeks}))
    if candidate.start_on > need.first_start_on:
        found.append(Reason("reason.starts_on", {"start_on": candidate.start_on}, CARE))
    skipped = candidate.skipped
    return found + [Reason("reason.leave_skipped", {"week_on": w}, CARE) for w in skipped]


def _experience(need: Need, pool: Pool, column: int) -> list[Reason]:
    tables = (("body", need.body), ("theme", need.theme))
    counts = {name: int(pool.spread(f"{name}_experience", key)[column]) for name, key in tables}
    return [
        Reason(f"reason.experience_{n}", {"count": count}) for n, count in counts.items() if count
    ]


def facts(ranking: Ranking, candidate: Candidate) -> dict[str, Reason]:
    """Return the fact behind each part of the score, by the name of the preference."""
    need, pool = ranking.need, ranking.pool
    column = ranking.column_of(candidate.person)
    verified, claimed = (levels[:, column].tolist() for levels in columns.levels(need, pool))
    of = len(need.skills)
    met = sum(max(v, c) >= s.level for s, v, c in zip(need.skills, verified, claimed, strict=True))
    proven = sum(v >= s.level for s, v in zip(need.skills, verified, strict=True))
    counted = [week for week in candidate.weeks if not week.on_leave]
    spare = sum(max(0, week.free_minutes // STEP * STEP - week.minutes) for week in counted)
    times = {r.code.rpartition("_")[2]: r.details["count"] for r in _experience(need, pool, column)}
    return {
        "skill": Reason("fact.skill", {"count": met, "of": of}),
        "evidence": Reason("fact.evidence", {"count": proven, "of": of}),
        "free_time": Reason("fact.free_time", {"weeks": len(counted), "spare_minutes": spare}),
        "experience": Reason(
            "fact.experience", {"body": times.get("body", 0), "theme": times.get("theme", 0)}
        ),
        "balance": Reason("fact.balance", {"percent": int(pool.load_permille[column]) // 10}),
        "fairness": Reason("fact.fairness", {"served_minutes": int(pool.served_minutes[column])}),
    }


def exclusions(ranking: Ranking, person: int) -> tuple[Reason, ...]:
    """Return why this person is excluded, rule by rule, in the weeks of the best start.

    Nothing for a candidate. Errors: KeyError for whoever is not in the pool.
    """
    column = ranking.column_of(person)
    found: list[Reason] = []
    for rule in names_of(int(ranking.masks[column])):
        explain = _DETAILED.get(rule)
        reasons = explain(ranking, column) if explain else [Reason(f"exclusion.{rule}")]
        found += [Reason(r.code, r.details, CARE, rule) for r in reasons]
    return tuple(found)


def _role(ranking: Ranking, column: int) -> list[Reason]:
    return [Reason("exclusion.role", {"role": ranking.need.role})]


def _must_skills(ranking: Ranking, column: int) -> list[Reason]:
    held = np.maximum(*columns.levels(ranking.need, ranking.pool))[:, column].tolist()
    return [
        Reason(
            "exclusion.must_skills" if level else "exclusion.must_skill_missing",
            {"skill": asked.skill, "level": level, "needed": asked.level},
        )
        for asked, level in zip(ranking.need.skills, held, strict=True)
        if asked.must and level < asked.level
    ]


def _free_time(ranking: Ranking, column: int) -> list[Reason]:
    """Name the short weeks by month, apart from those beyond the ledger and in hours only."""
    span, weeks = ranking.span, ranking.weeks_of(column)
    counted = ~span.on_leave[weeks, column]
    total = (span.asked[weeks, 0] - span.free_total[weeks, column]) * counted
    inside = (span.asked_inside[weeks, 0] - span.free_inside[weeks, column]) * counted
    gap = _whole_steps(np.maximum(np.maximum(total, inside), 0).astype(np.int64))
    mondays, last_on = ranking.mondays(column), ranking.pool.week_on(ranking.pool.weeks - 1)
    beyond = np.array([monday > last_on for monday in mondays])
    found = []
    if (gap * ~beyond).any():
        code = "exclusion.free_time" if (total[~beyond] > 0).any() else "exclusion.free_time_inside"
        missing = {"missing_minutes": int(gap[~beyond].sum())}
        found.append(Reason(code, _spans(mondays, (gap > 0) & ~beyond) | missing))
    if (gap * beyond).any():
        late = int(((gap > 0) & beyond).sum())
        found.append(Reason("exclusion.free_time_beyond", {"weeks": late, "last_on": last_on}))
    return found


def _whole_steps(missing: Any) -> Any:
    """Round what is missing, week by week, up to steps: as much as has to become free."""
    return -(-missing // STEP) * STEP


def _leave_share(ranking: Ranking, column: int) -> list[Reason]:
    leave = ranking.span.on_leave[ranking.weeks_of(column), column]
    counts = {"weeks": ranking.need.weeks, "allowed": ranking.need.leave_weeks}
    return [Reason("exclusion.leave_share", counts | {"leave_weeks": int(leave.sum())})]


def _month_cap(ranking: Ranking, column: int) -> list[Reason]:
    weeks, span = ranking.weeks_of(column), ranking.span
    taken = span.asked[weeks, 0] * ~span.on_leave[weeks, column]
    over: dict[date, int] = {}
    for month in sorted(set(span.months[weeks]) & set(range(len(ranking.pool.month_left)))):
        here = np.array(span.months[weeks]) == month
        gap = int(taken[here].sum(dtype=np.int64)) - int(ranking.pool.month_left[month, column])
        if gap > 0:
            monday = ranking.mondays(column)[int(here.argmax())]
            over[month_of_week(monday)] = _whole_steps(gap)
    details = {"months": tuple(over), "missing_minutes": sum(over.values())}
    return [Reason("exclusion.month_cap", details)]


def _bodies_per_week(ranking: Ranking, column: int) -> list[Reason]:
    crowded = ranking.span.crowded[ranking.weeks_of(column), column]
    limit = {"max_bodies": int(ranking.pool.max_bodies[column])}
    return [Reason("exclusion.bodies_per_week", _spans(ranking.mondays(column), crowded) | limit)]


def _place(ranking: Ranking, column: int) -> list[Reason]:
    need, pool = ranking.need, ranking.pool
    onsite = need.place != Place.ONLINE
    broken = {
        "online": need.place != Place.ONSITE and not pool.online[column],
        "onsite": onsite and not pool.onsite[column],
        "area": onsite and bool(need.areas & ~int(pool.areas[column])),
        "island": onsite and need.island and not pool.islands[column],
    }
    return [Reason(f"exclusion.place_{name}") for name, is_so in broken.items() if is_so]


def _engaged(ranking: Ranking, column: int) -> list[Reason]:
    away = ~ranking.span.engaged[ranking.weeks_of(column), column]
    return [Reason("exclusion.engaged", _spans(ranking.mondays(column), away))]


_DETAILED = {
    "role": _role,
    "must_skills": _must_skills,
    "free_time": _free_time,
    "leave_share": _leave_share,
    "month_cap": _month_cap,
    "bodies_per_week": _bodies_per_week,
    "place": _place,
    "engaged": _engaged,
}


def _spans(mondays: list[date], chosen: Bools) -> dict[str, Any]:
    hit = [monday for monday, is_so in zip(mondays, chosen.tolist(), strict=True) if is_so]
    return {"weeks": len(hit), "months": tuple(sorted({month_of_week(monday) for monday in hit}))}


def suggestions(ranking: Ranking, changes: Changes, person: int) -> tuple[Reason, ...]:
    """Return the smallest changes that make an excluded person a candidate, the mildest first.

    Moves of the window, then fewer hours, then a lower level; where none of these helps, one
    sentence says what else would, or that no single change does.
    """
    column = ranking.column_of(person)
    found = []
    if weeks := int(changes.shift_weeks[column]):
        code = "suggestion.later" if weeks > 0 else "suggestion.earlier"
        found.append(Reason(code, _moved(ranking.need, weeks)))
    if minutes := int(changes.cut_minutes[column]):
        found.append(Reason("suggestion.cut", {"weekly_minutes": minutes}))
    if (skill := int(changes.drop_skill[column])) >= 0:
        level = int(changes.drop_level[column])
        code = "suggestion.level" if level else "suggestion.not_must"
        found.append(Reason(code, {"skill": ranking.need.skills[skill].skill, "level": level}))
    if not found and ranking.masks[column]:
        found.append(_last_resort(ranking, column))
    return tuple(found)


def _moved(need: Need, weeks: int) -> dict[str, Any]:
    """Name the day that moves with the window: its end when later, its start when earlier."""
    moved = need.moved(weeks)
    if weeks > 0:
        return {"weeks": weeks, "end_on": moved.last_end_on}
    return {"weeks": -weeks, "start_on": moved.first_start_on}


def _last_resort(ranking: Ranking, column: int) -> Reason:
    rules = names_of(int(ranking.masks[column]))
    if len(rules) > 1:
        return Reason("suggestion.several", {"rules": rules})
    if rules == ("place",) and ranking.pool.online[column]:
        return Reason("suggestion.online")
    known = rules[0] in {"pledge", "declaration", "no_conflict"}
    return Reason(f"suggestion.{rules[0]}" if known else "suggestion.none")


def most_helpful(ranking: Ranking, changes: Changes) -> Reason | None:
    """Return the change by which most of the excluded become candidates, and how many.

    Of each kind the smallest change is tried; on a tie the mildest kind. None when nothing helps.
    """
    found = [*_by_time(ranking, changes), *_by_level(ranking, changes), *_by_rule(ranking)]
    best = max(found, key=lambda reason: reason.details["people"], default=None)
    return best if best and best.details["people"] else None


def _by_time(ranking: Ranking, changes: Changes) -> list[Reason]:
    found = []
    shifts, minutes = changes.shift_weeks, int(changes.cut_minutes.max(initial=0))
    nearest = min(shifts[shifts != 0].tolist(), key=lambda k: (abs(k), -k), default=0)
    if nearest:
        code = "help.later" if nearest > 0 else "help.earlier"
        people = int((shifts == nearest).sum())
        found.append(Reason(code, _moved(ranking.need, nearest) | {"people": people}))
    if minutes:
        people = int((changes.cut_minutes == minutes).sum())
        found.append(Reason("help.cut", {"weekly_minutes": minutes, "people": people}))
    return found


def _by_level(ranking: Ranking, changes: Changes) -> list[Reason]:
    found = []
    for at, asked in enumerate(ranking.need.skills):
        levels = changes.drop_level[changes.drop_skill == at]
        if len(levels):
            level = int(levels.max())
            details = {"skill": asked.skill, "level": level, "people": int((levels == level).sum())}
            found.append(Reason("help.level" if level else "help.not_must", details))
    return found


def _by_rule(ranking: Ranking) -> list[Reason]:
    alone = {name: ranking.masks == 1 << rule.bit for name, rule in MUST.items()}
    online = alone["place"] & ranking.pool.online
    others = {name: alone[name] for name in ("pledge", "declaration", "legal_basis", "role")}
    return [
        Reason(f"help.{name}", {"people": int(people.sum())})
        for name, people in {"online": online, **others}.items()
    ]
