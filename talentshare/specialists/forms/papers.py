"""The yearly declaration and the yearly pledge."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    RadioField,
    StringField,
    ValidationError,
)
from wtforms.validators import DataRequired

from talentshare.catalogue.forms import corporate_number, name_length, stripped
from talentshare.platform.i18n import sentence
from talentshare.platform.typed import one_line
from talentshare.specialists.models import InterestDraft
from talentshare.specialists.states import InterestRelation

MOST_INTERESTS = 30


def relation_choices() -> list[tuple[str, str]]:
    return [(tie.value, sentence(f"specialist.relation.{tie}")) for tie in InterestRelation]


class InterestRow(Form):
    company = StringField(
        _("企業・団体の名称"), filters=[stripped], validators=[name_length, one_line]
    )
    corporate_number = StringField(
        _("法人番号"),
        validators=[corporate_number],
        description=_("13桁の数字です。分からないときは、空欄にしてください。"),
    )
    relation = RadioField(_("関係"), validate_choice=False)

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.relation.choices = relation_choices()

    @property
    def is_blank(self) -> bool:
        return not (self.company.data or self.corporate_number.data or self.relation.data)

    def validate_company(self, field: StringField) -> None:
        if not field.data and not self.is_blank:
            raise ValidationError(str(_("企業・団体の名称を入力してください")))

    def validate_relation(self, field: RadioField) -> None:
        if self.is_blank or field.data in set(InterestRelation):
            return
        raise ValidationError(str(_("関係を選んでください")))

    def draft(self) -> InterestDraft:
        relation = InterestRelation(self.relation.data)
        company, number = stripped(self.company.data), stripped(self.corporate_number.data)
        return InterestDraft(company, number, relation)


class DeclarationForm(FlaskForm):
    interests = FieldList(FormField(InterestRow), max_entries=MOST_INTERESTS)
    has_none = BooleanField(_("申告する利害関係はない"))

    def validate_has_none(self, field: BooleanField) -> None:
        if field.data and self.drafts():
            raise ValidationError(
                str(_("企業・団体を入力したときは、「申告する利害関係はない」を外してください"))
            )
        if not field.data and not self.drafts():
            raise ValidationError(
                str(_("企業・団体を入力するか、「申告する利害関係はない」を選んでください"))
            )

    def rows(self) -> list[dict[str, str]]:
        """What stands in the rows, to build the form anew."""
        return [
            {
                "company": row.company.data or "",
                "corporate_number": row.corporate_number.data or "",
                "relation": row.relation.data or "",
            }
            for row in self.interests
        ]

    def drafts(self) -> list[InterestDraft]:
        known = set(InterestRelation)
        return [
            row.form.draft()
            for row in self.interests
            if not row.form.is_blank and row.form.relation.data in known
        ]


class PledgeForm(FlaskForm):
    year = HiddenField()
    agreed = BooleanField(
        _("上の内容を守ることを誓約します"),
        validators=[DataRequired(_("内容を読み、誓約の欄を選んでください"))],
    )
