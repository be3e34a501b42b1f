"""The fictional Tokyo: the same each time, linked, plausible, and nobody's real name."""

import re
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

import pytest

from talentshare.demo.names import FAMILY, GIVEN, combinations, name_of, parsed, romanised
from talentshare.demo.sizes import POSITIONS_UNDER_WAY, REQUESTS_BEFORE_SEARCH, SIZES
from talentshare.demo.world import build_world
from talentshare.demo.world.bodies import power_three_fifths
from talentshare.demo.world.companies import NAMES, NEAR_NAMES, company_of
from talentshare.demo.world.facts import rows
from talentshare.demo.world.specialists import FORMS
from talentshare.demo.world.supply import can_be_at, office_minutes, week_minutes

AS_OF = date(2026, 11, 23)
KATAKANA = re.compile(r"[ァ-ヺー]+ [ァ-ヺー]+")


@pytest.fixture(scope="module")
def world():
    return build_world("tokyo", 1, AS_OF)


def positions(world):
    return [(need, one) for need in world.talent_requests for one in need.positions]


def by_name(world):
    return {one.person.sign_in_name: one for one in world.specialists}


# -- the same each time ---------------------------------------------------------------------


def test_same_seed_and_date_give_the_same_world(world):
    assert build_world("tokyo", 1, AS_OF) == world


def test_another_seed_or_date_gives_another(world):
    assert build_world("tokyo", 2, AS_OF).specialists != world.specialists
    assert build_world("tokyo", 1, date(2026, 11, 24)).talent_requests != world.talent_requests


def test_another_process_with_another_hash_seed_makes_the_same():
    code = "import sys; from datetime import date; from talentshare.demo.world import build_world; print(build_world('tokyo', 1, date(2026, 11, 23)))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


def test_weights_of_bodies_are_the_whole_part_of_population_to_the_power_three_fifths():
    for population in (0, 1, 31, 32, 170, 2069, 67_049, 916_208):
        root = power_three_fifths(population)
        assert root**5 <= population**3 < (root + 1) ** 5


def test_names_do_not_come_back_within_a_seed():
    names = {name_of(number, 5).name_ja for number in range(combinations())}
    assert len(names) == combinations()


# -- counts ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tokyo", "full"])
def test_counts(name):
    made, size = build_world(name, 1, AS_OF), SIZES[name]
    assert len(made.bodies) == size.bodies == 95
    assert len(made.specialists) == size.specialists
    assert len(positions(made)) == size.positions
    assert Counter(r for p in made.people for r in p.roles)["coordinator"] == size.coordinators


def test_japan_has_invented_bodies_and_all_its_counts():
    made = build_world("japan", 1, AS_OF)
    invented = [body for body in made.bodies if body.code.startswith("kaku")]
    assert (len(made.bodies), len(invented)) == (1788, 1693)
    assert all(body.name_ja.startswith("架空") for body in invented)
    assert len({body.name_ja for body in invented}) == len(invented)
    assert (len(made.specialists), len(positions(made))) == (10_000, 15_000)
    targets = Counter(one.proposal_target for _, one in positions(made))
    assert targets["confirmed"] == 1_000
    people = [*made.people, *(one.person for one in made.specialists)]
    assert len({person.name_ja for person in people}) == len(people)


def test_each_state_and_each_target_occurs_as_often_as_the_size_says(world):
    states = Counter(need.target_state for need in world.talent_requests)
    targets = Counter(
        one.proposal_target for need, one in positions(world) if need.target_state == "open"
    )
    assert states == {**REQUESTS_BEFORE_SEARCH, "open": states["open"]}
    assert targets == {**POSITIONS_UNDER_WAY, "confirmed": SIZES["tokyo"].confirmed}


def test_every_form_of_engagement_and_every_formality_gone_wrong_occurs(world):
    assert {one.engagement_form for one in world.specialists} == set(FORMS)
    assert {code for one in world.specialists for code in one.legal_bases} == {
        row["basis_code"] for row in rows("legal_bases")
    }
    assert any(one.pledged_on is None for one in world.specialists)
    assert any((AS_OF - one.declared_on).days > 366 for one in world.specialists)
    assert any(one.pause_until for one in world.specialists)
    assert any(leave.is_late for one in world.specialists for leave in one.leaves)
    assert any(len(one.patterns) > 1 for one in world.specialists)


def test_kinds_are_project_and_standing_and_islands_and_bureaus_ask_too(world):
    bodies = {body.code: body for body in world.bodies}
    assert {need.kind for need in world.talent_requests} == {"project", "standing"}
    assert any(bodies[need.body_code].is_island for need in world.talent_requests)
    assert any(bodies[need.body_code].kind == "bureau" for need in world.talent_requests)
    assert any(len(need.positions) > 1 for need in world.talent_requests)


# -- links ----------------------------------------------------------------------------------


