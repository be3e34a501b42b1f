"""Text folded for search and for order: NFKC, case, katakana, variants of names."""

import re
import unicodedata

import jaconv

VARIANTS = str.maketrans(
    "髙﨑邉邊齋齊斎濵濱嶋嶌槗德瀨廣澤櫻國眞惠榮條曻",
    "高崎辺辺斉斉斉浜浜島島橋徳瀬広沢桜国真恵栄条昇",
)
COMPANY_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|公益社団法人|公益財団法人"
    r"|\(株\)|\(有\)|\(同\)|\(社\)|\(財\)"
)
NOT_LETTERS = re.compile(r"[\W_]+")


def fold(*texts: str | None) -> str:
    """One line to be searched: width, case, kana and variants of characters do not matter."""
    joined = " ".join(text for text in texts if text)
    plain = unicodedata.normalize("NFKC", joined).casefold()
    katakana: str = jaconv.hira2kata(plain)
    return katakana.translate(VARIANTS)


def pattern(query: str) -> str:
    """A LIKE pattern, escaped by a backslash, that finds `query` anywhere."""
    escaped = re.sub(r"([\\%_])", r"\\\1", fold(query).strip())
    return f"%{escaped}%"


def company_key(name: str) -> str:
    """A company's name without its legal form, width, case, spaces and signs."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return NOT_LETTERS.sub("", fold(COMPANY_FORMS.sub("", plain)))


def katakana(text: str) -> str:
    """Kana for sorting: full-width katakana without spaces at the ends."""
    kana: str = jaconv.hira2kata(unicodedata.normalize("NFKC", text))
    return kana.strip()
