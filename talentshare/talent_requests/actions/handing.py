"""What every move has in common: what is said with it, whose turn follows, who is told."""

from datetime import date

from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Invalid
from talentshare.notices import actions as notices
from talentshare.talent_requests.actions.writing import require_no_price, require_version
from talentshare.talent_requests.models import TalentRequest


def handed(it: TalentRequest, remark: str, version: int | None) -> str:
    """What is said with a move, after the checks that every move makes."""
    require_version(it, version)
    said = remark.strip()
    require_no_price("remark", said)
    return said


def reason_of(it: TalentRequest, remark: str, version: int | None) -> str:
    """The same where a reason must be given."""
    said = handed(it, remark, version)
    if not said:
        raise Invalid("talent_request.reason_missing", field="remark")
    return said


def passed(it: TalentRequest, due_on: date | None) -> None:
    """The turn follows from the state again, until this day."""
    it.turn_side, it.turn_task, it.turn_path = None, "", ""
    it.turn_about_id, it.turn_due_on = None, due_on


def tell(actor: Actor, it: TalentRequest, person_ids: list[int], what: str) -> None:
    """Tell these people, but not whoever did it."""
    others = [person_id for person_id in person_ids if person_id != actor.id]
    if others:
        notices.tell(
            actor,
            others,
            f"talent_request.notice.{what}",
            f"/requests/{it.number}",
            due_on=it.turn_due_on,
            number=it.number,
            title=it.title,
        )
