"""Skills: claimed with evidence, verified by a coordinator, open to objection."""

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.notices import actions as notices
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.specialists import queries
from talentshare.specialists.models import SkillClaim, Specialist, SpecialistSkill


@transactional
def claim_skill(actor: Actor, specialist_id: int, claim: SkillClaim) -> SpecialistSkill:
    """Say on which level one stands; a verified level stays beside it."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.CLAIM_SKILL, specialist)
    own = [row.skill_code for row in specialist.skills]
    known = {row.code for row in catalogue.choosable(catalogue.skills(), own)}
    if claim.skill_code not in known:
        raise Invalid("specialist.no_such_skill", field="skill_code")
    if claim.level and not claim.evidence:
        raise Invalid("specialist.evidence_needed", field="evidence")
    skill = queries.find_skill(specialist_id, claim.skill_code)
    if skill is not None and (skill.claimed_level, skill.evidence) == (claim.level, claim.evidence):
        return skill
    if skill is None:
        skill = SpecialistSkill(skill_code=claim.skill_code, claimed_level=claim.level)
        specialist.skills.append(skill)
    skill.claimed_level, skill.evidence = claim.level, claim.evidence
    db.session.flush()
    specialist.search_text = queries.search_text_of(specialist)
    events.announce(actor, "skill.claimed", skill, level=claim.level)
    return skill


@transactional
def verify_skill(
    actor: Actor, specialist_id: int, skill_code: str, level: int, remark: str = ""
) -> SpecialistSkill:
    """Confirm a level; an objection that waits is answered by another use case."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.VERIFY_SKILL, specialist)
    skill = queries.load_skill(specialist_id, skill_code)
    if skill.contested_at is not None:
        raise Conflict("specialist.contest_waits")
    _set_level(actor, skill, level)
    events.announce(actor, "skill.verified", skill, remark=remark, level=level)
    _tell(actor, specialist, "specialist.notice.verified", skill)
    return skill


@transactional
def contest_skill(actor: Actor, specialist_id: int, skill_code: str, text: str) -> SpecialistSkill:
    """Object to a verified level, in one's own words; a coordinator answers."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.CONTEST_SKILL, specialist)
    skill = queries.load_skill(specialist_id, skill_code)
    if skill.verified_level is None:
        raise Conflict("specialist.not_verified")
    if not text:
        raise Invalid("specialist.contest_text_needed", field="text")
    if skill.contested_at is not None and skill.contest_text == text:
        return skill
    skill.contested_at, skill.contest_text = clock.now(), text
    events.announce(actor, "skill.contested", skill, remark=text, level=skill.verified_level)
    if skill.verified_by_id is not None:
        notices.tell(
            actor,
            [skill.verified_by_id],
            "specialist.notice.contested",
            f"/specialists/{specialist_id}/skills/{skill_code}",
            name=specialist.person.name,
        )
    return skill


@transactional
def answer_contest(
    actor: Actor, specialist_id: int, skill_code: str, level: int, reason: str
) -> SpecialistSkill:
    """Decide an objection with a level and a reason, both kept in the history."""
    specialist = queries.load_locked(specialist_id)
    policy.require(actor, Can.VERIFY_SKILL, specialist)
    skill = queries.load_skill(specialist_id, skill_code)
    if skill.contested_at is None:
        raise Conflict("specialist.no_contest")
    if not reason:
        raise Invalid("specialist.answer_needed", field="remark")
    _set_level(actor, skill, level)
    skill.contested_at, skill.contest_text = None, ""
    events.announce(actor, "skill.contest_answered", skill, remark=reason, level=level)
    _tell(actor, specialist, "specialist.notice.contest_answered", skill)
    return skill


def _set_level(actor: Actor, skill: SpecialistSkill, level: int) -> None:
    skill.verified_level = level
    skill.verified_by_id, skill.verified_on = actor.id or None, clock.today()


def _tell(actor: Actor, specialist: Specialist, code: str, skill: SpecialistSkill) -> None:
    path = f"/me/skills/{skill.skill_code}"
    notices.tell(actor, [specialist.person_id], code, path, level=skill.verified_level)
