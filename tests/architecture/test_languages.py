"""Both languages say everything, with the same blanks, in the words of the house."""

import re
from collections import defaultdict

import pytest

from talentshare.platform import triggers
from talentshare.platform.db import db
from talentshare.platform.i18n import LOCALES
from tests.architecture.families import FAMILIES, all_members
from tests.architecture.messages import (
    BLANK,
    CODE,
    JAPANESE,
    entries,
    literals,
    said,
    sentences,
)
from tests.architecture.sources import PACKAGE, name_of

FORBIDDEN = ("派遣", "人を貸す", "仮押さえ", "却下", "超過勤務", "公開中", "ユーザ", "利用団体")
# A prefix that is put together from what the database or the framework reports.
OPEN_FAMILIES = {"constraint.", "http."}
# Words that stay Japanese in English: examples of what may be typed.
QUOTED = re.compile(r"令和\d+年\d+月\d+日|“[^”]*”|\([^)]*\)|For example .*")


def is_code(key):
    return CODE.fullmatch(key) is not None


def by_key(locale):
    return {entry.key: entry for entry in entries(locale)}


def test_every_japanese_sentence_has_an_english_one():
    english = by_key("en")
    missing = {text: where[0] for text, where in sentences().items() if text not in english}
    assert missing == {}


def test_every_code_that_is_said_is_worded_in_both_languages():
    worded = {locale: by_key(locale) for locale in LOCALES}
    silent = {
        f"{locale} {code}": where
        for code, where in said()
        for locale in LOCALES
        if is_code(code) and not code.endswith("_") and code not in worded[locale]
    }
    assert silent == {}


def test_every_code_that_is_put_together_is_of_a_known_family():
    unknown = {
        code: where
        for code, where in said()
        if code.endswith((".", "_")) and code not in FAMILIES and code not in OPEN_FAMILIES
    }
    assert unknown == {}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_member_of_a_family_is_worded(locale):
    assert all_members() - by_key(locale).keys() == set()


def test_a_code_is_worded_in_both_languages_or_in_none():
    codes = {locale: {k for k in by_key(locale) if is_code(k)} for locale in LOCALES}
    assert codes["ja"] ^ codes["en"] == set()


def test_japanese_sentences_are_their_own_japanese():
    """A msgid in Japanese needs no entry under ja, and English none but codes and Japanese."""
    assert [e.key for e in entries("ja") if not is_code(e.key)] == []
    assert [e.key for e in entries("en") if not is_code(e.key) and is_foreign(e.key)] == []


def is_foreign(text):
    """Whether there are letters in it, but no Japanese ones; blanks and signs are nobody's."""
    return re.search(r"[A-Za-z]", BLANK.sub("", text)) and not JAPANESE.search(text)


def test_both_languages_have_the_same_blanks():
    english, japanese = by_key("en"), by_key("ja")
    differing = {}
    for key, entry in english.items():
        wanted = set(BLANK.findall(japanese[key].texts[0] if key in japanese else key))
        for text in entry.texts:
            if set(BLANK.findall(text)) != wanted:
                differing[key] = text
    assert differing == {}


# Counts that are never one: the limits of a comparison, neighbours in a list, catalogues.
ALWAYS_SEVERAL = {
    "%(n)s人を並べて比べます",
    "%(day)sの週から%(count)d週",
    "%(first)sの週からの%(n)s週に、計%(time)s",
}
COUNTED = re.compile(
    r"%\((?:n|num|count|missing|seconds|weeks)\)[sd] (?!of )(?:[a-z]+ ){0,2}(?:[a-z]+s|people)\b"
    r"|\bare %\((?:n|num|count)\)[sd]"
)
WORDED_IN_ADVANCE = "engine.po"  # its blanks come as "1 week", "2 weeks"


