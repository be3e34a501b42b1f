"""Who may do what: the whole of it, on one page. Use cases ask; templates only peek."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Forbidden

Rule = Callable[[Actor, Any], bool]


class Can(StrEnum):
    """Everything that can be permitted, named resource.action."""

    # accounts
    EDIT_BODY = "body.edit"
    INVITE_PERSON = "person.invite"
    OPEN_SESSION = "session.open"
    EDIT_PERSON = "person.edit"
    SUSPEND_PERSON = "person.suspend"
    RESET_PASSWORD = "person.reset_password"  # noqa: S105  a permission, not a password
    USE_OWN_ACCOUNT = "account.use"
    # catalogue
    EDIT_CATALOGUE = "catalogue.edit"
    # specialists
    REGISTER_SPECIALIST = "specialist.register"
    LIST_SPECIALISTS = "specialist.list"
    SEE_SPECIALIST = "specialist.see"
    EDIT_PROFILE = "specialist.edit_profile"
    EDIT_TERMS = "specialist.edit_terms"
    CLAIM_SKILL = "skill.claim"
    VERIFY_SKILL = "skill.verify"
    CONTEST_SKILL = "skill.contest"
    EDIT_TIME = "time.edit"
    DECLARE = "declaration.make"
    PAUSE = "specialist.pause"
    # needs
    CREATE_REQUEST = "talent_request.create"
    EDIT_REQUEST = "talent_request.edit"
    SUBMIT_REQUEST = "talent_request.submit"
    WITHDRAW_REQUEST = "talent_request.withdraw"
    ENDORSE_REQUEST = "talent_request.endorse"
    HANDLE_REQUEST = "talent_request.handle"
    TAKE_OVER_REQUEST = "talent_request.take_over"
    PROGRESS_REQUEST = "talent_request.progress"
    # time
    BOOK_TIME = "allocation.book"
    RELEASE_TIME = "allocation.release"
    KEEP_CAPACITY = "capacity.keep"
    RESOLVE_CLASH = "clash.resolve"
    # matching
    RANK = "ranking.make"
    EDIT_WEIGHTS = "weights.edit"
    # proposals
    PREPARE_PROPOSAL = "proposal.prepare"
    CHECK_PROPOSAL = "proposal.check"
    OFFER_PROPOSAL = "proposal.offer"
    ANSWER_PROPOSAL = "proposal.answer"
    RECORD_ANSWER = "proposal.record_answer"
    PROPOSE = "proposal.propose"
    DECIDE_PROPOSAL = "proposal.decide"
    WITHDRAW_PROPOSAL = "proposal.withdraw"
    EXPIRE_PROPOSAL = "proposal.expire"
    END_ALLOCATION = "proposal.end"
    # plans
    MAKE_PLAN = "plan.make"
    WORK_PLAN = "plan.work"
    FIX_PAIR = "plan_pair.fix"
    EDIT_PLAN_RULES = "plan_rules.edit"
    # notices and reports
    TELL = "notice.tell"
    READ_NOTICE = "notice.read"
    SEND_MAIL = "mail.send"
    SEE_MAILS = "mail.see"
    WORD_MAILS = "mail.word"
    SEE_UTILISATION = "utilisation.see"
    SEE_UTILISATION_OF_ONE = "utilisation.see_one"
    SEE_OWN_UTILISATION = "utilisation.see_own"
    KEEP_UTILISATION = "utilisation.keep"
    EDIT_BAND = "band.edit"
    # operations
    SEE_OPERATIONS = "operations.see"
    SEE_AUDIT = "audit.see"


def anyone(actor: Actor, _: Any) -> bool:
    return actor.is_system or bool(actor.roles)


def system(actor: Actor, _: Any) -> bool:
    return actor.is_system


def is_(*roles: Role) -> Rule:
    return lambda actor, _: actor.has(*roles)


def own_body(actor: Actor, subject: Any) -> bool:
    """The subject belongs to the actor's body."""
    return actor.body_id is not None and actor.body_id == getattr(subject, "body_id", None)


def oneself(actor: Actor, subject: Any) -> bool:
    """The subject is the actor's own specialist record or hangs on it."""
    return actor.specialist_id is not None and actor.specialist_id == getattr(
        subject, "specialist_id", None
    )


def own(actor: Actor, subject: Any) -> bool:
    """The subject belongs to the acting person."""
    return actor.id != 0 and actor.id == getattr(subject, "person_id", None)


def began(actor: Actor, subject: Any) -> bool:
    """The actor wrote the subject down first, on behalf of whom it belongs to."""
    return actor.id != 0 and actor.id == getattr(subject, "created_by_id", None)


def not_preparer(actor: Actor, subject: Any) -> bool:
    """The actor did not prepare the subject: nobody checks the own proposal."""
    return actor.id != getattr(subject, "prepared_by_id", None)


def not_about_oneself(actor: Actor, subject: Any) -> bool:
    """The actor is not the specialist whom the subject concerns."""
    return actor.specialist_id is None or not oneself(actor, subject)


def body_wants_manager(actor: Actor, subject: Any) -> bool:
    """The subject's body lets its officers decide, or the actor is its manager."""
    return actor.has(Role.MANAGER) or not getattr(subject, "needs_manager", False)


