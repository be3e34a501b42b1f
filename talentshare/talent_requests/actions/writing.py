"""What every page that writes has in common."""

from sqlalchemy.orm.attributes import flag_modified

from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform.search_text import fold
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import TalentRequest


def require_version(it: TalentRequest, version: int | None) -> None:
    """Refuse to act on what somebody else has changed since it was read."""
    if version is not None and it.version != version:
        raise Conflict("state.changed_meanwhile")


def require_editable(actor: Actor, it: TalentRequest, version: int | None) -> None:
    """Refuse to write over somebody's change, and where it is not this side's turn to write."""
    require_version(it, version)
    if not queries.may_edit(actor, it):
        raise Conflict("talent_request.not_editable")


def touch(actor: Actor, it: TalentRequest) -> None:
    """Note who wrote last; the version moves even when only a position changed."""
    it.edited_at = clock.now()
    flag_modified(it, "edited_at")
    it.edited_by_id = actor.id or None
    body = it.body
    it.search_text = fold(it.number, it.title, body.name_ja, body.name_kana, body.name_en)


def require_no_price(name: str, said: str) -> None:
    """Undisclosed prices stay out of texts, which may have to be disclosed."""
    found = queries.price_in(said)
    if found:
        raise Invalid("talent_request.price_in_text", field=name, found=found)
