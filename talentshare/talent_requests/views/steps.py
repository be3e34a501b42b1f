"""Writing a request: one question per page, kept at once, each page reachable at any time."""

from dataclasses import dataclass
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from talentshare import policy
from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.models import LegalBasis
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, NotFound
from talentshare.platform.formats import is_en, level_text, named
from talentshare.platform.i18n import sentence
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
from talentshare.talent_requests.states import EDITABLE, SCOPED, RequestKind, RequestState
from talentshare.talent_requests.views.blueprint import bp
from talentshare.talent_requests.views.conflict import closed_page, conflict_page
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
ORIGINS = frozenset({"check", "open", "candidates"})
ORDINALS = frozenset(str(n) for n in range(1, 100))
CHOSEN = frozenset(
    {"kind", "role_code", "place", "personal_data", "is_procurement", "basis_codes"}
)  # by buttons: a field is where its first one is
OF_POSITION = (RoleForm.step, SkillsForm.step, TimeForm.step)


@dataclass(frozen=True)
class Question:
    """One page: which question, about which position, and where one came from."""

    step: str
    ordinal: int
    origin: str

    def url(self, it: TalentRequest, step: str) -> str:
        return url_of(it, step, self.ordinal, self.origin)

    def home_url(self, it: TalentRequest) -> str:
        """The page from which one came, or that of the request."""
        if self.origin == "check" and it.state in EDITABLE:
            return url_for(".check", number=it.number)
        if self.origin == "open" and it.state == RequestState.RECEIVED:
            return url_for(".move", number=it.number, deed="open")
        if self.origin == "candidates" and it.state in SCOPED:
            return url_for("matching.candidates", number=it.number, position=self.ordinal)
        return url_for(".show", number=it.number)


@bp.route("/requests/<number>/edit/<step>", methods=["GET", "POST"])
def edit(number: str, step: str) -> ResponseReturnValue:
    actor = current_actor()
    it = queries.find(actor, number)
    question = _question(it, step)
    policy.require(actor, Can.EDIT_REQUEST, it)
    if not queries.may_edit(actor, it):
        return _too_late(it, question)
    if question.step == SkillsForm.step and not _has_role(it, question):
        return redirect(question.url(it, RoleForm.step))
    form = _form(it, question, typed() or None)
    if request.method == "POST" and isinstance(form, RowsForm) and _changes_rows(form):
        return _page(actor, it, question, form)
    if request.method == "POST":
        form.is_later = "later" in request.form
        if form.validate():
            return _keep(actor, it, question, form)
    return _page(actor, it, question, form)


def _too_late(it: TalentRequest, question: Question) -> ResponseReturnValue:
    """It is no longer this side's turn to write; what was typed is shown beside what stands."""
    if request.method != "POST":
        raise Conflict("talent_request.not_editable")
    form, current = _form(it, question, request.form), _form(it, question, None)
    return closed_page(form, current, it)


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
    return Question(step, at, origin_of(request.args.get("from", "")))


def _keep(
    actor: Actor, it: TalentRequest, question: Question, form: StepForm
) -> ResponseReturnValue:
    before = it.outline(question.ordinal) or Outline()
    if form.version.data not in (None, it.version):
        return _conflict(actor, it, question, form)
    if not tried(form, lambda: _saved(actor, it, question, form)):
        return _page(actor, it, question, form)
    if form.is_later:
        done("talent_request.kept_for_later", number=it.number)
        return redirect(url_for("talent_requests.show", number=it.number))
    it = queries.find(actor, it.number)
    following = _following(it, question, before)
    if following is not None:
        return redirect(question.url(it, following))
    if question.origin or it.state not in EDITABLE:
        done("talent_request.saved")
        return redirect(question.home_url(it))
    return redirect(url_for(".check", number=it.number))


def _saved(actor: Actor, it: TalentRequest, question: Question, form: StepForm) -> bool:
    if form.is_unanswered:
        return True
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
        form.theme_code.choices = unknown + options_of(
            catalogue.choosable(catalogue.themes(), [it.theme_code])
        )
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
        form.known_start_on, form.known_end_on = outline.earliest_on, outline.latest_end_on
        form.kind = it.kind
        if it.kind == RequestKind.STANDING:
            del form["week_count"], form["latest_end_on"]
    elif isinstance(form, PlaceForm):
        form.onsite_weekdays.choices = weekday_options()
    elif isinstance(form, BasisForm):
        form.basis_codes.choices = options_of(_bases(it))
    elif isinstance(form, ClosingForm):
        form.known_decision_on = it.decision_on
        if not form.title.raw_data:
            _suggest_title(form, it)


def _bases(it: TalentRequest) -> list[LegalBasis]:
    """Those that may be chosen, and those chosen before they were retired."""
    return catalogue.choosable(catalogue.legal_bases(), it.basis_codes)


