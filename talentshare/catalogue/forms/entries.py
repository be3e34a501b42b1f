"""Forms for the words of an entry, a field for each language, and why they change."""

from dataclasses import replace
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Length

from talentshare.catalogue import queries
from talentshare.catalogue.forms import templates
from talentshare.catalogue.forms.checks import Checks, Chosen, choices, stripped, whole
from talentshare.catalogue.models import RETIRED, WORDS, EntryDraft, Kind
from talentshare.platform import formats
from talentshare.platform.i18n import sentence
from talentshare.platform.typed import one_line

LINE, TEXT, REASON = 80, 400, 500


class WordsForm(FlaskForm):
    """The words of an entry; the fields depend on its kind."""

    kind: Kind
    seen = HiddenField()
    reason = TextAreaField(
        _("変える理由"),
        filters=[stripped],
        validators=[
            DataRequired(_("変える理由を入力してください")),
            Length(max=REASON, message=_("変える理由は500字までで入力してください")),
        ],
        description=_("1文で書いてください。記録に残り、開示請求の対象となることがあります。"),
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        filled = templates.NAMES if self.kind is Kind.TEMPLATE else ()
        shown = ("category_code", *WORDS[self.kind], *filled, "is_retired", "role_codes", "reason")
        first = {name: self._fields[name] for name in shown if name in self._fields}
        self._fields = first | self._fields  # errors are listed in the order of the page

    def words(self) -> dict[str, str]:
        return {name: self[name].data for name in WORDS[self.kind]}

    def draft(self) -> EntryDraft:
        return EntryDraft(self.words(), seen_version=whole(self.seen.data) or 0)


class EntryForm(WordsForm):
    """An entry that is there and can be retired."""

    is_retired = BooleanField(
        _("廃止する（新しく選べないようにする）"),
        description=_("すでに使われているところでは、そのまま読めます。"),
    )

    def draft(self) -> EntryDraft:
        return replace(super().draft(), is_retired=bool(self.is_retired.data))


class NewSkillForm(WordsForm):
    """A skill that is not there yet."""

    category_code = SelectField(
        _("分類"), validators=[Chosen(_("分類を選んでください"))], validate_choice=False
    )
    role_codes = Checks(_("専門分野"), description=_("このスキルが要る専門分野を選んでください。"))

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        named = {
            row.category_code: row.category_en if formats.is_en() else row.category_ja
            for row in queries.skills()
        }
        self.category_code.choices = list(named.items())
        self.role_codes.choices = choices(queries.job_roles())

    def validate_role_codes(self, field: Checks) -> None:
        if not field.data:
            raise ValidationError(str(_("専門分野を1つ以上選んでください")))

    def draft(self) -> EntryDraft:
        category, roles = self.category_code.data, tuple(self.role_codes.data or ())
        return EntryDraft(self.words(), category_code=category, role_codes=roles)


class FactsForm(WordsForm):
    """Beside the words what a template fills in."""

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        templates.offer(self)

    def validate(self, extra_validators: Any = None) -> bool:
        """Fields by themselves, then skills with their levels: all errors at once."""
        is_sound = bool(super().validate(extra_validators))
        return templates.check_skills(self) and is_sound

    def draft(self) -> EntryDraft:
        return replace(super().draft(), facts=templates.facts_of(self))


class TemplateForm(FactsForm, EntryForm):
    """A template that is there and can be retired."""


def entry_form(kind: Kind) -> type[WordsForm]:
    """The form for an entry of this kind."""
    if kind is Kind.TEMPLATE:
        return _form(TemplateForm, kind)
    return _form(EntryForm if kind in RETIRED else WordsForm, kind)


def new_entry_form(kind: Kind) -> type[WordsForm]:
    """The form for a new one."""
    bases = {Kind.SKILL: NewSkillForm, Kind.TEMPLATE: FactsForm}
    return _form(bases.get(kind, WordsForm), kind)


def _form(base: type[WordsForm], kind: Kind) -> type[WordsForm]:
    return type(base.__name__, (base,), {"kind": kind} | _fields(kind))


def _fields(kind: Kind) -> dict[str, Any]:
    words = {name: _field(name) for name in WORDS[kind]}
    return words | (templates.TEMPLATE_FIELDS if kind is Kind.TEMPLATE else {})


def _field(name: str) -> Any:
    label, is_line = sentence(f"catalogue.field.{name}"), name.startswith(("name_", "title_"))
    most = LINE if is_line else TEXT
    given = _("「%(label)s」を入力してください", label=label)
    long = _("「%(label)s」は%(most)s字までで入力してください", label=label, most=most)
    checks = [DataRequired(given), Length(max=most, message=long), *([one_line] if is_line else [])]
    return (StringField if is_line else TextAreaField)(label, filters=[stripped], validators=checks)
