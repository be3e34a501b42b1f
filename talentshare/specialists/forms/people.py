"""Terms, profile and pause, as coordinators and specialists fill them in."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired
from wtforms.widgets import HiddenInput

from talentshare.accounts.models import Person
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import (
    DAY_HINT,
    Checks,
    Chosen,
    CountField,
    DayField,
    Given,
    HoursField,
    Within,
    choices,
    corporate_number,
    name_length,
    stripped,
    text_length,
    whole,
)
from talentshare.kernel import clock
from talentshare.kernel.weeks import add_months, fiscal_year
from talentshare.platform import formats
from talentshare.platform.i18n import sentence
from talentshare.platform.typed import one_line
from talentshare.specialists.models import PauseDraft, Profile, Specialist, Terms
from talentshare.specialists.states import EngagementForm

APRIL = 4
LENGTHS = ("1", "3", "6", "until")

one_to_nine = Within(1, 9, _("1から9までの数を入力してください"))


def form_choices() -> list[tuple[str, str]]:
    return [(form.value, sentence(f"specialist.form.{form}")) for form in EngagementForm]


class VersionedForm(FlaskForm):
    """A form that knows which version of the row it was opened on."""

    version = IntegerField(widget=HiddenInput(), default=0)


def this_year() -> date:
    """An engagement that is entered late mostly began with the fiscal year."""
    return date(fiscal_year(clock.today()), APRIL, 1)


class TermsForm(VersionedForm):
    form = RadioField(
        _("所属の形"), validators=[Chosen(_("所属の形を選んでください"))], validate_choice=False
    )
    main_role = SelectField(
        _("主な専門分野"),
        validators=[Chosen(_("主な専門分野を選んでください"))],
        validate_choice=False,
    )
    other_roles = Checks(_("ほかの専門分野"))
    basis_codes = Checks(
        _("支援の法的根拠"), validators=[DataRequired(_("支援の法的根拠を1つ以上選んでください"))]
    )
    engaged_from = DayField(
        _("登録期間の初日"),
        validators=[Given(_("登録期間の初日を入力してください"))],
        description=DAY_HINT,
        since=this_year,
    )
    engaged_until = DayField(
        _("登録期間の末日"), description=_("決まっていないときは、空欄にしてください。")
    )
    month_cap = HoursField(
        _("月上限"),
        validators=[Within(15, 44640, _("0.25から744までの数を入力してください"))],
        description=_("複業の専門人材は、勤務先の許可の範囲を入力してください。"),
    )
    max_bodies = CountField(
        _("同じ週に支援する団体の数"),
        validators=[Given(_("団体の数を入力してください")), one_to_nine],
        default=2,
    )
    employer_name = StringField(
        _("所属する企業"),
        filters=[stripped],
        validators=[name_length, one_line],
        description=_("企業の専門人材のときは、必ず入力してください。"),
    )
    employer_number = StringField(
        _("所属する企業の法人番号"),
        validators=[corporate_number],
        description=_("13桁の数字です。"),
    )
    company_contact = StringField(
        _("企業の責任者"),
        filters=[stripped],
        validators=[name_length, one_line],
        description=_(
            "団体からの連絡に、本人に代わって答える人です。氏名と役職を入力してください。"
        ),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        roles = choices(catalogue.job_roles())
        self.form.choices = form_choices()
        self.main_role.choices = [("", str(_("選んでください"))), *roles]
        self.other_roles.choices = roles
        own = self.basis_codes.object_data or ()
        self.basis_codes.choices = choices(catalogue.choosable(catalogue.legal_bases(), own))

    def validate_main_role(self, field: SelectField) -> None:
        if not field.data:
            raise ValidationError(str(_("主な専門分野を選んでください")))

    def terms(self) -> Terms:
        main = self.main_role.data
        others = [code for code in self.other_roles.data or () if code != main]
        return Terms(
            form=EngagementForm(self.form.data),
            role_codes=(main, *others),
            basis_codes=tuple(self.basis_codes.data or ()),
            engaged_from=self.engaged_from.data,
            engaged_until=self.engaged_until.data,
            month_cap_minutes=self.month_cap.data,
            max_bodies=self.max_bodies.data,
            employer_name=stripped(self.employer_name.data),
            employer_number=stripped(self.employer_number.data),
            company_contact=stripped(self.company_contact.data),
        )


class RegisterForm(TermsForm):
    person_id = SelectField(
        _("登録する人"),
        validators=[Chosen(_("登録する人を選んでください"))],
        validate_choice=False,
        coerce=whole,
    )

    def offer(self, people: Sequence[Person]) -> None:
        """Let one of `people` be chosen."""
        named = [(p.id, f"{formats.named(p)}（{formats.named(p.body)}）") for p in people]
        self.person_id.choices = named


class ProfileForm(VersionedForm):
    introduction = TextAreaField(
        _("自己紹介"),
        filters=[stripped],
        validators=[text_length],
        description=_("得意なこと、これまでの支援、進め方の特徴を書いてください。"),
    )
    places = Checks(
        _("支援の場所"), validators=[DataRequired(_("支援の場所を1つ以上選んでください"))]
    )
    max_bodies = CountField(
        _("同じ週に支援する団体の数"),
        validators=[Given(_("団体の数を入力してください")), one_to_nine],
        description=_("1つの週に、いくつの団体まで支援できるかを入力してください。"),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.places.choices = [
            ("online", str(_("オンライン"))),
            ("onsite", str(_("団体の庁舎など（島しょを除く）"))),
            ("islands", str(_("島しょ"))),
        ]

    def profile(self) -> Profile:
        places = set(self.places.data or ())
        return Profile(
            introduction=stripped(self.introduction.data),
            max_bodies=self.max_bodies.data,
            online_ok="online" in places,
            onsite_ok="onsite" in places,
            islands_ok="islands" in places,
        )


class PauseForm(FlaskForm):
    from_on = DayField(
        _("休止の初日"),
        validators=[Given(_("休止の初日を入力してください"))],
        description=DAY_HINT,
    )
    length = RadioField(
        _("休止の長さ"), validators=[Chosen(_("休止の長さを選んでください"))], validate_choice=False
    )
    until_on = DayField(
        _("休止の末日"), description=_("「日付まで」を選んだときだけ入力してください。")
    )
    reason = StringField(
        _("理由"),
        filters=[stripped],
        validators=[DataRequired(_("理由を入力してください")), name_length, one_line],
        description=_("調整担当者に表示します。団体には表示しません。"),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        names = (_("1か月"), _("3か月"), _("6か月"), _("日付まで"))
        self.length.choices = [(code, str(name)) for code, name in zip(LENGTHS, names, strict=True)]

    def validate_until_on(self, field: DayField) -> None:
        if self.length.data == "until" and field.data is None and not field.errors:
            raise ValidationError(str(_("休止の末日を入力してください")))

    def draft(self) -> PauseDraft:
        first: date = self.from_on.data
        reason = stripped(self.reason.data)
        if self.length.data == "until":
            return PauseDraft(first, self.until_on.data, reason)
        return PauseDraft(first, months_on(first, int(self.length.data)), reason)


def months_on(first: date, months: int) -> date:
    """The last day of so many months that begin on `first`."""
    begins = add_months(first, months)
    length = (add_months(begins, 1) - begins).days
    return begins.replace(day=min(first.day, length)) - timedelta(days=1)


def terms_of(specialist: Specialist) -> dict[str, Any]:
    """The terms as the form shows them."""
    codes = [role.role_code for role in specialist.roles]
    main = next((role.role_code for role in specialist.roles if role.is_primary), "")
    return {
        "form": specialist.form.value,
        "main_role": main,
        "other_roles": [code for code in codes if code != main],
        "basis_codes": [basis.basis_code for basis in specialist.bases],
        "engaged_from": specialist.engaged_from,
        "engaged_until": specialist.engaged_until,
        "month_cap": specialist.month_cap_minutes,
        "max_bodies": specialist.max_bodies,
        "employer_name": specialist.employer_name,
        "employer_number": specialist.employer_number,
        "company_contact": specialist.company_contact,
        "version": specialist.version,
    }
