"""運用状況, and the two doors at which a monitor knocks."""

from flask import render_template
from flask.typing import ResponseReturnValue

from talentshare.operations import queries
from talentshare.operations.views.blueprint import bp
from talentshare.platform.web import current_actor, public

UNAVAILABLE = 503


@bp.get("/admin/health")
def health() -> ResponseReturnValue:
    """Whether everything that runs by itself does so."""
    return render_template("operations/health.html", found=queries.health(current_actor()))


@bp.get("/healthz")
@public
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@bp.get("/readyz")
@public
def ready() -> ResponseReturnValue:
    """The process can serve pages: its database is there and has the right shape."""
    return ({"status": "ok"}, 200) if queries.is_ready() else ({"status": "not ready"}, UNAVAILABLE)
