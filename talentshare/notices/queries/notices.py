"""Every way that notices are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from sqlalchemy import Select, func, select

from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.notices.models import Notice
from talentshare.platform.db import db

PAGE_SIZE = 50


@dataclass(frozen=True)
class NoticesPage:
    """One page of notices, and where it stands."""

    notices: Sequence[Notice]
    unread_count: int
    page: int
    pages: int


def visible(actor: Actor) -> Select[Notice]:
    """One's own, nobody else's."""
    return select(Notice).where(Notice.person_id == actor.id)


def unread_count(actor: Actor) -> int:
    unread = visible(actor).where(Notice.read_at.is_(None)).with_only_columns(func.count())
    return db.session.scalar(unread) or 0


def own_notices(actor: Actor, page: int) -> NoticesPage:
    """The unread first, then the newest."""
    total = db.session.scalar(visible(actor).with_only_columns(func.count())) or 0
    pages = max(1, ceil(total / PAGE_SIZE))
    page = min(max(1, page), pages)
    rows = (
        visible(actor)
        .order_by(Notice.read_at.is_not(None), Notice.created_at.desc(), Notice.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    return NoticesPage(db.session.scalars(rows).all(), unread_count(actor), page, pages)


def find(actor: Actor, notice_id: int) -> Notice:
    found = db.session.scalar(visible(actor).where(Notice.id == notice_id))
    if found is None:
        raise NotFound("notice.not_found")
    return found


def told_once(key: str) -> set[int]:
    """Who was told under this key."""
    return set(db.session.scalars(select(Notice.person_id).where(Notice.once_key == key)))
