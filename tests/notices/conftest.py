"""A real SMTP server, and what is sent to it."""

import asyncio
import email
import socket
from contextlib import closing
from datetime import timedelta
from email import policy as email_policy
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from talentshare.kernel.actor import SYSTEM
from talentshare.notices import actions
from talentshare.notices.models import Mail
from talentshare.platform.db import db
from tests import make

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


FULL = "452 4.2.2 mailbox full"


def free_port():
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return found.getsockname()[1]


class Server:
    """A real SMTP server: `answers` are given to the next mails, then all are taken."""

    def __init__(self, utf8=False):
        self.taken, self.answers, self.hold = [], [], None
        self.poison, self.is_holding = "", False
        self.said_to_sender, self.meanwhile = "", None
        self.said_to_senders = []
        port = free_port()
        self.controller = Controller(self, hostname="127.0.0.1", port=port, enable_SMTPUTF8=utf8)

    async def handle_MAIL(self, _server, _session, envelope, address, _options):  # noqa: N802  its name
        said = self.said_to_senders.pop(0) if self.said_to_senders else self.said_to_sender
        if said:
            return said
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802  its name
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        if address.startswith("full"):
            return FULL
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):  # noqa: N802  its name
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":
            server.transport.abort()
            return "421 gone"
        if answer == "taken, then drop":
            self._take(envelope)
            server.transport.abort()
            return "421 gone"
        if self.poison and any(to.startswith(self.poison) for to in envelope.rcpt_tos):
            server.transport.abort()
            return "421 gone"
        if self.meanwhile:
            self.meanwhile(_message(envelope))
        if self.hold:
            self.is_holding = True
            await asyncio.to_thread(self.hold.wait, 10)
        if answer.startswith("2"):
            self._take(envelope)
        return answer

    def _take(self, envelope):
        self.taken.append(_message(envelope))

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.controller.server.sockets[0].getsockname()[1]}"


def _message(envelope):
    return email.message_from_bytes(envelope.content, policy=email_policy.default)


@pytest.fixture
def server():
    server = Server()
    server.controller.start()
    yield server
    server.controller.stop()


def switched_on(app, url):
    app.config.update(
        MAIL_URL=url, MAIL_FROM="noreply@talent.example", PUBLIC_URL="https://talent.example"
    )


@pytest.fixture
def on(either_app, server):
    """Mail is sent to the server, on both databases."""
    switched_on(either_app, server.url)
    return either_app


@pytest.fixture
def folder(app):
    """Mail is written to files."""
    switched_on(app, "folder:")
    return Path(app.instance_path) / "outbox"


def officer(**given):
    return make.officer(**{"mail": "dx@machida.example", "name": "佐藤 美咲"} | given)


def tell(*people, number="R-2026-0142", **more):
    actions.tell(
        SYSTEM,
        [one.id for one in people],
        "talent_request.notice.received",
        f"/requests/{number}",
        number=number,
        title="移行計画の点検",
        **more,
    )


def states():
    db.session.rollback()
    return sorted(db.session.scalars(select(Mail.state)))


def text_of(message):
    return message.get_content()
