"""The application for a WSGI server: `gunicorn wsgi:app`."""

from talentshare.cli import checked_app

app = checked_app()
