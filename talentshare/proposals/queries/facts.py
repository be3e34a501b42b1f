"""What somebody consented to, fact by fact: a change is noticed, and can be named."""

import hashlib
import json
from typing import Any

from sqlalchemy import select

from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent, name_of
from talentshare.proposals.models import Proposal
from talentshare.proposals.queries.interest import interest_of
from talentshare.proposals.queries.terms import basis_of

NAMES = (
    *("person", "role", "task", "time", "place", "personal_data"),
    *("procurement", "suppliers", "interest", "basis", "cost", "request_cost"),
)

TOLD, CHECKED = "proposal.facts_changed", "proposal.checked"


def facts_of(proposal: Proposal) -> dict[str, Any]:
    """All that a checker sees, a specialist accepts and a body decides on, by name."""
    position, specialist = proposal.position, proposal.specialist
    request, basis = position.talent_request, basis_of(proposal)
    skills = sorted([s.skill_code, s.level, s.is_must] for s in position.skills)
    asked = [position.minutes_per_week, position.inside_minutes_per_week, position.week_count]
    own = [proposal.minutes_per_week, proposal.inside_minutes_per_week, proposal.weekdays]
    weeks = [[w.week_on, w.minutes, w.inside_minutes, w.is_leave] for w in proposal.weeks]
    interest = interest_of(proposal)
    found = {
        "person": [specialist.id, specialist.form, specialist.employer_name],
        "role": [position.id, position.role_code, skills],
        "task": [request.kind, request.worry, request.wish],
        "time": [own, asked, weeks],
        "place": [request.place, request.onsite_weekdays, request.place_note],
        "personal_data": request.personal_data,
        "procurement": request.is_procurement,
        "suppliers": sorted([s.key, s.corporate_number, s.relation] for s in request.suppliers),
        "interest": sorted(interest.near),
        "basis": [basis.code, basis.name_ja, basis.meaning_ja],
        "cost": [proposal.cost_note, proposal.cost_bearer],
        "request_cost": [request.cost_note, request.cost_bearer],
    }
    return {name: found[name] for name in NAMES}


def terms_digest(proposal: Proposal) -> str:
    """A fingerprint of each fact, with its name before it."""
    return " ".join(f"{name}:{_print(value)}" for name, value in facts_of(proposal).items())


def changed_facts(proposal: Proposal) -> list[str]:
    """The facts that are no longer what the second person saw; none before the first check."""
    if not proposal.terms_digest:
        return []
    seen = dict(part.partition(":")[::2] for part in proposal.terms_digest.split())
    return [name for name, value in facts_of(proposal).items() if seen.get(name) != _print(value)]


def facts_told(proposal: Proposal) -> str:
    """The changed facts of which the preparer was told last, none since the last check."""
    last = db.session.execute(
        select(AuditEvent.deed, AuditEvent.details)
        .where(AuditEvent.subject == name_of(proposal), AuditEvent.deed.in_((TOLD, CHECKED)))
        .order_by(AuditEvent.seq.desc())
        .limit(1)
    ).first()
    return str(last.details["facts"]) if last is not None and last.deed == TOLD else ""


def _print(value: Any) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
