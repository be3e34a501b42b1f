"""A need and the people around it; proposals are driven through the actions, as in life."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from talentshare.allocations import actions as allocations
from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.platform.db import db
from talentshare.proposals import actions, queries
from talentshare.proposals.actions import Decision, Terms
from tests import make

WHY = "クラウド移行の点検を2団体で担当したため"
WAY = ("prepared", "checked", "offered", "accepted", "consented", "proposed", "confirmed")
FIRST = date(2026, 12, 7)


def decision(**given: Any) -> Decision:
    plain = {
        "decided_on": clock.today(),
        "decider_title": "デジタル戦略課長",
        "document_number": "8町デ第12号",
    }
    return Decision(**plain | given)


def ready(**given: Any):
    """A specialist whose ledger has all its weeks."""
    made = make.specialist(**given)
    allocations.open_weeks(SYSTEM, made)
    return made


@dataclass
class Stage:
    """One open position of a body, a coordinator who owns it, and a second one."""

    position: Any = None
    specialist: Any = None
    body: Any = field(default_factory=make.body)
    owner: Any = field(default_factory=make.coordinator)
    second: Any = field(default_factory=make.coordinator)

    def __post_init__(self) -> None:
        self.specialist = self.specialist or ready()
        if self.position is None:
            request = make.talent_request(
                of=self.body, coordinator_id=self.owner.id, decision_on=date(2026, 12, 1)
            )
            self.position = make.position(request)

    @property
    def request(self):
        return self.position.talent_request

    @property
    def officer(self):
        return self.request.officer

    def actor(self, who):
        """Who acts: a person, or the specialist behind the proposal."""
        return make.actor_of(getattr(who, "person", who))

    def wanting(self, minutes_per_week: int):
        """The same need with other hours, three quarters of them inside office hours."""
        self.position.minutes_per_week = minutes_per_week
        self.position.inside_minutes_per_week = minutes_per_week * 3 // 4 // 15 * 15
        db.session.commit()
        return self

    def prepare(self, who=None, **terms):
        chosen = who or self.specialist
        return actions.prepare(
            self.actor(self.owner), self.position.id, chosen.id, Terms(**{"reason": WHY} | terms)
        )

    def to(self, state: str, who=None, **terms):
        """A proposal that has come as far as `state`."""
        it = self.prepare(who, **terms)
        for step in WAY[1 : WAY.index(state) + 1]:
            self.step(it, step)
        return it

    def step(self, it, step: str):
        own = self.actor(self.owner)
        moves = {
            "checked": lambda: actions.check(self.actor(self.second), it.id, it.version),
            "offered": lambda: actions.offer(own, it.id, it.version),
            "accepted": lambda: actions.accept(self.actor(it.specialist), it.id, it.version),
            "consented": lambda: actions.record_home_consent(
                own, it.id, it.version, "グループリーダー", clock.today()
            ),
            "proposed": lambda: actions.propose(own, it.id, it.version),
            "confirmed": lambda: actions.agree(
                self.actor(self.officer), it.id, it.version, decision()
            ),
        }
        return moves[step]()


def now(it) -> str:
    """The state as every reader sees it."""
    return queries.state_now(queries.load(it.id)).value


def weeks_from(first: date, count: int) -> list[date]:
    return [first + timedelta(weeks=n) for n in range(count)]
