"""Requests in lists: what waits for whom, by the day until when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    String,
    and_,
    case,
    func,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.orm import contains_eager, joinedload, lazyload

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body, Person
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import NotFound
from talentshare.kernel.workdays import workdays_until
from talentshare.platform.db import db
from talentshare.platform.search_text import pattern
from talentshare.policy import Can
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries.requests import visible
from talentshare.talent_requests.queries.turns import is_of_body
from talentshare.talent_requests.states import (
    ANSWERS,
    CHECK,
    CLOSING,
    DECIDE,
    ENDED,
    ENDORSEMENT,
    FOLLOWING_UP,
    LIVE,
    RESUMING,
    TURNS,
    RequestState,
    Side,
)

PAGE = 25
ANY = "any"
NAME_ONLY = (lazyload(Person.body), lazyload(Person.duties))
UNDER_WAY = "live"
NOBODY = "nobody"


@dataclass(frozen=True)
class Wanted:
    """The filters of the desk; each at its widest takes nothing away."""

    q: str = ""
    state: str = UNDER_WAY
    owner: str = "mine"
    turn: str = ANY

    def without(self, name: str) -> "Wanted":
        return replace(self, **{name: WIDEST[name]})

    @property
    def active(self) -> list[str]:
        """The names of the filters that take something away."""
        return [name for name, widest in WIDEST.items() if getattr(self, name) != widest]


WIDEST = {"q": "", "state": ANY, "owner": ANY, "turn": ANY}


@dataclass(frozen=True)
class Page:
    """One page of a list and how long the list is."""

    items: Sequence[TalentRequest]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1


@dataclass(frozen=True)
class Summary:
    """How much waits for this coordinator, and how much of it is late."""

    mine: int
    late: int


def desk(actor: Actor, wanted: Wanted, page: int) -> Page:
    """The coordinator's list, the nearest day first."""
    policy.require(actor, Can.HANDLE_REQUEST)
    found = _listed(actor).where(*_conditions(actor, wanted).values())
    managers = contains_eager(TalentRequest.body).selectinload(Body.managers)
    return _page(found.options(managers), page)


def desk_summary(actor: Actor) -> Summary:
    policy.require(actor, Can.HANDLE_REQUEST)
    mine = and_(_turn_is("mine", actor), TalentRequest.state.not_in(ENDED))
    late = _due() < clock.today()
    ids = _listed(actor).where(mine).with_only_columns(TalentRequest.id, late.label("is_late"))
    rows = ids.order_by(None).subquery()
    counts = select(func.count(), func.sum(case((rows.c.is_late, 1), else_=0)))
    total, overdue = db.session.execute(counts.select_from(rows)).one()
    return Summary(total, overdue or 0)


def best_removal(actor: Actor, wanted: Wanted) -> tuple[str, int]:
    """Which filter to give up for most results, and how many those are; ("", 0) when none helps."""
    policy.require(actor, Can.HANDLE_REQUEST)
    names = wanted.active
    if not names:
        return "", 0
    sums = [
        func.sum(
            case((and_(true(), *_conditions(actor, wanted.without(name)).values()), 1), else_=0)
        )
        for name in names
    ]
    statement = _listed(actor).with_only_columns(*sums).order_by(None)
    counts = [count or 0 for count in db.session.execute(statement).one()]
    most = max(counts)
    return (names[counts.index(most)], most) if most else ("", 0)


def of_body(actor: Actor, page: int = 1) -> Page:
    """What the actor's body has under way."""
    _require_body(actor)
    ended = TalentRequest.state.in_(ENDED)
    return _page(_own(actor).where(~ended), page)


def finished(actor: Actor, page: int = 1) -> Page:
    """What the actor's body has behind it, newest first."""
    _require_body(actor)
    ended = TalentRequest.state.in_(ENDED)
    newest = _own(actor).where(ended).order_by(None).order_by(TalentRequest.id.desc())
    return _page(newest, page)


def waiting(actor: Actor, page: int = 1) -> Page:
    """What waits for the manager of the actor's body."""
    if not actor.has(Role.MANAGER):
        raise NotFound("talent_request.not_found")
    return _page(_own(actor).where(_side() == Side.MANAGER.value), page)


def waiting_kinds(actor: Actor) -> tuple[int, int]:
    """How many of `waiting` are requests to endorse, and how many proposals to answer."""
    found = _own(actor).where(_side() == Side.MANAGER.value)
    rows = found.with_only_columns(TalentRequest.turn_side.label("given")).order_by(None).subquery()
    counts = select(func.count(), func.count(rows.c.given)).select_from(rows)
    total, answers = db.session.execute(counts).one()
    return total - answers, answers


