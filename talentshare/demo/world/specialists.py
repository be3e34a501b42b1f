"""The pool of fictional specialists."""

from collections.abc import Mapping
from datetime import date
from random import Random

from talentshare.demo.names import name_of
from talentshare.demo.world import skills, time_of
from talentshare.demo.world.companies import NAMES, NEAR_NAMES, spelled
from talentshare.demo.world.draw import chance, days_before, one_of, several, stream, weighted
from talentshare.demo.world.facts import rows, skill_names
from talentshare.demo.world.people import GOVTECH
from talentshare.demo.world.shapes import (
    DemoInterest,
    DemoLeave,
    DemoPerson,
    DemoSkill,
    DemoSpecialist,
)
from talentshare.kernel.weeks import fiscal_year, fiscal_year_end

FORMS: Mapping[str, int] = {"govtech_staff": 52, "side_job": 14, "company": 17, "ict_post": 17}
# In the proportion of the hours that the templates ask for.
ROLES: Mapping[str, int] = {"PM": 22, "SA": 18, "UX": 14, "AP": 21, "IN": 14, "SE": 11}
SECOND_ROLES: Mapping[str, tuple[str, ...]] = {
    "PM": ("SA", "UX"),
    "SA": ("PM", "AP", "IN"),
    "UX": ("AP", "PM"),
    "AP": ("SA", "UX"),
    "IN": ("SE", "SA"),
    "SE": ("IN", "SA"),
}
STALE_DECLARATION_PERCENT = 5
MISSING_PLEDGE_PERCENT = 4
PAUSED_PERCENT = 4
LATE_LEAVE_PERCENT = 4
_GROUPS = (
    "区市町村DX協働グループ",
    "開発支援グループ",
    "デジタル基盤グループ",
    "データ・AIグループ",
)
_AREAS = ("区部", "市部", "町村部")


def specialists(count: int, seed: int, as_of: date) -> tuple[DemoSpecialist, ...]:
    """Numbers 1 to `count`; the first is in good order, so that a visitor can start with it."""
    width = max(3, len(str(count)))
    return tuple(
        _specialist(number, f"senmon{number:0{width}d}", seed, as_of)
        for number in range(1, count + 1)
    )


def _specialist(number: int, sign_in_name: str, seed: int, as_of: date) -> DemoSpecialist:
    rng = stream(seed, "specialist", number)
    form = "govtech_staff" if number == 1 else weighted(rng, FORMS)
    role_ids = _roles(rng)
    employer = one_of(rng, NAMES) if form == "company" else None
    engaged = time_of.engagement(rng, as_of)
    claimed = skills.skills_of(rng, role_ids, as_of)
    formal = _Formalities(stream(seed, "formal", number), as_of, is_perfect=number == 1)
    pause_from, pause_until = formal.pause()
    time = time_of.patterns(rng, form, engaged, 40 if number == 1 else 0)
    online_ok, onsite_ok, islands_ok, areas = _places(rng, form)
    return DemoSpecialist(
        person=_person(sign_in_name, form, number, seed),
        engagement_form=form,
        legal_bases=_legal_bases(rng, form),
        employer_ja=employer,
        home_contact_ja=_home_contact(rng, form, employer),
        side_job_permit_until=fiscal_year_end(fiscal_year(as_of)) if form == "side_job" else None,
        engaged_from=engaged[0],
        engaged_until=engaged[1],
        role_ids=role_ids,
        skills=claimed,
        summary_ja=_summary(role_ids, claimed),
        patterns=time,
        month_cap_minutes=time_of.month_cap_minutes(rng, form, time),
        leaves=formal.leaves(),
        pause_from=pause_from,
        pause_until=pause_until,
        max_bodies=one_of(rng, (1, 2) if form == "side_job" else (2, 3, 3, 4)),
        online_ok=online_ok,
        onsite_ok=onsite_ok,
        islands_ok=islands_ok,
        areas_ja=areas,
        declared_on=formal.declared_on(),
        interests=_interests(rng, form, employer),
        pledged_on=formal.pledged_on(),
    )


