"""Writing a request down, page by page; each page is kept at once."""

from dataclasses import fields

from sqlalchemy import text

from talentshare import policy
from talentshare.accounts import queries as accounts
from talentshare.accounts.models import Body, Person
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import RequestTemplate
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor, Role
from talentshare.kernel.errors import Forbidden, Invalid
from talentshare.kernel.weeks import fiscal_year
from talentshare.platform import events
from talentshare.platform.db import db, transactional
from talentshare.platform.search_text import company_key
from talentshare.policy import Can
from talentshare.talent_requests import queries
from talentshare.talent_requests.actions.outlines import fitted, keep_outline
from talentshare.talent_requests.actions.writing import (
    require_editable,
    require_no_price,
    touch,
)
from talentshare.talent_requests.models import (
    Answers,
    DataAnswer,
    KindAnswer,
    Origin,
    Outline,
    PositionSketch,
    RequestSupplier,
    Supplier,
    TalentRequest,
)
from talentshare.talent_requests.states import PersonalData, Place, RequestKind

MUSTS_OF_TEMPLATE = 2
MOST_SKILLS = 6
QUARTER = 15
OFFICE_SHARE_PERCENT = {Place.ONSITE: 100, Place.HYBRID: 50, Place.ONLINE: 0}


@transactional
def start(actor: Actor, origin: Origin) -> TalentRequest:
    """Begin a draft with a number of its own; a coordinator may begin it for a body by phone."""
    policy.require(actor, Can.CREATE_REQUEST)
    body, officer = _client(actor, origin)
    it = TalentRequest(
        number=_next_number(),
        body_id=body.id,
        officer_id=officer.id if officer else None,
        coordinator_id=None if _is_own(actor, body) else actor.id,
        created_by_id=actor.id,
        created_at=clock.now(),
    )
    template = catalogue.template_by_code().get(origin.template_code or "")
    if template is not None:
        _begin_from(it, template)
    it.body = body
    db.session.add(it)
    touch(actor, it)
    events.announce(actor, "talent_request.created", it, template=origin.template_code)
    return it


@transactional
def save(actor: Actor, request_id: int, answers: Answers, version: int | None = None) -> None:
    """Keep what was answered on one page."""
    it = queries.load(request_id)
    policy.require(actor, Can.EDIT_REQUEST, it)
    require_editable(actor, it, version)
    _write(it, answers)
    if isinstance(answers, KindAnswer):
        _fit_all(actor, it)
    touch(actor, it)
    events.announce(actor, "talent_request.edited", it, step=answers.step, state=it.state.value)


def _write(it: TalentRequest, answers: Answers) -> None:
    for field in fields(answers):
        value = getattr(answers, field.name)
        if isinstance(value, str):
            require_no_price(field.name, value)
        if field.name != "companies":
            setattr(it, field.name, value)
    if isinstance(answers, DataAnswer):
        it.suppliers = [_supplier(company) for company in answers.companies]


def _supplier(company: Supplier) -> RequestSupplier:
    return RequestSupplier(
        company=company.company,
        key=company_key(company.company),
        corporate_number=company.corporate_number,
        relation=company.relation,
    )


def _fit_all(actor: Actor, it: TalentRequest) -> None:
    """A new kind may decide how long the positions last."""
    for ordinal in it.ordinals:
        outline = it.outline(ordinal) or Outline()
        changed = fitted(it.kind, outline)
        if changed != outline:
            keep_outline(actor, it, ordinal, changed)


def _client(actor: Actor, origin: Origin) -> tuple[Body, Person | None]:
    """The body and its officer: one's own, or those whom a coordinator names."""
    if actor.has(Role.OFFICER) and origin.body_id in (None, actor.body_id):
        me = accounts.person(actor.id)
        return me.body, me
    if not actor.has(Role.COORDINATOR):
        raise Forbidden(f"policy.{Can.CREATE_REQUEST.value}")
    if origin.body_id is None:
        raise Invalid("talent_request.body_missing", field="body_id")
    body = accounts.body(origin.body_id)
    if origin.officer_id is None:
        return body, None
    found = [who for who in queries.officers(actor, body.id) if who.id == origin.officer_id]
    if not found:
        raise Invalid("talent_request.officer_elsewhere", field="officer_id")
    return body, found[0]


def _is_own(actor: Actor, body: Body) -> bool:
    return actor.has(Role.OFFICER) and actor.body_id == body.id


def _next_number() -> str:
    """The next 受付番号 of the fiscal year; the row of the counter keeps others waiting."""
    year = {"year": fiscal_year(clock.today())}
    db.session.execute(
        text("INSERT INTO request_number (id, last) VALUES (:year, 0) ON CONFLICT DO NOTHING"), year
    )
    count = text("UPDATE request_number SET last = last + 1 WHERE id = :year RETURNING last")
    while True:
        number = f"R-{year['year']}-{db.session.execute(count, year).scalar_one():04d}"
        if not queries.is_taken(number):
            return number


def _begin_from(it: TalentRequest, template: RequestTemplate) -> None:
    """Fill in what the template knows; the days are left to the officer."""
    standing = template.kind == RequestKind.STANDING
    it.template_code, it.title = template.code, template.title_ja
    it.worry, it.theme_code = template.description_ja, template.theme_code
    it.phase_code = next(iter(template.phase_codes), None)
    it.kind = RequestKind.STANDING if standing else RequestKind.PROJECT
    it.personal_data = PersonalData(template.personal_data)
    it.place = Place(template.place)
    share = template.minutes_per_week * OFFICE_SHARE_PERCENT[it.place] // 100
    sketch = PositionSketch(
        ordinal=1,
        role_code=next(iter(template.role_codes), None),
        minutes_per_week=template.minutes_per_week,
        inside_minutes_per_week=share // QUARTER * QUARTER,
        week_count=None if standing else template.week_count,
        skills=[
            (str(code), int(level), rank < MUSTS_OF_TEMPLATE)
            for rank, (code, level) in enumerate(template.skills[:MOST_SKILLS])
        ],
    )
    it.sketches = [sketch]
