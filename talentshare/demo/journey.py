"""The main job over the fictional needs: every step an action, each on its own day."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Person
from talentshare.demo.world.shapes import DemoPosition, DemoTalentRequest, World
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM, Actor
from talentshare.kernel.errors import Refusal
from talentshare.matching import queries as matching
from talentshare.platform.db import db
from talentshare.platform.search_text import company_key, fold
from talentshare.proposals import actions as proposals
from talentshare.proposals import queries as proposals_queries
from talentshare.proposals.actions.body import Decision
from talentshare.proposals.states import DeclineReason, RefuseReason
from talentshare.specialists import queries as specialists
from talentshare.talent_requests import actions as requests
from talentshare.talent_requests.models import (
    Origin,
    Position,
    PositionSkill,
    RequestSupplier,
    TalentRequest,
)
from talentshare.talent_requests.states import (
    PersonalData,
    Place,
    PositionState,
    RequestKind,
    RequestState,
    SupplierRelation,
)

TRIED = 5
FEWER = (3, 2)  # quarters of the hours asked
WHY = "必須条件を満たし、希望する週の時間を確保できるため"
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
    """One action on one day; `order` keeps what belongs together in order."""

    on: date
    order: int
    run: Callable[[], None] = field(compare=False)


@dataclass
class Case:
    """A need on its way through the product."""

    demo: DemoTalentRequest
    request_id: int = 0
    opened_on: date | None = None
    proposals: dict[int, int] = field(default_factory=dict)


class Journey:
    """Plans the steps of a world and takes them in the order of their days."""

    def __init__(self, world: World, ids: Mapping[str, int]) -> None:
        self.world, self.ids = world, ids
        self.bodies = {body.code: body for body in world.bodies}
        self.actors: dict[str, Actor] = {}
        self.skipped = 0
        self._order = 0

    def steps(self) -> list[Step]:
        """Everything that is to happen, day by day."""
        return sorted(step for demo in self.world.talent_requests for step in self._of(demo))

    def _of(self, demo: DemoTalentRequest) -> Iterator[Step]:
        case = Case(demo)
        first = demo.submitted_on or self.world.as_of
        yield self._step(first, lambda: self.write(case))
        if demo.target_state == "draft":
            return
        yield self._step(first, lambda: self.submit(case))
        on = first
        for deed, days in self._path(demo):
            on = min(on + timedelta(days=days), self.world.as_of)
            yield self._step(on, partial(self.move, case, deed))
        if demo.target_state in OPENED:
            for index, position in enumerate(demo.positions):
                yield from self._chain(case, index, position, on)
        if demo.target_state in {"on_hold", "unmet", "withdrawn"}:
            yield self._step(self.world.as_of, lambda: self.move(case, demo.target_state))

    def _path(self, demo: DemoTalentRequest) -> Iterator[tuple[str, int]]:
        state = demo.target_state
        if state in {"submitted", "withdrawn"}:
            return
        if state == "returned":
            yield "return", 1
            return
        if self._needs_endorsement(demo) or state == "endorsed":
            yield "endorse", 1
        if state == "endorsed":
            return
        yield "receive", 1
        if state != "received":
            yield "open", 1

    def _chain(
        self, case: Case, index: int, position: DemoPosition, opened_on: date
    ) -> Iterator[Step]:
        chain = CHAINS.get(position.proposal_target) or LATER.get(position.proposal_target, ())
        last = position.last_move_on or self.world.as_of
        for deed, before in chain:
            on = max(opened_on, last - timedelta(days=before))
            yield self._step(on, partial(self.drive, case, index, deed))
        if chain and last < self.world.as_of - PATIENCE:
            yield self._step(last, partial(self.give_up, case))

    def _step(self, on: date, run: Callable[[], None]) -> Step:
        self._order += 1
        return Step(min(on, self.world.as_of), self._order, run)

    def _needs_endorsement(self, demo: DemoTalentRequest) -> bool:
        return self.bodies[demo.body_code].requires_endorsement

    def actor(self, sign_in_name: str) -> Actor:
        """Somebody of the fictional Tokyo, as the one who acts."""
        if sign_in_name not in self.actors:
            person: Person = accounts.person(self.ids[sign_in_name])
            self.actors[sign_in_name] = accounts.actor_of(person)
        return self.actors[sign_in_name]

    def coordinator(self, demo: DemoTalentRequest) -> Actor:
        return self.actor(demo.coordinator or "chousei1")

    def second(self, demo: DemoTalentRequest) -> Actor:
        """Another coordinator than the one of the request."""
        own = demo.coordinator or "chousei1"
        return self.actor("chousei2" if own != "chousei2" else "chousei1")

    def manager(self, demo: DemoTalentRequest) -> Actor:
        """The body's manager, or its officer where no manager exists."""
        name = f"kachou.{self.bodies[demo.body_code].short_name}"
        return self.actor(name if name in self.ids else demo.officer)

    def reader(self, demo: DemoTalentRequest) -> Actor:
        """Who reads a submitted need first: the manager where the body wants that."""
        return self.manager(demo) if self._needs_endorsement(demo) else self.coordinator(demo)

    def write(self, case: Case) -> None:
        """A draft by the officer, with everything on it."""
        demo = case.demo
        it = requests.start(self.actor(demo.officer), Origin())
        case.request_id = it.id
        _fill(it, demo)
        it.search_text = fold(it.number, it.title, it.body.name_ja)
        db.session.commit()

    def submit(self, case: Case) -> None:
        requests.submit(self.actor(case.demo.officer), case.request_id)

    def move(self, case: Case, deed: str) -> None:
        """One move of the request."""
        demo, on, why = case.demo, self.world.as_of, case.demo.reason_ja or "調整のため"
        coordinator = self.coordinator(demo)
        moves: dict[str, Callable[[], object]] = {
            "endorse": lambda: requests.endorse(self.manager(demo), case.request_id),
            "receive": lambda: requests.receive(coordinator, case.request_id),
            "open": lambda: requests.open_(coordinator, case.request_id),
            "return": lambda: requests.return_(self.reader(demo), case.request_id, why),
            "on_hold": lambda: requests.hold(
                coordinator, case.request_id, why, on + timedelta(days=28)
            ),
            "unmet": lambda: requests.close_unmet(coordinator, case.request_id, why),
            "withdrawn": lambda: requests.withdraw(self.actor(demo.officer), case.request_id, why),
        }
        moves[deed]()

    def give_up(self, case: Case) -> None:
        """A need for which nobody was found ends as unmet demand."""
        if case.proposals:
            return
        try:
            requests.close_unmet(self.coordinator(case.demo), case.request_id, NOBODY)
        except Refusal:
            db.session.rollback()

    def drive(self, case: Case, index: int, deed: str) -> None:
        """One move of the proposal for a position; without a candidate nothing happens."""
        if deed != "prepare" and index not in case.proposals:
            return
        try:
            Drive(self, case, index).take(deed)
        except Refusal:
            db.session.rollback()
            case.proposals.pop(index, None)
            self.skipped += 1


