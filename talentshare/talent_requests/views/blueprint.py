"""The blueprint to which the pages of requests are added."""

from flask import Blueprint

bp = Blueprint("talent_requests", __name__)
