"""The main job over the fictional needs: every step an action, each on its own day."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import takewhile

from talentshare import policy
from talentshare.demo.cast import Case, Cast
from talentshare.demo.drive import Drive
from talentshare.demo.fill import fill
from talentshare.demo.mass import write_open
from talentshare.demo.people import not_ahead
from talentshare.demo.sizes import SIZES
from talentshare.demo.tally import Tally
from talentshare.demo.world.draw import days_before
from talentshare.demo.world.shapes import DemoPosition, DemoTalentRequest, World
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.kernel.errors import Refusal
from talentshare.matching import queries as matching
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import Origin, Position, TalentRequest
from talentshare.talent_requests.states import PositionState, RequestState

SECONDS = 30_000
BEFORE_ALL = 0
AT_ONCE = 200
NOBODY = "条件を満たす専門人材が見つからなかったため"
PATIENCE = timedelta(days=14)
OPENED = frozenset({"open", "on_hold", "unmet"})
CHAINS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "none": (),
    "prepared": (("prepare", 0),),
    "checked": (("prepare", 1), ("check", 0)),
    "offered": (("prepare", 2), ("check", 1), ("offer", 0)),
    "accepted": (("prepare", 4), ("check", 3), ("offer", 2), ("accept", 0)),
    "proposed": (
        ("prepare", 6),
        ("check", 5),
        ("offer", 5),
        ("accept", 3),
        ("consent", 2),
        ("propose", 0),
    ),
    "rejected": (("prepare", 2), ("reject", 0)),
    "returned": (("prepare", 2), ("return", 0)),
    "withdrawn": (("prepare", 4), ("check", 3), ("offer", 2), ("withdraw", 0)),
    "declined": (("prepare", 4), ("check", 3), ("offer", 2), ("decline", 0)),
}
PROPOSED = CHAINS["proposed"]
LATER: Mapping[str, tuple[tuple[str, int], ...]] = {
    "expired": PROPOSED,
    "refused": (*((step, days + 6) for step, days in PROPOSED), ("refuse", 0)),
    "confirmed": (*((step, days + 6) for step, days in PROPOSED), ("agree", 0)),
}


@dataclass(order=True)
class Step:
    """One action on one day; `order` keeps what belongs together in order.

    What `is_sure` cannot be refused, so that many such steps may share a transaction.
    """

    on: date
    order: int
    run: Callable[[], None] = field(compare=False)
    is_sure: bool = field(compare=False, default=False)
    mass: Case | None = field(compare=False, default=None)


class Journey:
    """Plans the steps of a world and takes them in the order of their days."""

    def __init__(self, world: World, ids: Mapping[str, int]) -> None:
        self.world, self.cast = world, Cast(world, ids)
        self.tally = Tally()
        self._order = 0

    def steps(self) -> list[Step]:
        """Everything that is to happen, day by day."""
        return sorted(step for demo in self.world.talent_requests for step in self._of(demo))

    def _of(self, demo: DemoTalentRequest) -> Iterator[Step]:
        case = Case(demo)
        first = demo.submitted_on or self.world.as_of
        if self._is_mass(demo):
            yield Step(first, BEFORE_ALL, _nothing, mass=case)
            return
        yield self._sure(first, lambda: self.write(case))
        if demo.target_state == "draft":
            return
        yield self._sure(first, lambda: self.submit(case))
        on = first
        for deed, days in self._path(demo):
            on = min(on + timedelta(days=days), self.world.as_of)
            yield self._sure(on, partial(self.move, case, deed))
        if demo.target_state in OPENED:
            for index, position in enumerate(demo.positions):
                yield from self._chain(case, index, position, on)
            yield from self._end(case)
        if demo.target_state in {"on_hold", "unmet", "withdrawn"}:
            yield self._sure(self.world.as_of, lambda: self.move(case, demo.target_state))

    def _is_mass(self, demo: DemoTalentRequest) -> bool:
        """One of the thousands that wait for a first candidate."""
        waits = {position.proposal_target for position in demo.positions} == {"none"}
        return SIZES[self.world.size].is_mass and demo.target_state == "open" and waits

    def _path(self, demo: DemoTalentRequest) -> Iterator[tuple[str, int]]:
        state = demo.target_state
        if state in {"submitted", "withdrawn"}:
            return
        if state == "returned":
            yield "send_back", 1
            return
        for deed in self._opening(demo):
            yield deed, 1
            if (deed, state) in {("endorse", "endorsed"), ("receive", "received")}:
                return

    def _opening(self, demo: DemoTalentRequest) -> Iterator[str]:
        """From submitted to the search for people."""
        if self.cast.needs_endorsement(demo) or demo.target_state == "endorsed":
            yield "endorse"
        yield from ("receive", "open")

    def _chain(
        self, case: Case, index: int, position: DemoPosition, opened_on: date
    ) -> Iterator[Step]:
        chain = CHAINS.get(position.proposal_target) or LATER.get(position.proposal_target, ())
        last = position.last_move_on or self.world.as_of
        for deed, before in chain:
            on = max(opened_on, last - timedelta(days=before))
            yield self._step(on, partial(self.drive, case, index, deed))

    def _end(self, case: Case) -> Iterator[Step]:
        """When all has been tried, what nobody was found for is not kept waiting."""
        moves = [on for position in case.demo.positions if (on := position.last_move_on)]
        if moves and min(moves) < self.world.as_of - PATIENCE:
            yield self._step(max(moves), partial(self.give_up, case))

    def _step(self, on: date, run: Callable[[], None]) -> Step:
        self._order += 1
        return Step(days_before(min(on, self.world.as_of), 0), self._order, run)

    def _sure(self, on: date, run: Callable[[], None]) -> Step:
        return replace(self._step(on, run), is_sure=True)

    def go_on(self, steps: Sequence[Step], done: int) -> int:
        """Take the next step, or, where they are sure, the next few at once; how many it were."""
        ahead = steps[done : done + AT_ONCE]
        mass = [step.mass for step in takewhile(lambda step: step.on == ahead[0].on, ahead)]
        if cases := [case for case in takewhile(lambda case: case is not None, mass) if case]:
            with clock.standing_at(at(ahead[0].on, 0)):
                write_open(SYSTEM, self.cast, cases)
            for case in cases:
                for deed in ("write", "submit", *self._opening(case.demo)):
                    self.tally.add(deed)
            return len(cases)
        sure = list(takewhile(lambda step: step.is_sure, ahead))
        if sure:
            self.take(SYSTEM, sure, done)
            return len(sure)
        with clock.standing_at(at(ahead[0].on, done % SECONDS)):
            ahead[0].run()
        return 1

    @transactional
    def take(self, actor: Actor, steps: Sequence[Step], done: int) -> None:
        """Several sure steps in one transaction, each at a moment of its own."""
        policy.require(actor, Can.INVITE_PERSON)
        for number, step in enumerate(steps, done):
            with clock.standing_at(at(step.on, number % SECONDS)):
                step.run()

    def write(self, case: Case) -> None:
        """A draft by the officer, with everything on it."""
        demo = case.demo
        it = requests.start(self.cast.actor(demo.officer), Origin())
        case.request_id = it.id
        fill(it, demo)
        self.tally.add("write")

    def submit(self, case: Case) -> None:
        requests.submit(self.cast.actor(case.demo.officer), case.request_id)
        self.tally.add("submit")

    def move(self, case: Case, deed: str) -> None:
        """One move of the request."""
        demo, on, why = case.demo, self.world.as_of, case.demo.reason_ja or "調整のため"
        coordinator = self.cast.coordinator(demo)
        moves: dict[str, Callable[[], object]] = {
            "endorse": lambda: requests.endorse(self.cast.manager(demo), case.request_id),
            "receive": lambda: requests.receive(coordinator, case.request_id),
            "open": lambda: requests.open_(coordinator, case.request_id),
            "send_back": lambda: requests.return_(self.cast.reader(demo), case.request_id, why),
            "on_hold": lambda: requests.hold(
                coordinator, case.request_id, why, on + timedelta(days=28)
            ),
            "unmet": lambda: requests.close_unmet(coordinator, case.request_id, why),
            "withdrawn": lambda: requests.withdraw(
                self.cast.actor(demo.officer), case.request_id, why
            ),
        }
        moves[deed]()
        self.tally.add(deed)

    def give_up(self, case: Case) -> None:
        """A need for which nobody was found ends as unmet demand; a part of one is given up."""
        own, count = self.cast.coordinator(case.demo), len(case.demo.positions)
        today = self.world.as_of
        missing = [
            index
            for index, position in enumerate(case.demo.positions)
            if index not in case.proposals
            and (position.last_move_on is None or position.last_move_on < today)
        ]
        try:
            if len(missing) == count:
                requests.close_unmet(own, case.request_id, NOBODY)
                self.tally.add("unmet")
            else:
                for index in missing:
                    requests.remove_position(own, case.request_id, index + 1)
                    self.tally.add("give_up")
        except Refusal as refusal:
            db.session.rollback()
            self.tally.skip("give_up", refusal.code)

    def drive(self, case: Case, index: int, deed: str) -> None:
        """One move of the proposal for a position; without a candidate nothing happens."""
        if deed != "prepare" and index not in case.proposals:
            return
        try:
            Drive(self.cast, case, index, self.tally).take(deed)
        except Refusal as refusal:
            db.session.rollback()
            if deed == "propose":  # the time went to somebody else meanwhile
                self.ask_another(case, index)
            else:
                self.tally.skip(deed, refusal.code)
                case.proposals.pop(index, None)

    def ask_another(self, case: Case, index: int) -> None:
        """The proposal is withdrawn, and somebody whose time is there is asked within the day."""
        drive = Drive(self.cast, case, index, self.tally)
        drive.take("withdraw")
        del case.proposals[index]
        drive.take("prepare")
        try:
            for deed, _ in PROPOSED[1:] if index in case.proposals else ():
                drive.take(deed)
        except Refusal:
            db.session.rollback()
            drive.take("withdraw")
            del case.proposals[index]


def rank_all() -> int:
    """Rank every open position, as a coordinator would; how many had a start left."""
    count = 0
    positions = (
        db.select(Position)
        .join(TalentRequest)
        .where(TalentRequest.state == RequestState.OPEN, Position.state == PositionState.OPEN)
    )
    for position in db.session.scalars(positions.order_by(Position.id)).all():
        try:
            matching.ranked(position)
        except Refusal:
            continue
        count += 1
    return count


def at(day: date, seconds: int) -> datetime:
    """A moment of a working day in Tokyo, so that deeds of a day stay in order."""
    morning = datetime.combine(day, time(9), clock.TOKYO).astimezone(UTC)
    return not_ahead(morning + timedelta(seconds=seconds))


def _nothing() -> None:
    """What a step does that is taken together with others."""
