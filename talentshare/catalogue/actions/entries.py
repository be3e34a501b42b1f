"""Wording entries of the catalogue anew, adding some, letting others be chosen no more."""

from collections.abc import Iterable, Mapping
from typing import Any

from talentshare import policy
from talentshare.catalogue import queries
from talentshare.catalogue.models import (
    ADDED,
    RETIRED,
    CatalogueText,
    CatalogueVersion,
    EntryDraft,
    Kind,
    Skill,
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

    Requests that were submitted before keep the words of their version.
    """
    policy.require(actor, Can.EDIT_CATALOGUE)
    number = queries.lock_newest() + 1
    it = queries.load_entry(kind, code)
    now = queries.text_now(kind, code)
    is_retired = draft.is_retired and kind in RETIRED
    if (dict(draft.words), is_retired) == (queries.words_of(kind, it), now.is_retired):
        return None
    if now.from_version != draft.seen_version:
        raise Conflict("catalogue.entry_changed")
    _require_reason(reason)
    _require_name(kind, code, draft.words)
    if is_retired and not now.is_retired:
        _require_others(kind, code)
    made = _added(actor, number)
    now.until_version = number
    for name, text in draft.words.items():
        setattr(it, name, text)
    if kind in RETIRED:
        it.retired_in = (it.retired_in or number) if is_retired else None
    db.session.add(_text(kind, it, number))
    forget_kept()
    facts = {"number": number, "kind": kind.value, "code": code}
    events.announce(actor, "catalogue.entry_changed", made, remark=reason.strip(), **facts)
    return number


@transactional
def add_entry(actor: Actor, kind: Kind, draft: EntryDraft, reason: str) -> str:
    """A new skill or theme, under a code that stays its own; gives the code."""
    policy.require(actor, Can.EDIT_CATALOGUE)
    if kind not in ADDED:
        raise Invalid("catalogue.not_added")
    number = queries.lock_newest() + 1
    _require_reason(reason)
    _require_name(kind, "", draft.words)
    it: Skill | Theme = _skill(draft) if kind is Kind.SKILL else _theme(draft)
    made = _added(actor, number)
    db.session.add_all([it, _text(kind, it, number)])
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
        db.session.add_all(_text(kind, row, number) for kind, row in new)
        events.announce(actor, "catalogue.version_loaded", made, number=number, entries=len(new))


def _added(actor: Actor, number: int) -> CatalogueVersion:
    """Stored at once: the words refer to it."""
    by = None if actor.is_system else actor.id
    made = CatalogueVersion(number=number, made_at=clock.now(), made_by_id=by)
    db.session.add(made)
    db.session.flush()
    return made


def _text(kind: Kind, row: Any, number: int) -> CatalogueText:
    return CatalogueText(
        kind=kind,
        code=row.code,
        from_version=number,
        is_retired=getattr(row, "retired_in", None) is not None,
        words=queries.words_of(kind, row),
    )


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
