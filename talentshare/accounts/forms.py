"""What may be filled in about oneself, people and bodies."""

import re
import unicodedata

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    ValidationError,
)
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from talentshare.accounts.models import (
    Area,
    Body,
    BodyFacts,
    BodyKind,
    BodySettings,
    MailPace,
    PersonDraft,
    PersonFacts,
)
from talentshare.kernel.actor import Role
from talentshare.platform.formats import clock_time, named
from talentshare.platform.i18n import LOCALES, sentence
from talentshare.platform.search_text import katakana
from talentshare.platform.typed import mail_address, one_line

LONGEST_NAME = 100
LONGEST_PASSWORD = 200
DAY_MINUTES = 24 * 60
KANA = re.compile(r"[ァ-ヺー・\s]+")
CLOCK = re.compile(r"(\d{1,2})[:時](\d{2})分?")

PACES = [
    SelectChoice(MailPace.AT_ONCE.value, _("お知らせのたびに、すぐに受け取る")),
    SelectChoice(MailPace.DAILY.value, _("1日1回、朝にまとめて受け取る（平日）")),
]
LANGUAGES = [SelectChoice("ja", "日本語"), SelectChoice("en", "English")]

too_long = Length(max=LONGEST_NAME, message=_("100字以内で入力してください"))
too_long_password = Length(max=LONGEST_PASSWORD, message=_("200字以内で入力してください"))


def strip(text: str | None) -> str:
    return (text or "").strip()


def halved(text: str | None) -> str:
    """What was typed, with half-width letters, digits and signs."""
    return unicodedata.normalize("NFKC", text or "").strip()


def is_kana(_form: FlaskForm, field: StringField) -> None:
    if not KANA.fullmatch(katakana(field.data or "")):
        raise ValidationError(_("カタカナで入力してください"))


class SignInForm(FlaskForm):
    """The two things that prove who somebody is."""

    sign_in_name = StringField(
        _("利用者名"),
        [InputRequired(_("利用者名を入力してください")), too_long],
        description=_("あなた個人の利用者名です。課のメールアドレスではありません。"),
    )
    password = PasswordField(
        _("パスワード"), [InputRequired(_("パスワードを入力してください")), too_long_password]
    )


class ForgottenForm(FlaskForm):
    """Who forgot the password."""

    sign_in_name = StringField(
        _("利用者名"), [InputRequired(_("利用者名を入力してください")), too_long]
    )


class CurrentPasswordForm(FlaskForm):
    """The password as it is now."""

    current = PasswordField(
        _("今のパスワード"),
        [InputRequired(_("今のパスワードを入力してください")), too_long_password],
    )


class NewPasswordForm(FlaskForm):
    """A password, typed twice."""

    new = PasswordField(
        _("新しいパスワード"),
        [InputRequired(_("新しいパスワードを入力してください"))],
        description=_(
            "8字以上。15字以上を推奨します。文字の種類は自由です。よく使われる語や利用者名は使えません。"
        ),
    )
    again = PasswordField(
        _("新しいパスワード（もう一度）"),
        [InputRequired(_("確かめのため、新しいパスワードをもう一度入力してください"))],
    )

    def validate_again(self, field: PasswordField) -> None:
        if self.new.data and field.data and self.new.data != field.data:
            raise ValidationError(_("2つの新しいパスワードが違います。同じものを入力してください"))


class ChangePasswordForm(NewPasswordForm, CurrentPasswordForm):
    """Another password, by knowing the current one."""


class LanguageForm(FlaskForm):
    """In which language somebody reads."""

    locale = RadioField(_("画面の言語"), choices=LANGUAGES)

    def validate_locale(self, field: RadioField) -> None:
        if field.data not in LOCALES:
            raise ValidationError(_("言語を選んでください"))


class MailPaceForm(FlaskForm):
    """How often somebody wants to be written to."""

    mail_pace = RadioField(_("メールの受け取り方"), choices=PACES)

    def validate_mail_pace(self, field: RadioField) -> None:
        if field.data not in set(MailPace):
            raise ValidationError(_("メールの受け取り方を選んでください"))


