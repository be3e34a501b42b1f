"""The pages of this feature share one blueprint."""

from flask import Blueprint

bp = Blueprint("operations", __name__)
