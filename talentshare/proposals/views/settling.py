"""What becomes of a posted form: done, to be corrected, changed meanwhile, or no time left."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import redirect, request
from flask.typing import ResponseReturnValue

from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import Conflict, Invalid
from talentshare.platform.formats import worded
from talentshare.platform.i18n import sentence
from talentshare.platform.web import done, typed
from talentshare.proposals.forms import VersionedForm
from talentshare.proposals.models import Proposal

F = TypeVar("F", bound=VersionedForm)

NOT_KEPT = frozenset({"csrf_token", "version", "form"})


@dataclass(frozen=True)
class Deed:
    """One posted form: the use case behind it, and the words that say that it is done."""

    actor: Actor
    proposal: Proposal
    form: VersionedForm
    do: Callable[[], object]
    done: str
    to: str


def form_of(form_class: type[F], name: str, proposal: Proposal, **given: Any) -> F:
    """A form of a page with several: it takes what was posted only when it is the one sent."""
    sent = request.method == "POST" and request.form.get("form") == name
    made = form_class(typed() if sent else None, data=given)
    if not sent:
        made.version.data = str(proposal.version)
    for field in made:
        field.id = field.label.field_id = f"{name}-{field.name}"
    return made


def settled(
    deed: Deed,
    again: Callable[[int], ResponseReturnValue],
    refused: Callable[[Invalid | Conflict], ResponseReturnValue | None],
) -> ResponseReturnValue:
    """Do it and go on; `again` shows the page with its errors, `refused` may answer instead."""
    if not deed.form.validate():
        return again(422)
    try:
        deed.do()
    except (Invalid, Conflict) as refusal:
        answer = refused(refusal)
        if answer is not None:
            return answer
        write_error(deed.form, refusal)
        return again(409 if isinstance(refusal, Conflict) else 422)
    return _gone_on(deed)


def _gone_on(deed: Deed) -> ResponseReturnValue:
    done(deed.done)
    return redirect(deed.to)


def write_error(form: Any, refusal: Invalid | Conflict) -> None:
    """Put the refusal beside the field that it names, else above the form."""
    message = sentence(refusal.code, **worded(refusal.details))
    name = str(refusal.details.get("field") or "")
    if name in form:
        form[name].errors = [*form[name].errors, message]
    else:
        form.form_errors.append(message)


def is_stale(refusal: Invalid | Conflict) -> bool:
    return refusal.code == "state.changed_meanwhile"


def ask_again(form: VersionedForm, proposal: Proposal) -> list[dict[str, Any]]:
    """Somebody was faster: let the reader look at what holds now; what was typed is kept."""
    form.version.data = str(proposal.version)
    form.form_errors.append(sentence("proposal.changed_meanwhile"))
    return [
        {"key": field.label.text, "value": str(value)}
        for field in form
        if field.name not in NOT_KEPT and (value := request.form.get(field.name, "").strip())
    ]
