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
from talentshare.talent_requests.actions.outlines import fitted, keep_outline, sketch_outline
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
    RequestSupplier,
    Supplier,
    TalentRequest,
)


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
    if template is not None and template.retired_in is None:
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
    """Fill in what the template knows; the rest is asked."""
    it.template_code = template.code
    for name, value in queries.given_by(template).items():
        setattr(it, name, value)
    sketch_outline(it, 1, queries.outlined_by(template))
