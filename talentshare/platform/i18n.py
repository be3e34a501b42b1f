"""Sentences by gettext: one .po file per feature and language, compiled in memory."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_app_context
from flask_babel import Babel, Domain, get_locale

LOCALES = ("ja", "en")
FOLDER = Path(__file__).parents[1] / "translations"


def _merged(locale: str) -> Catalog:
    """All features' sentences of one language."""
    merged = Catalog(locale=locale)
    for path in sorted((FOLDER / locale).glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale=locale):
                if message.id:
                    merged[message.id] = message
    return merged


@cache
def codes() -> frozenset[str]:
    """All codes and sentences that are worded."""
    return frozenset(m.id for m in _merged(LOCALES[0]) if m.id and isinstance(m.id, str))


@cache
def catalogue(locale: str) -> Translations:
    """All features' sentences of one language, as they are looked up."""
    compiled = io.BytesIO()
    write_mo(compiled, _merged(locale))
    compiled.seek(0)
    return Translations(compiled)


class PoDomain(Domain):
    """Flask-Babel's domain, reading .po files, so that no compiled file is committed."""

    def get_translations(self) -> NullTranslations:
        return translations()


def locale_code() -> str:
    """The reader's language: ja or en.

    A page asks a thousand times; what Flask-Babel found once is taken from where it keeps it.
    """
    found = g.get("_flask_babel") if has_app_context() else None
    locale = getattr(found, "babel_locale", None) or get_locale()
    return locale.language if locale and locale.language in LOCALES else LOCALES[0]


def translations() -> Translations:
    """All sentences in the reader's language."""
    return catalogue(locale_code())


def sentence(code: str, **details: object) -> str:
    """Word a message code in the reader's language; its absence is a bug that tests find.

    Where English needs one wording for one and one for more, the first number given decides.
    A rule of the database that has no words of its own is told in general words.
    """
    known = translations()
    number = next((value for value in details.values() if isinstance(value, int)), None)
    text: str = code if number is None else known.ungettext(code, code, number)
    if text == code:
        text = known.ugettext(code)
    if text.startswith("constraint."):
        return str(known.ugettext("constraint.unknown"))
    return text % details if details else text


def init_app(app: Flask, select: Callable[[], str]) -> None:
    """Let `select` choose the language of each request."""
    Babel(app, default_locale=LOCALES[0], locale_selector=select)
    app.extensions["babel"].instance.domain_instance = PoDomain()
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its extension
        gettext=lambda text: translations().ugettext(text),
        ngettext=lambda one, more, n: translations().ungettext(one, more, n),
        pgettext=lambda context, text: translations().upgettext(context, text),
        npgettext=lambda context, one, more, n: translations().unpgettext(context, one, more, n),
        newstyle=True,
    )
