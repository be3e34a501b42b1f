"""What free text must not hold, and what it suggests; nothing is read from the database."""

import re
import unicodedata

# An amount that is not a date, a count or a number of an article.
AMOUNT = (
    r"(?:約|およそ|概ね|おおむね)?[\\¥]?"
    r"(?:[\d,.]+|[一二三四五六七八九十百千〇]+)\s*"
    r"(?:[十百千]?[万億]?円|[百千]?万|億|\(?千円\)?|(?<=[\d,]{4})(?![\d,]|[年月日度号件人名時分条回週台]))"
)
PRICE_WORD = (
    r"(?:予定価格|最低制限価格|調査基準価格|積算(?:価格|金額|額)|設計(?:価格|金額)"
    r"|(?:planned|ceiling|reserve|target)\s+price)"
)
BETWEEN = r"[^。\n\d一二三四五六七八九]{0,12}\n?[^。\n\d一二三四五六七八九]{0,4}"
PRICES = (
    re.compile(rf"{PRICE_WORD}{BETWEEN}{AMOUNT}(?:円)?", re.IGNORECASE),
    re.compile(rf"{AMOUNT}[^。\n\d]{{0,6}}{PRICE_WORD}\)?", re.IGNORECASE),
)
SENTENCE_END = re.compile(r"[。\n！？!?]|\.\s")
LONGEST_TITLE = 40
COMMA = re.compile(r"[、，,\s]")
PHRASE_END = re.compile(r"(?<=[ぁ-ん])(?=[^ぁ-んー])")  # kana that end a phrase meet the next word
BRACKETS = (("「", "」"), ("『", "』"), ("（", "）"), ("(", ")"), ("【", "】"), ("“", "”"))
LOOSE_ENDS = "、，,・：:；;（(「『【 \u3000"


def price_in(text: str) -> str:
    """The words of an undisclosed price with its amount, in half-width signs, or nothing."""
    plain = unicodedata.normalize("NFKC", text)
    for price in PRICES:
        if found := price.search(plain):
            return " ".join(found[0].split())
    return ""


def suggested_title(worry: str) -> str:
    """A title taken from the first sentence of what troubles the body."""
    first = next((part.strip() for part in SENTENCE_END.split(worry) if part.strip()), "")
    if len(first) <= LONGEST_TITLE:
        return first
    return _cut(first[:LONGEST_TITLE], first[LONGEST_TITLE]) + "…"


def _cut(head: str, following: str) -> str:
    """The text up to its last open bracket, comma or space, else up to the end of a phrase."""
    half = LONGEST_TITLE // 2
    ends = [(head.rfind(pair[0]), head.rfind(pair[1])) for pair in BRACKETS]
    opened = max((left for left, right in ends if left > right), default=-1)
    if opened > half:
        return head[:opened].rstrip(LOOSE_ENDS) or head
    for end in (COMMA, PHRASE_END):
        late = [at.start() for at in end.finditer(head + following) if at.start() > half]
        if late:
            return head[: late[-1]].rstrip(LOOSE_ENDS) or head
    return head
