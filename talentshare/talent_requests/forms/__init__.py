"""What may be filled in on the pages of a request."""

from talentshare.talent_requests.forms.fields import option, options_of, weekday_options
from talentshare.talent_requests.forms.moves import (
    OWNERS,
    REASONED,
    STATES,
    TURNS,
    MoveForm,
    RemovalForm,
    StartForm,
    TakeOverForm,
    page_number,
    wanted,
)
from talentshare.talent_requests.forms.rows import DataForm, RowsForm, SkillsForm
from talentshare.talent_requests.forms.steps import (
    UNKNOWN,
    BasisForm,
    ClosingForm,
    KindForm,
    Known,
    PlaceForm,
    RoleForm,
    StepForm,
    TimeForm,
    WishForm,
    WorryForm,
)

__all__ = [
    "OWNERS",
    "REASONED",
    "STATES",
    "TURNS",
    "UNKNOWN",
    "BasisForm",
    "ClosingForm",
    "DataForm",
    "KindForm",
    "Known",
    "MoveForm",
    "PlaceForm",
    "RemovalForm",
    "RoleForm",
    "RowsForm",
    "SkillsForm",
    "StartForm",
    "StepForm",
    "TakeOverForm",
    "TimeForm",
    "WishForm",
    "WorryForm",
    "option",
    "options_of",
    "page_number",
    "wanted",
    "weekday_options",
]
