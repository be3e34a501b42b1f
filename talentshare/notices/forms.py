"""What an admin may add to every mail, and how a notice is worded."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from talentshare.notices.models import NoteDraft, WordingDraft

LONG = 9  # digits of a number that no version has


class TextsForm(FlaskForm):
    """The use case says what is wrong with a text; here it is only taken."""

    seen = HiddenField()

    def seen_number(self) -> int:
        """The version that stood on the page when it was filled in."""
        seen = self.seen.data or ""
        return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < LONG else 0


class NoteForm(TextsForm):
    """The note that every mail carries."""

    text_ja = TextAreaField(
        _("日本語の追記"),
        description=_("400字までです。例：問合せ先の電話番号、受付時間、年末年始の休み。"),
    )
    text_en = TextAreaField(
        _("英語の追記"), description=_("英語で受け取る人へのメールに付きます。")
    )

    def draft(self) -> NoteDraft:
        return NoteDraft(self.text_ja.data or "", self.text_en.data or "", self.seen_number())


class WordingForm(TextsForm):
    """The sentence of a notice, its blanks in words."""

    text_ja = TextAreaField(_("日本語の文面"), render_kw={"lang": "ja"})
    text_en = TextAreaField(_("英語の文面"), render_kw={"lang": "en"})

    def draft(self) -> WordingDraft:
        return WordingDraft(self.text_ja.data or "", self.text_en.data or "", self.seen_number())
