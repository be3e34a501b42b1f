"""What is said with a move, where a request starts from, and the filters of the desk."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import HiddenInput

from talentshare.catalogue import forms as shared
from talentshare.platform import formats
from talentshare.platform.i18n import sentence
from talentshare.talent_requests.forms.steps import at_most
from talentshare.talent_requests.models import Origin
from talentshare.talent_requests.queries import Wanted, last_bookable_day
from talentshare.talent_requests.states import RequestState

STATES = ("live", *(state.value for state in RequestState if state != RequestState.DRAFT), "any")
OWNERS = ("mine", "any", "none")
TURNS = ("any", "mine", "body", "specialist", "others", "nobody")
LARGEST_ID = 2**31 - 1
REASONED = frozenset({"return", "refer", "hold", "withdraw", "close_unmet", "complete", "reopen"})


class MoveForm(FlaskForm):
    """A move with what is said to the others."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    remark = TextAreaField(_("伝えること"), filters=[shared.stripped], validators=[at_most(1000)])
    until_on = shared.DayField(
        _("いつまで保留にしますか"),
        description=_("例：{examples}。この日に、再開するかを確かめます。"),
    )

    ordinals = shared.Checks(_("支援者を探す役割"), coerce=int)

    def validate_until_on(self, field: Field) -> None:
        last = last_bookable_day()
        if field.data and field.data > last:
            raise ValidationError(
                sentence("talent_request.until_too_far", last_on=formats.day(last, year=True))
            )


class RemovalForm(FlaskForm):
    """Nothing to fill in but the version that was read."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])


class TakeOverForm(FlaskForm):
    """Whether everything else of the predecessor comes along."""

    with_all = BooleanField(_("前に担当していた人のほかの依頼も、まとめて引き継ぐ"))


class StartForm(FlaskForm):
    """Where a request starts from; body and officer are named by coordinators only."""

    body_id = IntegerField(_("依頼団体"), validators=[Optional(), NumberRange(1, LARGEST_ID)])
    officer_id = IntegerField(
        _("依頼団体の担当者"), validators=[Optional(), NumberRange(1, LARGEST_ID)]
    )
    template_code = StringField(_("ひな形"))

    def origin(self) -> Origin:
        return Origin(self.body_id.data, self.officer_id.data, self.template_code.data or None)


def wanted(args: Mapping[str, Any]) -> Wanted:
    """The filters in the address; what is not offered counts as not chosen."""
    plain = Wanted()
    chosen = {
        "state": _one_of(args, "state", STATES, plain.state),
        "owner": _one_of(args, "owner", OWNERS, plain.owner),
        "turn": _one_of(args, "turn", TURNS, plain.turn),
    }
    return Wanted(q=str(args.get("q", "")).strip()[:100], **chosen)


def page_number(args: Mapping[str, Any]) -> int:
    """The page in the address; the first one when it is none."""
    typed = str(args.get("page", ""))
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else 1  # noqa: PLR2004  no list is that long


def _one_of(args: Mapping[str, Any], name: str, known: tuple[str, ...], otherwise: str) -> str:
    typed = str(args.get(name, ""))
    return typed if typed in known else otherwise
