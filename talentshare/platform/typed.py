"""Checks of what was typed that forms of all features share: names in one line, mail addresses."""

import re
import unicodedata

from wtforms import Field, ValidationError

from talentshare.platform.i18n import sentence

SPACES = str.maketrans("\t\u00a0", "  ")  # as they come from a spreadsheet or a web page
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
LONGEST_ADDRESS, LONGEST_LOCAL = 254, 64
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"{ATOM}(?:\.{ATOM})*@(?:{LABEL}\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]")


def one_line(_form: object, field: Field) -> None:
    """Accept a text of signs that print in one line; what is refused stays as typed."""
    text = str(field.data or "").translate(SPACES)
    if any(unicodedata.category(sign) in UNSEEN for sign in text):
        raise ValidationError(sentence("typed.unprintable"))
    if field.data:
        field.data = text


def mail_address(_form: object, field: Field) -> None:
    """Accept nothing, or an address to which a mail can go."""
    text = str(field.data or "")
    local = text.partition("@")[0]
    is_short = len(text) <= LONGEST_ADDRESS and len(local) <= LONGEST_LOCAL
    if text and not (is_short and ADDRESS.fullmatch(text)):
        raise ValidationError(sentence("typed.no_address"))
