"""Thousands of needs that wait for a first candidate, written at once as their moves leave them."""

from collections.abc import Iterator, Sequence

from sqlalchemy import text

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.demo.cast import Case, Cast
from talentshare.demo.fill import fill
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.policy import Can
from talentshare.talent_requests import queries as requests
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.states import RequestState


@transactional
def write_open(actor: Actor, cast: Cast, cases: Sequence[Case]) -> None:
    """Needs that were submitted, endorsed, received and opened on one day; no notices of them."""
    policy.require(actor, Can.INVITE_PERSON)
    bodies = {body.code: body for body in accounts.bodies(active_only=False)}
    due_on = requests.due_after("choose")
    rows = []
    for case, number in zip(cases, _numbers(len(cases)), strict=True):
        row = _begun(cast, case, number)
        row.body = bodies[case.demo.body_code]
        fill(row, case.demo)
        for deed in _deeds(cast, case):
            row.move(deed)
        row.turn_due_on = due_on
        rows.append(row)
    db.session.add_all(rows)
    db.session.flush()
    for case, row in zip(cases, rows, strict=True):
        case.request_id = row.id
        _note(cast, case, row)


def _numbers(count: int) -> Iterator[str]:
    """The next numbers of the fiscal year."""
    year = fiscal_year(clock.today())
    begin = "INSERT INTO request_number (id, last) VALUES (:year, 0) ON CONFLICT DO NOTHING"
    take = "UPDATE request_number SET last = last + :count WHERE id = :year RETURNING last"
    db.session.execute(text(begin), {"year": year})
    last = db.session.execute(text(take), {"year": year, "count": count}).scalar_one()
    return (f"R-{year}-{number:04d}" for number in range(last - count + 1, last + 1))


def _begun(cast: Cast, case: Case, number: str) -> TalentRequest:
    officer = cast.actor(case.demo.officer).id
    now = clock.now()
    return TalentRequest(
        number=number,
        state=RequestState.DRAFT,
        officer_id=officer,
        coordinator_id=cast.coordinator(case.demo).id,
        created_by_id=officer,
        created_at=now,
        edited_at=now,
        edited_by_id=officer,
        submitted_at=now,
        submitted_by_id=officer,
        opened_at=now,
    )


def _deeds(cast: Cast, case: Case) -> list[str]:
    endorsed = ["endorse"] if cast.needs_endorsement(case.demo) else []
    return ["submit", *endorsed, "receive", "open"]


def _note(cast: Cast, case: Case, row: TalentRequest) -> None:
    """What the actions announce, by whoever would have acted."""
    officer, coordinator = cast.actor(case.demo.officer), cast.coordinator(case.demo)
    session, name = db.session(), events.name_of(row)
    events.note(session, officer, "talent_request.created", name, template=None)
    events.note(session, officer, "talent_request.submitted", name)
    if cast.needs_endorsement(case.demo):
        manager = cast.manager(case.demo)
        events.note(session, manager, "talent_request.endorsed", name)
    events.note(session, coordinator, "talent_request.received", name)
    events.note(session, coordinator, "talent_request.opened", name)
