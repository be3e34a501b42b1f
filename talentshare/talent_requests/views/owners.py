"""Who looks after a request on each side, and what is said of owners who cannot act any more."""

from dataclasses import dataclass

from flask import url_for

from talentshare.accounts.models import Person
from talentshare.kernel.actor import Actor
from talentshare.platform import formats
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.i18n import sentence as _
from talentshare.talent_requests import queries
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import EDITABLE, ENDED, RequestState
from talentshare.talent_requests.views import facts, words

BEFORE_ENDORSEMENT = EDITABLE | {RequestState.SUBMITTED}


@dataclass(frozen=True)
class Gone:
    """An owner who cannot act any more; `url` leads to taking over, for a colleague."""

    title: str
    text: str
    url: str = ""


def rows(it: TalentRequest) -> list[dict[str, str]]:
    first, last = it.support_starts_on, it.support_ends_on
    support = [facts.row(_("支援の期間"), formats.period(first, last))] if first and last else []
    return [
        facts.row(_("依頼団体の担当者"), f"{words.person_line(it.officer)}\n{section(it)}"),
        facts.row(_("調整担当者"), words.person_line(it.coordinator)),
        *support,
        facts.row(_("団体の決定予定日"), formats.day(it.decision_on, year=True)),
        facts.row(_("団体の手続"), procedure(it)),
    ]


def procedure(it: TalentRequest) -> str:
    """What the body decides by itself, and whether its manager has endorsed."""
    needed = _("庁内決定（決裁・事案決定）が必要")
    if it.body.needs_endorsement:
        done = it.state not in BEFORE_ENDORSEMENT
        more = _("所属の確認は済み") if done else _("提出のあと、所属の確認が必要")
        return sentence("talent_request.stop").join([needed, more])
    return needed


def section(it: TalentRequest) -> str:
    """The body, with the section of the officer who is still there."""
    officer = it.acting_officer
    return " ".join(filter(None, [named(it.body), officer.section if officer else ""]))


def contact(it: TalentRequest) -> list[dict[str, str]]:
    line = formats.beside(section(it), words.person_line(it.officer))
    return [facts.row(_("依頼団体の担当者"), line)]


def take_over_url(actor: Actor, it: TalentRequest) -> str:
    if not queries.may_take_over(actor, it):
        return ""
    return url_for("talent_requests.take_over", number=it.number)


def gone(actor: Actor, it: TalentRequest) -> list[Gone]:
    """The owners who cannot act any more, while there is something to do."""
    if it.state in ENDED:
        return []
    is_of_body = queries.is_of_body(actor, it)
    found = []
    if it.officer is not None and it.acting_officer is None:
        text = _("ほかの担当者が引き継ぐまで、お知らせは、依頼団体の担当者全員に届きます。")
        found.append(_gone(it.officer, text, take_over_url(actor, it) if is_of_body else ""))
    if it.coordinator is not None and it.acting_coordinator is None:
        text = _("ほかの調整担当者が引き継ぐまで、お知らせは、調整担当者全員に届きます。")
        found.append(_gone(it.coordinator, text, "" if is_of_body else take_over_url(actor, it)))
    return found


def _gone(who: Person, text: str, url: str) -> Gone:
    title = _("担当の%(name)sさんは、この依頼の手続ができなくなりました", name=named(who))
    return Gone(title, text, url)