def test_every_code_exists_in_the_catalogue(world):
    def keys(name, key):
        return {row[key] for row in rows(name)}

    bodies = {body.code for body in world.bodies}
    assert bodies == keys("municipalities", "lg_code") | keys("bureaus", "bureau_id") | {"govtech"}
    assert {body.kind for body in world.bodies} <= keys("body_kinds", "kind")
    skills, roles = keys("skills", "skill_id"), keys("roles", "role_id")
    for one in world.specialists:
        assert {skill.skill_id for skill in one.skills} <= skills
        assert set(one.role_ids) <= roles
    for need, one in positions(world):
        assert need.body_code in bodies
        assert need.theme_code in keys("themes", "theme_code")
        assert need.phase_id in keys("phases", "phase_id")
        assert need.template_id in keys("request_templates", "template_id")
        assert set(need.legal_bases) <= keys("legal_bases", "basis_code")
        assert {skill.skill_id for skill in one.skills} <= skills
        assert one.role_id in roles


def test_sign_in_names_are_unique_and_every_reference_is_to_one(world):
    people = [*world.people, *(one.person for one in world.specialists)]
    names = [person.sign_in_name for person in people]
    assert len(set(names)) == len(names)
    assert {
        "tantou.machida",
        "kachou.machida",
        "chousei1",
        "chousei2",
        "kanri",
        "senmon001",
    } <= set(names)
    assert {name for _, name in world.showcase} <= set(names)
    role_of = {person.sign_in_name: person.roles for person in people}
    for need, one in positions(world):
        assert role_of[need.officer] == ("officer",)
        assert need.coordinator is None or role_of[need.coordinator] == ("coordinator",)
        assert one.chosen is None or role_of[one.chosen] == ("specialist",)


def test_the_two_toshimas_do_not_share_a_name(world):
    short = {body.name_ja: body.short_name for body in world.bodies}
    assert (short["豊島区"], short["利島村"]) == ("toshima", "toshima-village")
    assert len(set(short.values())) == len(short)


def test_only_bodies_that_endorse_have_a_manager_and_endorsed_needs(world):
    endorsing = {body.code for body in world.bodies if body.requires_endorsement}
    managed = {person.body_code for person in world.people if "manager" in person.roles}
    endorsed = {need.body_code for need in world.talent_requests if need.target_state == "endorsed"}
    assert endorsed <= managed <= endorsing


# -- names ----------------------------------------------------------------------------------


def test_readings_are_katakana_and_latin_is_plain(world):
    for person in [*world.people, *(one.person for one in world.specialists)]:
        assert KATAKANA.fullmatch(person.name_kana), person
        assert re.fullmatch(r"[A-Z][a-z']+ [A-Z][a-z']+", person.name_latin), person
        assert person.email.endswith(".example")


@pytest.mark.parametrize(
    ("reading", "latin"),
    [
        ("サトウ", "Sato"),
        ("オオノ", "Ono"),
        ("イノ'ウエ", "Inoue"),
        ("マツ'ウラ", "Matsuura"),
        ("リョウ", "Ryo"),
        ("ジュンイチ", "Jun'ichi"),
        ("ハットリ", "Hattori"),
        ("ホンマ", "Honma"),
        ("オオウチ", "Ouchi"),
    ],
)
def test_romanised(reading, latin):
    assert romanised(reading) == latin


def test_name_lists_are_large_and_hold_the_variants():
    families = {written for written, _ in parsed(FAMILY)}
    assert len(families) == len(parsed(FAMILY)) >= 150
    assert len({written for written, _ in parsed(GIVEN)}) == len(parsed(GIVEN)) >= 150
    assert {"髙橋", "渡邉", "渡邊", "山﨑", "川﨑", "齋藤", "田邊", "濵田", "𠮷田"} <= families
    assert combinations() > SIZES["japan"].specialists + 4000


def test_companies_are_the_invented_ones_in_whatever_spelling(world):
    written = [tie.company_ja for one in world.specialists for tie in one.interests]
    written += [
        name
        for need in world.talent_requests
        for name in (*need.known_suppliers, *need.likely_suppliers)
    ]
    assert {company_of(name) for name in written} <= {*NAMES, *NEAR_NAMES}
    assert all(
        re.search("架空|サンプル|ダミー|例示|模擬|仮想", name) for name in (*NAMES, *NEAR_NAMES)
    )
    assert any("㈱" in name for name in written)
    assert len(set(written)) > len({company_of(name) for name in written})


# -- plausible ------------------------------------------------------------------------------


