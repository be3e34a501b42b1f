"""Mail for admins: what could not be sent, what waits, and every mail as it reads."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from talentshare.notices import actions, queries
from talentshare.notices.views.blueprint import bp
from talentshare.platform.i18n import locale_code
from talentshare.platform.web import current_actor, done


@bp.get("/admin/mails")
def mails() -> ResponseReturnValue:
    return render_template("notices/mails.html", found=queries.overview(current_actor()))


@bp.get("/admin/mails/preview")
def preview() -> ResponseReturnValue:
    """Every mail with made-up facts, in the reader's language."""
    queries.overview(current_actor())
    letters = list(queries.samples(locale_code()))
    return render_template("notices/preview.html", letters=letters)


@bp.post("/admin/mails/<int:mail_id>/retry")
def retry(mail_id: int) -> ResponseReturnValue:
    actions.retry_mail(current_actor(), mail_id)
    done("mail.done.retried")
    return redirect(url_for(".mails"))
