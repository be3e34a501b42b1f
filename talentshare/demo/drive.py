"""The moves of one fictional proposal, each by whoever makes it in life."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from talentshare.accounts.models import Person
from talentshare.demo.cast import Case, Cast
from talentshare.demo.tally import Tally
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Refusal
from talentshare.matching import queries as matching
from talentshare.platform.db import db
from talentshare.proposals import actions as proposals
from talentshare.proposals.actions.body import Decision
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import DeclineReason, ProposalState, RefuseReason
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist
from talentshare.talent_requests import queries as talent_requests
from talentshare.talent_requests.models import Position

TRIED = 5
FEWER = (3, 2)  # quarters of the hours asked
WHY = "必須条件を満たし、希望する週の時間を確保できるため"


@dataclass(frozen=True)
class Drive:
    """The moves of one proposal, each by whoever makes it in life."""

    cast: Cast
    case: Case
    index: int
    tally: Tally

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
        if deed not in {"prepare", "agree"}:
            self.tally.add(deed)

    @property
    def own(self) -> Actor:
        return self.cast.coordinator(self.case.demo)

    @property
    def second(self) -> Actor:
        return self.cast.second(self.case.demo)

    @property
    def decider(self) -> Actor:
        return self.cast.manager(self.case.demo)

    @property
    def id(self) -> int:
        return self.case.proposals[self.index]

    @property
    def version(self) -> int:
        version = db.select(Proposal.version).where(Proposal.id == self.id)
        return int(db.session.scalar(version) or 0)

    @property
    def specialist(self) -> Actor:
        name = (
            db.select(Person.sign_in_name)
            .join(Specialist, Specialist.person_id == Person.id)
            .join(Proposal, Proposal.specialist_id == Specialist.id)
            .where(Proposal.id == self.id)
        )
        return self.cast.actor(db.session.scalars(name).one())

    def prepare(self) -> None:
        """The chosen person, for fewer hours if need be, else the first of the ranking."""
        self.tally.add("rank")
        position = _position(self.case.request_id, self.index)
        for who, minutes in self._tries(position):
            terms = proposals.Terms(WHY, minutes_per_week=minutes)
            try:
                made = proposals.prepare(self.own, position.id, who, terms)
            except Refusal:
                db.session.rollback()
                continue
            self.case.proposals[self.index] = made.id
            self.tally.add("prepare")
            return

    def _tries(self, position: Position) -> Iterator[tuple[int, int | None]]:
        """Whom to try, and for how many minutes a week where that is not what was asked."""
        chosen = self.case.demo.positions[self.index].chosen
        own = specialists.id_of_person(self.cast.ids[chosen]) if chosen else None
        position_id, asked = position.id, position.minutes_per_week
        if own:
            yield own, None
            yield from ((own, asked * part // 60 * 15) for part in FEWER)
        for who in first_candidates(position_id):
            yield who, None

    def agree(self) -> None:
        demo = self.case.demo.positions[self.index].decision
        today = clock.today()
        put_at = db.session.scalar(db.select(Proposal.proposed_at).where(Proposal.id == self.id))
        put_on = clock.tokyo_day(put_at) if put_at else today
        decision = Decision(
            min(max(demo.decided_on, put_on), today) if demo else today,
            demo.title_ja if demo else "デジタル戦略課長",
            demo.document_number if demo else "",
        )
        agreed = proposals.agree(self.decider, self.id, self.version, decision)
        is_booked = agreed.state is ProposalState.CONFIRMED
        self.tally.add("agree" if is_booked else "sent_back")


def first_candidates(position_id: int) -> list[int]:
    """The first few of the ranking, or nobody when no start is left."""
    try:
        ranked = matching.ranked(talent_requests.load_position(position_id))
    except Refusal:
        return []
    return [candidate.person for candidate in ranked.candidates(0, TRIED)]


def _position(request_id: int, index: int) -> Position:
    statement = db.select(Position).where(
        Position.talent_request_id == request_id, Position.ordinal == index + 1
    )
    found: Position = db.session.scalars(statement).one()
    return found
