"""Mail for admins: what could not be sent, what waits, every mail as it reads, and its note."""

from collections.abc import Sequence

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.notices import actions, queries
from talentshare.notices.forms import NoteForm
from talentshare.notices.models import MailNote
from talentshare.notices.views.blueprint import bp
from talentshare.platform.i18n import LOCALES, locale_code
from talentshare.platform.web import current_actor, done, tried, typed


@bp.get("/admin/mails")
def mails() -> ResponseReturnValue:
    return render_template("notices/mails.html", found=queries.overview(current_actor()))


@bp.get("/admin/mails/preview")
def preview() -> ResponseReturnValue:
    """Every mail with made-up facts: when and to whom, in both languages, the reader's first."""
    actor = current_actor()
    note = queries.notes(actor)[:1]
    mine = locale_code()
    other = next(locale for locale in LOCALES if locale != mine)
    twins = dict(queries.samples(actor, other))
    letters = [(code, letter, twins[code]) for code, letter in queries.samples(actor, mine)]
    own = queries.own_wordings(actor)
    given = {"letters": letters, "other": other, "note": note, "own": own}
    return render_template("notices/preview.html", **given, editable=queries.notice_codes())


@bp.route("/admin/mails/note", methods=["GET", "POST"])
def note() -> ResponseReturnValue:
    """The note that every mail carries, and how it was worded before."""
    actor = current_actor()
    versions = queries.notes(actor)
    given = {"text_ja": versions[0].text_ja, "text_en": versions[0].text_en} if versions else {}
    form = NoteForm(typed() or None, seen=str(_newest(versions)), **given)
    status = 200
    if form.is_submitted() and form.validate():
        if tried(form, lambda: _worded(form)):
            done("mail.done.note_worded")
            return redirect(url_for(".note"))
        versions, status = queries.notes(actor), 422
        form.seen.data = str(_newest(versions))
    return render_template("notices/note.html", form=form, versions=versions), status


def _worded(form: NoteForm) -> bool:
    actions.word_note(current_actor(), form.draft())
    return True


def _newest(versions: Sequence[MailNote]) -> int:
    return versions[0].number if versions else 0


@bp.post("/admin/mails/<int:mail_id>/retry")
def retry(mail_id: int) -> ResponseReturnValue:
    actions.retry_mail(current_actor(), mail_id)
    done("mail.done.retried")
    return redirect(url_for(".mails"))
