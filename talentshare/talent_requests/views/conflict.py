"""Somebody was first: both values of each field, so that no input is lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field, FieldList, FormField

from talentshare.catalogue.forms import TypedField
from talentshare.platform import formats
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.i18n import sentence as _
from talentshare.talent_requests.forms import StepForm
from talentshare.talent_requests.models import TalentRequest
from talentshare.talent_requests.queries import Editor

NOT_COMPARED = frozenset({"version", "csrf_token", "_press"})


@dataclass(frozen=True)
class Entry:
    """A field of a page: what it is called, what it sends, how it reads."""

    label: str
    value: str
    shown: str


Pairs = dict[str, tuple[Entry | None, Entry | None]]


def conflict_page(
    form: StepForm, current: StepForm, it: TalentRequest, editor: Editor
) -> ResponseReturnValue:
    """The page that lets one choose between two changes, field by field."""
    pairs = _pairs(form, current)
    different = _different(pairs)
    kept = {name: _value(b) for name, (_a, b) in pairs.items() if name not in different}
    page = render_template(
        "errors/409.html",
        subject=f"{it.number} {it.title}",
        differences=[_difference(name, *pairs[name]) for name in different],
        action=request.full_path,
        kept_fields=kept | {"version": it.version},
        changed_by=_who(editor),
        same_count=len(kept),
        back_url=url_for("talent_requests.show", number=it.number),
    )
    return page, 409


def closed_page(form: StepForm, current: StepForm, it: TalentRequest) -> ResponseReturnValue:
    """The page for a change that comes too late: nothing is kept, and nothing typed is lost."""
    pairs = _pairs(form, current)
    typed = [(name, pairs[name][1]) for name in _different(pairs)]
    page = render_template(
        "errors/refusal.html",
        message=sentence("talent_request.not_editable"),
        subject=f"{it.number} {it.title}",
        case_url=url_for("talent_requests.show", number=it.number),
        details=[
            {"key": _("あなたの入力：%(label)s", label=entry.label), "value": entry.shown}
            for _name, entry in typed
            if entry is not None
        ],
    )
    return page, 409


def _pairs(form: StepForm, current: StepForm) -> Pairs:
    """What stands and what was typed, by the name of the field."""
    theirs, yours = dict(_entries(current)), dict(_entries(form))
    names = dict.fromkeys([*theirs, *yours])
    return {name: (theirs.get(name), yours.get(name)) for name in names}


def _different(pairs: Pairs) -> list[str]:
    return [name for name, (a, b) in pairs.items() if _value(a) != _value(b)]


def _difference(name: str, theirs: Entry | None, yours: Entry | None) -> dict[str, str]:
    label = (yours or theirs or Entry(name, "", "")).label
    return {
        "name": name,
        "label": label,
        "theirs": _shown(theirs),
        "yours": _shown(yours),
        "theirs_value": _value(theirs),
        "yours_value": _value(yours),
    }


def _value(entry: Entry | None) -> str:
    return entry.value if entry else ""


def _shown(entry: Entry | None) -> str:
    return (entry.shown if entry else "") or _("未記入")


def _who(editor: Editor) -> str:
    when = formats.at(editor.at)
    if editor.person is None:
        return when
    return _("%(name)sさん、%(at)s", name=named(editor.person), at=when)


def _entries(form: StepForm) -> Iterator[tuple[str, Entry]]:
    for field in form:
        if field.name not in NOT_COMPARED:
            yield from _entries_of(field, "")


def _entries_of(field: Field, prefix: str) -> Iterator[tuple[str, Entry]]:
    if isinstance(field, FieldList):
        for number, row in enumerate(field.entries, start=1):
            yield from _entries_of(row, _("%(n)s番目の", n=number))
    elif isinstance(field, FormField):
        for part in field.form:
            yield from _entries_of(part, prefix)
    else:
        value = _raw(field)
        yield field.name, Entry(f"{prefix}{field.label.text}", value, _read(field, value))


def _raw(field: Any) -> str:
    """What the field sends; a day or a length of time in one spelling, so that equals are equal."""
    if isinstance(field, TypedField) and field.data is not None:
        return field.write(field.data)
    if hasattr(field, "_value"):
        return "\n".join(str(field._value()).splitlines())  # noqa: SLF001  how WTForms itself renders it
    if isinstance(field.data, list):
        return ",".join(str(each) for each in field.data)
    return str(field.data or "")


def _read(field: Any, value: str) -> str:
    """The label of what was chosen, or the text itself."""
    choices = getattr(field, "choices", None)
    if not choices:
        return value
    labels = {str(choice.value): str(choice.label) for choice in choices}
    chosen = value.split(",") if isinstance(field.data, list) else [value]
    return sentence("talent_request.comma").join(labels[each] for each in chosen if each in labels)
