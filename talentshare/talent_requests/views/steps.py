"""Writing a request: one question per page, kept at once, each page reachable at any time."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.platform.formats import is_en, named
from talentshare.platform.i18n import sentence as _
from talentshare.platform.web import current_actor, done, tried, typed
from talentshare.policy import Can
from talentshare.talent_requests import actions, queries
from talentshare.talent_requests.forms import (
    UNKNOWN,
    BasisForm,
    ClosingForm,
    DataForm,
    KindForm,
    Known,
    PlaceForm,
    RoleForm,
    RowsForm,
    SkillsForm,
    StepForm,
    TimeForm,
    WishForm,
    WorryForm,
    option,
    options_of,
    weekday_options,
)
from talentshare.talent_requests.models import (
    Answers,
    Outline,
    PositionAnswer,
    TalentRequest,
)
from talentshare.talent_requests.states import EDITABLE, RequestKind
from talentshare.talent_requests.views.blueprint import bp
from talentshare.talent_requests.views.conflict import conflict_page
from talentshare.talent_requests.views.words import title_of

FORMS: dict[str, type[StepForm]] = {
    form.step: form
    for form in (
        WorryForm,
        WishForm,
        KindForm,
        RoleForm,
        SkillsForm,
        TimeForm,
        PlaceForm,
        DataForm,
        ClosingForm,
        BasisForm,
    )
}
QUESTIONS = tuple(step for step in FORMS if step != BasisForm.step)
ORDINALS = frozenset(str(n) for n in range(1, 100))
OF_POSITION = (RoleForm.step, SkillsForm.step, TimeForm.step)


@dataclass(frozen=True)
class Question:
    """One page: which question, about which position, and where one came from."""

    step: str
    ordinal: int
    from_check: bool

    def url(self, it: TalentRequest, step: str) -> str:
        return url_of(it, step, self.ordinal, self.from_check)


@bp.route("/requests/<number>/edit/<step>", methods=["GET", "POST"])
def edit(number: str, step: str) -> ResponseReturnValue:
    actor = current_actor()
    it = queries.find(actor, number)
    question = _question(it, step)
    policy.require(actor, Can.EDIT_REQUEST, it)
    if not queries.may_edit(actor, it):
        raise Conflict("talent_request.not_editable")
    if question.step == SkillsForm.step and not _has_role(it, question):
        return redirect(question.url(it, RoleForm.step))
    form = _form(it, question, typed() or None)
    if request.method == "POST" and isinstance(form, RowsForm) and _changes_rows(form):
        return _page(it, question, form, 200)
    if request.method == "POST":
        form.is_later = "later" in request.form
        if form.validate():
            return _keep(actor, it, question, form)
    return _page(it, question, form, 422 if form.errors else 200)


def _has_role(it: TalentRequest, question: Question) -> bool:
    outline = it.outline(question.ordinal)
    return outline is not None and outline.role_code is not None


def _question(it: TalentRequest, step: str) -> Question:
    ordinal = request.args.get("position", "1")
    if step not in FORMS or ordinal not in ORDINALS:
        raise NotFound("talent_request.not_found")
    at = int(ordinal)
    if at != 1 and (step not in OF_POSITION or at not in it.ordinals):
        raise NotFound("talent_request.not_found")
    return Question(step, at, request.args.get("from") == "check")


def _keep(
    actor: Actor, it: TalentRequest, question: Question, form: StepForm
) -> ResponseReturnValue:
    if form.version.data not in (None, it.version):
        return _conflict(actor, it, question, form)
    if not tried(form, lambda: _saved(actor, it, question, form)):
        return _page(it, question, form, 422)
    if form.is_later:
        done("talent_request.kept_for_later", number=it.number)
        return redirect(url_for("talent_requests.show", number=it.number))
    return redirect(_next_url(actor, queries.find(actor, it.number), question))


def _saved(actor: Actor, it: TalentRequest, question: Question, form: StepForm) -> bool:
    answers, version = form.answers(), form.version.data
    if isinstance(answers, PositionAnswer):
        actions.save_position(actor, it.id, question.ordinal, answers, version)
    elif isinstance(answers, Answers):
        actions.save(actor, it.id, answers, version)
    return True


def _conflict(
    actor: Actor, it: TalentRequest, question: Question, form: StepForm
) -> ResponseReturnValue:
    current = _form(it, question, None)
    return conflict_page(form, current, it, queries.last_editor(actor, it))


def _changes_rows(form: RowsForm) -> bool:
    if "add_row" in request.form:
        form.add_row()
        return True
    if "remove_row" in request.form:
        form.remove_row(request.form["remove_row"])
        return True
    return False


def _form(it: TalentRequest, question: Question, sent: Any) -> StepForm:
    """The form of a page, filled with what is known or with what was typed."""
    outline = it.outline(question.ordinal)
    known = Known(it, outline or Outline(), is_said=outline is not None)
    kind = FORMS[question.step]
    form = kind(formdata=sent, data=kind.given(known) | {"version": it.version})
    if sent is not None and form.version.data is None:
        form.version.data = it.version
    _offer(form, it, known.outline)
    return form


def _offer(form: StepForm, it: TalentRequest, outline: Outline) -> None:
    """Give the choices that come from the catalogue, in the reader's language."""
    if isinstance(form, WishForm):
        unknown = [option("", _("分からない"))]
        form.theme_code.choices = unknown + options_of(catalogue.themes())
        form.phase_code.choices = unknown + options_of(catalogue.phases())
    elif isinstance(form, RoleForm):
        form.role_code.choices = [
            *options_of(catalogue.job_roles()),
            option(UNKNOWN, _("分からない")),
        ]
    elif isinstance(form, SkillsForm):
        _offer_skills(form, outline)
    elif isinstance(form, TimeForm):
        form.weekdays.choices = weekday_options()
        form.known_start_on = outline.earliest_on
        if it.kind == RequestKind.STANDING:
            del form["week_count"], form["latest_end_on"]
    elif isinstance(form, PlaceForm):
        form.onsite_weekdays.choices = weekday_options()
    elif isinstance(form, BasisForm):
        form.basis_codes.choices = options_of(catalogue.legal_bases())
    elif isinstance(form, ClosingForm) and not form.title.raw_data:
        form.title.data = form.title.data or queries.suggested_title(it.worry)


