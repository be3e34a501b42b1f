"""Rows of a plan become prepared proposals; whose facts have changed is told, not forced."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale

from talentshare import policy
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid, Refusal
from talentshare.plans import queries
from talentshare.plans.models import PlanRow
from talentshare.plans.states import HAS_PLAN, RowState
from talentshare.platform import events
from talentshare.platform.db import transactional
from talentshare.platform.formats import worded
from talentshare.platform.i18n import LOCALES, sentence
from talentshare.policy import Can
from talentshare.proposals import queries as proposals
from talentshare.proposals.actions import Wanted, apply_plan
from talentshare.proposals.models import Proposal

LONGEST_REASON = 500


@dataclass(frozen=True)
class Applied:
    """How many rows became proposals, and how many could not."""

    applied: int
    conflicts: int


@transactional
def apply_rows(actor: Actor, run_id: int, row_ids: Sequence[int], reason: str) -> Applied:
    """Prepare a proposal for each chosen row that is still as it was; the others say what is not.

    Nothing is approved by it: each proposal is checked by a second person.
    """
    policy.require(actor, Can.MAKE_PLAN)
    run = queries.load_locked(run_id)
    if run.is_trial or queries.state_now(run) not in HAS_PLAN:
        raise Conflict("plan.not_to_apply")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid("plan.reason_needed", field="reason", most=LONGEST_REASON)
    there = queries.bare_rows(run_id, row_ids)
    rows = [row for row in there if row.state is not RowState.APPLIED]
    if not rows:
        raise Invalid("plan.no_rows_chosen", field="rows")
    for row in rows:  # before anything of them is read; in order, as others lock them
        proposals.lock_position(row.position_id)
    refused = dict(queries.refused_together(rows))
    wanted = {_wanted(row): row for row in rows if row.id not in refused}
    came: Mapping[Wanted, Proposal | Refusal] = apply_plan(actor, list(wanted), reason.strip())
    for one, row in wanted.items():
        outcome = came[one]
        if isinstance(outcome, Refusal):
            refused[row.id] = (outcome.code, outcome.details)
        else:
            row.state, row.proposal_id, row.conflict = RowState.APPLIED, outcome.id, {}
    for row in rows:
        if row.id in refused:
            row.state, row.conflict = RowState.CONFLICT, _said(*refused[row.id])
    done = Applied(len(rows) - len(refused), len(refused))
    events.announce(actor, "plan.applied", run, **vars(done))
    return done


def _wanted(row: PlanRow) -> Wanted:
    return Wanted(row.position_id, row.specialist_id, row.start_on)


def _said(code: str, details: Mapping[str, Any]) -> dict[str, str]:
    """The sentence of a refusal in each language: its facts may not be there any more later."""
    found = {}
    for locale in LOCALES:
        with force_locale(locale):
            found[locale] = sentence(code, **worded(details))
    return found
