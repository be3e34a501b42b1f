"""A ranking on which a decision rests: what is kept, and that it says the same for ever."""

from datetime import UTC, date, datetime

import pytest
from flask_babel import force_locale

from talentshare.kernel import clock
from talentshare.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from talentshare.matching import actions, queries
from talentshare.matching.models import RankedCandidate, StoredRanking
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.platform.i18n import sentence
from talentshare.specialists.models import Declaration, DeclaredInterest
from talentshare.specialists.states import InterestRelation
from tests import make
from tests.allocations.world import take_leave
from tests.matching import world


@pytest.fixture
def actor(coordinator):
    return make.actor_of(coordinator)


@pytest.fixture
def pool(app):
    """Six people of different strength for one position, and two who do not fit."""
    must, wish = world.skills(2)
    position = world.wished(make.position(must={must: 2}), **{wish: 2})
    for n in range(6):
        world.ready(skills={must: 2 + n % 3, wish: n % 4}, max_bodies=3)
    world.ready(roles=("PM",), skills={must: 3})
    world.ready(skills={must: 1})
    return position


def first_of(position):
    return queries.ranked(position).candidates(0, 1)[0].person


def test_it_keeps_all_candidates_in_full_and_the_rest_as_masks(actor, pool):
    kept, line = actions.keep_ranking(actor, pool.id, first_of(pool))
    db.session.refresh(kept)
    assert len(kept.candidates) == 6
    assert [one.place for one in kept.candidates] == [1, 2, 3, 4, 5, 6]
    assert line == kept.candidates[0]
    assert [mask for _, mask in kept.excluded] == [1 << 5, 1 << 6]
    assert kept.need["skills"] == [[s.skill_code, s.level, s.is_must] for s in pool.skills]
    assert kept.need["basis_codes"] == ["agreement"]
    for one in kept.candidates:
        assert sum(one.parts.values()) == one.score
        assert {k: kept.weights[k] * v for k, v in one.measures.items()} == one.parts


def test_a_stored_ranking_recomputes_to_the_same_order_and_to_that_of_a_fresh_one(actor, pool):
    kept, _ = actions.keep_ranking(actor, pool.id, first_of(pool))
    fresh = [one.person for one in queries.ranked(pool).ranking.candidates]
    stored = db.session.scalars(
        db.select(RankedCandidate.specialist_id)
        .where(RankedCandidate.ranking_id == kept.id)
        .order_by(RankedCandidate.place)
    ).all()
    assert queries.recompute(kept) == list(stored) == fresh


def test_recomputing_really_uses_measures_and_weights(actor, pool):
    kept, _ = actions.keep_ranking(actor, pool.id, first_of(pool))
    before = queries.recompute(kept)
    kept.candidates[-1].measures = dict.fromkeys(kept.weights, 100)
    assert queries.recompute(kept)[0] == before[-1]
    kept.weights = dict.fromkeys(kept.weights, 0)
    assert queries.recompute(kept) == sorted(before), "ties go by id"


def test_what_happens_later_does_not_change_what_was_kept(actor, pool):
    kept, line = actions.keep_ranking(actor, pool.id, first_of(pool))
    before = queries.recompute(kept)
    world.booked(
        db.session.get(type(world.ready()), line.specialist_id), minutes=1500, weeks=range(8)
    )
    db.session.expire_all()
    assert queries.recompute(db.session.get(StoredRanking, kept.id)) == before
    assert [one.person for one in queries.ranked(pool).ranking.candidates] != before


def test_the_line_says_when_and_why(actor, pool):
    who = queries.ranked(pool).candidates(0, 1)[0].person
    _, line = actions.keep_ranking(actor, pool.id, who)
    detail = line.detail
    assert detail["start_on"] == "2026-12-07"
    assert detail["rows"][0] == ["2026-12-07", 480, 2100]
    assert [row[1] for row in detail["rows"]] == [480, 480, 480, 90]
    assert detail["leave_weeks"] == []
    assert detail["basis_codes"] == ["agreement"]
    assert detail["reasons"][0] == {"code": "reason.all_must", "details": {}, "kind": "ok"}
    assert detail["flags"] == []


def test_stored_reasons_become_sentences_again(app, actor, pool):
    _, line = actions.keep_ranking(actor, pool.id, first_of(pool))
    skill = queries.names().skills[pool.skills[0].skill_code].name_ja
    with force_locale("ja"):
        said = queries.worded_reasons(line.detail["reasons"])
    assert said[0] == ("必須条件をすべて満たしています。", "ok")
    assert said[1] == (f"{skill}はレベル4（確認済み）で、必要なレベル2を上回ります。", "ok")
    assert said[-1] == ("希望する4週のすべてで必要な時間を確保できます。", "ok")


