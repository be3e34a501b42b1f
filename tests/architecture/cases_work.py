"""What is tried with requests, candidates and proposals."""

from typing import Any

from talentshare.proposals.views.coordinator import DEEDS
from talentshare.talent_requests.views.moves import ACTS
from talentshare.talent_requests.views.steps import FORMS
from tests.architecture.cases_people import TODAY, fixed
from tests.architecture.matrix import EACH, Case, Shown
from tests.architecture.world import Side

REASON = "理由はこのとおりです"
# The state from which each move is made, and who is shown its page.
MOVES = {
    "submit": ("draft", "officer", {}),
    "endorse": ("submitted", "manager", {}),
    "receive": ("endorsed", "coordinator", {}),
    "open": ("received", "coordinator", {}),
    "return": ("endorsed", "coordinator", {"remark": REASON}),
    "hold": ("open", "coordinator", {"remark": REASON, "until_on": "2026-12-25"}),
    "resume": ("on_hold", "coordinator", {}),
    "complete": ("staffed", "coordinator", {"remark": REASON}),
    "reopen": ("staffed", "coordinator", {"remark": REASON, "ordinals": "1"}),
    "refer": ("received", "coordinator", {"remark": REASON}),
    "close_unmet": ("open", "coordinator", {"remark": REASON}),
    "withdraw": ("submitted", "officer", {"remark": REASON}),
}
# The state from which a coordinator does each deed, and what is filled in.
DESK: dict[str, tuple[str, dict[str, str]]] = {
    "check": ("prepared", {"form": "check"}),
    "return": ("prepared", {"form": "return", "text": REASON}),
    "reject": ("prepared", {"form": "reject", "text": REASON}),
    "withdraw": ("checked", {"form": "withdraw", "text": REASON}),
    "revise": (
        "returned",
        {
            "form": "revise",
            "reason": REASON,
            "minutes_per_week": "1",
            "start_on": "2026-12-07",
            "basis_code": "agreement",
        },
    ),
    "offer": ("checked", {"form": "offer", "days": "3"}),
    "consent": ("accepted", {"form": "consent", "who": "グループ長", "on": TODAY}),
    "phone": ("offered", {"form": "phone", "answer": "accept"}),
    "propose": ("consented", {"form": "propose"}),
    "extend": ("proposed", {"form": "extend"}),
    "expire": ("overdue", {"form": "expire"}),
    "cancel": ("confirmed", {"form": "cancel", "text": REASON}),
    "end": ("confirmed", {"form": "end", "last_week_on": "2026-12-07", "text": REASON}),
}
BODY_ANSWERS = {
    "record": {"form": "decision", "answer": "record"},
    "agree": {"form": "decision", "answer": "agree"},
    "discuss": {"form": "discuss", "text": REASON},
    "refuse": {"form": "refuse", "reason": "need_changed"},
}
DECISION = {"decided_on": TODAY, "decider_title": "課長", "document_number": "6見本第2号"}
OWN_ANSWERS = {
    "accept": {"form": "accept"},
    "discuss": {"form": "discuss", "text": REASON},
    "decline": {"form": "decline", "reason": "time"},
}
assert set(MOVES) == set(ACTS)
assert set(DESK) == set(DEEDS)


def request_in(state: str, **more: Any):
    return lambda side: {"number": side.number(state), **more}


def proposal_in(state: str, **more: Any):
    return lambda side: {"proposal_id": side.proposal(state), **more}


def sent(state: str, **fields: Any):
    return lambda side: {"version": side.version(state), **fields}


def for_body(side: Side) -> dict[str, Any]:
    return {"body_id": side.id("body"), "officer_id": side.id("officer")}


def candidate(side: Side) -> dict[str, Any]:
    return {"position": 1, "specialist_id": side.id("specialist"), "reason": REASON}


def move_cases() -> list[Case]:
    found = []
    for deed, (state, persona, data) in MOVES.items():
        values = request_in(state, deed=deed.replace("_", "-"))
        found.append(Case("talent_requests.move", "GET", deed, values, things=EACH))
        found.append(
            Case(
                "talent_requests.move",
                "POST",
                deed,
                values,
                data=fixed(**data),
                shown=Shown(persona),
                things=EACH,
            )
        )
    return found


def step_cases() -> list[Case]:
    """The officer's questions on a draft; the basis, and the scoping, by a coordinator."""
    found = []
    for step in FORMS:
        places = [("received", "coordinator")] if step == "basis" else [("draft", "officer")]
        if step == "worry":
            places.append(("received", "coordinator"))
        for state, persona in places:
            values = request_in(state, step=step)
            name = f"{step} of {state}"
            found.append(Case("talent_requests.edit", "GET", name, values, things=EACH))
            found.append(
                Case(
                    "talent_requests.edit",
                    "POST",
                    name,
                    values,
                    data=fixed(**({"basis_codes": "agreement"} if step == "basis" else {})),
                    shown=Shown(persona),
                    things=EACH,
                )
            )
    return found


