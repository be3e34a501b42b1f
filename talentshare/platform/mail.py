"""How a mail leaves the house: by SMTP, or into a folder as .eml files."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

FOLDER, PLAIN, ENCRYPTED = "folder", "smtp", "smtps"
PATIENCE = 20
PERMANENT = 500
TOO_LARGE = 552
LONGEST_FAULT = 200
SENDER_REFUSED = "MAIL FROM:"  # so begins what is said of it
RECIPIENT_LATER = "RCPT TO:"  # and so what is said of one address, not of the server
CLOSING = 421


class Undeliverable(Exception):
    """The mail was refused for good."""


class Later(Exception):
    """The mail was not taken now; it may be another time."""


class Unreachable(Exception):
    """No mail can be sent at present."""


class SenderRefused(Unreachable):
    """The server takes no mail from MAIL_FROM, whoever it is for."""


class Post(Protocol):
    """Takes mails, one by one."""

    def send(self, message: EmailMessage) -> None:
        """Return when the mail is taken; else raise one of the three exceptions."""


@contextmanager
def post(url: str, folder: Path) -> Iterator[Post]:
    """The way that a setting like `smtp://user:password@host:587` names."""
    parts = urlsplit(url)
    if parts.scheme == FOLDER:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unreachable(f"{folder}: {error.strerror}") from error
        yield Folder(folder)
        return
    server = _connected(parts)
    try:
        yield Smtp(server)
    finally:
        server.close()


class Folder:
    """Each mail a file, named by its number, so that a repetition writes the same file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        name = message["Message-ID"].strip("<>").replace("/", "_")
        path, new = self.folder / f"{name}.eml", self.folder / f"{name}.new"
        try:
            with os.fdopen(
                os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
        except OSError as error:
            raise Unreachable(f"{self.folder}: {error.strerror}") from error


class Smtp:
    """A connection for a number of mails."""

    def __init__(self, server: smtplib.SMTP) -> None:
        self._server = server

    def send(self, message: EmailMessage) -> None:
        try:
            self._server.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = next(iter(error.recipients.values()))
            raise _recipient_refused(code, said) from error
        except smtplib.SMTPNotSupportedError as error:  # an address that this server cannot say
            raise Undeliverable(_told(error)) from error
        except smtplib.SMTPSenderRefused as error:
            raise _sender_refused(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPDataError as error:
            raise _refused(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreachable(_told(error)) from error


def _connected(parts: SplitResult) -> smtplib.SMTP:
    """Encrypted at once or when the server offers it; `?tls=no` for a relay nearby."""
    try:
        server = _reached(parts)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        raise Unreachable(_told(error)) from error
    try:
        if parts.scheme == PLAIN and parse_qs(parts.query).get("tls") != ["no"]:
            _encrypt(server, must=bool(parts.username))
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except (smtplib.SMTPException, OSError, ValueError) as error:
        server.close()
        raise Unreachable(_told(error)) from error
    return server


def _reached(parts: SplitResult) -> smtplib.SMTP:
    host = parts.hostname or "localhost"
    if parts.scheme == ENCRYPTED:
        trust = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=trust)
    return smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)


def _encrypt(server: smtplib.SMTP, *, must: bool) -> None:
    """Errors: SMTPNotSupportedError where a password would go in clear."""
    server.ehlo()
    if server.has_extn("starttls"):
        server.starttls(context=ssl.create_default_context())
    elif must:
        raise smtplib.SMTPNotSupportedError("no encryption is offered; no password was sent")


def _refused(code: int, said: bytes | str) -> Undeliverable | Later:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    fault = f"{code} {text}"[:LONGEST_FAULT]
    return Undeliverable(fault) if code >= PERMANENT else Later(fault)


def _recipient_refused(code: int, said: bytes | str) -> Exception:
    """Not now is said of this address, a full mailbox for one, unless the server is closing."""
    refused = _refused(code, said)
    if isinstance(refused, Undeliverable) or code == CLOSING:
        return refused
    return Later(f"{RECIPIENT_LATER} {refused}"[:LONGEST_FAULT])


def _sender_refused(code: int, said: bytes | str) -> Exception:
    """For good it is a fault of the settings; only too large and not now are said of this mail."""
    refused = _refused(code, said)
    if isinstance(refused, Later) or code == TOO_LARGE:
        return refused
    return SenderRefused(f"{SENDER_REFUSED} {refused}"[:LONGEST_FAULT])


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:LONGEST_FAULT]