def test_leave_weeks_are_named(app, actor):
    position = make.position(week_count=5, latest_end_on=date(2027, 1, 10))
    who = world.ready()
    take_leave(who, world.week(1), date(2026, 12, 20))
    _, line = actions.keep_ranking(actor, position.id, who.id)
    assert line.detail["leave_weeks"] == ["2026-12-14"]
    with force_locale("ja"):
        said = queries.worded_reasons(line.detail["reasons"])
    assert ("12月14日（月）の週は休暇です。この週は支援を休み、あとで補いません。", "care") in said


def test_fewer_minutes_can_make_a_candidate(actor):
    position, who = make.position(), world.ready(share=20)
    with pytest.raises(Conflict):
        actions.keep_ranking(actor, position.id, who.id)
    kept, line = actions.keep_ranking(actor, position.id, who.id, (240, None))
    assert kept.need["minutes_per_week"] == 240
    assert line.detail["rows"][0][:2] == ["2026-12-07", 240]


def test_another_start_is_taken_exactly(actor):
    position, who = make.position(), world.ready()
    _, line = actions.keep_ranking(actor, position.id, who.id, (None, date(2027, 2, 8)))
    assert line.detail["start_on"] == "2027-02-08"


def test_whoever_is_no_candidate_is_refused_with_rules_weeks_and_minutes(app, actor):
    position, who = make.position(), world.ready(share=20)
    with pytest.raises(Conflict) as refusal:
        actions.keep_ranking(actor, position.id, who.id)
    details = refusal.value.details
    assert refusal.value.code == "matching.not_a_candidate"
    assert details["rules"] == ("free_time",)
    assert details["weeks"] == tuple(world.week(n) for n in range(2, 6)), "where least is missing"
    assert details["missing_minutes"] == 165
    with force_locale("ja"):
        said = sentence(refusal.value.code, **details)
    assert "12月・1月の4週で計3時間不足しています。" in said
    with force_locale("en"):
        said = sentence(refusal.value.code, **details)
    assert "This person is not a candidate on these terms." in said
    assert db.session.scalar(db.select(db.func.count(StoredRanking.id))) == 0


def test_an_unknown_person_is_not_found(actor, pool):
    with pytest.raises(NotFound):
        actions.keep_ranking(actor, pool.id, 999)


def test_a_start_that_has_passed_is_refused(actor, pool, still_clock):
    who = first_of(pool)
    with pytest.raises(Invalid):
        actions.keep_ranking(actor, pool.id, who, (None, date(2026, 11, 23)))
    still_clock(datetime(2027, 1, 20, tzinfo=UTC))
    with pytest.raises(Conflict) as refusal:
        actions.keep_ranking(actor, pool.id, who)
    assert refusal.value.code == "matching.window_passed"


def test_only_coordinators_rank(pool):
    for actor in (make.actor_of(make.officer()), make.actor_of(make.admin())):
        with pytest.raises(Forbidden):
            actions.keep_ranking(actor, pool.id, first_of(pool))


def test_the_deed_is_in_the_audit_without_names(actor, pool):
    who = first_of(pool)
    kept, _ = actions.keep_ranking(actor, pool.id, who)
    event = db.session.scalar(db.select(AuditEvent).where(AuditEvent.deed == "ranking.kept"))
    assert event.subject == f"stored_ranking:{kept.id}"
    assert event.details == {
        "position_id": pool.id,
        "specialist_id": who,
        "candidates": 6,
        "weights": 0,
    }


def test_a_similar_company_is_kept_beside_the_reasons_that_a_body_reads(app, actor):
    position = world.supplied("株式会社サンプル基盤", "サンプル基盤")
    who = world.ready()
    near = DeclaredInterest(
        company="サンプル基盤東日本", key="サンプル基盤東日本", relation=InterestRelation.CLIENT
    )
    made = Declaration(
        specialist_id=who.id, made_at=clock.now(), valid_until=date(2027, 11, 23), interests=[near]
    )
    make.saved(made)
    _, line = actions.keep_ranking(actor, position.id, who.id)
    assert [row["code"] for row in line.detail["flags"]] == ["flag.near_interest"]
    assert "flag.near_interest" not in str(line.detail["reasons"])
    with force_locale("ja"):
        ((said, kind),) = queries.worded_reasons(line.detail["flags"])
    assert said.startswith("利害関係の確認が必要です。")
    assert kind == "care"
    assert "サンプル基盤東日本" not in str(line.detail)


def test_measures_are_kept_even_of_what_weighs_nothing(actor, pool):
    shares = {
        "skill": 60,
        "evidence": 40,
        "free_time": 0,
        "experience": 0,
        "balance": 0,
        "fairness": 0,
    }
    admin = make.actor_of(make.admin())
    actions.add_weights(
        admin, actions.WeightDraft(clock.today(), shares), "スキルだけで並べる試行のため"
    )
    kept, line = actions.keep_ranking(actor, pool.id, first_of(pool))
    assert kept.weights == shares
    assert line.measures["free_time"] == 100
    assert line.parts["free_time"] == 0
