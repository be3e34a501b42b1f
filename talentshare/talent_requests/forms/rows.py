"""Pages with rows that can be added and taken away without a script: skills and companies."""

from typing import Any, cast

from flask_babel import lazy_gettext as _
from wtforms import (
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import Optional

from talentshare.catalogue import forms as shared
from talentshare.platform.typed import one_line
from talentshare.talent_requests.forms.fields import NeededNow, option
from talentshare.talent_requests.forms.steps import Known, StepForm, at_most
from talentshare.talent_requests.models import (
    DataAnswer,
    SkillNeed,
    SkillsAnswer,
    Supplier,
)
from talentshare.talent_requests.states import PersonalData, SupplierRelation

MOST_SKILLS = 6
MOST_COMPANIES = 10
MUST, WISH = "must", "wish"
YES, NO = "yes", "no"


class RowsForm(StepForm):
    """A page with rows; empty rows are no answer."""

    rows_name = ""
    most = 0

    @property
    def rows(self) -> "FieldList[Any]":
        return cast("FieldList[Any]", self[self.rows_name])

    def add_row(self) -> None:
        if len(self.rows.entries) < self.most:
            self.rows.append_entry()

    def remove_row(self, prefix: str) -> None:
        """Take away the row whose fields begin with `prefix`."""
        self.rows.entries = [row for row in self.rows.entries if row.name != prefix]

    @property
    def is_full(self) -> bool:
        return len(self.rows.entries) >= self.most


class SkillRow(Form):
    skill_code = SelectField(_("スキル"), validators=[Optional()])
    level = SelectField(_("必要なレベル"), default="")
    need = SelectField(
        _("必須か希望か"),
        choices=[option("", _("選んでください")), option(MUST, _("必須")), option(WISH, _("希望"))],
        default="",
    )

    def validate_level(self, field: SelectField) -> None:
        if self.skill_code.data and not field.data:
            raise ValidationError(str(_("必要なレベルを選んでください")))

    def validate_need(self, field: SelectField) -> None:
        if self.skill_code.data and not field.data:
            raise ValidationError(str(_("必須か希望かを選んでください")))


class SkillsForm(RowsForm):
    step = "skills"
    rows_name = "skills"
    most = MOST_SKILLS
    skills = FieldList(FormField(SkillRow), min_entries=2)
    offered: tuple[list[Any], list[Any]] | None = None

    def validate_skills(self, field: "FieldList[Any]") -> None:
        """Name the row in which a skill comes again."""
        seen: set[str] = set()
        for row in field.entries:
            code = row.form.skill_code.data
            if code and code in seen:
                message = str(_("同じスキルが2回選ばれています。片方を外してください"))
                row.form.skill_code.errors = [message]
                raise ValidationError(message)
            seen.add(code)

    def offer(self, skills: list[Any], levels: list[Any]) -> None:
        """Give each row its choices, those that are added later too."""
        self.offered = (skills, levels)
        for row in self.skills.entries:
            row.form.skill_code.choices = skills
            row.form.level.choices = levels

    def add_row(self) -> None:
        super().add_row()
        if self.offered is not None:
            self.offer(*self.offered)

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        rows = [
            {"skill_code": n.skill_code, "level": str(n.level), "need": MUST if n.is_must else WISH}
            for n in known.outline.skills
        ]
        return {"skills": rows}

    def answers(self) -> SkillsAnswer:
        chosen = [row for row in self.skills.data if row["skill_code"]]
        return SkillsAnswer(
            tuple(
                SkillNeed(row["skill_code"], int(row["level"]), row["need"] == MUST)
                for row in chosen
            )
        )


class CompanyRow(Form):
    company = StringField(
        _("事業者の名称"), filters=[shared.stripped], validators=[at_most(100), one_line]
    )
    corporate_number = StringField(
        _("法人番号（13桁）"), filters=[shared.stripped], validators=[shared.corporate_number]
    )
    relation = SelectField(
        _("関係"),
        choices=[
            option("", _("選んでください")),
            option(SupplierRelation.KNOWN.value, _("現在の委託先など、契約のある事業者")),
            option(SupplierRelation.LIKELY.value, _("応札が見込まれる事業者")),
        ],
        default="",
    )

    def validate_relation(self, field: SelectField) -> None:
        if self.company.data and not field.data:
            raise ValidationError(str(_("事業者との関係を選んでください")))

    def validate_company(self, field: StringField) -> None:
        if self.corporate_number.data and not field.data:
            raise ValidationError(str(_("事業者の名称を入力してください")))


class DataForm(RowsForm):
    step = "data"
    rows_name = "companies"
    most = MOST_COMPANIES
    personal_data = RadioField(
        _("個人情報を扱いますか"),
        choices=[
            option(PersonalData.NONE.value, _("扱わない")),
            option(PersonalData.LIMITED.value, _("一部を見ることがある")),
            option(PersonalData.YES.value, _("扱う")),
        ],
        validators=[NeededNow(_("個人情報の扱いを選んでください"))],
        description=_(
            "分からないときは「一部を見ることがある」を選んでください。特定個人情報（マイナンバーを含む情報）は、支援では扱えません。"
        ),
    )
    is_procurement = RadioField(
        _("調達に関わりますか"),
        choices=[option(NO, _("関わらない")), option(YES, _("関わる"))],
        validators=[NeededNow(_("調達への関与を選んでください"))],
        description=_(
            "仕様書の作成、見積りの確認、事業者の選定に関わる支援のときは「関わる」です。分からないときも「関わる」を選んでください。"
        ),
    )
    companies = FieldList(FormField(CompanyRow), min_entries=1)

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        rows = [
            {
                "company": row.company,
                "corporate_number": row.corporate_number,
                "relation": row.relation.value,
            }
            for row in known.it.suppliers
        ]
        return {
            "personal_data": known.it.personal_data,
            "is_procurement": {None: None, True: YES, False: NO}[known.it.is_procurement],
            "companies": rows,
        }

    def answers(self) -> DataAnswer:
        companies = [
            Supplier(row["company"], SupplierRelation(row["relation"]), row["corporate_number"])
            for row in self.companies.data
            if row["company"]
        ]
        data, part = self.personal_data.data, self.is_procurement.data
        return DataAnswer(
            PersonalData(data) if data else None, part == YES if part else None, tuple(companies)
        )
