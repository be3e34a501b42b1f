"""The application for a WSGI server: `gunicorn wsgi:app`."""

from talentshare.cli import checked_app
from talentshare.engine import rank

rank.prepare()
app = checked_app()
