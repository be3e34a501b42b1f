"""What admins do with bodies."""

from dataclasses import asdict

from talentshare import policy
from talentshare.accounts import queries
from talentshare.accounts.models import Body, BodyDraft, BodyFacts, BodyKind, BodySettings
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.platform.search_text import fold, katakana
from talentshare.policy import Can

NAMED_BY_HAND = frozenset({BodyKind.ASSOCIATION, BodyKind.OTHER})


@transactional
def add_body(actor: Actor, draft: BodyDraft, settings: BodySettings | None = None) -> Body:
    """Add a body; its code is free or the one by which the catalogue knows it."""
    policy.require(actor, Can.EDIT_BODY)
    if queries.body_by_code(draft.code):
        raise Conflict("body.code_taken", field="code")
    body = Body(code=draft.code)
    _write(body, draft)
    _set(body, settings or BodySettings())
    db.session.add(body)
    events.announce(actor, "body.added", body)
    return body


@transactional
def add_other_body(actor: Actor, facts: BodyFacts, settings: BodySettings) -> Body:
    """Add a 一部事務組合 or another body that the catalogue does not know."""
    policy.require(actor, Can.EDIT_BODY)
    if facts.kind not in NAMED_BY_HAND:
        raise Invalid("body.kind_fixed", field="kind")
    code = f"{facts.kind}-{queries.highest_id() + 1:04d}"
    body = add_body(actor, BodyDraft(code=code, **asdict(facts)), settings)
    events.announce(actor, "body.added_by_hand", body)
    return body


@transactional
def edit_body(
    actor: Actor, body_id: int, version: int, settings: BodySettings, facts: BodyFacts | None = None
) -> Body:
    """Change what a body wants; the names only of bodies that were added by hand."""
    policy.require(actor, Can.EDIT_BODY)
    body = queries.body(body_id)
    if body.version != version:
        raise Conflict("state.changed_meanwhile")
    if facts is not None:
        if not body.is_named_by_hand or facts.kind not in NAMED_BY_HAND:
            raise Invalid("body.kind_fixed")
        _write(body, facts)
    _set(body, settings)
    events.announce(actor, "body.edited", body)
    return body


def _write(body: Body, facts: BodyFacts) -> None:
    for name, value in asdict(facts).items():
        if name != "code":
            setattr(body, name, value)
    body.name_kana = katakana(facts.name_kana)
    body.search_text = fold(body.name_ja, body.name_kana, body.name_en)


def _set(body: Body, settings: BodySettings) -> None:
    if settings.office_opens_minute >= settings.office_closes_minute:
        raise Invalid("body.hours_backward", field="closes")
    for name, value in asdict(settings).items():
        setattr(body, name, value)
