"""The installation looks after itself."""

from pathlib import Path

from flask import current_app

from talentshare.kernel.actor import SYSTEM
from talentshare.operations import actions
from talentshare.platform import anchors, events, presses, runs


class Broken(Exception):
    """The audit chain does not hold."""


class AnchorLost(Exception):
    """The file of published links is gone, or ends before what was published."""


def anchor_audit() -> int:
    """Publish the head of the audit chain, when it has moved; for how many deeds the file vouches.

    No file is begun where there was one: an administrator puts it back or begins another.
    """
    _require_anchors()
    return anchors.publish(_anchors())


def verify_audit() -> int:
    """Recompute the chain and compare it with what was published; the admins learn of a break."""
    broken = events.first_break()
    if broken is None and _anchors().exists() and _anchors().stat().st_size:
        broken = anchors.lost_link(anchors.published_links(_anchors()))
    if broken is not None:
        actions.report_break(SYSTEM, broken)
        raise Broken(broken)
    return 0


def _require_anchors() -> None:
    """What the last run wrote stands in the file; else the admins learn of it."""
    done = runs.last_done("anchor_audit")
    if done is not None and anchors.reach(_anchors()) < done.changed:
        actions.report_lost_anchor(SYSTEM, done.changed)
        raise AnchorLost(done.changed)


def forget_runs() -> int:
    """Delete records of jobs that nobody asks for any more."""
    return runs.forget_old()


def forget_presses() -> int:
    """Delete the keys of presses whose pages nobody has open any more."""
    return presses.forget_old()


def _anchors() -> Path:
    path: Path = current_app.config["ANCHOR_FILE"]
    return path