def my_turn(actor: Actor) -> list[TalentRequest]:
    """What waits for this very person, the nearest day first; `is_your_turn` in one statement."""
    of_body = TalentRequest.body_id == actor.body_id
    sides = []
    if actor.has(Role.OFFICER):
        mine = or_(TalentRequest.officer_id == actor.id, _lacks_officer())
        sides.append(and_(_side() == Side.BODY.value, of_body, mine))
    if actor.has(Role.MANAGER):
        sent_it = func.coalesce(TalentRequest.submitted_by_id, 0) == actor.id
        mine = ~and_(_is_endorsed_first(), sent_it)
        sides.append(and_(_side() == Side.MANAGER.value, of_body, mine))
    if actor.has(Role.COORDINATOR):
        sides.append(_turn_is("mine", actor))
    if not sides:
        return []
    found = _listed(actor).where(TalentRequest.state.not_in(ENDED), or_(*sides))
    return list(db.session.scalars(found).all())


def others_of_owner(actor: Actor, it: TalentRequest) -> Sequence[TalentRequest]:
    """What else the owner of this request has under way, on the actor's side."""
    column = TalentRequest.coordinator_id
    owner_id = it.coordinator_id
    if is_of_body(actor, it):
        column, owner_id = TalentRequest.officer_id, it.officer_id
    if owner_id is None:
        return ()
    others = _listed(actor).where(
        column == owner_id, TalentRequest.id != it.id, TalentRequest.state.not_in(ENDED)
    )
    if is_of_body(actor, it):
        others = others.where(TalentRequest.body_id == it.body_id)
    return db.session.scalars(others).all()


def left_by(person_id: int) -> int:
    """How many requests this person still owns, on either side, without being able to act."""
    of_body = and_(TalentRequest.officer_id == person_id, _lacks_officer())
    found = select(func.count(TalentRequest.id)).where(
        TalentRequest.state.not_in(ENDED),
        or_(of_body, and_(TalentRequest.coordinator_id == person_id, unowned())),
    )
    return db.session.scalar(found) or 0


def _lacks_officer() -> ColumnElement[bool]:
    """No officer looks after it, or one who has left the body or cannot act any more."""
    owner_id = TalentRequest.officer_id
    officers = accounts.holders(Role.OFFICER).where(Person.body_id == TalentRequest.body_id)
    return or_(owner_id.is_(None), owner_id.not_in(officers))


def _own(actor: Actor) -> Select[TalentRequest]:
    return _listed(actor).where(TalentRequest.body_id == actor.body_id)


def _require_body(actor: Actor) -> None:
    if not actor.has(Role.OFFICER, Role.MANAGER):
        raise NotFound("talent_request.not_found")


def _listed(actor: Actor) -> Select[TalentRequest]:
    """Visible requests with body and owners, the nearest day first, those without a day last."""
    due = _due()
    return (
        visible(actor)
        .join(TalentRequest.body)
        .options(
            contains_eager(TalentRequest.body),
            joinedload(TalentRequest.officer).options(*NAME_ONLY),
            joinedload(TalentRequest.coordinator).options(*NAME_ONLY),
        )
        .order_by(due.is_(None), due, TalentRequest.number)
    )


