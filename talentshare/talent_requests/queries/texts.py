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
# Before a comma or a space, and where kana that end a phrase meet the next word.
PHRASE_END = re.compile(r"[、，,\s・]|(?<=[ぁ-ん])(?=[^ぁ-んー、，,\s・])")
BRACKETS = ("「」", "『』", "（）", "()", "【】", "“”")
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
    """The text up to its last comma, space or phrase, without a bracket that stays open."""
    for left, right in BRACKETS:
        if head.rfind(left) > head.rfind(right):
            head, following = head[: head.rfind(left)], left
    ends = [found.start() for found in PHRASE_END.finditer(head + following)]
    late = [end for end in ends if end > LONGEST_TITLE // 2]
    return (head[: late[-1]] if late else head).rstrip(LOOSE_ENDS) or head