def _offer_skills(form: SkillsForm, outline: Outline) -> None:
    chosen = {need.skill_code for need in outline.skills}
    offered = [option("", _("選ばない"), _("スキルの選択"))]
    for skill in catalogue.skills():
        if outline.role_code in skill.role_codes or skill.code in chosen:
            group = skill.category_en if is_en() else skill.category_ja
            offered.append(option(skill.code, named(skill), group))
    levels = [
        option(str(row.level), _("レベル%(level)s：%(name)s", level=row.level, name=named(row)))
        for row in catalogue.levels()
        if row.level
    ]
    form.offer(offered, levels)


def _next_url(actor: Actor, it: TalentRequest, question: Question) -> str:
    """The page after this one: the next question, or back to where one came from."""
    outline = it.outline(question.ordinal) or Outline()
    if question.step == RoleForm.step and outline.role_code is not None:
        return question.url(it, SkillsForm.step)
    if it.state not in EDITABLE:
        if question.step in OF_POSITION and outline.missing and question.step != TimeForm.step:
            return question.url(it, TimeForm.step)
        return url_for(".show", number=it.number)
    following = _beside(question.step, 1, outline)
    if question.from_check or following is None:
        return url_for(".check", number=it.number)
    return question.url(it, following)


def _beside(step: str, by: int, outline: Outline) -> str | None:
    """The question before or after this one; skills are not asked of an unknown role."""
    asked = [each for each in QUESTIONS if each != SkillsForm.step or outline.role_code]
    if step not in asked:
        return None
    at = asked.index(step) + by
    return asked[at] if 0 <= at < len(asked) else None


def _page(
    it: TalentRequest, question: Question, form: StepForm, status: int
) -> ResponseReturnValue:
    page = render_template(
        f"talent_requests/steps/{question.step}.html",
        it=it,
        form=form,
        title=title_of(it),
        question=question,
        number=QUESTIONS.index(question.step) + 1 if question.step in QUESTIONS else 0,
        count=len(QUESTIONS),
        is_draft=it.state in EDITABLE,
        back_url=_back_url(it, question),
        show_url=url_for(".show", number=it.number),
        outline=it.outline(question.ordinal) or Outline(),
        roles=catalogue.job_roles() if question.step == RoleForm.step else (),
        levels=catalogue.levels() if question.step == SkillsForm.step else (),
        phases=catalogue.phases() if question.step == WishForm.step else (),
        bases=catalogue.legal_bases() if question.step == BasisForm.step else (),
    )
    return page, status


def _back_url(it: TalentRequest, question: Question) -> str:
    if it.state not in EDITABLE:
        return url_for(".show", number=it.number)
    if question.from_check:
        return url_for(".check", number=it.number)
    before = _beside(question.step, -1, it.outline(question.ordinal) or Outline())
    return question.url(it, before) if before else ""


def url_of(it: TalentRequest, step: str, ordinal: int = 1, from_check: bool = False) -> str:
    """The address of one question."""
    where: dict[str, Any] = {"position": ordinal} if ordinal != 1 else {}
    if from_check:
        where["from"] = "check"
    return url_for("talent_requests.edit", number=it.number, step=step, **where)


def first_open_url(it: TalentRequest) -> str:
    """Where to go on with a draft: the first question without an answer, else the check page."""
    outline = it.outline(1)
    open_questions = {
        "worry": not it.worry,
        "wish": not (it.wish or it.theme_code or it.phase_code),
        "role": outline is None,
        "time": outline is None or outline.minutes_per_week is None,
        "closing": not it.title,
    }
    step = next((step for step, is_open in open_questions.items() if is_open), None)
    return url_of(it, step) if step else url_for("talent_requests.check", number=it.number)
