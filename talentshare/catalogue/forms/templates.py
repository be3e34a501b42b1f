"""Fields for what a template fills in: theme, phase, kind, place, role, skills and hours."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import SelectField, ValidationError

from talentshare.catalogue import queries
from talentshare.catalogue.forms.checks import Chosen, Given, Within, choices, whole
from talentshare.catalogue.forms.typed import CountField, HoursField
from talentshare.catalogue.models import (
    LEVELS,
    MOST_MINUTES,
    MOST_SKILLS,
    MOST_WEEKS,
    STEP_MINUTES,
    TEMPLATE_KINDS,
    TEMPLATE_PLACES,
    RequestTemplate,
    TemplateFacts,
)
from talentshare.platform import formats
from talentshare.platform.i18n import sentence

MUSTS = 2
SKILLS = range(1, MOST_SKILLS + 1)
Options = list[tuple[str, str]]


def chosen(label: Any, message: Any, **given: Any) -> SelectField:
    """One of a list that is filled when the page is shown."""
    return SelectField(label, validators=[Chosen(message)], validate_choice=False, **given)


def skill_name(n: int) -> str:
    return f"skill_{n}"


def level_name(n: int) -> str:
    return f"level_{n}"


def _skill_field(n: int) -> SelectField:
    label = _("スキル%(n)s（必須）", n=n) if n <= MUSTS else _("スキル%(n)s（希望）", n=n)
    return SelectField(label, validate_choice=False)


class Minutes(HoursField):
    """Hours of a week, in the steps in which time is booked."""

    def pre_validate(self, _form: object) -> None:
        if self.data is not None and self.data % STEP_MINUTES:
            raise ValidationError(str(_("週の時間は15分単位で入力してください")))


TEMPLATE_FIELDS: dict[str, Any] = {
    "theme_code": chosen(_("テーマ"), _("テーマを選んでください")),
    "phase_code": chosen(_("今の段階"), _("今の段階を選んでください")),
    "support": chosen(_("支援の形"), _("支援の形を選んでください")),
    "place": chosen(_("支援を受ける場所"), _("支援を受ける場所を選んでください")),
    "role_code": chosen(_("専門分野"), _("専門分野を選んでください")),
    **{
        name: field
        for n in SKILLS
        for name, field in (
            (skill_name(n), _skill_field(n)),
            (level_name(n), SelectField(_("スキル%(n)sのレベル", n=n), validate_choice=False)),
        )
    },
    "minutes_per_week": Minutes(
        _("週の時間"),
        validators=[
            Given(_("週の時間を入力してください")),
            Within(STEP_MINUTES, MOST_MINUTES, _("週の時間は15分から40時間までで入力してください")),
        ],
        description=_("例：7.5、7時間30分"),
    ),
    "week_count": CountField(
        _("週の数"),
        validators=[
            Given(_("週の数を入力してください")),
            Within(1, MOST_WEEKS, _("週の数は1から104までで入力してください")),
        ],
        description=_("継続的な助言では、依頼に入りません。"),
    ),
}
NAMES = tuple(TEMPLATE_FIELDS)


def facts_given(it: RequestTemplate) -> dict[str, Any]:
    """What the fields of a template begin with."""
    given: dict[str, Any] = {
        "theme_code": it.theme_code,
        "phase_code": next(iter(it.phase_codes), ""),
        "support": it.kind,
        "place": it.place,
        "role_code": next(iter(it.role_codes), ""),
        "minutes_per_week": it.minutes_per_week,
        "week_count": it.week_count,
    }
    for n, (code, level) in enumerate(it.skills[:MOST_SKILLS], start=1):
        given |= {skill_name(n): str(code), level_name(n): str(level)}
    return given


def offer(form: Any) -> None:
    """Fill the lists: what can be chosen now, and what is chosen already."""
    themes = queries.choosable(queries.themes(), [form.theme_code.data])
    support = form.support.data
    kinds = [*TEMPLATE_KINDS, *([] if support in (None, "", *TEMPLATE_KINDS) else [support])]
    form.theme_code.choices = _asked(choices(themes))
    form.phase_code.choices = _asked(choices(queries.phases()))
    form.support.choices = _asked(_coded("catalogue.template_kind", kinds))
    form.place.choices = _asked(_coded("talent_request.place", TEMPLATE_PLACES))
    form.role_code.choices = _asked(choices(queries.job_roles()))
    picked = [form[skill_name(n)].data for n in SKILLS]
    skills = choices(queries.choosable(queries.skills(), picked))
    levels = [
        (str(row.level), formats.level_text(row)) for row in queries.levels() if row.level in LEVELS
    ]
    for n in SKILLS:
        form[skill_name(n)].choices = [("", str(_("選ばない"))), *skills]
        form[level_name(n)].choices = _asked(levels)


def _asked(options: Options) -> Options:
    return [("", str(_("選んでください"))), *options]


def _coded(family: str, codes: Sequence[str]) -> Options:
    return [(code, sentence(f"{family}.{code}")) for code in codes]


def check_skills(form: Any) -> bool:
    """Each chosen skill once and with its level; said at its field."""
    seen: set[str] = set()
    is_sound = True
    for n in SKILLS:
        skill, level = form[skill_name(n)], form[level_name(n)]
        known = {choice[0] for choice in skill.choices}
        if not skill.data or skill.data not in known:
            skill.data = ""
            continue
        if skill.data in seen:
            skill.errors = [*skill.errors, str(_("同じスキルは2回選べません"))]
            is_sound = False
        seen.add(skill.data)
        if whole(level.data) not in LEVELS:
            level.errors = [*level.errors, str(_("スキル%(n)sのレベルを選んでください", n=n))]
            is_sound = False
    return is_sound


def facts_of(form: Any) -> TemplateFacts:
    """What was filled in, when the form is sound."""
    pairs = [(form[skill_name(n)].data, whole(form[level_name(n)].data)) for n in SKILLS]
    return TemplateFacts(
        theme_code=form.theme_code.data,
        phase_code=form.phase_code.data,
        kind=form.support.data,
        place=form.place.data,
        role_code=form.role_code.data,
        skills=tuple((code, level) for code, level in pairs if code and level),
        minutes_per_week=form.minutes_per_week.data,
        week_count=form.week_count.data,
    )