def test_english_counts_one_as_one():
    """A number before a plural has a wording for one beside it, or stands behind a colon."""
    faults = [
        text
        for entry in entries("en")
        for text in entry.texts
        if len(entry.texts) == 1
        and COUNTED.search(text)
        and entry.key not in ALWAYS_SEVERAL
        and entry.file != WORDED_IN_ADVANCE
    ]
    assert faults == []


def is_filled(key, text):
    """Templates fill each text; Python only those to which it gives something."""
    places = sentences().get(key, [])
    return "%(" in text or any(place.split(":")[0].endswith(".html") for place in places)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_text_can_be_filled_in(locale):
    """Where a text is filled in, each blank is closed and a percent sign doubled; else it is not."""
    faults = []
    for entry in entries(locale):
        for text in (*entry.texts, *([] if is_code(entry.key) else [entry.key])):
            if not is_filled(entry.key, text):
                faults += [text] if "%%" in text else []
                continue
            try:
                text % defaultdict(int)
            except (TypeError, ValueError):
                faults.append(text)
    assert faults == []


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_empty_doubtful_or_left_in_the_other_language(locale):
    faults = [e.key for e in entries(locale) if e.is_fuzzy or not all(t.strip() for t in e.texts)]
    if locale == "en":
        faults += [
            text for e in entries("en") for text in e.texts if JAPANESE.search(QUOTED.sub("", text))
        ]
    else:
        faults += [e.key for e in entries("ja") if is_foreign(e.texts[0])]
    assert faults == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_message_has_one_wording(locale):
    """The files are merged into one catalogue: the same message twice must say the same."""
    wordings = defaultdict(dict)
    for entry in entries(locale):
        wordings[entry.key][entry.file] = entry.texts
    differing = {key: said for key, said in wordings.items() if len(set(said.values())) > 1}
    assert differing == {}


def rules_of_the_database():
    """The names under which a broken rule is reported, by table or by trigger."""
    found = {"unknown"}
    for table in db.metadata.tables.values():
        found |= {str(rule.name) for rule in table.constraints if rule.name}
        for index in (index for index in table.indexes if index.unique):
            found |= {str(index.name), "_".join(["uq", table.name, *index.columns.keys()])}
    for dialect in ("sqlite", "postgresql"):
        for statement in triggers.statements(dialect):
            found |= {a or b for a, b in RULE_NAMES.findall(statement)}
    return found


RULE_NAMES = re.compile(r"CONSTRAINT (?:= ')?(\w+)|RAISE\(ABORT, '(\w+):")


def test_every_rule_with_words_of_its_own_is_a_rule_of_the_database():
    worded = {key.removeprefix("constraint.") for key in by_key("ja") if "constraint." in key}
    assert worded - rules_of_the_database() == set()


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_translated_that_nobody_says(locale):
    used = set(sentences()) | literals() | all_members() | {code for code, _ in said()}
    orphans = [
        f"{e.file}: {e.key}"
        for e in entries(locale)
        if e.key not in used and not e.key.startswith(tuple(OPEN_FAMILIES))
    ]
    assert orphans == []


def test_no_word_that_the_house_avoids_is_on_a_screen():
    texts = [(e.file, text) for e in entries("ja") for text in e.texts]
    texts += [(where[0], text) for text, where in sentences().items()]
    texts += [
        (name_of(path), line)
        for path in PACKAGE.rglob("*.csv")
        for line in path.read_text("utf-8").splitlines()
    ]
    found = [
        f"{where}: {text}"
        for where, text in texts
        for word in FORBIDDEN
        if word in re.sub("ユーザビリティ|ユーザーにとって", "", text)
    ]
    assert found == []


def test_a_text_of_several_sentences_ends_like_one():
    """With a full stop inside there is one at the end, or the last part is a plain heading."""
    bare = [
        (e.file, text)
        for e in entries("ja")
        for text in e.texts
        if "。" in text and not text.endswith(("。", "さい", "ます", "です", "した", "せん", "」"))
    ]
    assert bare == []