def test_skills_are_heavy_tailed_and_about_seventy_percent_verified(world):
    counts = sorted(len(one.skills) for one in world.specialists)
    assert counts[0] >= 3
    assert counts[-1] <= 45
    assert mean(counts[-len(counts) // 10 :]) >= 2 * median(counts)
    skills = [skill for one in world.specialists for skill in one.skills]
    assert 0.65 < mean(skill.verified_on is not None for skill in skills) < 0.75
    assert {skill.level for skill in skills} == {1, 2, 3, 4}
    assert all(
        skill.evidence_ja.endswith("。") and "{" not in skill.evidence_ja for skill in skills
    )


def test_windows_do_not_overlap_and_side_jobs_are_capped(world):
    for one in world.specialists:
        assert (one.month_cap_minutes is not None) == (one.engagement_form == "side_job")
        assert week_minutes(one) > 0
        for pattern in one.patterns:
            for day in range(7):
                windows = sorted(
                    (w.start_minute, w.end_minute) for w in pattern.windows if w.weekday == day
                )
                assert all(start < end for start, end in windows)
                assert all(a[1] <= b[0] for a, b in pairwise(windows))


def test_leaves_of_a_person_do_not_overlap(world):
    for one in world.specialists:
        spans = sorted((leave.first_on, leave.last_on) for leave in one.leaves)
        assert all(a[1] < b[0] for a, b in pairwise(spans)), spans


def test_history_is_in_order(world):
    for need, one in positions(world):
        assert (need.submitted_on is None) == (need.target_state == "draft")
        if one.last_move_on:
            assert need.submitted_on < one.last_move_on <= AS_OF
            assert one.last_move_on.weekday() < 5
        if one.proposal_target == "confirmed":
            assert one.decision.decided_on == one.last_move_on < one.earliest_start_on
        else:
            assert one.decision is None


def test_whoever_is_chosen_meets_the_musts(world):
    pool, bodies = by_name(world), {body.code: body for body in world.bodies}
    chosen = [(need, one, pool[one.chosen]) for need, one in positions(world) if one.chosen]
    assert len(chosen) > 90
    for need, one, who in chosen:
        levels = {skill.skill_id: skill.level for skill in who.skills}
        assert one.role_id in who.role_ids
        assert all(
            levels[skill.skill_id] >= skill.min_level for skill in one.skills if skill.is_must
        )
        assert set(need.legal_bases) & set(who.legal_bases)
        assert can_be_at(who, bodies[need.body_code], need.place)
        assert who.engaged_from <= one.earliest_start_on
        assert one.earliest_start_on + timedelta(weeks=one.weeks, days=-1) <= who.engaged_until
        ties = {company_of(tie.company_ja) for tie in who.interests}
        assert not ties & {
            company_of(name) for name in (*need.known_suppliers, *need.likely_suppliers)
        }


def test_nobody_is_chosen_for_more_than_a_week_holds(world):
    minutes, office, bodies = Counter(), Counter(), {}
    for need, one in positions(world):
        minutes[one.chosen] += one.minutes_per_week
        office[one.chosen] += one.office_minutes_per_week
        bodies.setdefault(one.chosen, set()).add(need.body_code)
    for name, who in by_name(world).items():
        assert minutes[name] <= week_minutes(who)
        assert office[name] <= office_minutes(who)
        assert len(bodies.get(name, ())) <= who.max_bodies


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planned_utilisation_of_the_coming_month_is_healthy(seed):
    made = build_world("tokyo", seed, AS_OF)
    given = 0
    for _, one in positions(made):
        if one.chosen and one.proposal_target == "confirmed":
            runs = one.earliest_start_on <= AS_OF + timedelta(weeks=3)
            still = one.earliest_start_on + timedelta(weeks=one.weeks) >= AS_OF
            given += one.minutes_per_week * (runs and still)
    assert 0.5 <= given / sum(week_minutes(one) for one in made.specialists) <= 0.75


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_somebody_with_running_work_tells_late_of_a_leave(seed):
    made = build_world("tokyo", seed, AS_OF)
    busy = {
        one.chosen
        for _, one in positions(made)
        if one.proposal_target == "confirmed" and one.earliest_start_on <= AS_OF
    }
    late = {
        who.person.sign_in_name
        for who in made.specialists
        if any(leave.is_late for leave in who.leaves)
    }
    assert busy & late


def test_conflicts_of_interest_occur_among_people_of_the_right_role(world):
    clashes = [
        (need.number, who.person.sign_in_name)
        for need, one in positions(world)
        for who in world.specialists
        if one.role_id in who.role_ids
        and {company_of(tie.company_ja) for tie in who.interests}
        & {company_of(name) for name in need.known_suppliers}
    ]
    assert len(clashes) > 10


def test_reasons_stand_where_a_state_asks_for_one(world):
    for need in world.talent_requests:
        assert bool(need.reason_ja) == (
            need.target_state in {"returned", "on_hold", "withdrawn", "unmet"}
        )


def test_titles_and_descriptions_vary(world):
    assert len({need.title_ja for need in world.talent_requests}) > 45
    assert len({need.description_ja for need in world.talent_requests}) > 100
    asked = [(need.body_code, need.template_id) for need in world.talent_requests]
    assert len(set(asked)) == len(asked)
    bodies = {body.code: body for body in world.bodies}
    for need in world.talent_requests:
        if bodies[need.body_code].kind != "city":
            assert "副市長" not in need.description_ja


def test_the_showcase_body_has_something_in_each_hand(world):
    mine = [(need, one) for need, one in positions(world) if need.body_code == "132098"]
    assert {"draft", "submitted", "returned", "open"} <= {need.target_state for need, _ in mine}
    assert {"proposed", "offered", "confirmed"} <= {one.proposal_target for _, one in mine}