def specialist_alone(actor: Actor, _: Any) -> bool:
    """A specialist, who sees only the own record; as an administrator one sees everybody's."""
    return actor.has(Role.SPECIALIST) and not actor.has(Role.ADMIN)


def any_of(*rules: Rule) -> Rule:
    return lambda actor, subject: any(rule(actor, subject) for rule in rules)


def all_of(*rules: Rule) -> Rule:
    return lambda actor, subject: all(rule(actor, subject) for rule in rules)


admin = is_(Role.ADMIN)
coordinator = is_(Role.COORDINATOR)
officer = is_(Role.OFFICER)
client = all_of(is_(Role.OFFICER, Role.MANAGER), own_body)
own_officer = all_of(officer, own_body)
own_manager = all_of(is_(Role.MANAGER), own_body)
specialist_self = all_of(is_(Role.SPECIALIST), oneself)
disinterested = all_of(coordinator, not_about_oneself)

RULES: dict[Can, Rule] = {
    Can.EDIT_BODY: any_of(admin, system),
    Can.INVITE_PERSON: any_of(admin, system),
    Can.OPEN_SESSION: system,
    Can.EDIT_PERSON: admin,
    Can.SUSPEND_PERSON: admin,
    Can.RESET_PASSWORD: any_of(admin, system),
    Can.USE_OWN_ACCOUNT: own,
    Can.EDIT_CATALOGUE: any_of(admin, system),
    Can.REGISTER_SPECIALIST: any_of(admin, coordinator),
    Can.LIST_SPECIALISTS: any_of(admin, coordinator),
    Can.SEE_SPECIALIST: any_of(admin, coordinator, specialist_self),
    Can.EDIT_PROFILE: specialist_self,
    Can.EDIT_TERMS: any_of(admin, disinterested),
    Can.CLAIM_SKILL: specialist_self,
    Can.VERIFY_SKILL: disinterested,
    Can.CONTEST_SKILL: specialist_self,
    Can.EDIT_TIME: any_of(specialist_self, disinterested),
    Can.DECLARE: specialist_self,
    Can.PAUSE: any_of(specialist_self, disinterested),
    Can.CREATE_REQUEST: any_of(officer, coordinator),
    Can.EDIT_REQUEST: any_of(own_officer, coordinator),
    Can.SUBMIT_REQUEST: any_of(own_officer, coordinator),
    Can.WITHDRAW_REQUEST: any_of(own_officer, all_of(coordinator, began)),
    Can.ENDORSE_REQUEST: own_manager,
    Can.HANDLE_REQUEST: coordinator,
    Can.TAKE_OVER_REQUEST: any_of(own_officer, coordinator),
    Can.PROGRESS_REQUEST: any_of(coordinator, system),
    Can.BOOK_TIME: any_of(coordinator, system),
    Can.RELEASE_TIME: any_of(coordinator, system),
    Can.KEEP_CAPACITY: any_of(coordinator, system),
    Can.RESOLVE_CLASH: disinterested,
    Can.RANK: coordinator,
    Can.EDIT_WEIGHTS: any_of(admin, system),
    Can.PREPARE_PROPOSAL: disinterested,
    Can.CHECK_PROPOSAL: all_of(disinterested, not_preparer),
    Can.OFFER_PROPOSAL: disinterested,
    Can.ANSWER_PROPOSAL: specialist_self,
    Can.RECORD_ANSWER: disinterested,
    Can.PROPOSE: disinterested,
    Can.DECIDE_PROPOSAL: all_of(client, body_wants_manager, not_about_oneself),
    Can.WITHDRAW_PROPOSAL: any_of(disinterested, system),
    Can.EXPIRE_PROPOSAL: any_of(disinterested, system),
    Can.END_ALLOCATION: disinterested,
    Can.MAKE_PLAN: any_of(coordinator, system),
    Can.WORK_PLAN: system,
    Can.FIX_PAIR: disinterested,
    Can.EDIT_PLAN_RULES: any_of(admin, system),
    Can.TELL: anyone,
    Can.READ_NOTICE: own,
    Can.SEND_MAIL: system,
    Can.SEE_MAILS: admin,
    Can.WORD_MAILS: admin,
    Can.SEE_UTILISATION: any_of(coordinator, admin, is_(Role.SPECIALIST), system),
    Can.SEE_UTILISATION_OF_ONE: any_of(coordinator, system),
    Can.SEE_OWN_UTILISATION: specialist_alone,
    Can.KEEP_UTILISATION: system,
    Can.EDIT_BAND: admin,
    Can.SEE_OPERATIONS: admin,
    Can.SEE_AUDIT: admin,
}


def allows(actor: Actor, permission: Can, subject: object = None) -> bool:
    """Tell whether `actor` may, without refusing: for buttons and menus."""
    return RULES[permission](actor, subject)


def require(actor: Actor, permission: Can, subject: object = None) -> None:
    """Refuse unless `actor` may: the first thing that a use case does with its subject."""
    if not allows(actor, permission, subject):
        raise Forbidden(f"policy.{permission.value}")
