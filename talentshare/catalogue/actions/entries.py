"""Wording entries of the catalogue anew, adding some, letting others be chosen no more."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from talentshare import policy
from talentshare.catalogue import queries
from talentshare.catalogue.models import (
    ADDED,
    LEVELS,
    MOST_MINUTES,
    MOST_SKILLS,
    MOST_WEEKS,
    OLD_KINDS,
    RETIRED,
    STEP_MINUTES,
    TEMPLATE_KINDS,
    TEMPLATE_PLACES,
    CatalogueText,
    CatalogueVersion,
    EntryDraft,
    Kind,
    RequestTemplate,
    Skill,
    TemplateFacts,
    Theme,
)
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import db, forget_kept, transactional
from talentshare.policy import Can

LONGEST_REASON = 500


@transactional
def change_entry(actor: Actor, kind: Kind, code: str, draft: EntryDraft, reason: str) -> int | None:
    """A new version in which an entry says something else; None where it says so already.

    Requests that were submitted before keep the words of their version, and what began from a
    template keeps what it filled in then.
    """
    policy.require(actor, Can.EDIT_CATALOGUE)
    number = queries.lock_newest() + 1
    it = queries.load_entry(kind, code)
    now = queries.text_now(kind, code)
    is_retired = draft.is_retired and kind in RETIRED
    before, said = _said_by(kind, it), _said_by(kind, it, draft)
    if (said, is_retired) == (before, now.is_retired):
        return None
    if now.from_version != draft.seen_version:
        raise Conflict("catalogue.entry_changed")
    _require_reason(reason)
    _require_name(kind, code, draft.words)
    _require_facts(draft.facts)
    if is_retired and not now.is_retired:
        _require_others(kind, code)
    made = _added(actor, number)
    now.until_version = number
    _keep_facts(kind, it)
    for name, value in said.items():
        setattr(it, name, value)
    if kind in RETIRED:
        it.retired_in = (it.retired_in or number) if is_retired else None
    db.session.add(_text(kind, it, number, said))
    forget_kept()
    facts = {"number": number, "kind": kind.value, "code": code}
    events.announce(actor, "catalogue.entry_changed", made, remark=reason.strip(), **facts)
    return number


@transactional
def add_entry(actor: Actor, kind: Kind, draft: EntryDraft, reason: str) -> str:
    """A new skill, theme or template, under a code that stays its own; gives the code."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    if kind not in ADDED:
        raise Invalid("catalogue.not_added")
    number = queries.lock_newest() + 1
    _require_reason(reason)
    _require_name(kind, "", draft.words)
    _require_facts(draft.facts)
    it = _NEW[kind](draft)
    made = _added(actor, number)
    db.session.add_all([it, _text(kind, it, number, _said_by(kind, it))])
    forget_kept()
    facts = {"number": number, "kind": kind.value, "code": it.code}
    events.announce(actor, "catalogue.entry_added", made, remark=reason.strip(), **facts)
    return it.code


def keep_first_words(actor: Actor) -> None:
    """What was loaded and no version knows begins with one."""
    db.session.flush()
    new = queries.unversioned()
    if new:
        number = queries.lock_newest() + 1
        made = _added(actor, number)
        db.session.add_all(
            _text(kind, row, number, queries.words_of(kind, row)) for kind, row in new
        )
        events.announce(actor, "catalogue.version_loaded", made, number=number, entries=len(new))


def _added(actor: Actor, number: int) -> CatalogueVersion:
    """Stored at once: the words refer to it."""
    by = None if actor.is_system else actor.id
    made = CatalogueVersion(number=number, made_at=clock.now(), made_by_id=by)
    db.session.add(made)
    db.session.flush()
    return made


def _text(kind: Kind, row: Any, number: int, said: dict[str, Any]) -> CatalogueText:
    return CatalogueText(
        kind=kind,
        code=row.code,
        from_version=number,
        is_retired=getattr(row, "retired_in", None) is not None,
        words=said,
    )


