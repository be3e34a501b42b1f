"""Fields of the forms about plans: people and positions as they are named, choices, reasons."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import StringField
from wtforms.fields import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import InputRequired, Length

from talentshare.catalogue import queries as catalogue
from talentshare.catalogue.forms import TypedField, plain
from talentshare.plans import queries
from talentshare.platform.formats import named
from talentshare.platform.i18n import sentence
from talentshare.platform.search_text import fold
from talentshare.platform.typed import one_line
from talentshare.platform.web import current_actor
from talentshare.specialists import queries as specialists
from talentshare.specialists.models import Specialist
from talentshare.talent_requests.models import Position

NUMBER = re.compile(r"(R-\d{4}-\d{4,})(?:\D+(\d{1,3}))?", re.IGNORECASE)
FULL_WEIGHT = 100
LONGEST_REASON = 500
SHOWN = 5


class Unclear(ValueError):
    """What was typed names nobody, nothing, or several; the text says what to write instead."""


class NamedField(TypedField):
    """A text that names something that is there."""

    def unread(self, error: Exception) -> str:
        return str(error) if isinstance(error, Unclear) else super().unread(error)


class PersonField(NamedField):
    """A specialist by sign-in name, or by a name that only one has."""

    def read(self, text: str) -> Specialist:
        actor, wanted = current_actor(), plain(text)
        by_sign_in = queries.specialist_named(actor, wanted)
        if by_sign_in is not None:
            return by_sign_in
        rows = specialists.search(actor, specialists.Wanted(text=fold(wanted))).rows
        of_name = [row for row in rows if fold(row.person.name).replace(" ", "") == _joint(wanted)]
        found = of_name or list(rows)
        if not found:
            raise Unclear(sentence("plan.person_unknown", name=wanted))
        if len(found) > 1:
            some = "、".join(
                f"{named(row.person)}（{row.person.sign_in_name}）" for row in found[:SHOWN]
            )
            raise Unclear(sentence("plan.person_unclear", name=wanted, people=some))
        return found[0]

    def write(self, value: Any) -> str:
        return str(value.person.sign_in_name)


class PositionField(NamedField):
    """A position that looks for somebody, by the number of its request and its own."""

    unreadable = _("受付番号を「R-2026-0142」のように入力してください")

    def read(self, text: str) -> Position:
        found = NUMBER.fullmatch(plain(text))
        if found is None:
            raise ValueError("no number of a request")
        number = found[1].upper()
        there = [
            position
            for position in queries.scope_choices(current_actor()).positions
            if position.talent_request.number == number
        ]
        if not there:
            raise Unclear(sentence("plan.position_unknown", number=number))
        chosen = [position for position in there if str(position.ordinal) == found[2]]
        if chosen or (len(there) == 1 and not found[2]):
            return (chosen or there)[0]
        roles = catalogue.role_by_code()
        listed = "、".join(f"{number}-{p.ordinal}（{named(roles[p.role_code])}）" for p in there)
        raise Unclear(sentence("plan.position_unclear", number=number, positions=listed))

    def write(self, value: Any) -> str:
        return position_name(value)


def position_name(position: Position) -> str:
    """R-2026-0142-1: as it is typed, and as it is read."""
    return f"{position.talent_request.number}-{position.ordinal}"


def _joint(text: str) -> str:
    return fold(text).replace(" ", "")


def options(choices: Mapping[Any, Any]) -> list[SelectChoice]:
    return [SelectChoice(getattr(code, "value", code), text) for code, text in choices.items()]


def reason_field(label: Any, missing: Any) -> StringField:
    return StringField(
        label,
        validators=[
            InputRequired(missing),
            Length(max=LONGEST_REASON, message=_("500字以内で入力してください")),
            one_line,
        ],
    )