REQUESTS = [
    Case("talent_requests.index"),
    Case("talent_requests.finished"),
    Case("talent_requests.waiting"),
    Case("talent_requests.desk"),
    Case("talent_requests.find", values=lambda s: {"number": s.number("open")}, things=EACH),
    Case("talent_requests.new"),
    Case("talent_requests.new", "POST", data=fixed(template_code="")),
    Case("talent_requests.new", "POST", "for a body", data=for_body, things=("own", "other")),
    Case("talent_requests.show", "GET", "draft", request_in("draft"), things=EACH),
    Case("talent_requests.show", "GET", "submitted", request_in("submitted"), things=EACH),
    Case("talent_requests.show", "GET", "open", request_in("open"), things=EACH),
    Case("talent_requests.show", "GET", "completed", request_in("completed"), things=EACH),
    *[
        Case(f"talent_requests.{paper}", "GET", state, request_in(state), things=EACH)
        for paper in ("paper", "paper_pdf")
        for state in ("draft", "open")
    ],
    Case("talent_requests.check", "GET", "draft", request_in("draft"), things=EACH),
    Case("talent_requests.submitted", values=request_in("submitted"), things=EACH),
    Case("talent_requests.take_over", values=request_in("open"), things=EACH),
    Case("talent_requests.take_over", "POST", values=request_in("open"), things=EACH),
    Case("talent_requests.add_position", "POST", "draft", request_in("draft"), things=EACH),
    Case("talent_requests.add_position", "POST", "received", request_in("received"), things=EACH),
    Case(
        "talent_requests.remove_position",
        values=request_in("received", ordinal=2),
        things=EACH,
    ),
    Case(
        "talent_requests.remove_position",
        "POST",
        values=request_in("received", ordinal=2),
        things=EACH,
    ),
    *move_cases(),
    *step_cases(),
]

PROPOSALS = [
    Case("matching.candidates", values=request_in("open"), things=EACH),
    Case(
        "matching.compare",
        values=lambda s: {"number": s.number("open"), "who": [1, 2]},
        things=EACH,
    ),
    Case(
        "proposals.prepare",
        values=lambda s: {
            "number": s.number("open"),
            "position": 1,
            "specialist_id": s.id("specialist"),
        },
        things=EACH,
    ),
    Case("proposals.prepare", "POST", values=request_in("open"), data=candidate, things=EACH),
    Case("proposals.index", values=request_in("with_proposed"), things=EACH),
    *[
        Case("proposals.show", "GET", state, proposal_in(state), things=EACH)
        for state in ("prepared", "checked", "offered", "accepted", "proposed", "confirmed")
    ],
    *[
        Case(f"proposals.{paper}", "GET", state, proposal_in(state), things=EACH)
        for paper in ("paper", "paper_pdf")
        for state in ("prepared", "proposed")
    ],
    *[
        Case("proposals.offer_page", "GET", state, proposal_in(state), things=EACH)
        for state in ("checked", "offered", "proposed")
    ],
    *[
        Case(
            "proposals.act",
            "POST",
            deed,
            proposal_in(state, deed=deed),
            data=sent(state, **data),
            things=EACH,
        )
        for deed, (state, data) in DESK.items()
    ],
    Case(
        "proposals.fit",
        "POST",
        values=proposal_in("consented"),
        data=sent("consented", form="fit", minutes_per_week="45", start_on="2026-12-14"),
        things=EACH,
    ),
    *[
        Case(
            "proposals.answer",
            "POST",
            deed,
            proposal_in("proposed"),
            data=sent("proposed", **DECISION, **data),
            things=EACH,
        )
        for deed, data in BODY_ANSWERS.items()
    ],
    *[
        Case(
            "proposals.reply",
            "POST",
            f"{deed} when {state}",
            proposal_in(state),
            data=sent(state, **data),
            things=EACH,
        )
        for deed, data in OWN_ANSWERS.items()
        for state in ("offered", "proposed")
    ],
    Case(
        "proposals.answer",
        "POST",
        "record when confirmed",
        proposal_in("confirmed"),
        data=sent("confirmed", **DECISION, **BODY_ANSWERS["record"]),
        things=EACH,
    ),
    Case("proposals.offers"),
    Case("proposals.supports"),
]

WORK_CASES = [*REQUESTS, *PROPOSALS]
