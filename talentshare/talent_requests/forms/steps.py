"""One form per page of a request; what is left empty stays open for the coordinator."""

from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import Length, Optional
from wtforms.widgets import HiddenInput

from talentshare.catalogue import forms as shared
from talentshare.kernel import clock
from talentshare.platform import formats
from talentshare.platform.i18n import sentence
from talentshare.platform.typed import one_line
from talentshare.platform.web import blame
from talentshare.talent_requests import queries
from talentshare.talent_requests.forms.fields import (
    InQuarters,
    NeededNow,
    NoPrice,
    SeveralField,
    WeekHoursField,
    days_of,
    mask_of,
    option,
)
from talentshare.talent_requests.models import (
    OFFICE_DAYS,
    TIMES,
    Answers,
    BasisAnswer,
    ClosingAnswer,
    KindAnswer,
    Outline,
    PlaceAnswer,
    PositionAnswer,
    RoleAnswer,
    TalentRequest,
    TimeAnswer,
    WishAnswer,
    WorryAnswer,
)
from talentshare.talent_requests.states import CostBearer, Place, RequestKind

UNKNOWN = "unknown"
FULL_WEEK_MINUTES, QUARTER = 2400, 15
MOST_WEEKS = 104


def at_most(count: int) -> Length:
    return Length(max=count, message=_("%(max)d字までで入力してください。今は%(length)d字です"))


@dataclass(frozen=True)
class Known:
    """What a page may show before anything is typed."""

    it: TalentRequest
    outline: Outline
    is_said: bool = False


class StepForm(FlaskForm):
    """What all pages of a request share: the version that was read."""

    step: ClassVar[str] = ""
    is_later = False

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        """What the page shows before anything is typed."""
        raise NotImplementedError

    @property
    def is_unanswered(self) -> bool:
        """Nothing was said, not even that it is not known."""
        return False

    def answers(self) -> Answers | PositionAnswer:
        """The checked fields as the use case takes them."""
        raise NotImplementedError


class WorryForm(StepForm):
    step = "worry"
    worry = TextAreaField(
        _("今、何に困っていますか"),
        filters=[shared.stripped],
        validators=[NeededNow(_("困っていることを書いてください")), at_most(4000), NoPrice()],
        description=_("まとまっていなくてもかまいません。ふだんの言葉で書いてください。"),
    )

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        return {"worry": known.it.worry}

    def answers(self) -> WorryAnswer:
        return WorryAnswer(self.worry.data)


class WishForm(StepForm):
    step = "wish"
    wish = TextAreaField(
        _("手伝ってほしいことは何ですか"),
        filters=[shared.stripped],
        validators=[at_most(2000), NoPrice()],
        description=_("決まっていなければ、空欄のまま次へ進んでください。"),
    )
    theme_code = SelectField(_("テーマ"))
    phase_code = SelectField(_("今の段階"))

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        return {
            "wish": known.it.wish,
            "theme_code": known.it.theme_code or "",
            "phase_code": known.it.phase_code or "",
        }

    def answers(self) -> WishAnswer:
        return WishAnswer(
            self.wish.data, self.theme_code.data or None, self.phase_code.data or None
        )


class KindForm(StepForm):
    step = "kind"
    kind = RadioField(
        _("どのような支援が必要ですか"),
        choices=[
            option(RequestKind.PROJECT.value, _("プロジェクト型伴走")),
            option(RequestKind.STANDING.value, _("継続的な助言（CIO補佐官）")),
        ],
        validators=[NeededNow(_("支援の形を選んでください"))],
        description=_("迷うときは「プロジェクト型伴走」を選んでください。あとで変えられます。"),
    )

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        return {"kind": known.it.kind}

    def answers(self) -> KindAnswer:
        return KindAnswer(RequestKind(self.kind.data) if self.kind.data else None)


class RoleForm(StepForm):
    step = "role"
    role_code = RadioField(
        _("どのような専門人材が必要ですか"),
        validators=[NeededNow(_("専門分野を選ぶか、「分からない」を選んでください"))],
        description=_("「分からない」でもかまいません。調整担当者が一緒に考えます。"),
    )

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        unsaid = UNKNOWN if known.is_said else None
        return {"role_code": known.outline.role_code or unsaid}

    @property
    def is_unanswered(self) -> bool:
        return not self.role_code.data

    def answers(self) -> RoleAnswer:
        chosen = self.role_code.data
        return RoleAnswer(None if chosen in (None, "", UNKNOWN) else chosen)


