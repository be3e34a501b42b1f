"""The demo from whatever stands in the database to the last line of JSON."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError, OperationalError

from talentshare.accounts.models import Body
from talentshare.allocations import queries as allocation_queries
from talentshare.allocations.models import allocation_week
from talentshare.demo import ground
from talentshare.demo.ground import Found, Ground, Unfit
from talentshare.demo.making import make
from talentshare.demo.people import at_ten
from talentshare.demo.personas import PASSWORD, chosen
from talentshare.demo.plan import Order, Plan
from talentshare.kernel import clock
from talentshare.platform import events, schema
from talentshare.platform.db import db
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import LIVE, ProposalState
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position, TalentRequest

__all__ = ["Order", "Unfit", "environment", "run", "say", "say_where"]

ELSEWHERE = "choose an empty one with TALENTSHARE_INSTANCE or TALENTSHARE_DATABASE_URL."
OTHER_PEOPLE = (
    "This database holds people who are not of the demo; nothing was changed. "
    "For the demo, " + ELSEWHERE
)
JOINED = (
    "People who are not of the demo have joined it, so it is not cleared; nothing was changed. "
    "Delete that database yourself, or " + ELSEWHERE
)
UNREADABLE = "The database cannot be read: {}. Mend or delete it, or " + ELSEWHERE
UNFINISHED = "A demo was begun here and not finished; it is made anew."
STOPPED = "The demo is not finished: {}. The next `make demo` begins anew by itself."


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """The settings of the demo: plain http on this machine, secrets that are none."""
    return dict(given) | {"TALENTSHARE_DEMO": "1", "TALENTSHARE_HTTPS": "0"}


def run(order: Order, instance: Path) -> dict[str, Any]:
    """Make the fictional Tokyo unless it is there, and say what stands in it."""
    began = time.monotonic()
    with ground.alone(instance):
        found = _found()
        if found.ground is Ground.OTHERS:
            raise Unfit(OTHER_PEOPLE)
        if found.ground is Ground.FINISHED and _is_kept(order, found):
            schema.upgrade()
            return _figures(found.ranked, began)
        plan = order.plan(found, clock.today())
        _make_room(found)
        try:
            ranked = make(plan, say)
        except KeyboardInterrupt:
            raise Unfit(STOPPED.format("it was interrupted")) from None
        except OperationalError as error:
            raise Unfit(STOPPED.format(error.orig)) from error
    with clock.standing_at(at_ten(plan.as_of)):
        return _figures(ranked, began)


def say(line: str) -> None:
    """Progress, for whoever waits."""
    print(line, flush=True)


def say_where(settings: Mapping[str, str]) -> None:
    """Where the demo is served, and one sign-in per role; needs an application context."""
    port = settings.get("TALENTSHARE_PORT", "8000")
    say(f"\nTalentshare is served on http://127.0.0.1:{port}  (Ctrl-C ends it)")
    if current_app.config["MAIL_URL"] == "folder:":
        say(f"Mails to them are written to {current_app.instance_path}/outbox within a minute.")
    say(f"Sign in as one of these; the password is {PASSWORD}")
    for persona in chosen():
        say(f"  {persona.key.removeprefix('demo.'):<14} {persona.sign_in_name}")


def _is_kept(order: Order, found: Found) -> bool:
    """Whether what is there is opened; refuses to clear unasked what somebody did in it."""
    if order.fresh:
        return False
    here = Plan(found.size, found.seed or 0, found.as_of) if found.size else "an earlier one"
    if order.is_met_by(found):
        say(f"The demo is there already ({here}); what you did in it is kept.")
        if found.as_of < clock.today():
            say("Deadlines in it have passed since; `make demo FRESH=1` makes one as of today.")
        return True
    if found.is_touched:
        raise Unfit(
            f"Another demo is here ({here}), and somebody has worked in it; nothing was changed. "
            f"`make demo` opens it, `{order.words()}` replaces it."
        )
    say(f"Another demo is here ({here}), in which nobody has done anything; it is replaced.")
    return False


def _found() -> Found:
    try:
        return ground.find()
    except DatabaseError as error:
        raise Unfit(UNREADABLE.format(error.orig)) from error


def _make_room(found: Found) -> None:
    if found.has_joined:
        raise Unfit(JOINED)
    if found.ground is Ground.UNFINISHED:
        say(UNFINISHED)
    if found.ground is Ground.EMPTY:
        schema.upgrade()
    else:
        ground.clear()


def _figures(ranked: int, began: float) -> dict[str, Any]:
    count = db.session.scalar
    waiting = Proposal.state.in_(LIVE)
    confirmed = Proposal.state == ProposalState.CONFIRMED
    return {
        "bodies": count(select(func.count()).select_from(Body)),
        "specialists": count(select(func.count()).select_from(Specialist)),
        "requests": count(select(func.count()).select_from(TalentRequest)),
        "positions": count(select(func.count()).select_from(Position)),
        "ranked": ranked,
        "proposals_confirmed": count(select(func.count()).select_from(Proposal).where(confirmed)),
        "proposals_waiting": count(select(func.count()).select_from(Proposal).where(waiting)),
        "allocated_minutes": count(select(func.coalesce(func.sum(allocation_week.c.minutes), 0))),
        "ledger": "broken" if allocation_queries.check() else "ok",
        "audit": "ok" if events.first_break() is None else "broken",
        "seconds": round(time.monotonic() - began, 1),
    }