@dataclass(frozen=True)
class Drive:
    """The moves of one proposal, each by whoever makes it in life."""

    journey: Journey
    case: Case
    index: int

    def take(self, deed: str) -> None:
        moves: dict[str, Callable[[], object]] = {
            "prepare": self.prepare,
            "check": lambda: proposals.check(self.second, self.id, self.version),
            "reject": lambda: proposals.reject(
                self.second, self.id, self.version, "ほかの支援と時期が重なるため"
            ),
            "return": lambda: proposals.return_to_preparer(
                self.second, self.id, self.version, "費用の負担を確かめてください"
            ),
            "offer": lambda: proposals.offer(self.own, self.id, self.version, 5),
            "accept": lambda: proposals.accept(self.specialist, self.id, self.version),
            "decline": lambda: proposals.decline(
                self.specialist, self.id, self.version, DeclineReason.TIME, ""
            ),
            "consent": lambda: proposals.record_home_consent(
                self.own, self.id, self.version, "所属グループのリーダー", clock.today()
            ),
            "propose": lambda: proposals.propose(self.own, self.id, self.version),
            "withdraw": lambda: proposals.withdraw(self.own, self.id, "時期を見直すため"),
            "refuse": lambda: proposals.refuse(
                self.decider, self.id, self.version, RefuseReason.NEED_CHANGED, ""
            ),
            "agree": self.agree,
        }
        moves[deed]()

    @property
    def own(self) -> Actor:
        return self.journey.coordinator(self.case.demo)

    @property
    def second(self) -> Actor:
        return self.journey.second(self.case.demo)

    @property
    def decider(self) -> Actor:
        return self.journey.manager(self.case.demo)

    @property
    def id(self) -> int:
        return self.case.proposals[self.index]

    @property
    def version(self) -> int:
        return proposals_queries.load(self.id).version

    @property
    def specialist(self) -> Actor:
        person = proposals_queries.load(self.id).specialist.person
        return self.journey.actor(person.sign_in_name)

    def prepare(self) -> None:
        """The chosen person, else the first of the ranking, else the chosen one for fewer hours."""
        position = _position(self.case.request_id, self.index)
        chosen = self.case.demo.positions[self.index].chosen
        own = specialists.id_of_person(self.journey.ids[chosen]) if chosen else None
        wanted = [own, *first_candidates(position.id)] if own else first_candidates(position.id)
        tries: list[tuple[int, int | None]] = [(who, None) for who in wanted]
        if own:
            tries += [(own, position.minutes_per_week * part // 60 * 15) for part in FEWER]
        for who, minutes in tries:
            terms = proposals.Terms(WHY, minutes_per_week=minutes)
            try:
                made = proposals.prepare(self.own, position.id, who, terms)
            except Refusal:
                db.session.rollback()
                continue
            self.case.proposals[self.index] = made.id
            return

    def agree(self) -> None:
        demo = self.case.demo.positions[self.index].decision
        today = clock.today()
        decision = Decision(
            min(demo.decided_on, today) if demo else today,
            demo.title_ja if demo else "デジタル戦略課長",
            demo.document_number if demo else "",
        )
        proposals.agree(self.decider, self.id, self.version, decision)


def first_candidates(position_id: int) -> list[int]:
    """The first few of the ranking, or nobody when no start is left."""
    try:
        ranked = matching.rank_position(SYSTEM, position_id)
    except Refusal:
        return []
    return [candidate.person for candidate in ranked.candidates(0, TRIED)]


def rank_all() -> int:
    """Rank every open position, as a coordinator would; how many had a start left."""
    count = 0
    positions = (
        db.select(Position.id)
        .join(TalentRequest)
        .where(TalentRequest.state == RequestState.OPEN, Position.state == PositionState.OPEN)
    )
    for position_id in db.session.scalars(positions.order_by(Position.id)).all():
        try:
            matching.rank_position(SYSTEM, position_id)
        except Refusal:
            continue
        count += 1
    return count


def _position(request_id: int, index: int) -> Position:
    statement = db.select(Position).where(
        Position.talent_request_id == request_id, Position.ordinal == index + 1
    )
    found: Position = db.session.scalars(statement).one()
    return found


def _fill(it: TalentRequest, demo: DemoTalentRequest) -> None:
    it.kind = RequestKind(demo.kind)
    it.template_code = demo.template_id
    it.title, it.worry = demo.title_ja, demo.description_ja
    it.theme_code, it.phase_code = demo.theme_code, demo.phase_id
    it.personal_data = PersonalData(demo.personal_data)
    it.is_procurement = demo.procurement_involved
    it.place = Place(demo.place)
    it.onsite_weekdays = sum(1 << day for day in demo.onsite_weekdays)
    it.basis_codes = list(demo.legal_bases)
    it.cost_bearer = "contribution"
    it.decision_on = demo.decision_planned_on
    it.suppliers = [
        RequestSupplier(company=name, key=company_key(name), relation=relation)
        for relation, names in (
            (SupplierRelation.KNOWN, demo.known_suppliers),
            (SupplierRelation.LIKELY, demo.likely_suppliers),
        )
        for name in names
    ]
    it.positions = [_new_position(n, p) for n, p in enumerate(demo.positions, 1)]


def _new_position(ordinal: int, demo: DemoPosition) -> Position:
    return Position(
        ordinal=ordinal,
        role_code=demo.role_id,
        minutes_per_week=demo.minutes_per_week,
        inside_minutes_per_week=demo.office_minutes_per_week,
        week_count=demo.weeks,
        earliest_on=demo.earliest_start_on,
        latest_end_on=demo.latest_end_on,
        skills=[
            PositionSkill(skill_code=s.skill_id, level=s.min_level, is_must=s.is_must)
            for s in demo.skills
        ],
    )


def at(day: date, seconds: int) -> datetime:
    """A moment of a working day in Tokyo, so that deeds of a day stay in order."""
    return datetime.combine(day, time(9), clock.TOKYO).astimezone(UTC) + timedelta(seconds=seconds)