class TimeForm(StepForm):
    step = "time"
    minutes_per_week = WeekHoursField(
        _("週に何時間くらい必要ですか"),
        validators=[
            shared.Within(
                QUARTER, FULL_WEEK_MINUTES, _("週の時間は15分から40時間までで入力してください")
            ),
            InQuarters(),
        ],
        description=_("例：7.5、7時間30分、週1日（7時間45分）。休日のない週の時間です。"),
    )
    inside_minutes_per_week = WeekHoursField(
        _("そのうち開庁時間内に必要な時間"),
        validators=[
            shared.Within(
                0,
                FULL_WEEK_MINUTES,
                _("開庁時間内の時間は0から40時間までで入力してください"),
            ),
            InQuarters(),
        ],
        description=_("会議への同席など、開庁時間内でなければならない時間です。なければ0。"),
    )
    week_count = shared.CountField(
        _("何週間くらい必要ですか"),
        validators=[shared.Within(1, MOST_WEEKS, _("期間は1週から104週までで入力してください"))],
    )
    earliest_on = shared.DayField(
        _("いつから始めたいですか"),
        description=_("例：{examples}。その日以後の月曜日の週から始まります。"),
    )
    latest_end_on = shared.DayField(
        _("いつまでに終えたいですか"),
        description=_("遅くともこの日までに終わるように探します。余裕があると候補が増えます。"),
    )
    weekdays = SeveralField(
        _("曜日が決まっているとき"),
        description=_("決まっていなければ、選ばないでください。"),
        validators=[Optional()],
    )
    known_start_on: date | None = None
    known_end_on: date | None = None
    kind: RequestKind | None = None

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        weekdays = [] if known.outline.weekdays == OFFICE_DAYS else days_of(known.outline.weekdays)
        return vars(known.outline) | {"weekdays": weekdays}

    def validate_earliest_on(self, field: Field) -> None:
        if field.data and field.data < clock.today() and field.data != self.known_start_on:
            raise ValidationError(str(_("始める日は、今日以後の日を入力してください")))

    def validate_latest_end_on(self, field: Field) -> None:
        if field.data and field.data < clock.today() and field.data != self.known_end_on:
            raise ValidationError(str(_("終える日は、今日以後の日を入力してください")))

    def validate(self, extra_validators: Any = None) -> bool:
        """Everything that is wrong at once: fields by themselves, then against each other."""
        is_valid = bool(super().validate(extra_validators))
        readable = {name: None if self[name].errors else self[name].data for name in self.times()}
        outline = queries.fitted(self.kind, Outline(**readable))
        refusals = queries.contradictions(self.kind, outline)
        for refusal in refusals:
            blame(self, refusal)
        return is_valid and not refusals

    def times(self) -> list[str]:
        """The names of the days and hours that the kind leaves to be said."""
        return [name for name in TIMES if name in self]

    def answers(self) -> TimeAnswer:
        return TimeAnswer(
            self.minutes_per_week.data,
            self.inside_minutes_per_week.data,
            self.week_count.data if "week_count" in self else None,
            self.earliest_on.data,
            self.latest_end_on.data if "latest_end_on" in self else None,
            mask_of(self.weekdays.data) or OFFICE_DAYS,
        )


class PlaceForm(StepForm):
    step = "place"
    place = RadioField(
        _("どこで支援を受けたいですか"),
        choices=[
            option(Place.ONLINE.value, _("オンライン")),
            option(Place.HYBRID.value, _("オンラインと来庁の組合せ")),
            option(Place.ONSITE.value, _("来庁")),
        ],
        validators=[NeededNow(_("場所を選んでください"))],
        description=_("決まっていなければ、近いものを選んでください。あとで変えられます。"),
    )
    onsite_weekdays = SeveralField(
        _("来庁してほしい曜日"),
        description=_("決まっていなければ、選ばないでください。"),
        validators=[Optional()],
    )
    place_note = StringField(
        _("場所についての補足"),
        filters=[shared.stripped],
        validators=[at_most(200), one_line, NoPrice()],
        description=_("例：月1回は市役所本庁舎"),
    )

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        return {
            "place": known.it.place,
            "onsite_weekdays": days_of(known.it.onsite_weekdays),
            "place_note": known.it.place_note,
        }

    def answers(self) -> PlaceAnswer:
        place = Place(self.place.data) if self.place.data else None
        days = 0 if place is Place.ONLINE else mask_of(self.onsite_weekdays.data)
        return PlaceAnswer(place, days, self.place_note.data)


class ClosingForm(StepForm):
    step = "closing"
    title = StringField(
        _("件名"),
        filters=[shared.stripped],
        validators=[NeededNow(_("件名を入力してください")), at_most(80), one_line, NoPrice()],
        description=_("何の相談か、ひと目で分かる短い件名にしてください。"),
    )
    decision_on = shared.DayField(
        _("団体の決定予定日"),
        description=_("庁内決定（決裁・事案決定）を終える予定の日です。例：{examples}"),
    )
    cost_bearer = SelectField(
        _("費用を負担するところ"),
        choices=[
            option(CostBearer.UNDECIDED.value, _("決まっていない")),
            option(CostBearer.CONTRIBUTION.value, _("負担金の範囲内")),
            option(CostBearer.BODY.value, _("依頼団体")),
            option(CostBearer.METROPOLIS.value, _("東京都")),
        ],
    )
    cost_note = StringField(
        _("費用についての補足"),
        filters=[shared.stripped],
        validators=[at_most(200), one_line, NoPrice()],
        description=_("例：追加の費用は見込んでいない"),
    )

    known_decision_on: date | None = None

    def validate_decision_on(self, field: Field) -> None:
        last = queries.last_bookable_day()
        if not field.data or field.data == self.known_decision_on:
            return
        if not clock.today() <= field.data <= last:
            until = formats.day(last, year=True)
            raise ValidationError(sentence("talent_request.decision_out_of_reach", last_on=until))

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        return {
            "title": known.it.title,
            "decision_on": known.it.decision_on,
            "cost_bearer": known.it.cost_bearer,
            "cost_note": known.it.cost_note,
        }

    def answers(self) -> ClosingAnswer:
        return ClosingAnswer(
            self.title.data, self.decision_on.data, self.cost_note.data, self.cost_bearer.data
        )


class BasisForm(StepForm):
    step = "basis"
    basis_codes = SeveralField(
        _("どの法的根拠で支援できますか"),
        validators=[NeededNow(_("法的根拠を1つ以上選んでください"))],
        description=_("当てはまるものをすべて選んでください。候補者は、この中から探します。"),
    )

    @classmethod
    def given(cls, known: Known) -> dict[str, Any]:
        return {"basis_codes": known.it.basis_codes}

    def answers(self) -> BasisAnswer:
        return BasisAnswer(self.basis_codes.data)
