"""What an admin may add to every mail."""

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import HiddenField, TextAreaField

from talentshare.notices.models import NoteDraft


class NoteForm(FlaskForm):
    """The use case says what is wrong with a text; here it is only taken."""

    seen = HiddenField()
    text_ja = TextAreaField(
        _("日本語の追記"),
        description=_("400字までです。例：問合せ先の電話番号、受付時間、年末年始の休み。"),
    )
    text_en = TextAreaField(
        _("英語の追記"), description=_("英語で受け取る人へのメールに付きます。")
    )

    def draft(self) -> NoteDraft:
        seen = self.seen.data or ""
        number = int(seen) if seen.isascii() and seen.isdigit() else 0
        return NoteDraft(self.text_ja.data or "", self.text_en.data or "", number)
