"""What a template fills in, and what of it still stands in a request."""

from typing import Any

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import RequestTemplate
from talentshare.talent_requests.models import Outline, SkillNeed, TalentRequest
from talentshare.talent_requests.states import Place, RequestKind

MUSTS_OF_TEMPLATE = 2
MOST_SKILLS = 6
ANSWERED_ON = {
    "worry": ("worry",),
    "wish": ("theme_code", "phase_code"),
    "kind": ("kind",),
    "place": ("place",),
    "closing": ("title",),
}
OUTLINED_ON = {
    "role": ("role_code",),
    "skills": ("skills",),
    "time": ("minutes_per_week", "week_count"),
}


def template_of(it: TalentRequest) -> RequestTemplate | None:
    """The template from which a request began, as it was then."""
    if it.template_code is None:
        return None
    version = max(1, catalogue.version_at(it.created_at))  # 0 would be the newest
    return catalogue.template_by_code(version).get(it.template_code)


def given_by(template: RequestTemplate) -> dict[str, Any]:
    """What a template says of a request; personal data and procurement are for the body to say."""
    kinds = {kind.value: kind for kind in RequestKind}
    return {
        "title": template.title_ja,
        "worry": template.description_ja,
        "theme_code": template.theme_code,
        "phase_code": next(iter(template.phase_codes), None),
        "kind": kinds.get(template.kind),
        "place": Place(template.place),
    }


def outlined_by(template: RequestTemplate) -> Outline:
    """What a template says of the position; days and office hours are for the body to say."""
    is_standing = template.kind == RequestKind.STANDING
    return Outline(
        role_code=next(iter(template.role_codes), None),
        skills=tuple(
            SkillNeed(str(code), int(level), rank < MUSTS_OF_TEMPLATE)
            for rank, (code, level) in enumerate(template.skills[:MOST_SKILLS])
        ),
        minutes_per_week=template.minutes_per_week,
        week_count=None if is_standing else template.week_count,
    )


def is_from_template(it: TalentRequest, step: str, ordinal: int = 1) -> bool:
    """Tell whether something on this page is still what the template filled in."""
    template = template_of(it)
    if template is None or ordinal != 1:
        return False
    given, outline = given_by(template), outlined_by(template)
    pairs = [(given[name], getattr(it, name)) for name in ANSWERED_ON.get(step, ())]
    now = it.outline(1) or Outline()
    pairs += [(getattr(outline, name), getattr(now, name)) for name in OUTLINED_ON.get(step, ())]
    return any(filled and filled == standing for filled, standing in pairs)
