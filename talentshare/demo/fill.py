"""A fictional need as the rows of a request."""

from talentshare.demo.world.shapes import DemoPosition, DemoTalentRequest
from talentshare.platform.search_text import company_key, fold
from talentshare.talent_requests.models import (
    Position,
    PositionSkill,
    RequestSupplier,
    TalentRequest,
)
from talentshare.talent_requests.states import PersonalData, Place, RequestKind, SupplierRelation


def fill(it: TalentRequest, demo: DemoTalentRequest) -> None:
    """Everything on a draft that was just begun."""
    it.kind = RequestKind(demo.kind)
    it.template_code = demo.template_id
    it.title, it.worry = demo.title_ja, demo.description_ja
    it.theme_code, it.phase_code = demo.theme_code, demo.phase_id
    it.personal_data = PersonalData(demo.personal_data)
    it.is_procurement = demo.procurement_involved
    it.place = Place(demo.place)
    it.onsite_weekdays = sum(1 << day for day in demo.onsite_weekdays)
    it.basis_codes = list(demo.legal_bases)
    it.cost_bearer = "contribution"
    it.decision_on = demo.decision_planned_on
    it.suppliers = [
        RequestSupplier(company=name, key=company_key(name), relation=relation)
        for relation, names in (
            (SupplierRelation.KNOWN, demo.known_suppliers),
            (SupplierRelation.LIKELY, demo.likely_suppliers),
        )
        for name in names
    ]
    it.positions = [_new_position(n, p) for n, p in enumerate(demo.positions, 1)]
    it.search_text = fold(it.number, it.title, it.body.name_ja)


def _new_position(ordinal: int, demo: DemoPosition) -> Position:
    return Position(
        ordinal=ordinal,
        role_code=demo.role_id,
        minutes_per_week=demo.minutes_per_week,
        inside_minutes_per_week=demo.office_minutes_per_week,
        week_count=demo.weeks,
        earliest_on=demo.earliest_start_on,
        latest_end_on=demo.latest_end_on,
        skills=[
            PositionSkill(skill_code=s.skill_id, level=s.min_level, is_must=s.is_must)
            for s in demo.skills
        ],
    )
