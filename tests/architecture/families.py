"""Codes that are put together when they are said: each prefix with all that may follow it."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable

import talentshare
from talentshare.accounts.models import Area, BodyKind
from talentshare.accounts.states import PersonState
from talentshare.allocations.states import AllocationState
from talentshare.background import JOBS
from talentshare.catalogue.models import FACTS, OLD_KINDS, TEMPLATE_KINDS, WORDS, Kind
from talentshare.demo.ground import BEGUN, FINISHED
from talentshare.engine.rules import MUST, PREFER
from talentshare.kernel.actor import Role
from talentshare.kernel.states import StateMachine
from talentshare.matching.views import candidates
from talentshare.notices.models import MailKind
from talentshare.notices.queries.blanks import blank_name, blanks, notice_codes
from talentshare.operations.queries import KINDS
from talentshare.operations.queries.health import WHAT_FAILED
from talentshare.operations.views.trail import THINGS
from talentshare.plans.queries.result import FIGURES as PLAN_FIGURES
from talentshare.plans.states import ENDED, PairKind, RunState
from talentshare.plans.views.words import PHASES
from talentshare.policy import Can
from talentshare.proposals.queries.facts import NAMES
from talentshare.proposals.queries.history import TIME_TOLD
from talentshare.proposals.queries.history import TOLD as TOLD_OF_PROPOSALS
from talentshare.proposals.states import NO_COST, ProposalState
from talentshare.proposals.views import about as about_proposals
from talentshare.proposals.views import body, coordinator, specialist
from talentshare.reactions import REACTIONS
from talentshare.specialists.states import EngagementForm, InterestRelation, TimeOffKind
from talentshare.talent_requests.models import TIMES, Answers, PositionAnswer
from talentshare.talent_requests.queries.timeline import SHOWN
from talentshare.talent_requests.queries.turns import STOPPING
from talentshare.talent_requests.states import (
    QUIET,
    TURNS,
    CostBearer,
    PersonalData,
    Place,
    RequestKind,
    RequestState,
    Side,
    SupplierRelation,
)
from talentshare.talent_requests.views import about, case, moves
from tests.architecture.sources import modules, tree

DEED = re.compile(r"[a-z_]+\.[a-z_]+")


def machines() -> dict[str, StateMachine]:
    """Every state machine of the package, by name."""
    found = {}
    for module in pkgutil.walk_packages(talentshare.__path__, "talentshare."):
        if module.name.endswith(".states"):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, StateMachine):
                    found[value.name] = value
    return found


def announced() -> set[str]:
    """Every deed that the package writes into the audit trail."""
    found = set()
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("announce", "note")):
                parts = (part for given in node.args for part in ast.walk(given))
                texts = (part.value for part in parts if isinstance(part, ast.Constant))
                found |= {text for text in map(str, texts) if DEED.fullmatch(text)}
    return found


P = ProposalState
SEEN_BY_BODY = (P.AGREED, P.CONFIRMED, P.REFUSED, P.EXPIRED, P.CANCELLED, P.ENDED)
ENDS = ("running", "ending", "served")
PROPOSAL_TASKS = ("check", "offer", "answer", "propose", "revise_proposal", "decide", "papers")
OTHER_TASKS = ("endorse", "find_endorser", "resume", "close", "follow_up")
OF_STATES = {task for _, task in TURNS.values()} - QUIET
TASKS = sorted({*OF_STATES, *OTHER_TASKS, *PROPOSAL_TASKS})
STEPS = [kind.step for base in (Answers, PositionAnswer) for kind in base.__subclasses__()]
TOLD = {
    "to_endorse to_receive endorsed received opened returned referred held resumed withdrawn",
    "closed_unmet taken_over staffed reopened completed due_soon overdue",
}
EXPLAINED_APART = {"place"}
OF_PROPOSALS = [
    one
    for told in (about_proposals.ABOUT, about_proposals.SUPPORT)
    for side in told.values()
    for one in side.values()
]
MEANS = sorted({one.means.rpartition(".")[2] for one in OF_PROPOSALS})
THEN = sorted({one.then.rpartition(".")[2] for one in OF_PROPOSALS})
SLOW = sorted(
    {one.slow.rpartition(".")[2] for one in OF_PROPOSALS if one.slow.startswith("proposal.")}
)

FAMILIES: dict[str, Iterable[str]] = {
    "audit.deed.": sorted(
        {
            *announced(),
            *(f"plan.{state}" for state in ENDED),
            *REACTIONS,
            BEGUN,
            FINISHED,
            "refused",
        }
    ),
    "audit.kind.": KINDS,
    "audit.thing.": THINGS,
    "area.": Area,
    "allocation.did.": TIME_TOLD,
    "allocation.state.": (AllocationState.HELD, AllocationState.CONFIRMED),
    "blank.": sorted(
        {blank_name(c, b).removeprefix("blank.") for c in notice_codes() for b in blanks(c)}
    ),
    "body_kind.": BodyKind,
    "catalogue.field.": sorted(
        {name for table in (WORDS, FACTS) for names in table.values() for name in names}
    ),
    "catalogue.template_kind.": (*TEMPLATE_KINDS, *OLD_KINDS),
    "catalogue.kind.": Kind,
    "calendar.told.": ("specialist", "coordinator", "officer", "settled"),
    "clash.notice.": ("moved", "moved_in_part", "dropped"),
    "cost_bearer.": [NO_COST, *(code for code in CostBearer if code)],
    "exclusion.": [*sorted(set(MUST) - EXPLAINED_APART), "cannot_answer"],
    "exclusion.place_": ("online", "onsite", "area", "island"),
    "job.": [job.name for job in JOBS],
    "job_fault.": WHAT_FAILED,
    "mail_kind.": MailKind,
    "help.": ("online", "pledge", "declaration", "legal_basis", "role"),
    "health.": (
        *("mail_sender", "mail_recipient_late"),
        *("audit_broken", "jobs_silent", "job_failed", "mail_late", "backup_old"),
        *("audit_unverified", "audit_unpublished", "anchor_lost", "job_stuck", "job_overdue"),
    ),
    "home.task.": (P.PREPARED, P.CHECKED, P.ACCEPTED, P.RETURNED, P.OFFERED, P.PROPOSED),
    "home.task.request.": TASKS,
    "occasion.": [*notice_codes(), "digest", "invitation", "reset"],
    "person_state.": PersonState,
    "personal_data.": PersonalData,
    "place.": Place,
    "plan.change.": ("hours", "fewer_hours", "bodies", "start", "eligible"),
    "plan.done.": PairKind,
    "plan.figure.": (*PLAN_FIGURES, "rows"),
    "plan.left.": (
        *("nobody_eligible", "worth_nothing", "nobody_free", "bodies_limit", "outbid"),
        *("together", "window_passed", "beyond_horizon"),
    ),
    "plan.progress.": PHASES,
    "plan.state.": RunState,
    "policy.": Can,
    "preference.": PREFER,
    "proposal.body_head.": (*SEEN_BY_BODY, *ENDS),
    "proposal.did.": TOLD_OF_PROPOSALS,
    "proposal.done.": coordinator.DEEDS,
    "proposal.done.body_": sorted({deed for _, deed in body.DEEDS}),
    "proposal.done.own_": specialist.DEEDS,
    "proposal.fact.": NAMES,
    "talent_request.staffed_before_": STOPPING,
    "proposal.head.": (*P, *ENDS, "papers"),
    "proposal.notice.": (
        *("accepted", "discussed", "declined"),
        *("answer_soon", "decide_soon", "papers_soon"),
    ),
    "proposal.state.": (*P, "ending"),
    "reason.experience_": ("body", "theme"),
    "relaxation.": MUST,
    "review.": sorted({*candidates.STEPS.values(), "time"}),
    "role.": Role,
    "rule.": [*MUST, "can_answer"],
    "side.": Side,
    "specialist.deed.": ("claimed", "verified", "contested", "contest_answered"),
    "specialist.form.": EngagementForm,
    "specialist.relation.": InterestRelation,
    "suggestion.": ("pledge", "declaration", "no_conflict", "none"),
    "talent_request.deed.": moves.ACTS,
    "talent_request.deed_heading.": moves.ACTS,
    "talent_request.deed_then.": {*moves.ACTS, "withdraw_draft"},
    "talent_request.did.": [*SHOWN, "began", "ran_out"],
    "talent_request.done.": sorted(set(moves.ACTS) - {"submit"}),
    "talent_request.gap.": (
        "worry",
        "kind",
        "place",
        "personal_data",
        "is_procurement",
        "title",
        "theme_code",
        "phase_code",
        "basis_codes",
        "role_code",
        *TIMES,
    ),
    "talent_request.kind.": RequestKind,
    "talent_request.means.": RequestState,
    "talent_request.then.": RequestState,
    "talent_request.slow.": sorted({slow for both in about.SLOW.values() for slow in both}),
    "proposal.means.": MEANS,
    "proposal.then.": THEN,
    "proposal.slow.": SLOW,
    "talent_request.notice.": [what for line in TOLD for what in line.split()],
    "talent_request.personal_data.": PersonalData,
    "talent_request.place.": Place,
    "talent_request.quiet.": QUIET,
    "talent_request.relation.": SupplierRelation,
    "talent_request.remark.": moves.ACTS,
    "talent_request.side.": Side,
    "talent_request.state.": RequestState,
    "talent_request.step.": [*STEPS, "add", "remove"],
    "talent_request.turn.": TASKS,
    "talent_request.turn_helped.": case.WRITING,
    "time.done.": TimeOffKind,
}
# What stands in front of a member, where a code has one more part there.
BEFORE = {"specialist.deed.": "skill."}
# What stands behind a member: a task is worded several times.
BEHIND = {
    "health.": (".name", ".what_to_do"),
    "home.task.": (".name", ".why"),
    "home.task.request.": (".name", ".why"),
    "talent_request.quiet.": ("", ".what", ".desk", ".short"),
    "talent_request.then.": (".body", ".govtech"),
    "talent_request.turn.": (".you", ".other", ".short"),
}


def members(prefix: str) -> list[str]:
    """The codes of one family."""
    return [
        f"{prefix}{BEFORE.get(prefix, '')}{member}{behind}"
        for member in FAMILIES[prefix]
        for behind in BEHIND.get(prefix, ("",))
    ]


def all_members() -> set[str]:
    """The codes of all families, the refused moves of all state machines included."""
    put_together = {code for prefix in FAMILIES for code in members(prefix)}
    return put_together | {f"{name}.not_now" for name in machines()}
