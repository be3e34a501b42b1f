"""Puts the application together. Read it as the table of contents."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from talentshare import background, config
from talentshare.accounts import views as accounts
from talentshare.allocations import views as allocations
from talentshare.catalogue import views as catalogue
from talentshare.demo import views as demo
from talentshare.home import views as home
from talentshare.matching import views as matching
from talentshare.notices import views as notices
from talentshare.operations import views as operations
from talentshare.plans import views as plans
from talentshare.platform import incoming, presses, web
from talentshare.platform.db import PATIENCE, db, prepare
from talentshare.proposals import queries as proposal_queries
from talentshare.proposals import views as proposals
from talentshare.reactions import REACTIONS
from talentshare.reports import views as reports
from talentshare.specialists import queries as specialist_queries
from talentshare.specialists import views as specialists
from talentshare.talent_requests import queries as talent_request_queries
from talentshare.talent_requests import views as talent_requests

PAGES = (
    home.bp,
    accounts.bp,
    notices.bp,
    catalogue.bp,
    specialists.bp,
    talent_requests.bp,
    allocations.bp,
    matching.bp,
    proposals.bp,
    plans.bp,
    reports.bp,
    operations.bp,
)
DEMO_PAGES = (demo.bp,)

HOOKS: dict[str, Callable[..., Any]] = {
    "session_of": accounts.session_of,
    "keep_input": accounts.keep_input,
    "restored_input": accounts.restored_input,
    "note_refusal": accounts.note_refusal,
    "frame": home.frame,
}

# What a lower feature asks of a higher one.
KNOWN_ABOVE: dict[str, Any] = {
    "reactions": REACTIONS,
    "specialist_of": specialist_queries.id_of_person,
    "tellings_of": proposal_queries.tellings,
    "answers_of": proposal_queries.answers_of,
    "jobs": background.JOBS,
    "cases_left_by": talent_request_queries.left_by,
}


def create_app(settings: Mapping[str, Any] | None = None) -> Flask:
    """Build the app from the environment, then from `settings`, which tests and commands use."""
    given = config.read(settings.get("ENVIRONMENT", os.environ) if settings else os.environ)
    app = Flask(__name__, instance_path=str(given.instance))
    app.config.update(_config(given))
    app.config.update(settings or {})
    given.instance.mkdir(parents=True, exist_ok=True)
    if given.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # the documented way
            app.wsgi_app, x_for=given.proxies, x_proto=given.proxies, x_host=given.proxies
        )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine, app.config.get("DURABLE", True))
    incoming.init_app(app)
    web.init_app(app, HOOKS)
    presses.init_app(app)
    app.extensions.update(KNOWN_ABOVE)
    for blueprint in (*PAGES, *(DEMO_PAGES if app.config["DEMO"] else ())):
        app.register_blueprint(blueprint)
    web.open_doors(app)
    return app


def _config(given: config.Config) -> dict[str, Any]:
    """What Flask and its extensions read."""
    return {
        "SECRET_KEY": given.secret_key,
        "AUDIT_KEY": given.audit_key,
        "DEMO": given.demo,
        "HTTPS": given.https,
        "ANCHOR_FILE": given.anchor_file,
        "MAIL_URL": given.mail_url,
        "MAIL_FROM": given.mail_from,
        "PUBLIC_URL": given.public_url,
        "SUPPORT_DESK": given.support_desk,
        "SQLALCHEMY_DATABASE_URI": given.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(given),
        "SESSION_COOKIE_NAME": "__Host-form" if given.https else "form",
        "SESSION_COOKIE_SECURE": given.https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_PARTS": 2_000,
        "WTF_CSRF_TIME_LIMIT": None,
        "JSON_AS_ASCII": False,
    }


def _engine_options(given: config.Config) -> dict[str, Any]:
    """Both keep a pool; PostgreSQL is told where its functions are."""
    pool = {"pool_size": 8, "max_overflow": 8}
    if given.is_sqlite:
        return pool
    return {
        **pool,
        "pool_pre_ping": True,
        "connect_args": {
            **PATIENCE,
            "options": "-c search_path=public,pg_temp -c timezone=UTC -c jit=off",
        },
    }
