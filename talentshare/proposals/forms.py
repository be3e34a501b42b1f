"""What may be filled in about a proposal."""

from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional

from talentshare.catalogue.forms import (
    NEAR_DAY,
    CountField,
    DayField,
    Given,
    HoursField,
    NoSuchDay,
    Within,
    day_of,
    packed_day,
)
from talentshare.kernel import clock
from talentshare.kernel.weeks import fiscal_year, fiscal_year_end, monday
from talentshare.platform.typed import one_line
from talentshare.proposals.actions import Answer, Decision, PhoneAnswer, Terms
from talentshare.proposals.actions.prepare import LONGEST_REASON
from talentshare.proposals.actions.propose import LONGEST_CONSENT, MOST_OFFER_DAYS, OFFER_DAYS
from talentshare.proposals.states import NO_COST, DeclineReason, RefuseReason

LONGEST_TEXT = 2000
INNER = _("この理由は、団体と本人には伝わりません。必要なことは、別に説明してください。")
LONGEST_TITLE = 100
LEAST_MINUTES, MOST_MINUTES = 15, 2400

DECLINES = {
    DeclineReason.TIME: _("時間がとれない"),
    DeclineReason.SKILL: _("求められる内容が専門と合わない"),
    DeclineReason.INTEREST: _("利害関係のおそれがある"),
    DeclineReason.PLACE: _("場所が合わない"),
    DeclineReason.OTHER: _("そのほか"),
}
REFUSALS = {
    RefuseReason.NEED_CHANGED: _("必要な内容や時期が変わった"),
    RefuseReason.OTHER_MEANS: _("ほかの方法で対応することにした"),
    RefuseReason.TERMS: _("時間や場所などの条件が合わない"),
    RefuseReason.COST: _("費用の負担が難しい"),
    RefuseReason.OTHER: _("そのほか"),
}
ANSWERS = {
    Answer.ACCEPT: _("引き受ける"),
    Answer.DISCUSS: _("条件を相談する"),
    Answer.DECLINE: _("辞退する"),
}

text_length = Length(max=LONGEST_TEXT, message=_("2,000字以内で入力してください"))
title_length = Length(max=LONGEST_TITLE, message=_("100字以内で入力してください"))
hours_range = Within(
    LEAST_MINUTES, MOST_MINUTES, _("週の時間は15分から40時間までで入力してください")
)


class OneOf:
    """One of the choices was taken; without one, or with another, `message` says what to do."""

    field_flags = {"required": True}

    def __init__(self, message: Any) -> None:
        self.message = message

    def __call__(self, _form: object, field: Any) -> None:
        if not field.data or field.data not in {choice.value for choice in field.choices}:
            raise ValidationError(str(self.message))


def choices(words: dict[Any, Any]) -> list[Any]:
    return [SelectChoice(code.value, text) for code, text in words.items()]


def cost_field() -> TextAreaField:
    """What it costs, in words."""
    return TextAreaField(_("費用"), validators=[text_length])


def bearer_field() -> SelectField:
    """Who bears the cost, or that there is none; a request may have named somebody else."""
    return SelectField(
        _("費用の負担"),
        choices=[
            SelectChoice("", _("未定")),
            SelectChoice(NO_COST, _("追加の費用はありません")),
            SelectChoice("contribution", _("負担金の範囲内")),
            SelectChoice("body", _("依頼団体")),
            SelectChoice("metropolis", _("東京都")),
        ],
        validate_choice=False,
    )


def reason_field() -> StringField:
    """Why this person: one sentence that stays in the record."""
    return StringField(
        _("選んだ理由"),
        validators=[
            InputRequired(_("選んだ理由を1文で入力してください")),
            Length(max=LONGEST_REASON, message=_("500字以内で入力してください")),
            one_line,
        ],
    )


class PastDayField(DayField):
    """A day that has come; without its year it is the last one with this month and day."""

    def read(self, text: str) -> date:
        near = NEAR_DAY.fullmatch(packed_day(text))
        return last_day_like(int(near[1]), int(near[2])) if near else super().read(text)


def last_day_like(month: int, day: int) -> date:
    """The last day with this month and day, today included; NoSuchDay when there is none."""
    today = clock.today()
    for year in range(today.year, today.year - 9, -1):
        try:
            found = day_of(year, month, day)
        except NoSuchDay:  # 29 February, or a day that no year has
            continue
        if found <= today:
            return found
    raise NoSuchDay(month)


def near_start(_form: object, field: Any) -> None:
    """No week lies behind the last for which time is kept."""
    today = clock.today()
    last = fiscal_year_end(fiscal_year(today) + 1)
    if field.data is not None and not today - timedelta(days=366) <= field.data <= last:
        raise ValidationError(str(_("開始する週は、来年度末までの日付を入力してください")))


class PrepareForm(FlaskForm):
    """Choosing a candidate; hours and start come from a way out of a refusal."""

    minutes_per_week = CountField(_("週の時間"), validators=[Optional(), hours_range])
    start_on = DayField(_("開始する週"), validators=[Optional(), near_start])
    cost_bearer = bearer_field()
    cost_note = cost_field()
    reason = reason_field()

    def terms(self) -> Terms:
        """The terms; a field of the cost that was not asked comes from the request."""
        return Terms(
            self.reason.data,
            self.minutes_per_week.data,
            monday_of(self.start_on.data),
            cost_note=self.cost_note.data,
            cost_bearer=self.cost_bearer.data,
        )


