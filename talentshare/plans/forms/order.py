"""What to plan and how, and what is supposed."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, RadioField, SelectField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import Optional

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import Checks, CountField, HoursField, Within
from talentshare.kernel.actor import Actor
from talentshare.plans import queries
from talentshare.plans.actions import Wish
from talentshare.plans.forms.fields import FULL_WEIGHT, PersonField, PositionField, options
from talentshare.plans.states import HORIZONS, LIMITS, Objective, ScopeKind
from talentshare.platform.formats import beside, level_text, named
from talentshare.platform.i18n import sentence

MOST_HOURS = 40 * 60
MORE, LESS = "more", "less"


def _skills() -> list[SelectChoice]:
    known = sorted(catalogue.skill_names().values(), key=lambda row: row.code)
    rows = [SelectChoice(row.code, named(row)) for row in known]
    return [SelectChoice("", str(_("選んでください"))), *rows]


def _levels() -> list[SelectChoice]:
    known = catalogue.level_by_number()
    rows = [SelectChoice(n, level_text(known[n])) for n in sorted(known) if n]
    return [SelectChoice(0, str(_("求めない"))), *rows]


def _roles() -> list[SelectChoice]:
    rows = [SelectChoice(row.code, named(row)) for row in catalogue.job_roles()]
    return [SelectChoice("", str(_("選んでください"))), *rows]


class Supposed(Form):
    """A line of 条件を変えて試す: all of it or nothing."""

    def _whole(self, *names: str) -> bool:
        """Say at each empty field that it is missing, where another is filled in."""
        is_fine = bool(super().validate())
        given = [name for name in names if self[name].data not in {None, ""}]
        if not given:
            return is_fine
        for name in names:
            if name not in given and not self[name].errors:
                self[name].errors = [sentence("plan.line_incomplete")]
        return is_fine and len(given) == len(names)


class WithoutLine(Supposed):
    who = PersonField(_("いないとする人"), validators=[Optional()])


class HoursLine(Supposed):
    who = PersonField(_("時間が変わるとする人"), validators=[Optional()])
    way = SelectField(
        _("増減"), choices=options({MORE: _("増やす"), LESS: _("減らす")}), default=MORE
    )
    minutes = HoursField(
        _("週あたりの時間"),
        validators=[Optional(), Within(15, MOST_HOURS, _("15分から40時間までで入力してください"))],
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ARG002  of the base
        return self._whole("who", "minutes")


class WeightLine(Supposed):
    position = PositionField(_("重みが変わるとする募集"), validators=[Optional()])
    weight = CountField(
        _("重み"),
        validators=[
            Optional(),
            Within(1, FULL_WEIGHT, _("1から100までの整数で入力してください")),
        ],
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ARG002  of the base
        return self._whole("position", "weight")


class SkillLine(Supposed):
    position = PositionField(_("条件がゆるむとする募集"), validators=[Optional()])
    skill = SelectField(_("スキル"), choices=_skills, validators=[Optional()])
    level = SelectField(_("必要なレベル"), choices=_levels, coerce=int, default=0)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ARG002  of the base
        if not self._whole("position", "skill"):
            return False
        if not self.skill.data:
            return True
        asked = {s.skill_code: s.level for s in self.position.data.skills if s.is_must}
        if self.skill.data not in asked:
            self.skill.errors = [sentence("plan.skill_not_asked")]
        elif self.level.data >= asked[self.skill.data]:
            self.level.errors = [sentence("plan.level_not_lower", level=asked[self.skill.data])]
        return not (self.skill.errors or self.level.errors)


class AddedLine(Supposed):
    role = SelectField(_("加わるとする人の専門分野"), choices=_roles, validators=[Optional()])
    minutes = HoursField(
        _("週あたりの時間"),
        validators=[Optional(), Within(15, MOST_HOURS, _("15分から40時間までで入力してください"))],
    )

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ARG002  of the base
        return self._whole("role", "minutes")


SCOPES = {
    ScopeKind.ALL: _("募集中のすべて"),
    ScopeKind.ROLE: _("専門分野で選ぶ"),
    ScopeKind.THEME: _("テーマで選ぶ"),
    ScopeKind.REQUESTS: _("依頼で選ぶ"),
}
OBJECTIVES = {
    Objective.SERVED_THEN_TOTAL: _("支援を受ける団体の数を最も多くし、そのうえで合計点を高くする"),
    Objective.TOTAL: _("合計点だけを高くする"),
}
SPANS = {
    13: _("13週（約3か月）"),
    26: _("26週（約6か月）"),
    52: _("52週（約1年）"),
    0: _("勤務の予定があるところまで"),
}
SECONDS = {10: _("10秒"), 30: _("30秒"), 60: _("1分"), 300: _("5分")}
assert set(SPANS) == {0, *HORIZONS}
assert set(SECONDS) == set(LIMITS)


class OrderForm(FlaskForm):
    """What to plan and how, and what to suppose."""

    scope_kind = RadioField(_("計画の対象"), choices=options(SCOPES), default=ScopeKind.ALL.value)
    role = Checks(_("専門分野"))
    theme = Checks(_("テーマ"))
    requests = Checks(_("依頼"))
    objective = RadioField(
        _("目的"), choices=options(OBJECTIVES), default=Objective.SERVED_THEN_TOTAL.value
    )
    has_floor = BooleanField(_("団体ごとの最低時間を、できるだけ満たす"))
    horizon_weeks = RadioField(_("計画する期間"), choices=options(SPANS), coerce=int, default=26)
    time_limit_seconds = RadioField(
        _("計算にかける時間"), choices=options(SECONDS), coerce=int, default=30
    )
    without = FieldList(FormField(WithoutLine), min_entries=3, max_entries=3)
    hours = FieldList(FormField(HoursLine), min_entries=2, max_entries=2)
    weights = FieldList(FormField(WeightLine), min_entries=2, max_entries=2)
    relaxed = FieldList(FormField(SkillLine), min_entries=2, max_entries=2)
    added = FieldList(FormField(AddedLine), min_entries=2, max_entries=2)

    def offer(self, actor: Actor) -> None:
        """The choices: what looks for somebody now."""
        found, roles, themes = (
            queries.scope_choices(actor),
            catalogue.role_by_code(),
            catalogue.theme_by_code(),
        )
        self.role.choices = [(code, named(roles[code])) for code in found.roles]
        self.theme.choices = [(code, named(themes[code])) for code in found.themes]
        self.requests.choices = [
            (it.number, beside(it.number, named(it.body), it.title)) for it in found.requests
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field for itself: who narrows the plan down names to what."""
        is_fine: bool = super().validate(extra_validators)
        kind = self.scope_kind.data
        if kind in {"role", "theme", "requests"} and not self[kind].data:
            self[kind].errors = [sentence("plan.scope_missing")]
            return False
        return is_fine

    @property
    def supposes(self) -> bool:
        """Something is filled in, or was refused, of 条件を変えて試す."""
        lines = (self.without, self.hours, self.weights, self.relaxed, self.added)
        return bool(self.what_if()) or any(line.errors for line in lines)

    def scope(self) -> Sequence[str]:
        kind = self.scope_kind.data
        return [] if kind == ScopeKind.ALL.value else self[kind].data

    def wish(self) -> Wish:
        return Wish(
            ScopeKind(self.scope_kind.data),
            self.scope(),
            self.horizon_weeks.data,
            Objective(self.objective.data),
            bool(self.has_floor.data),
            self.time_limit_seconds.data,
            self.what_if(),
        )

    def what_if(self) -> dict[str, Any]:
        """What is supposed, only what was filled in."""
        found: dict[str, Any] = {
            "without": [line.who.data.id for line in self.without if line.who.data],
            "hours": {
                str(line.who.data.id): _signed(line)
                for line in self.hours
                if line.who.data and line.minutes.data
            },
            "weights": {
                str(line.position.data.id): line.weight.data
                for line in self.weights
                if line.position.data and line.weight.data
            },
            "relaxed": self._relaxed(),
            "added": [
                {"role": line.role.data, "minutes_per_week": line.minutes.data}
                for line in self.added
                if line.role.data and line.minutes.data
            ],
        }
        return {name: value for name, value in found.items() if value}

    def _relaxed(self) -> dict[str, dict[str, int]]:
        found: dict[str, dict[str, int]] = {}
        for line in self.relaxed:
            if line.position.data and line.skill.data:
                levels = found.setdefault(str(line.position.data.id), {})
                levels[line.skill.data] = line.level.data
        return found


def _signed(line: Any) -> int:
    minutes = int(line.minutes.data)
    return -minutes if line.way.data == LESS else minutes
