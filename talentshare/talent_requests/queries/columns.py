"""Owner, state, side and day of a request as columns, for the database to filter and sort by."""

from datetime import date

from sqlalchemy import ColumnElement, Date, String, and_, case, func, or_, type_coerce

from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body, Person
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import (
    ANSWERS,
    CHECK,
    CLOSING,
    DECIDE,
    ENDED,
    ENDORSEMENT,
    FOLLOWING_UP,
    RESUMING,
    TURNS,
    RequestState,
    Side,
)

NOBODY = "nobody"
SUPPORTED = frozenset({RequestState.STAFFED, RequestState.IN_PROGRESS})


def is_owned_by(actor: Actor) -> ColumnElement[bool]:
    """The actor's own, and what no other coordinator looks after."""
    return or_(unowned(), TalentRequest.coordinator_id == actor.id)


def unowned() -> ColumnElement[bool]:
    """No coordinator looks after it, or one who cannot act any more."""
    owner_id = TalentRequest.coordinator_id
    return or_(owner_id.is_(None), owner_id.not_in(accounts.holders(Role.COORDINATOR)))


def lacks_officer() -> ColumnElement[bool]:
    """No officer looks after it, or one who has left the body or cannot act any more."""
    owner_id = TalentRequest.officer_id
    officers = accounts.holders(Role.OFFICER).where(Person.body_id == TalentRequest.body_id)
    return or_(owner_id.is_(None), owner_id.not_in(officers))


def is_about_officer() -> ColumnElement[bool]:
    """Its officer is the one who is proposed: whoever else may decide for the body does."""
    return TalentRequest.officer_id == TalentRequest.turn_about_id


def not_about(actor: Actor) -> ColumnElement[bool]:
    """What is to be decided does not concern the actor."""
    return func.coalesce(TalentRequest.turn_about_id, 0) != actor.id


def waits_for_managers() -> ColumnElement[bool]:
    of_officers = and_(side_now() == Side.BODY.value, is_about_officer())
    return or_(side_now() == Side.MANAGER.value, of_officers)


def turn_is(turn: str, actor: Actor) -> ColumnElement[bool]:
    if turn == "body":
        return side_now().in_([Side.BODY.value, Side.MANAGER.value])
    if turn == "specialist":
        return side_now() == Side.SPECIALIST.value
    if turn == NOBODY:
        return side_now() == NOBODY
    govtech = and_(_is_not_quiet(), side_now() == Side.GOVTECH.value)
    own = func.coalesce(TalentRequest.coordinator_id, 0) == actor.id
    mine = case(
        (TalentRequest.turn_task == CHECK, and_(~own, not_about(actor))), else_=is_owned_by(actor)
    )
    return and_(govtech, mine if turn == "mine" else ~mine)


def state_now() -> ColumnElement[str]:
    """`states.state_on` of today, for the database to filter by."""
    stored = type_coerce(TalentRequest.state, String)
    begun = and_(
        stored == RequestState.STAFFED.value, TalentRequest.support_starts_on <= clock.today()
    )
    return case((begun, RequestState.IN_PROGRESS.value), else_=stored)


def side_now() -> ColumnElement[str]:
    """The side of `states.whose_turn`, for the database to filter by."""
    given = type_coerce(TalentRequest.turn_side, String)
    decider = case((Body.needs_manager.is_(True), Side.MANAGER.value), else_=Side.BODY.value)
    endorsing = and_(
        is_endorsed_first(),
        Body.managers.any(Person.id != func.coalesce(TalentRequest.submitted_by_id, 0)),
    )
    of_state = [
        (state_now() == state.value, side.value if side else NOBODY)
        for state, (side, _) in TURNS.items()
    ]
    return case(
        (_is_unanswered(), FOLLOWING_UP[0].value),
        (and_(given.is_not(None), TalentRequest.turn_task == DECIDE), decider),
        (given.is_not(None), given),
        (_is_over(), CLOSING[0].value),
        (_has_rested(), RESUMING[0].value),
        (endorsing, ENDORSEMENT[0].value),
        *of_state,
        else_="",
    )


def is_endorsed_first() -> ColumnElement[bool]:
    return and_(TalentRequest.state == RequestState.SUBMITTED, Body.needs_endorsement.is_(True))


def due_now() -> ColumnElement[date | None]:
    """The day of `states.whose_turn`, for the database to sort by."""
    it = TalentRequest
    found: ColumnElement[date | None] = case(
        (or_(_is_unanswered(), _is_over()), it.follow_up_due_on),
        (it.turn_side.is_not(None), it.turn_due_on),
        (state_now() == RequestState.STAFFED.value, it.support_starts_on),
        (state_now() == RequestState.IN_PROGRESS.value, it.support_ends_on),
        else_=it.turn_due_on,
    )
    return type_coerce(found, Date)


def leads_to_proposal() -> ColumnElement[bool]:
    """The page of `states.whose_turn` is one of a proposal."""
    path = TalentRequest.turn_path
    late = and_(_is_unanswered(), path.startswith("/offers/"))
    return and_(TalentRequest.turn_side.is_not(None), or_(path.startswith("/proposals/"), late))


def _is_not_quiet() -> ColumnElement[bool]:
    """Somebody may have to act: where support runs or all has ended, only what an index finds."""
    over = and_(TalentRequest.state.in_(SUPPORTED), TalentRequest.support_ends_on < clock.today())
    return or_(
        TalentRequest.state.not_in(SUPPORTED | ENDED), TalentRequest.turn_side.is_not(None), over
    )


def _is_unanswered() -> ColumnElement[bool]:
    asked = TalentRequest.turn_task.in_(ANSWERS)
    return and_(
        TalentRequest.turn_side.is_not(None), asked, TalentRequest.turn_due_on < clock.today()
    )


def _is_over() -> ColumnElement[bool]:
    """`states.is_over_on` of today; proposals leave no turn on such a request."""
    return and_(
        state_now() == RequestState.IN_PROGRESS.value,
        TalentRequest.turn_side.is_(None),
        TalentRequest.support_ends_on < clock.today(),
    )


def _has_rested() -> ColumnElement[bool]:
    """`states.has_rested_on` of today."""
    resting = TalentRequest.state == RequestState.ON_HOLD
    return and_(resting, TalentRequest.turn_due_on <= clock.today())
