"""The blanks of a notice's sentence as words that people read and write: ｛受付番号｝."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from unicodedata import normalize

from talentshare.kernel.errors import Invalid
from talentshare.notices.models import WordingDraft
from talentshare.notices.states import LONGEST_WORDING, is_plain, plain_lines
from talentshare.platform.i18n import LOCALES, catalogue, codes

TOLD = re.compile(r"(?!policy\.)[a-z_]+\.notice\.[a-z_.]+")
OTHERS = ("person.reset_asked", "audit.broken")
BLANK = re.compile(r"%\((\w+)\)([sd])")
STORED = re.compile(r"\{(\w+)\}")
TYPED = re.compile(r"[{｛]([^{}｛｝]*)[}｝]|%\(([a-z_]+)\)[sd]")
BRACES = re.compile(r"[{}｛｝]")
WRITTEN = {"ja": ("｛", "｝", "、"), "en": ("{", "}", ", ")}
NEEDED = frozenset({"number", "title", "week_on", "due_on"})  # by these the matter is found
NAMED_APART: Mapping[tuple[str, str], str] = {
    ("audit.broken", "number"): "entry",
    ("plan.notice.ended", "number"): "plan",
    ("plan.notice.failed", "number"): "plan",
}


@cache
def notice_codes() -> tuple[str, ...]:
    """Everything that people are told."""
    return tuple(sorted([*filter(TOLD.fullmatch, codes()), *OTHERS]))


def product_text(code: str, locale: str) -> str:
    """The product's own sentence as it would be stored; the one for several, where it counts."""
    known = catalogue(locale)
    text = known.ungettext(code, code, 2)
    text = known.ugettext(code) if text == code else text
    return BLANK.sub(r"{\1}", text).replace("%%", "%")


def blanks(code: str) -> Sequence[str]:
    """What may be filled in: every blank that the product's sentence has in any of its forms."""
    forms = [
        form
        for known in map(catalogue, LOCALES)
        for form in (known.ugettext(code), *(known.ungettext(code, code, n) for n in (1, 2)))
    ]
    return list(dict.fromkeys(found[1] for form in forms for found in BLANK.finditer(form)))


def blank_name(code: str, blank: str) -> str:
    """Under which code a blank is named to people."""
    return f"blank.{NAMED_APART.get((code, blank), blank)}"


def readable(code: str, stored: str, locale: str) -> str:
    """A stored text with its blanks in words."""
    return STORED.sub(lambda found: _word(code, found[1], locale), stored)


def words(code: str, locale: str, *, needed: bool) -> str:
    """The words for blanks that must be there, or those that may, as they are written."""
    return _listed(code, [b for b in blanks(code) if (b in NEEDED) == needed], locale)


def checked(code: str, draft: WordingDraft) -> tuple[str, str]:
    """Both texts as they are stored; empty where the product's own are meant. Errors: Invalid."""
    for fault in faults(code, draft):
        raise fault
    texts = {locale: _stored(code, text) for locale, text in _typed(draft).items()}
    if all(text == product_text(code, locale) for locale, text in texts.items()):
        return "", ""
    return texts["ja"], texts["en"]


def faults(code: str, draft: WordingDraft) -> list[Invalid]:
    """All that is wrong with the texts of both languages; nothing with two empty ones."""
    typed = _typed(draft)
    if not any(typed.values()):
        return []
    return [fault for locale, text in typed.items() for fault in _faults(code, locale, text)]


def _typed(draft: WordingDraft) -> Mapping[str, str]:
    return {"ja": plain_lines(draft.text_ja), "en": plain_lines(draft.text_en)}


def _faults(code: str, locale: str, text: str) -> Iterator[Invalid]:
    field = f"text_{locale}"
    if not text:
        yield Invalid("mail.wording_one_language", field=field)
        return
    if len(text) > LONGEST_WORDING:
        yield Invalid("mail.wording_long", field=field, most=LONGEST_WORDING, count=len(text))
    if len(text.splitlines()) > 1:
        yield Invalid("mail.wording_lines", field=field)
    if not is_plain(text):
        yield Invalid("mail.wording_not_plain", field=field)
    known, usable = _known(code), _listed(code, blanks(code), locale)
    unknown = [found[0] for found in TYPED.finditer(text) if _blank(known, found) is None]
    if unknown:
        words = WRITTEN[locale][2].join(dict.fromkeys(unknown))
        yield Invalid("mail.wording_unknown", field=field, word=words, words=usable)
    if BRACES.search(TYPED.sub("", text)):
        yield Invalid("mail.wording_brace", field=field, words=usable)
    there = STORED.findall(_stored(code, text))
    lost = [blank for blank in blanks(code) if blank in NEEDED and blank not in there]
    if lost:
        yield Invalid("mail.wording_dropped", field=field, words=_listed(code, lost, locale))


def _stored(code: str, text: str) -> str:
    """A typed text with the blanks that are known by their names."""
    known = _known(code)

    def filled(found: re.Match[str]) -> str:
        blank = _blank(known, found)
        return found[0] if blank is None else f"{{{blank}}}"

    return TYPED.sub(filled, text)


def _blank(known: Mapping[str, str], found: re.Match[str]) -> str | None:
    return found[2] if found[2] in known.values() else known.get(_key(found[1] or ""))


def _known(code: str) -> Mapping[str, str]:
    """Blanks by their words; those of the other language are understood, too."""
    return {
        _key(catalogue(locale).ugettext(blank_name(code, blank))): blank
        for locale in LOCALES
        for blank in blanks(code)
    }


def _key(word: str) -> str:
    return " ".join(normalize("NFKC", word).casefold().split())


def _word(code: str, blank: str, locale: str) -> str:
    begin, end, _ = WRITTEN[locale]
    return f"{begin}{catalogue(locale).ugettext(blank_name(code, blank))}{end}"


def _listed(code: str, of: Sequence[str], locale: str) -> str:
    return WRITTEN[locale][2].join(_word(code, blank, locale) for blank in of)
