"""What may be filled in about specialists, by themselves and by coordinators."""

from talentshare.specialists.forms.papers import (
    MOST_INTERESTS,
    DeclarationForm,
    PledgeForm,
    relation_choices,
)
from talentshare.specialists.forms.people import (
    PauseForm,
    ProfileForm,
    RegisterForm,
    TermsForm,
    VersionedForm,
    form_choices,
    terms_of,
)
from talentshare.specialists.forms.skills import (
    ClaimForm,
    ContestForm,
    VerifyForm,
    level_choices,
)

__all__ = [
    "MOST_INTERESTS",
    "ClaimForm",
    "ContestForm",
    "DeclarationForm",
    "PauseForm",
    "PledgeForm",
    "ProfileForm",
    "RegisterForm",
    "TermsForm",
    "VerifyForm",
    "VersionedForm",
    "form_choices",
    "level_choices",
    "relation_choices",
    "terms_of",
]
