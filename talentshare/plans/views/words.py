"""Runs, their proofs and what they suppose, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from talentshare.catalogue import queries as catalogue
from talentshare.kernel.actor import Actor
from talentshare.matching.queries import joined, listed
from talentshare.plans import queries
from talentshare.plans.forms import OBJECTIVES, SECONDS, SPANS, position_name
from talentshare.plans.models import PlanRun
from talentshare.plans.queries import Change, LeftOut, Result, Way
from talentshare.plans.states import RunState, ScopeKind
from talentshare.platform.formats import (
    at,
    beside,
    hours,
    in_brackets,
    is_en,
    level_text,
    named,
    span,
)
from talentshare.platform.i18n import sentence
from talentshare.specialists import queries as specialists

TENTHS = 10
THOUSAND = 1000
FEW = 3
PHASES = ("reading", "compiling", "balancing", "verifying")
TAGS = {
    RunState.QUEUED: "plain",
    RunState.RUNNING: "now",
    RunState.DONE: "ok",
    RunState.STOPPED: "care",
    RunState.INTERRUPTED: "care",
    RunState.FAILED: "stop",
}


def tenths(value: int) -> str:
    """0.4, from tenths of a percent."""
    return f"{value // TENTHS}.{value % TENTHS}"


def points(worth: int) -> str:
    """1,234: a thousand parts of fit are one point; what is begun counts."""
    return f"{-(-worth // THOUSAND):,}"


def name_of(run: PlanRun) -> str:
    return str(_("計画案%(n)s", n=run.id))


def choice_of(run: PlanRun) -> str:
    """計画案12（募集中のすべて、11月28日（土）10:00）, to be told from others."""
    return in_brackets(head_of(run), beside(scope_of(run), at(run.made_at)))


def head_of(run: PlanRun) -> str:
    """計画案12（試算）, for the head of a column."""
    return in_brackets(name_of(run), str(_("試算"))) if run.is_trial else name_of(run)


def scope_of(run: PlanRun) -> str:
    """Which positions were to be planned."""
    codes = run.scope
    if run.scope_kind is ScopeKind.ALL:
        return str(_("募集中のすべて"))
    if run.scope_kind is ScopeKind.REQUESTS:
        first = listed(codes[:FEW])
        more = len(codes) - FEW
        return str(_("%(first)s、ほか%(more)s件", first=first, more=more)) if more > 0 else first
    known: Mapping[str, Any] = (
        catalogue.role_by_code() if run.scope_kind is ScopeKind.ROLE else catalogue.theme_by_code()
    )
    return listed(named(known.get(code)) or code for code in codes)


def settings_of(run: PlanRun) -> list[dict[str, str]]:
    """How the run was ordered, as rows."""
    rows = [
        (_("計画の対象"), scope_of(run)),
        (_("目的"), str(OBJECTIVES[run.objective])),
        (_("団体ごとの最低時間"), _("できるだけ満たす") if run.has_floor else _("考えない")),
        (_("計画する期間"), str(SPANS.get(run.horizon_weeks, ""))),
        (_("計算にかける時間"), str(SECONDS.get(run.time_limit_seconds, ""))),
        (_("始まりの案"), _begun_from(run)),
        (_("作成"), beside(named(run.maker), at(run.made_at, year=True))),
    ]
    return [{"key": str(key), "value": str(value)} for key, value in rows]


def _begun_from(run: PlanRun) -> str:
    number = run.begun_from_id
    return str(_("計画案%(n)s", n=number) if number else _("なし"))


def made_by(run: PlanRun) -> list[dict[str, str]]:
    """By which versions of weights and rules the plan was made."""
    return [
        {"key": str(key), "value": _version(number)}
        for key, number in (
            (_("評価基準（候補者の配点）"), run.weights_number),
            (_("計画の基準（重みと最低時間）"), run.rules_number),
        )
        if number is not None
    ]


def _version(number: int) -> str:
    return str(_("第%(n)s版", n=number)) if number else str(_("初期値"))


def lead(result: Result) -> str:
    """To how many more bodies support goes, against today and against the plan by hand."""
    now, then, hand = result.served_today, result.served_plan, result.served_hand
    changed = _(
        "支援を受ける団体は、今の%(now)s団体から%(then)s団体になります。", now=now, then=then
    )
    texts = [
        changed
        if then != now
        else _("支援を受ける団体の数は、今の%(now)s団体のままです。", now=now)
    ]
    against = _against_hand(then - hand, result.minutes_plan - result.minutes_hand)
    if against:
        texts.append(_("手作業で組んだ場合より、%(parts)sなります。", parts=against))
    return joined(map(str, texts))


def _against_hand(bodies: int, minutes: int) -> str:
    """団体が2団体多く、時間が82時間多く: what is other than in a plan by hand."""
    parts = []
    if bodies > 0:
        parts.append(ngettext("団体が%(num)d団体多く", "団体が%(num)d団体多く", bodies))
    elif bodies:
        parts.append(ngettext("団体が%(num)d団体少なく", "団体が%(num)d団体少なく", -bodies))
    if minutes > 0:
        parts.append(_("時間が%(time)s多く", time=hours(minutes)))
    elif minutes:
        parts.append(_("時間が%(time)s少なく", time=hours(-minutes)))
    return (", " if is_en() else "、").join(map(str, parts))


def proof(result: Result) -> str:
    """How good the plan is proven to be; the caveat stands beside it."""
    if not result.is_verified or result.gap_tenths is None:
        return sentence("plan.proof.none")
    if result.gap_tenths == 0:
        return sentence("plan.proof.best")
    return sentence("plan.proof.within", gap=tenths(result.gap_tenths))


def short_proof(run: PlanRun) -> str:
    """The same in a few words, for the list; nothing where there is no proof."""
    gap = run.told.get("gap_tenths") if run.is_verified else None
    if gap is None:
        return ""
    return sentence("plan.short.within", gap=tenths(gap)) if gap else sentence("plan.short.best")


def price(result: Result) -> str:
    """What it costs in total that bodies come first."""
    if result.price is None:
        return ""
    least, most = result.price
    if most == 0:
        return sentence("plan.price.nothing")
    return sentence("plan.price.some", range=span(tenths(least), tenths(most)))


def progress(run: PlanRun) -> dict[str, Any]:
    """How far the run has come: what the page shows, and what the script asks for."""
    state, way = queries.state_now(run), queries.way_of(run)
    found: dict[str, Any] = {
        "ended": state not in {RunState.QUEUED, RunState.RUNNING},
        "words": _progress_words(run, state, way),
        "best": "" if way.value is None else points(way.value),
        "bound": "" if way.bound is None else points(way.bound),
        "gap": _gap(way.value, way.bound),
    }
    return found | _lines(way.steps, 0 if found["ended"] else run.time_limit_seconds)


def _progress_words(run: PlanRun, state: RunState, way: Way) -> str:
    if run.stop_asked_at is not None and state is RunState.RUNNING:
        return sentence("plan.progress.stopping")
    if state is RunState.QUEUED:
        ahead = queries.ahead_of(run)
        return (
            ngettext(
                "順番を待っています。前に%(num)d件あります。",
                "順番を待っています。前に%(num)d件あります。",
                ahead,
            )
            if ahead
            else sentence("plan.progress.next")
        )
    if way.phase in PHASES:
        return sentence(f"plan.progress.{way.phase}")
    return sentence("plan.progress.first" if way.value is None else "plan.progress.better")


def _gap(value: int | None, bound: int | None) -> str:
    """At most so much better could another plan be, as far as is known now."""
    if not value or bound is None:
        return ""
    gap = max(0, -((value - bound) * THOUSAND // value))
    return sentence("plan.progress.gap", gap=tenths(gap))


WIDTH, HEIGHT, EDGE = 320, 120, 6


def _lines(steps: Any, limit: int) -> dict[str, str]:
    """The best so far and the bound over the time, as points of a drawing."""
    values = [v for _s, value, bound in steps for v in (value, bound) if v is not None]
    low, high = (min(values), max(values)) if values else (0, 0)
    last = max([limit, *(step[0] for step in steps)]) or 1

    def point(seconds: float, value: int) -> str:
        across = seconds / last * WIDTH
        up = (value - low) / (high - low) if high > low else 0.5
        return f"{across:.1f},{HEIGHT - EDGE - up * (HEIGHT - 2 * EDGE):.1f}"

    return {
        "best_line": " ".join(point(s, value) for s, value, _b in steps if value is not None),
        "bound_line": " ".join(point(s, bound) for s, _v, bound in steps if bound is not None),
    }


def figure(name: str, *values: int) -> list[str]:
    """A figure of plans side by side: its name, and each value with its unit."""
    said = {
        "served_plan": lambda n: _("%(n)s団体", n=n),
        "rows": lambda n: _("%(n)s件", n=n),
        "minutes_plan": hours,
        "value": points,
    }[name]
    return [sentence(f"plan.figure.{name}"), *(str(said(value)) for value in values)]


def left_out(one: LeftOut) -> str:
    """Why a position stays without anybody."""
    if one.reason == "outbid" and one.by:
        by = listed(position_name(position) for position in one.by)
        return sentence("plan.left.outbid_by", by=by)
    return sentence(f"plan.left.{one.reason}")


def loss(one: LeftOut) -> str:
    """What serving it would cost, for 詳しく."""
    if one.least is None or one.most is None or one.least < 0:  # where bodies count before points
        return ""
    if one.least == one.most:
        return sentence("plan.loss.exact", loss=points(one.most))
    return sentence("plan.loss.range", range=span(points(one.least), points(one.most)))


def changes(one: LeftOut) -> list[str]:
    """With each of these alone it could be served while the plan stays."""
    return [_change(change) for change in one.changes]


def _change(change: Change) -> str:
    details: dict[str, Any] = {
        "name": named(change.specialist.person) if change.specialist else "",
        "time": hours(change.minutes),
        "weeks": change.weeks,
        "count": change.count,
    }
    wanted = {
        "hours": ("name", "time"),
        "fewer_hours": ("time",),
        "bodies": ("count", "name"),
        "start": ("weeks",),
        "eligible": ("count",),
    }[change.kind]
    return sentence(f"plan.change.{change.kind}", **{name: details[name] for name in wanted})


def supposed_of(actor: Actor, run: PlanRun) -> list[str]:
    """What a trial supposes, one sentence each."""
    return list(_supposed(actor, run.what_if)) if run.is_trial else []


def _supposed(actor: Actor, what: Mapping[str, Any]) -> Iterator[str]:
    for number in what.get("without", ()):
        yield sentence("plan.suppose.without", name=_person(actor, number))
    for number, minutes in what.get("hours", {}).items():
        code = "plan.suppose.more" if minutes > 0 else "plan.suppose.less"
        yield sentence(code, name=_person(actor, int(number)), time=hours(abs(minutes)))
    numbers = [int(n) for name in ("weights", "relaxed") for n in what.get(name, {})]
    names = {str(p.id): position_name(p) for p in queries.positions_of(actor, numbers).values()}
    for number, weight in what.get("weights", {}).items():
        yield sentence("plan.suppose.weight", position=names[number], weight=weight)
    skills, levels = catalogue.skill_names(), catalogue.level_by_number()
    for number, asked in what.get("relaxed", {}).items():
        for code, level in asked.items():
            where, skill = names[number], named(skills.get(code)) or code
            if level:
                text = level_text(levels[level])
                yield sentence("plan.suppose.level", position=where, skill=skill, level_name=text)
            else:
                yield sentence("plan.suppose.no_skill", position=where, skill=skill)
    roles = catalogue.role_by_code()
    for added in what.get("added", ()):
        role, time = named(roles.get(added["role"])), hours(added["minutes_per_week"])
        yield sentence("plan.suppose.added", role=role, time=time)


def _person(actor: Actor, specialist_id: int) -> str:
    return named(specialists.find(actor, specialist_id).person)
