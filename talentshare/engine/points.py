"""What prefers one candidate to another, for all candidates at once: compiled.

Shapes: c candidates, k skills asked for, n marks. `rules` is the definition; tests compare. What a
rule counts is passed in as a `Scale`, so that compiled code that was kept cannot be out of date.
"""

from typing import NamedTuple

import numpy as np

from talentshare.engine import rules
from talentshare.engine.compiled import compiled
from talentshare.engine.problem import Ints
from talentshare.engine.standing import Asked, Profile, still
from talentshare.engine.starts import Calendar, Marks, Weeks, judge

KINDS = tuple(rules.PREFER)
SKILL, EVIDENCE, FREE_TIME, EXPERIENCE, BALANCE, FAIRNESS = range(len(KINDS))
WHOLE_LOAD, PER_POINT = 1000, 10


class Scale(NamedTuple):
    """The constants of `rules`."""

    full: int = rules.FULL
    skill_met: int = rules.SKILL_MET
    skill_above: int = rules.SKILL_ABOVE
    claimed_only: int = rules.CLAIMED_ONLY
    body_step: int = rules.BODY_STEP
    theme_step: int = rules.THEME_STEP
    most_times: int = rules.MOST_TIMES
    served_plenty: int = rules.SERVED_PLENTY


class Past(NamedTuple):
    """Marks of engagements with the body and with the theme; of all people load and minutes."""

    body: Marks
    theme: Marks
    load_permille: Ints
    served_minutes: Ints


class Side(NamedTuple):
    """A need beside a pool: what is asked, in which weeks of the people's, and what is known."""

    asked: Weeks
    people: Calendar
    serving: Marks
    terms: Asked
    profile: Profile
    past: Past


@compiled
def of_abilities(scale: Scale, ask: Asked, of: Profile, who: Ints, points: Ints) -> None:
    """Write the points, 0 to 100, for skills and their evidence; `who` (c) are columns."""
    worth = ask.worth.sum()
    points[SKILL], points[EVIDENCE] = scale.full, scale.full
    for i in range(len(who) if worth else 0):
        skill, evidence = 0, 0
        for k in range(len(ask.rows)):
            verified, claimed, level = 0, 0, int(ask.levels[k])
            if ask.rows[k] >= 0:
                verified = int(of.verified[ask.rows[k], who[i]])
                claimed = int(of.claimed[ask.rows[k], who[i]])
            skill += ask.worth[k] * _held(scale, max(verified, claimed), level)
            if verified >= level:
                evidence += ask.worth[k] * scale.full
            elif claimed >= level:
                evidence += ask.worth[k] * scale.claimed_only
        points[SKILL, i], points[EVIDENCE, i] = skill // worth, evidence // worth


@compiled
def _held(scale: Scale, held: int, needed: int) -> int:
    if held < needed:
        return scale.skill_met * held // needed
    return min(scale.full, scale.skill_met + scale.skill_above * (held - needed))


@compiled
def of_time(full: int, ask: Weeks, of: Calendar, chosen: tuple[Ints, Ints], points: Ints) -> None:
    """Write the points for free time; `chosen`: columns and the start of each."""
    who, starts = chosen
    for i in range(len(who)):
        spare, total = 0, 0
        for week in range(starts[i], starts[i] + ask.length):
            minutes = int(ask.minutes[week, 0])
            if not of.on_leave[week, who[i]] & ask.is_open[week]:
                spare += min(max(int(of.total[week, who[i]]) - minutes, 0), minutes)
                total += minutes
        points[FREE_TIME, i] = full * spare // max(1, total)


@compiled
def of_past(scale: Scale, of: Past, who: Ints, points: Ints) -> None:
    """Write the points for experience, balance and fairness; `who` in order."""
    points[EXPERIENCE] = 0
    _experience(of.body, scale.body_step, scale.most_times, who, points[EXPERIENCE])
    _experience(of.theme, scale.theme_step, scale.most_times, who, points[EXPERIENCE])
    for i in range(len(who)):
        points[BALANCE, i] = (WHOLE_LOAD - min(WHOLE_LOAD, of.load_permille[who[i]])) // PER_POINT
        left = max(0, scale.served_plenty - of.served_minutes[who[i]])
        points[FAIRNESS, i] = scale.full * left // scale.served_plenty


@compiled
def _experience(marks: Marks, step: int, most: int, who: Ints, points: Ints) -> None:
    """Walk through candidates and marks side by side: both are in the order of columns."""
    at = 0
    for i in range(len(who)):
        while at < len(marks.columns) and marks.columns[at] < who[i]:
            at += 1
        if at < len(marks.columns) and marks.columns[at] == who[i]:
            points[i] += step * min(most, marks.values[at])


# What follows is called from outside and by no compiled function: what is loaded from where it was
# kept cannot be both.


@compiled
def whole(
    side: Side, scale: Scale, weights: Ints
) -> tuple[tuple[Ints, Ints, Ints, Ints], Ints, Ints, Ints]:
    """Judge everybody and weigh whoever breaks no rule.

    `weights` int64, in the order of KINDS. Returns what `starts.judge` returns; the masks of all
    broken rules at the best start, uint16 (p,); columns of the candidates (c,); their points ×
    weight, int64 (6, c).
    """
    judged = judge(side.asked, side.people, side.serving)
    masks = still(side.terms, side.profile)
    for i in range(len(masks)):
        masks[i] |= judged[2][i]
    who = np.flatnonzero(masks == 0)
    parts = np.empty((len(weights), len(who)), np.int64)
    of_abilities(scale, side.terms, side.profile, who, parts)
    of_time(scale.full, side.asked, side.people, (who, judged[0][who]), parts)
    of_past(scale, side.past, who, parts)
    for kind in range(len(weights)):
        parts[kind] *= weights[kind]
    return judged, masks, who, parts


@compiled
def by_start(side: Side) -> tuple[Ints, Ints, Ints, Ints]:
    """Judge everybody by the rules that move with the start: see `starts.judge`."""
    return judge(side.asked, side.people, side.serving)


@compiled
def standing_alone(terms: Asked, profile: Profile) -> Ints:
    """Judge everybody by the rules that do not depend on the start: see `standing.still`."""
    return still(terms, profile)