class _Formalities:
    """Declaration, pledge, pause and leaves: mostly in order, and rarely not."""

    def __init__(self, rng: Random, as_of: date, *, is_perfect: bool) -> None:
        self._rng, self._as_of, self._is_perfect = rng, as_of, is_perfect

    def _rarely(self, percent: int) -> bool:
        return chance(self._rng, percent) and not self._is_perfect

    def declared_on(self) -> date:
        stale = self._rarely(STALE_DECLARATION_PERCENT)
        days = self._rng.randrange(380, 500) if stale else self._rng.randrange(190, 340)
        return days_before(self._as_of, days)

    def pledged_on(self) -> date | None:
        missing = self._rarely(MISSING_PLEDGE_PERCENT)
        return None if missing else days_before(self._as_of, self._rng.randrange(190, 340))

    def pause(self) -> tuple[date, date] | tuple[None, None]:
        return (
            time_of.pause(self._rng, self._as_of) if self._rarely(PAUSED_PERCENT) else (None, None)
        )

    def leaves(self) -> tuple[DemoLeave, ...]:
        planned = time_of.leaves(self._rng, self._as_of)
        if not self._rarely(LATE_LEAVE_PERCENT):
            return planned
        late = time_of.late_leave(self._rng, self._as_of)
        apart = (at for at in planned if at.last_on < late.first_on or at.first_on > late.last_on)
        return (*apart, late)


def _roles(rng: Random) -> tuple[str, ...]:
    primary = weighted(rng, ROLES)
    return (primary, one_of(rng, SECOND_ROLES[primary])) if chance(rng, 40) else (primary,)


def _person(sign_in_name: str, form: str, number: int, seed: int) -> DemoPerson:
    name = name_of(number, seed)
    title = {"govtech_staff": "職員", "ict_post": "ICT職"}.get(form, "登録専門人材")
    return DemoPerson(
        sign_in_name=sign_in_name,
        name_ja=name.name_ja,
        name_kana=name.name_kana,
        name_latin=name.name_latin,
        email=f"{sign_in_name}@talent.example",
        roles=("specialist",),
        body_code=GOVTECH,
        section_ja=_GROUPS[number % len(_GROUPS)] if form == "govtech_staff" else "",
        title_ja=title,
    )


def _legal_bases(rng: Random, form: str) -> tuple[str, ...]:
    if form == "company":
        return ("contract",)
    if form == "side_job":
        extra = ("introduction",) if chance(rng, 40) else ()
        return ("agreement", "appointment", *extra)
    return ("agreement",)


def _home_contact(rng: Random, form: str, employer: str | None) -> str:
    if form == "company":
        return f"{employer} 業務責任者"
    if form == "ict_post":
        bureaus = [row["name_ja"] for row in rows("bureaus") if row["kind_ja"] == "知事部局"]
        return f"{one_of(rng, bureaus)} 所属長"
    return f"GovTech東京 {one_of(rng, _GROUPS)} グループ長"


def _places(rng: Random, form: str) -> tuple[bool, bool, bool, tuple[str, ...]]:
    onsite = chance(rng, 45 if form == "side_job" else 88)
    if not onsite:
        return True, False, False, ()
    areas = several(rng, {"区部": 10, "市部": 8, "町村部": 3}, one_of(rng, (1, 2, 2, 3)))
    islands = chance(rng, 22)
    chosen = tuple(area for area in _AREAS if area in areas)
    return chance(rng, 95), True, islands, (*chosen, *(("島しょ",) if islands else ()))


def _interests(rng: Random, form: str, employer: str | None) -> tuple[DemoInterest, ...]:
    found = {employer: "employer"} if employer else {}
    if form == "side_job":
        found[one_of(rng, NAMES)] = "employer"
    count = one_of(rng, (0, 0, 0, 1, 1, 2, 3))
    for name in rng.sample((*NAMES, *NEAR_NAMES), count):
        found.setdefault(name, weighted(rng, {"client": 6, "shares": 2, "family": 1}))
    return tuple(DemoInterest(spelled(rng, name), tie) for name, tie in found.items())


def _summary(role_ids: tuple[str, ...], claimed: tuple[DemoSkill, ...]) -> str:
    roles = {row["role_id"]: row["name_ja"] for row in rows("roles")}
    best = sorted(claimed, key=lambda skill: (-skill.level, skill.skill_id))[:2]
    strong = "と".join(f"「{skill_names()[skill.skill_id]}」" for skill in best)
    return f"{roles[role_ids[0]]}として、{strong}を中心に支援しています。"