def _page(found: Select[TalentRequest], page: int) -> Page:
    """The page with its length in one statement; of pages beyond the last one, the last."""
    ids = found.with_only_columns(TalentRequest.id).order_by(None)
    count = select(func.count()).select_from(ids.subquery())
    at = max(page, 1)
    counted = found.add_columns(count.scalar_subquery()).limit(PAGE)
    rows = db.session.execute(counted.offset((at - 1) * PAGE)).all()
    if not rows and at > 1:
        last = -(-(db.session.scalar(count) or 0) // PAGE)
        return _page(found, last)
    items = [row[0] for row in rows]
    accounts.read_duties([who for it in items for who in (it.officer, it.coordinator) if who])
    return Page(items, rows[0][1] if rows else 0, at)


def _conditions(actor: Actor, wanted: Wanted) -> dict[str, ColumnElement[bool]]:
    """One condition for each filter that takes something away."""
    made: dict[str, ColumnElement[bool]] = {}
    for name in wanted.active:
        if name == "q":
            made[name] = TalentRequest.search_text.like(pattern(wanted.q), escape="\\")
        else:
            narrow = {"state": _state_is, "owner": _owner_is, "turn": _turn_is}[name]
            made[name] = narrow(getattr(wanted, name), actor)
    return made


def _state_is(state: str, _actor: Actor) -> ColumnElement[bool]:
    if state == UNDER_WAY:
        return TalentRequest.state.in_(LIVE)
    return _state() == state


def _owner_is(owner: str, actor: Actor) -> ColumnElement[bool]:
    return unowned() if owner == "none" else is_owned_by(actor)


def is_owned_by(actor: Actor) -> ColumnElement[bool]:
    """The actor's own, and what no other coordinator looks after."""
    return or_(unowned(), TalentRequest.coordinator_id == actor.id)


def unowned() -> ColumnElement[bool]:
    """No coordinator looks after it, or one who cannot act any more."""
    owner_id = TalentRequest.coordinator_id
    return or_(owner_id.is_(None), owner_id.not_in(accounts.holders(Role.COORDINATOR)))


def _turn_is(turn: str, actor: Actor) -> ColumnElement[bool]:
    if turn == "body":
        return _side().in_([Side.BODY.value, Side.MANAGER.value])
    if turn == "specialist":
        return _side() == Side.SPECIALIST.value
    if turn == NOBODY:
        return _side() == NOBODY
    govtech = _side() == Side.GOVTECH.value
    own = func.coalesce(TalentRequest.coordinator_id, 0) == actor.id
    mine = case((TalentRequest.turn_task == CHECK, ~own), else_=_owner_is("mine", actor))
    return and_(govtech, mine if turn == "mine" else ~mine)


def _state() -> ColumnElement[str]:
    """`states.state_on` of today, for the database to filter by."""
    stored = type_coerce(TalentRequest.state, String)
    begun = and_(
        stored == RequestState.STAFFED.value, TalentRequest.support_starts_on <= clock.today()
    )
    return case((begun, RequestState.IN_PROGRESS.value), else_=stored)


def _side() -> ColumnElement[str]:
    """The side of `states.whose_turn`, for the database to filter by."""
    given = type_coerce(TalentRequest.turn_side, String)
    decider = case((Body.needs_manager.is_(True), Side.MANAGER.value), else_=Side.BODY.value)
    endorsing = and_(
        _is_endorsed_first(),
        Body.managers.any(Person.id != func.coalesce(TalentRequest.submitted_by_id, 0)),
    )
    of_state = [
        (_state() == state.value, side.value if side else NOBODY)
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


def _is_endorsed_first() -> ColumnElement[bool]:
    return and_(TalentRequest.state == RequestState.SUBMITTED, Body.needs_endorsement.is_(True))


def _due() -> ColumnElement[date | None]:
    """The day of `states.whose_turn`, for the database to sort by."""
    it = TalentRequest
    found: ColumnElement[date | None] = case(
        (or_(_is_unanswered(), _is_over()), it.follow_up_due_on),
        (it.turn_side.is_not(None), it.turn_due_on),
        (_state() == RequestState.STAFFED.value, it.support_starts_on),
        (_state() == RequestState.IN_PROGRESS.value, it.support_ends_on),
        else_=it.turn_due_on,
    )
    return type_coerce(found, Date)


def _is_unanswered() -> ColumnElement[bool]:
    asked = TalentRequest.turn_task.in_(ANSWERS)
    return and_(
        TalentRequest.turn_side.is_not(None), asked, TalentRequest.turn_due_on < clock.today()
    )


def _is_over() -> ColumnElement[bool]:
    """`states.is_over_on` of today; proposals leave no turn on such a request."""
    return and_(
        _state() == RequestState.IN_PROGRESS.value,
        TalentRequest.turn_side.is_(None),
        TalentRequest.support_ends_on < clock.today(),
    )


def _has_rested() -> ColumnElement[bool]:
    """`states.has_rested_on` of today."""
    resting = TalentRequest.state == RequestState.ON_HOLD
    return and_(resting, TalentRequest.turn_due_on <= clock.today())


def days_of(items: Sequence[TalentRequest]) -> tuple[date, date]:
    """From the first to the last day among today and the days until when."""
    days = [turn.due_on for it in items if (turn := it.turn) and turn.due_on] + [clock.today()]
    return min(days), max(days)


def days_late(due_on: date | None, closed: frozenset[date]) -> int:
    """Working days since a day that has passed, at least one; 0 while there is time."""
    if due_on is None or due_on >= clock.today():
        return 0
    return max(1, -workdays_until(clock.today(), due_on, closed))