def _said_by(kind: Kind, row: Any, draft: EntryDraft | None = None) -> dict[str, Any]:
    """The words of an entry and what it fills in, as it is or as it is drafted."""
    words: Mapping[str, str] = draft.words if draft else queries.words_of(kind, row)
    filled = draft.facts.columns(row) if draft and draft.facts else queries.facts_of(kind, row)
    return {**words, **filled}


def _keep_facts(kind: Kind, row: Any) -> None:
    """The versions until the first change are given the facts that still stand."""
    facts = queries.facts_of(kind, row)
    for text in queries.texts_of(kind, row.code) if facts else ():
        if not facts.keys() <= text.words.keys():
            text.words = facts | text.words


def _require_reason(reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("catalogue.reason_needed", field="reason", most=LONGEST_REASON)


def _require_name(kind: Kind, code: str, words: Mapping[str, str]) -> None:
    """Two entries of one name could not be told apart in a list."""
    if not all(text.strip() for text in words.values()):
        raise Invalid("catalogue.words_needed")
    for field in (name for name in words if name.startswith(("name_", "title_"))):
        for other in _others(kind, code):
            if getattr(other, field) == words[field]:
                raise Conflict("catalogue.name_taken", field=field, text=words[field])


def _require_facts(facts: TemplateFacts | None) -> None:
    """A template fills in only what the catalogue knows and a request may have."""
    if facts is None:
        return
    skills, levels = [code for code, _ in facts.skills], {level for _, level in facts.skills}
    is_sound = (
        facts.theme_code in queries.theme_by_code()
        and facts.phase_code in queries.phase_by_code()
        and facts.role_code in queries.role_by_code()
        and facts.kind in (*TEMPLATE_KINDS, *OLD_KINDS)
        and facts.place in TEMPLATE_PLACES
        and queries.skill_names().keys() >= set(skills)
        and len(skills) == len(set(skills)) <= MOST_SKILLS
        and levels <= set(LEVELS)
        and STEP_MINUTES <= facts.minutes_per_week <= MOST_MINUTES
        and facts.minutes_per_week % STEP_MINUTES == 0
        and 1 <= facts.week_count <= MOST_WEEKS
    )
    if not is_sound:
        raise Invalid("catalogue.facts_needed")


def _require_others(kind: Kind, code: str) -> None:
    if not any(row.retired_in is None for row in _others(kind, code)):
        raise Conflict("catalogue.last_entry")


def _others(kind: Kind, code: str) -> Iterable[Any]:
    return [row for row in queries.entries(kind) if row.code != code]


def _skill(draft: EntryDraft) -> Skill:
    """The next number in its category; the category is worded as its other skills word it."""
    rows = [row for row in queries.skills() if row.category_code == draft.category_code]
    if not rows or not draft.role_codes:
        raise Invalid("catalogue.category_needed")
    last = max(int(row.code[len(draft.category_code) :]) for row in rows)
    return Skill(
        code=f"{draft.category_code}{last + 1:02}",
        category_code=draft.category_code,
        category_ja=rows[0].category_ja,
        category_en=rows[0].category_en,
        role_codes=list(draft.role_codes),
        **draft.words,
    )


def _theme(draft: EntryDraft) -> Theme:
    ranks = [row.rank for row in queries.themes()]
    rank = max(ranks, default=0) + 1
    return Theme(code=f"theme-{rank}", rank=rank, **draft.words)


def _template(draft: EntryDraft) -> RequestTemplate:
    """The next number; personal data are for each body to say."""
    if draft.facts is None:
        raise Invalid("catalogue.facts_needed")
    last = max((int(row.code[1:]) for row in queries.templates()), default=0)
    columns = draft.facts.columns()
    return RequestTemplate(code=f"T{last + 1:02}", personal_data="none", **draft.words, **columns)


_NEW: dict[Kind, Callable[[EntryDraft], Skill | Theme | RequestTemplate]] = {
    Kind.SKILL: _skill,
    Kind.THEME: _theme,
    Kind.TEMPLATE: _template,
}
