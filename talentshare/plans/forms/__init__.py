"""What a coordinator may fill in about plans, and an admin about their rules."""

from talentshare.plans.forms.deeds import ApplyForm, PairForm, RulesForm
from talentshare.plans.forms.fields import position_name
from talentshare.plans.forms.order import OBJECTIVES, SECONDS, SPANS, OrderForm

__all__ = [
    "OBJECTIVES",
    "SECONDS",
    "SPANS",
    "ApplyForm",
    "OrderForm",
    "PairForm",
    "RulesForm",
    "position_name",
]
