"""What people do while things break, and what must be true afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

from sqlalchemy import func, select

from talentshare.allocations import queries as ledger
from talentshare.allocations.models import Allocation
from talentshare.allocations.states import AllocationState
from talentshare.kernel.actor import Role
from talentshare.notices.models import Mail, Notice
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.platform.events import AuditEvent
from talentshare.proposals.models import Proposal
from talentshare.proposals.states import ProposalState
from talentshare.talent_requests.models import TalentRequest
from tests import make
from tests.attacks.crowd import cookies_of
from tests.faults.house import House, Pressed
from tests.proposals.stage import Stage, ready

DECISION = {
    "form": "decision",
    "answer": "agree",
    "decided_on": "2026/11/24",
    "decider_title": "デジタル戦略課長",
    "document_number": "8町デ第12号",
}


@dataclass
class Town:
    """Officers who write, and proposals that wait for their body's answer."""

    writers: list[dict[str, str]]
    agreed: list[tuple[Any, Pressed]]
    begun: list[tuple[Pressed, str]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def write(self, house: House) -> Callable[[Event], None]:
        """Begin drafts and say what the worry is, again and again."""

        def work(stop: Event) -> None:
            with self.lock:
                who = self.writers.pop()
            while not stop.is_set():
                begun = Pressed(who, "/requests/new", {}).insist(house.port)
                worry = f"困りごと {begun.location}"
                told = {"worry": worry, "version": "1"}
                Pressed(who, begun.location, told).insist(house.port)
                with self.lock:
                    self.begun.append((begun, worry))

        return work


def town(proposals: int, writers: int) -> Town:
    """So many proposals that their bodies can answer, each with a person of its own."""
    second, owner = make.coordinator(), make.coordinator()
    agreed = []
    for _ in range(proposals):
        own = make.person(Role.SPECIALIST, mail=f"senmon{next(make.numbers)}@example.jp")
        who = ready(person=own)
        stage = Stage(specialist=who, owner=owner, second=second)
        it = stage.to("proposed")
        form = DECISION | {"version": str(it.version)}
        path = f"/proposals/{it.id}/answer"
        agreed.append((it, Pressed(cookies_of(stage.officer), path, form)))
    return Town([cookies_of(make.officer()) for _ in range(writers)], agreed)


def nothing_is_lost(town: Town) -> None:
    """What was acknowledged is there, once; the ledger and the audit are exact."""
    db.session.expire_all()
    db.session.rollback()
    drafts = {one.number: one for one in db.session.scalars(select(TalentRequest))}
    for begun, worry in town.begun:
        assert drafts[begun.location.split("/")[2]].worry == worry
    created = select(func.count()).where(AuditEvent.deed == "talent_request.created")
    written = [one for one in drafts.values() if one.worry.startswith("困りごと")]
    assert len(written) == len(town.begun), "each press has one effect, however often it is sent"
    assert db.session.scalar(created) == len(town.begun)
    assert ledger.check() == []
    assert events.first_break() is None


def confirmed_is_whole(town: Town) -> None:
    """What a body agreed to is booked once, decided, and told, to the day's mail."""
    for it, _pressed in town.agreed:
        now = db.session.get(Proposal, it.id, populate_existing=True)
        assert now.state is ProposalState.CONFIRMED
        booked = db.session.scalars(
            select(Allocation).where(Allocation.specialist_id == now.specialist_id)
        ).all()
        assert [one.state for one in booked] == [AllocationState.CONFIRMED]
        agreed = select(func.count()).where(
            AuditEvent.deed == "proposal.agreed", AuditEvent.subject == f"proposal:{it.id}"
        )
        assert db.session.scalar(agreed) == 1
        told = db.session.scalars(
            select(Notice).where(
                Notice.person_id == now.specialist.person_id,
                Notice.code == "proposal.notice.confirmed",
            )
        ).all()
        assert len(told) == 1, "confirmed, and told"
        mail = db.session.get(Mail, told[0].mail_id)
        assert mail is not None, "confirmed, and promised by mail"
        assert mail.person_id == now.specialist.person_id
