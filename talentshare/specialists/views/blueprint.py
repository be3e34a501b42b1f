"""The blueprint on which the modules of this package hang their pages."""

from flask import Blueprint

bp = Blueprint("specialists", __name__)
