"""Skills as they are claimed, verified and contested."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import RadioField, TextAreaField
from wtforms.validators import DataRequired

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import Chosen, stripped, text_length, whole
from talentshare.platform import formats
from talentshare.specialists.models import SkillClaim


def level_choices() -> list[tuple[int, str]]:
    return [(row.level, formats.level_text(row)) for row in catalogue.levels()]


class ClaimForm(FlaskForm):
    level = RadioField(
        _("自分のレベル"),
        validators=[Chosen(_("レベルを選んでください"))],
        validate_choice=False,
        coerce=whole,
    )
    evidence = TextAreaField(
        _("根拠"),
        filters=[stripped],
        validators=[text_length],
        description=_("担当した仕事と役割を、1文で書いてください。"),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.level.choices = level_choices()

    def claim(self, skill_code: str) -> SkillClaim:
        return SkillClaim(skill_code, self.level.data, stripped(self.evidence.data))


class VerifyForm(FlaskForm):
    level = RadioField(
        _("確認したレベル"),
        validators=[Chosen(_("レベルを選んでください"))],
        validate_choice=False,
        coerce=whole,
    )
    remark = TextAreaField(
        _("確認の理由"),
        filters=[stripped],
        validators=[text_length],
        description=_("何を見て確かめたかを、1文で書いてください。本人にも表示します。"),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.level.choices = level_choices()


class ContestForm(FlaskForm):
    text = TextAreaField(
        _("異議の内容"),
        filters=[stripped],
        validators=[DataRequired(_("異議の内容を入力してください")), text_length],
        description=_("どのレベルが適切か、その根拠は何かを書いてください。"),
    )