class VersionedForm(FlaskForm):
    """A form that knows which version of the proposal it was opened with."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """Nothing that is no version was ever seen: it is refused like an old one."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() else 0


class FitForm(VersionedForm):
    """One of the ways out of a refusal: fewer minutes, or another first week."""

    minutes_per_week = CountField(_("週の時間"), validators=[Optional(), hours_range])
    start_on = DayField(_("開始する週"), validators=[Optional(), near_start])


class TermsForm(VersionedForm):
    """Preparing anew with other terms."""

    minutes_per_week = HoursField(
        _("週の時間"), validators=[Given(_("週の時間を入力してください")), hours_range]
    )
    start_on = DayField(_("開始する週"), validators=[Optional(), near_start])
    basis_code = SelectField(
        _("法的根拠"),
        validators=[OneOf(_("法的根拠を選んでください"))],
        validate_choice=False,
    )
    cost_bearer = bearer_field()
    cost_note = cost_field()
    reason = reason_field()

    def terms(self) -> Terms:
        return Terms(
            reason=self.reason.data,
            minutes_per_week=self.minutes_per_week.data,
            start_on=monday_of(self.start_on.data),
            basis_code=self.basis_code.data,
            cost_note=self.cost_note.data or "",
            cost_bearer=self.cost_bearer.data,
        )


class PlainForm(VersionedForm):
    """A button with nothing to fill in."""


class TextForm(VersionedForm):
    """One text that says why."""

    text = TextAreaField(
        _("理由"), validators=[InputRequired(_("理由を入力してください")), text_length]
    )


class InnerTextForm(TextForm):
    """The same where somebody outside is told that it ended: they do not read why."""

    text = TextAreaField(
        _("理由"),
        description=INNER,
        validators=[InputRequired(_("理由を入力してください")), text_length],
    )


class WishForm(VersionedForm):
    """What should be different."""

    text = TextAreaField(
        _("相談したいこと"),
        validators=[InputRequired(_("相談したいことを入力してください")), text_length],
    )


class OfferForm(VersionedForm):
    """How long the specialist has to answer."""

    days = CountField(
        _("回答期限までの開庁日数"),
        validators=[
            Given(_("回答期限までの開庁日数を入力してください")),
            Within(
                1, MOST_OFFER_DAYS, _("回答期限までの開庁日数は、1から10までで入力してください")
            ),
        ],
        default=OFFER_DAYS,
    )


class ConsentForm(VersionedForm):
    """Whose consent at home, and when; the label follows the form of engagement."""

    who = StringField(
        _("同意した人（職名）"),
        validators=[
            InputRequired(_("同意した人を入力してください")),
            Length(max=LONGEST_CONSENT, message=_("200字以内で入力してください")),
            one_line,
        ],
    )
    on = PastDayField(_("同意した日"), validators=[Given(_("同意した日を入力してください"))])


class DeclineForm(VersionedForm):
    """Why the specialist declines."""

    reason = RadioField(
        _("辞退の理由"),
        choices=choices(DECLINES),
        validators=[OneOf(_("辞退の理由を選んでください"))],
        validate_choice=False,
    )
    text = TextAreaField(_("補足"), validators=[Optional(), text_length])


class PhoneForm(VersionedForm):
    """An answer taken by phone."""

    answer = RadioField(
        _("電話などで受けた回答"),
        choices=choices(ANSWERS),
        validators=[OneOf(_("回答を選んでください"))],
        validate_choice=False,
    )
    reason = SelectField(
        _("辞退のときの理由"),
        choices=[SelectChoice("", _("選んでください")), *choices(DECLINES)],
        validators=[Optional(), OneOf(_("辞退の理由を選んでください"))],
        validate_choice=False,
    )
    text = TextAreaField(_("聞き取った内容"), validators=[Optional(), text_length])

    def given(self) -> PhoneAnswer:
        reason = DeclineReason(self.reason.data) if self.reason.data else None
        answer = Answer(self.answer.data)
        return PhoneAnswer(
            answer, self.text.data or "", reason if answer is Answer.DECLINE else None
        )


class DecisionForm(VersionedForm):
    """庁内決定 and the answer, steps 1 and 2 of one form."""

    decided_on = PastDayField(_("決定日"), validators=[Given(_("決定日を入力してください"))])
    decider_title = StringField(
        _("決定者の職名"),
        validators=[InputRequired(_("決定者の職名を入力してください")), title_length, one_line],
    )
    document_number = StringField(_("文書番号"), validators=[Optional(), title_length, one_line])

    def decision(self) -> Decision:
        return Decision(
            self.decided_on.data, self.decider_title.data or "", self.document_number.data or ""
        )


class RefuseForm(VersionedForm):
    """Why the body refuses."""

    reason = RadioField(
        _("見送る理由"),
        choices=choices(REFUSALS),
        validators=[OneOf(_("見送る理由を選んでください"))],
        validate_choice=False,
    )
    text = TextAreaField(_("補足"), validators=[Optional(), text_length])


class EndForm(VersionedForm):
    """The last week of an engagement that ends early, and why."""

    last_week_on = SelectField(
        _("最後の週"),
        validators=[OneOf(_("最後の週を選んでください"))],
        validate_choice=False,
    )
    text = TextAreaField(
        _("理由"),
        description=INNER,
        validators=[InputRequired(_("理由を入力してください")), text_length],
    )


def monday_of(day: Any) -> Any:
    """The Monday of the week of a day, or nothing of nothing."""
    return monday(day) if day else None
