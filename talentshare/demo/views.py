"""The demo's banner: look around as somebody else. Mounted in the demo only."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from talentshare.accounts import actions as accounts
from talentshare.accounts import queries as account_queries
from talentshare.accounts.models import Device
from talentshare.demo import ground
from talentshare.demo.ground import Ground
from talentshare.demo.personas import Persona, chosen
from talentshare.kernel.actor import SYSTEM
from talentshare.kernel.errors import NotFound
from talentshare.platform.presses import repeatable
from talentshare.platform.web import public

bp = Blueprint("demo", __name__)


@dataclass(frozen=True)
class Banner:
    """What base.html shows of the demo."""

    personas: list[dict[str, str]]
    switch_url: str


@bp.app_context_processor
def banner() -> dict[str, Any]:
    labels = {
        "demo.officer": _("依頼団体の担当者"),
        "demo.manager": _("担当課長"),
        "demo.specialist": _("専門人材"),
        "demo.coordinator1": _("調整担当者（1人目）"),
        "demo.coordinator2": _("調整担当者（2人目）"),
        "demo.admin": _("管理者"),
    }
    rows = [{"label": labels[p.key], "sign_in_name": p.sign_in_name} for p in _personas()]
    return {"demo": Banner(rows, url_for("demo.switch"))}


def _personas() -> tuple[Persona, ...]:
    """Who they are does not change while the demo is served."""
    kept: tuple[Persona, ...] = current_app.extensions.setdefault("demo.personas", ()) or chosen()
    current_app.extensions["demo.personas"] = kept
    return kept


@bp.post("/demo/switch")
@public
@repeatable
def switch() -> ResponseReturnValue:
    """Sign in as one of the personas, without a password: these are nobody's accounts."""
    wanted = request.form.get("sign_in_name", "")
    person = account_queries.person_named(wanted)
    known = {p.sign_in_name for p in chosen()}
    if person is None or wanted not in known or ground.find().ground is not Ground.FINISHED:
        raise NotFound("demo.no_such_persona")
    device = Device(user_agent=request.user_agent.string, ip=request.remote_addr or "")
    opened = accounts.open_session(SYSTEM, person.id, device)
    session.clear()
    response = redirect(url_for("home.index"))
    response.set_cookie(**opened.cookie)
    return response