class VersionedForm(FlaskForm):
    """A form that knows which version of the row it was opened with."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() else 0


class PersonForm(VersionedForm):
    """What an admin says of a person."""

    name = StringField(
        _("氏名"), [InputRequired(_("氏名を入力してください")), too_long, one_line], [strip]
    )
    kana = StringField(
        _("氏名（カナ）"),
        [InputRequired(_("氏名のカナを入力してください")), too_long, one_line, is_kana],
        [strip],
        description=_("並び順と検索に使います。ひらがなで入力しても、カタカナで保存します。"),
    )
    name_latin = StringField(
        _("氏名（ローマ字）"),
        [Optional(), too_long, one_line],
        [strip],
        description=_("英語の画面に表示します。"),
    )
    body_id = SelectField(
        _("所属する団体"),
        [InputRequired(_("所属する団体を選んでください"))],
        coerce=lambda text: int(text or 0),
    )
    section = StringField(_("部署"), [Optional(), too_long, one_line], [strip])
    mail = StringField(
        _("メールアドレス"),
        [Optional(), too_long, mail_address],
        [halved],
        description=_("課で共用するアドレスでもかまいません。ログインには使いません。"),
    )
    roles = SelectMultipleField(
        _("役割"),
        choices=lambda: [SelectChoice(role.value, sentence(f"role.{role}")) for role in Role],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=_("あてはまるものをすべて選びます。"),
    )

    def offer(self, bodies: list[Body]) -> None:
        """Let the admin choose among these bodies."""
        nothing = SelectChoice("", str(_("選んでください")))
        self.body_id.choices = [
            nothing,
            *(SelectChoice(str(body.id), named(body)) for body in bodies),
        ]

    def validate_roles(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("役割を1つ以上選んでください"))

    def facts(self) -> PersonFacts:
        """Turn the checked fields into what the use case takes."""
        return PersonFacts(
            name=self.name.data,
            kana=self.kana.data,
            name_latin=self.name_latin.data,
            mail=self.mail.data,
            section=self.section.data,
            body_id=self.body_id.data,
            roles=frozenset(Role(role) for role in self.roles.data or []),
        )


class NewPersonForm(PersonForm):
    """A person to be invited."""

    sign_in_name = StringField(
        _("利用者名"),
        [InputRequired(_("利用者名を入力してください")), too_long],
        [halved],
        description=_(
            "半角の英小文字・数字・「.」「-」「_」「@」で、3字から64字まで。あとから変えられません。"
        ),
    )
    locale = RadioField(_("画面の言語"), choices=LANGUAGES, default="ja")

    def draft(self) -> PersonDraft:
        """Turn the checked fields into what the use case takes."""
        return PersonDraft(
            **vars(self.facts()), sign_in_name=self.sign_in_name.data, locale=self.locale.data
        )


class BodyNamesForm(FlaskForm):
    """How a body is called and counted."""

    kind = RadioField(
        _("種類"),
        [InputRequired(_("種類を選んでください"))],
        choices=lambda: [
            SelectChoice(kind.value, sentence(f"body_kind.{kind}"))
            for kind in (BodyKind.ASSOCIATION, BodyKind.OTHER)
        ],
    )
    area = RadioField(
        _("地域の区分"),
        [InputRequired(_("地域の区分を選んでください"))],
        choices=lambda: [SelectChoice(area.value, sentence(f"area.{area}")) for area in Area],
        description=_("集計で数える区分です。"),
    )
    name_ja = StringField(
        _("名称"), [InputRequired(_("名称を入力してください")), too_long, one_line], [strip]
    )
    name_kana = StringField(
        _("名称（カナ）"),
        [InputRequired(_("名称のカナを入力してください")), too_long, one_line, is_kana],
        [strip],
    )
    name_en = StringField(
        _("名称（英語）"),
        [InputRequired(_("英語の名称を入力してください")), too_long, one_line],
        [strip],
    )


class BodyForm(VersionedForm):
    """What a body wants, and when its offices are open."""

    needs_endorsement = BooleanField(
        _("提出された依頼の受付の前に、担当課長による所属の確認を必要とする"),
    )
    needs_manager = BooleanField(_("提案への合意は、担当課長が行う"))
    needs_document_number = BooleanField(_("庁内決定の文書番号を必ず記録する"))
    opens = StringField(_("開庁時刻"), [InputRequired(_("開庁時刻を入力してください"))], [halved])
    closes = StringField(
        _("閉庁時刻"),
        [InputRequired(_("閉庁時刻を入力してください"))],
        [halved],
        description=_(
            "依頼・打診・提案・依頼書に、この時間を示します。空き時間の計算は、どの団体も8:30から17:15までで行います。"
            "1人の時間を、いくつもの団体で分け合うためです。"
        ),
    )
    is_active = BooleanField(
        _("この団体を利用中にする"),
        description=_("外すと、新しい利用者や依頼の所属先として選べなくなります。"),
        default=True,
    )

    def validate_opens(self, field: StringField) -> None:
        minute_of(field.data or "")

    def validate_closes(self, field: StringField) -> None:
        minute_of(field.data or "")

    def settings(self) -> BodySettings:
        """Turn the checked fields into what the use case takes."""
        return BodySettings(
            needs_endorsement=self.needs_endorsement.data,
            needs_manager=self.needs_manager.data,
            needs_document_number=self.needs_document_number.data,
            office_opens_minute=minute_of(self.opens.data),
            office_closes_minute=minute_of(self.closes.data),
            is_active=self.is_active.data,
        )


class OtherBodyForm(BodyForm, BodyNamesForm):
    """A body that the catalogue does not know."""

    def facts(self) -> BodyFacts:
        """Turn the checked fields into what the use case takes."""
        return BodyFacts(
            kind=BodyKind(self.kind.data),
            area=Area(self.area.data),
            name_ja=self.name_ja.data,
            name_kana=self.name_kana.data,
            name_en=self.name_en.data,
        )


def minute_of(text: str) -> int:
    """A minute of the day from 8:30 or 8時30分."""
    found = CLOCK.fullmatch(halved(text).replace(" ", ""))
    minute = int(found[1]) * 60 + int(found[2]) if found else -1
    if found is None or int(found[2]) >= 60 or not 0 <= minute <= DAY_MINUTES:  # noqa: PLR2004  an hour
        raise ValidationError(_("時刻は「8:30」のように入力してください"))
    return minute


def typed_hours(body: Body) -> dict[str, str]:
    """The office hours of a body as its form shows them."""
    return {
        "opens": clock_time(body.office_opens_minute),
        "closes": clock_time(body.office_closes_minute),
    }
