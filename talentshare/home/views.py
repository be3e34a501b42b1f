"""What stands around each page (menu, name, notices) and what waits for each role."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext
from flask_login import current_user

from talentshare.catalogue import queries as catalogue
from talentshare.home import queries
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.weeks import add_months, monday
from talentshare.notices import queries as notices
from talentshare.platform.formats import day, named, worded
from talentshare.platform.i18n import LOCALES, sentence
from talentshare.platform.support import support_lines
from talentshare.platform.web import current_actor, local_path, public, signed_in
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import TalentRequest

bp = Blueprint("home", __name__)

CLIENTS = (Role.OFFICER, Role.MANAGER)
CASES = ("talent_requests.desk", "talent_requests.index", "talent_requests.waiting")

# Under which entry a page stands whose address does not say it: by its feature.
BELONGS: dict[str, tuple[str, ...]] = {
    "talent_requests": CASES,
    "matching": (*CASES, "catalogue.index"),
    "proposals": (*CASES, "proposals.offers"),
    "allocations": ("allocations.specialists",),
    "catalogue": ("catalogue.index",),
    "reports": ("reports.utilisation", "allocations.availability"),
}
OF_ONESELF = {"allocations": "allocations.availability", "specialists": "specialists.profile"}
SIDES = {
    Role.OFFICER: "body",
    Role.MANAGER: "body",
    Role.SPECIALIST: "specialist",
    Role.COORDINATOR: "govtech",
}
SHOWN = 6
MOST_TASKS = 30
YEAR_SECONDS = 365 * 24 * 3600


MENU: tuple[tuple[Role, tuple[tuple[str, str], ...]], ...] = (
    (
        Role.OFFICER,
        (
            ("talent_requests.index", lazy_gettext("相談と依頼")),
            ("proposals.supports", lazy_gettext("支援の予定")),
        ),
    ),
    (
        Role.MANAGER,
        (
            ("talent_requests.waiting", lazy_gettext("確認待ち")),
            ("talent_requests.index", lazy_gettext("団体の依頼")),
        ),
    ),
    (
        Role.SPECIALIST,
        (
            ("proposals.offers", lazy_gettext("打診と支援")),
            ("allocations.availability", lazy_gettext("予定")),
            ("specialists.profile", lazy_gettext("プロフィールと申告")),
        ),
    ),
    (
        Role.COORDINATOR,
        (
            ("talent_requests.desk", lazy_gettext("調整デスク")),
            ("plans.index", lazy_gettext("計画案")),
            ("allocations.specialists", lazy_gettext("専門人材")),
            ("reports.utilisation", lazy_gettext("稼働状況")),
        ),
    ),
    (
        Role.ADMIN,
        (
            ("accounts.people", lazy_gettext("利用者")),
            ("accounts.bodies", lazy_gettext("団体")),
            ("catalogue.index", lazy_gettext("設定")),
            ("reports.utilisation", lazy_gettext("稼働状況")),
        ),
    ),
)


@dataclass(frozen=True)
class Entry:
    """One entry of the main menu."""

    label: str
    url: str
    current: bool


def frame() -> dict[str, Any]:
    """The context of base.html."""
    if not signed_in():
        return {"actor": None, "navigation": [], "notice_count": 0}
    who = current_user.person
    return {
        "actor": current_user.actor,
        "person_name": named(who),
        "person_affiliation": " ".join(filter(None, [named(who.body), who.section])),
        "navigation": navigation(current_user.actor),
        "notice_count": notices.unread_count(current_user.actor),
    }


def navigation(actor: Actor) -> list[Entry]:
    """The main menu of somebody with these roles, in the order of the roles."""
    rows = [("home.index", _("ホーム"))]
    for role, entries in MENU:
        if actor.has(role):
            rows += [entry for entry in entries if entry not in rows]
    here = _here([name for name, _label in rows])
    return [Entry(label, url_for(name), name == here) for name, label in rows]


def _here(names: list[str]) -> str:
    """The entry under which the page stands: by its address, else by its feature."""
    under = [name for name in names if f"{request.path}/".startswith(url_for(name) + "/")]
    if under:
        return max(under, key=lambda name: len(url_for(name)))
    feature = (request.endpoint or "").split(".", maxsplit=1)[0]
    if request.path.startswith("/me/"):
        return OF_ONESELF.get(feature, "")
    if request.path.startswith("/admin/"):
        feature = "catalogue"
    return next((name for name in BELONGS.get(feature, ()) if name in names), "")


@bp.get("/")
def index() -> ResponseReturnValue:
    """What waits for me, then the one entry, then the cases."""
    actor = current_actor()
    of_body = talent_requests.of_body(actor) if actor.has(*CLIENTS) else None
    today = clock.today()
    tasks = queries.tasks(actor, MOST_TASKS)
    return render_template(
        "home/index.html",
        tasks=[_row(task) for task in tasks],
        task_count=tasks.total,
        asks=actor.has(Role.OFFICER),
        is_beginning=queries.is_beginning(actor),
        short_weeks=queries.short_weeks(actor),
        own_time=actor.specialist_id is not None,
        today=today,
        next_month=add_months(today, 1),
        next_week=monday(today) + timedelta(days=7),
        entries=navigation(actor)[1:] if not of_body else [],
        cases=_cases(actor, of_body.items[:SHOWN]) if of_body else [],
        case_count=of_body.total if of_body else 0,
    )


def _row(task: queries.Task) -> dict[str, object]:
    details = worded(task.details)
    left = ""
    if task.left is not None:
        left = _left(task.left)
    return {
        "name": sentence(f"{task.code}.name", **details),
        "why": sentence(f"{task.code}.why", **details),
        "url": task.path,
        "due": _("%(day)sまで", day=day(task.due_on)) if task.due_on else "",
        "left": left,
    }


def _left(days: int) -> str:
    """あと8開庁日."""
    if days < 0:
        return ngettext("%(num)d開庁日 超過", "%(num)d開庁日 超過", -days)
    return ngettext("あと%(num)d開庁日", "あと%(num)d開庁日", days) if days else _("今日まで")


def _cases(actor: Actor, items: Sequence[TalentRequest]) -> list[dict[str, object]]:
    """The table of cases."""
    closed = catalogue.closed_days(*talent_requests.days_of(items))
    return [_case(actor, it, closed) for it in items]


def _case(actor: Actor, it: TalentRequest, closed: frozenset[date]) -> dict[str, object]:
    """A row of the table of cases."""
    turn = talent_requests.whose_turn(it)
    due_on = turn.due_on if turn else None
    return {
        "title": it.title or _("（件名なし）"),
        "number": it.number,
        "state": it.state_now,
        "side": turn.side if turn else None,
        "yours": talent_requests.is_your_turn(actor, it),
        "due_on": due_on,
        "late": talent_requests.days_late(due_on, closed),
    }


@bp.get("/language/<locale>")
@public
def language(locale: str) -> ResponseReturnValue:
    """Remember the reader's language in a cookie and go back."""
    response = redirect(local_path(request.args.get("next")))
    if locale in LOCALES:
        response.set_cookie("locale", locale, max_age=YEAR_SECONDS, samesite="Lax")
    return response


@bp.get("/help")
@public
def help() -> ResponseReturnValue:  # noqa: A001  the name of the page
    """How it works, with the states as the reader's roles see them; a stranger sees a body's."""
    roles = current_actor().roles if signed_in() else frozenset()
    sides = [side for role, side in SIDES.items() if role in roles]
    return render_template(
        "home/help.html", sides=list(dict.fromkeys(sides)) or ["body"], support=support_lines()
    )


@bp.get("/accessibility")
@public
def accessibility() -> ResponseReturnValue:
    return render_template("home/accessibility.html")


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    return render_template("home/privacy.html")
