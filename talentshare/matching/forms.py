"""What an admin may fill in about the weights."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from talentshare.catalogue.forms import DAY_HINT, CountField, DayField, Given, Within
from talentshare.engine.rules import FULL, PREFER
from talentshare.matching.actions import LONGEST_REASON, WeightDraft
from talentshare.platform.i18n import sentence
from talentshare.platform.typed import one_line


def share(label: object) -> CountField:
    """A share of 100 for one preference."""
    message = _("0から100までの整数で入力してください")
    return CountField(label, validators=[Given(message), Within(0, FULL, message)])


class WeightsForm(FlaskForm):
    """A new version of the weights; the fields are named like the preferences."""

    valid_from = DayField(
        _("いつから"),
        validators=[Given(_("いつから使うかを入力してください"))],
        description=DAY_HINT,
    )
    skill = share(_("スキル"))
    evidence = share(_("スキルの確認"))
    free_time = share(_("時間の余裕"))
    experience = share(_("団体・分野の経験"))
    balance = share(_("負担の偏り"))
    fairness = share(_("公平さ"))
    reason = StringField(
        _("変える理由"),
        validators=[
            InputRequired(_("変える理由を1文で入力してください")),
            Length(max=LONGEST_REASON, message=_("500字以内で入力してください")),
            one_line,
        ],
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Besides each field for itself: together the shares are a hundred."""
        is_fine: bool = super().validate(extra_validators)
        shares = [self[name].data for name in PREFER]
        if any(self[name].errors for name in PREFER) or sum(shares) == FULL:
            return is_fine
        self.form_errors.append(sentence("weights.not_hundred", total=sum(shares)))
        return False

    def draft(self) -> WeightDraft:
        return WeightDraft(self.valid_from.data, {name: self[name].data for name in PREFER})
