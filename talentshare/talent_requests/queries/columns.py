"""Owner, state, side and day of a request as columns, for the database to filter and sort by."""

from datetime import date

from sqlalchemy import ColumnElement, Date, String, and_, case, func, or_, select, type_coerce

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
BUSY = frozenset(RequestState) - SUPPORTED - ENDED


def is_owned_by(actor: Actor) -> ColumnElement[bool]:
    """The actor's own, and what no other coordinator looks after."""
    return or_(TalentRequest.coordinator_id == actor.id, unowned())


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
    if turn == NOBODY:
        return _is_quiet()
    if turn == "body":
        return and_(_is_not_quiet(), side_now().in_([Side.BODY.value, Side.MANAGER.value]))
    if turn == "specialist":
        return and_(_is_not_quiet(), side_now() == Side.SPECIALIST.value)
    govtech = and_(_is_not_quiet(), side_now() == Side.GOVTECH.value)
    own = func.coalesce(TalentRequest.coordinator_id, 0) == actor.id
    mine = case(
        (TalentRequest.turn_task == CHECK, and_(~own, not_about(actor))), else_=is_owned_by(actor)
    )
    return and_(govtech, mine if turn == "mine" else ~mine)


def state_is(state: RequestState) -> ColumnElement[bool]:
    """It is read in this state today; `states.state_on`, for the database to filter by."""
    it = TalentRequest
    if state is RequestState.IN_PROGRESS:
        return _has_begun()
    if state is RequestState.STAFFED:
        to_come = or_(it.support_starts_on.is_(None), it.support_starts_on > clock.today())
        return and_(it.state == state, to_come)
    return it.state == state


def _has_begun() -> ColumnElement[bool]:
    """Support is in progress, by its state or by its first day."""
    it = TalentRequest
    come = and_(it.state == RequestState.STAFFED, it.support_starts_on <= clock.today())
    return or_(it.state == RequestState.IN_PROGRESS, come)


def side_now() -> ColumnElement[str]:
    """The side of `states.whose_turn`, for the database to filter by."""
    it = TalentRequest
    given = type_coerce(it.turn_side, String)
    needs_manager = _is_of_body(Body.needs_manager.is_(True))
    decider = case((needs_manager, Side.MANAGER.value), else_=Side.BODY.value)
    of_given = case(
        (_is_unanswered(), FOLLOWING_UP[0].value), (it.turn_task == DECIDE, decider), else_=given
    )
    return case(
        (given.is_not(None), of_given),
        (_is_over(), CLOSING[0].value),
        (_has_rested(), RESUMING[0].value),
        (and_(is_endorsed_first(), _has_endorser()), ENDORSEMENT[0].value),
        *((it.state.in_(_states_of(side)), side.value) for side in (Side.BODY, Side.GOVTECH)),
        (it.state.in_(_states_of(None)), NOBODY),
        else_="",
    )


def _states_of(side: Side | None) -> list[RequestState]:
    """The stored states in which it is this side's turn, unless something else is known."""
    return [state for state, (of, _) in TURNS.items() if of is side]


def is_endorsed_first() -> ColumnElement[bool]:
    needs_endorsement = _is_of_body(Body.needs_endorsement.is_(True))
    return and_(TalentRequest.state == RequestState.SUBMITTED, needs_endorsement)


def _has_endorser() -> ColumnElement[bool]:
    """The body has a manager besides whoever submitted it."""
    managers = accounts.holders(Role.MANAGER).where(
        Person.body_id == TalentRequest.body_id,
        Person.id != func.coalesce(TalentRequest.submitted_by_id, 0),
    )
    return managers.correlate(TalentRequest).exists()


def _is_of_body(asks: ColumnElement[bool]) -> ColumnElement[bool]:
    """It is of a body that asks for this; bodies are few, so that no row has to be joined."""
    return TalentRequest.body_id.in_(select(Body.id).where(asks))


def due_now() -> ColumnElement[date | None]:
    """The day of `states.whose_turn`, for the database to sort by."""
    it = TalentRequest
    of_given = case((_is_unanswered(), it.follow_up_due_on), else_=it.turn_due_on)
    of_running = case(
        (it.support_ends_on < clock.today(), it.follow_up_due_on), else_=it.support_ends_on
    )
    of_staffed = case(
        (it.support_starts_on <= clock.today(), of_running), else_=it.support_starts_on
    )
    found: ColumnElement[date | None] = case(
        (it.turn_side.is_not(None), of_given),
        (it.state == RequestState.STAFFED, of_staffed),
        (it.state == RequestState.IN_PROGRESS, of_running),
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
    return or_(TalentRequest.state.in_(BUSY), TalentRequest.turn_side.is_not(None), over)


def _is_quiet() -> ColumnElement[bool]:
    """The side is nobody's, said with little, as most requests are."""
    back = case((or_(_is_over(), _has_rested()), True), else_=False)
    return and_(TalentRequest.turn_side.is_(None), TalentRequest.state.in_(_states_of(None)), ~back)


def _is_unanswered() -> ColumnElement[bool]:
    """Of the turns that proposals leave."""
    asked = TalentRequest.turn_task.in_(ANSWERS)
    return and_(asked, TalentRequest.turn_due_on < clock.today())


def _is_over() -> ColumnElement[bool]:
    """`states.is_over_on` of today."""
    return and_(TalentRequest.support_ends_on < clock.today(), _has_begun())


def _has_rested() -> ColumnElement[bool]:
    """`states.has_rested_on` of today."""
    resting = TalentRequest.state == RequestState.ON_HOLD
    return and_(resting, TalentRequest.turn_due_on <= clock.today())
