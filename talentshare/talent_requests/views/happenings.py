"""What has happened to a request, in words."""

from typing import Any

from talentshare.kernel import clock
from talentshare.platform import formats
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.i18n import sentence as _
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries import Happening
from talentshare.talent_requests.states import Side


def words_of(it: TalentRequest, one: Happening, year: bool = False) -> dict[str, Any]:
    """A line of the history: what, when (with its year on wish) and who in which role, why."""
    what = sentence(one.code, **formats.worded(one.details))
    if one.steps:
        pages = [sentence(f"talent_request.step.{step}") for step in one.steps]
        more = sentence("talent_request.comma").join(pages)
        what = formats.in_brackets(what, more)
    if one.is_of_a_day:
        meta = formats.day(clock.tokyo_day(one.at), year)
    else:
        meta = formats.beside(formats.at(one.at, year), _doer(it, one))
    return {"what": what, "meta": meta, "note": one.remark, "now": False}


def _doer(it: TalentRequest, one: Happening) -> str:
    if one.person is None:
        return _("自動処理")
    if one.side is Side.MANAGER:
        part = _("%(body)sの担当課長", body=named(it.body))
    elif one.side is Side.BODY:
        part = _("依頼団体の担当者")
    else:
        part = sentence(f"talent_request.side.{one.side}")
    return formats.in_brackets(named(one.person), part)
