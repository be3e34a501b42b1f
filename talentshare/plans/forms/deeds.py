"""What is done with plans: rows adopted, pairs fixed or kept out, and the rules set."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField

from talentshare.catalogue.forms import (
    DAY_HINT,
    Checks,
    CountField,
    DayField,
    Given,
    HoursField,
    Within,
)
from talentshare.plans.actions import PairDraft, RulesDraft
from talentshare.plans.forms.fields import (
    FULL_WEIGHT,
    PersonField,
    PositionField,
    options,
    reason_field,
)
from talentshare.plans.states import PairKind
from talentshare.platform.i18n import sentence


class ApplyForm(FlaskForm):
    """Which rows become proposals, and one reason for all of them."""

    rows = Checks(_("採用する行"))
    reason = reason_field(
        _("この案を採用する理由"), _("この案を採用する理由を1文で入力してください")
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides the reason, that no row was chosen: both are said at once."""
        is_fine: bool = super().validate(extra_validators)
        if not self.rows.data:
            self.rows.errors = [sentence("plan.no_rows_chosen")]
            return False
        return is_fine

    def row_ids(self) -> list[int]:
        return [int(value) for value in self.rows.data or []]


PAIR_KINDS = {
    PairKind.PIN: _("固定する（どの案でも、この人を割り当てる）"),
    PairKind.FORBID: _("除外する（どの案でも、この人を割り当てない）"),
}


class PairForm(FlaskForm):
    """One specialist for one position, fixed or kept out."""

    kind = RadioField(_("扱い"), choices=options(PAIR_KINDS), default=PairKind.PIN.value)
    position = PositionField(_("募集"), validators=[Given(_("募集を受付番号で入力してください"))])
    specialist = PersonField(
        _("専門人材"), validators=[Given(_("専門人材を氏名かログイン名で入力してください"))]
    )
    reason = reason_field(_("理由"), _("理由を1文で入力してください"))

    def draft(self) -> PairDraft:
        return PairDraft(
            PairKind(self.kind.data),
            self.position.data.id,
            self.specialist.data.id,
            self.reason.data or "",
        )


def _weight(label: Any) -> CountField:
    message = _("1から100までの整数で入力してください")
    return CountField(label, validators=[Given(message), Within(1, FULL_WEIGHT, message)])


class RulesForm(FlaskForm):
    """A new version of the rules; the weights are named like the kinds of requests."""

    valid_from = DayField(
        _("いつから"),
        validators=[Given(_("いつから使うかを入力してください"))],
        description=DAY_HINT,
    )
    project = _weight(_("プロジェクト型伴走の重み"))
    standing = _weight(_("継続的な助言の重み"))
    floor = HoursField(
        _("団体ごとの最低時間"),
        validators=[
            Given(_("団体ごとの最低時間を入力してください")),
            Within(0, 2_000 * 60, _("0から2000時間までで入力してください")),
        ],
    )
    reason = reason_field(_("変える理由"), _("変える理由を1文で入力してください"))

    def draft(self) -> RulesDraft:
        weights = {"project": self.project.data, "standing": self.standing.data}
        return RulesDraft(self.valid_from.data, weights, self.floor.data)
