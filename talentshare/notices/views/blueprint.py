"""The pages of this feature share one blueprint."""

from flask import Blueprint

bp = Blueprint("notices", __name__)
