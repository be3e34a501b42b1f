"""How a notice is worded: the product's own sentence, another one, and how each reads as a mail."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare.notices import actions, queries
from talentshare.notices.forms import WordingForm
from talentshare.notices.models import NoticeWording, WordingDraft
from talentshare.notices.views.blueprint import bp
from talentshare.platform.i18n import LOCALES, locale_code
from talentshare.platform.web import blame, current_actor, done, tried, typed

Mails = dict[str, queries.Letter]


@bp.route("/admin/mails/wordings/<code>", methods=["GET", "POST"])
def wording(code: str) -> ResponseReturnValue:
    """The form, what is told now, what was told before; `look` shows a text before it is saved."""
    versions = queries.wordings(current_actor(), code)
    form = WordingForm(typed() or None, seen=_newest(versions), **_shown(code, versions))
    mails, is_draft = None, "look" in request.form
    if form.is_submitted() and form.validate() and _is_right(form, code):
        if is_draft:
            mails = tried(form, lambda: _mails(code, form.draft()))
        elif worded := tried(form, lambda: _worded(code, form.draft())):
            done(worded)
            return redirect(url_for(".wording", code=code))
        if form.form_errors:  # another version came meanwhile: it is shown, and may be replaced
            versions = queries.wordings(current_actor(), code)
            form.seen.data = _newest(versions)
    return render_template(
        "notices/wording.html",
        code=code,
        form=form,
        mails=mails or _mails(code),
        is_draft=mails is not None,
        holds=bool(versions and versions[0].text_ja),
        product=_shown(code, []),
        versions=[(one, _shown(code, [one])) for one in versions],
        words=queries.words,
    ), 422 if form.errors else 200


def _is_right(form: WordingForm, code: str) -> bool:
    """Say all that is wrong with both texts at once, each at its field."""
    faults = queries.wording_faults(current_actor(), code, form.draft())
    for fault in faults:
        blame(form, fault)
    return not faults


def _worded(code: str, draft: WordingDraft) -> str:
    is_own = actions.word_notice(current_actor(), code, draft)
    return "mail.done.notice_worded" if is_own else "mail.done.notice_unworded"


def _mails(code: str, draft: WordingDraft | None = None) -> Mails:
    """The mail with made-up facts by language, the reader's first."""
    mine = locale_code()
    both = (mine, *(locale for locale in LOCALES if locale != mine))
    return {locale: queries.sample(current_actor(), code, locale, draft) for locale in both}


def _newest(versions: Sequence[NoticeWording]) -> str:
    return str(versions[0].number if versions else 0)


def _shown(code: str, versions: Sequence[NoticeWording]) -> dict[str, str]:
    """The newest texts as people read and write them; else the product's own."""
    texts = {
        f"text_{locale}": getattr(versions[0], f"text_{locale}") if versions else ""
        for locale in LOCALES
    }
    return {
        f"text_{locale}": queries.readable(
            code, texts[f"text_{locale}"] or queries.product_text(code, locale), locale
        )
        for locale in LOCALES
    }
