"""The blueprint on which the modules of this package hang their pages."""

from flask import Blueprint

bp = Blueprint("allocations", __name__)