def _suggest_title(form: ClosingForm, it: TalentRequest) -> None:
    """A title from the text while there is none, said to be one."""
    if not it.title and it.worry:
        form.title.data = queries.suggested_title(it.worry)
        form.title.description = _("困りごとの文から作りました。短く分かりやすく直してください。")


def _offer_skills(form: SkillsForm, outline: Outline) -> None:
    chosen = {need.skill_code for need in outline.skills}
    offered = [option("", _("選ばない"), _("スキルの選択"))]
    for skill in catalogue.choosable(catalogue.skills(), list(chosen)):
        if outline.role_code in skill.role_codes or skill.code in chosen:
            group = skill.category_en if is_en() else skill.category_ja
            offered.append(option(skill.code, named(skill), group))
    levels = [option("", _("選んでください"))] + [
        option(str(row.level), level_text(row)) for row in catalogue.levels() if row.level
    ]
    form.offer(offered, levels)


def _following(it: TalentRequest, question: Question, before: Outline) -> str | None:
    """The question after this one; None where one goes back to where one came from."""
    outline = it.outline(question.ordinal) or Outline()
    is_walk = not question.origin and it.state in EDITABLE
    has_other_role = outline.role_code not in (None, before.role_code)
    if question.step == RoleForm.step and has_other_role:
        return SkillsForm.step
    if is_walk:
        return _beside(question.step, 1, outline)
    is_new = it.state not in EDITABLE and question.step in OF_POSITION and outline.missing
    return TimeForm.step if is_new and question.step != TimeForm.step else None


def _beside(step: str, by: int, outline: Outline) -> str | None:
    """The question before or after this one; skills are not asked of an unknown role."""
    asked = [each for each in QUESTIONS if each != SkillsForm.step or outline.role_code]
    if step not in asked:
        return None
    at = asked.index(step) + by
    return asked[at] if 0 <= at < len(asked) else None


def _page(
    actor: Actor, it: TalentRequest, question: Question, form: StepForm
) -> ResponseReturnValue:
    template = queries.template_of(it) if it.state in EDITABLE else None
    has_filled = queries.is_from_template(it, question.step, question.ordinal)
    page = render_template(
        f"talent_requests/steps/{question.step}.html",
        it=it,
        form=form,
        title=title_of(it),
        question=question,
        number=QUESTIONS.index(question.step) + 1 if question.step in QUESTIONS else 0,
        count=len(QUESTIONS),
        is_draft=it.state in EDITABLE,
        by_body=queries.is_of_body(actor, it),
        template=template if has_filled else None,
        before_url=_before_url(it, question),
        home_url=question.home_url(it),
        outline=it.outline(question.ordinal) or Outline(),
        roles=catalogue.job_roles() if question.step == RoleForm.step else (),
        levels=catalogue.levels() if question.step == SkillsForm.step else (),
        phases=catalogue.phases() if question.step == WishForm.step else (),
        bases=_bases(it) if question.step == BasisForm.step else (),
    )
    return page, 422 if form.errors else 200


def _before_url(it: TalentRequest, question: Question) -> str:
    """The question before this one, on the way from the first to the last."""
    if question.origin or it.state not in EDITABLE:
        return ""
    before = _beside(question.step, -1, it.outline(question.ordinal) or Outline())
    return question.url(it, before) if before else ""


def origin_of(typed: str) -> str:
    """Where one came from, when it is a page to which one is led back."""
    return typed if typed in ORIGINS else ""


def url_of(it: TalentRequest, step: str, ordinal: int = 1, origin: str = "") -> str:
    """The address of one question, with the page to which one is led back."""
    where: dict[str, Any] = {"position": ordinal} if ordinal != 1 else {}
    if origin:
        where["from"] = origin
    return url_for("talent_requests.edit", number=it.number, step=step, **where)


def gap_row(it: TalentRequest, gap: queries.Gap, origin: str = "") -> dict[str, Any]:
    """What is still to be said, with the address of its field."""
    several = len(it.ordinals) > 1 and gap.step in {RoleForm.step, TimeForm.step}
    field = f"{gap.name}-0" if gap.name in CHOSEN else gap.name
    return {
        "text": sentence(f"talent_request.gap.{gap.name}"),
        "ordinal": gap.ordinal if several else 0,
        "url": f"{url_of(it, gap.step, gap.ordinal, origin)}#{field}",
    }


def first_open_url(it: TalentRequest) -> str:
    """Where to go on with a draft: the first question without an answer, else the check page."""
    outline = it.outline(1)
    open_questions = {
        "worry": not it.worry,
        "wish": not (it.wish or it.theme_code or it.phase_code),
        "kind": it.kind is None,
        "role": outline is None,
        "time": outline is None or outline.minutes_per_week is None,
        "place": it.place is None,
        "data": it.personal_data is None or it.is_procurement is None,
        "closing": not it.title,
    }
    step = next((step for step, is_open in open_questions.items() if is_open), None)
    return url_of(it, step) if step else url_for("talent_requests.check", number=it.number)
