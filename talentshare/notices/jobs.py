"""Mail leaves the house, and some of it comes back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes
from email import policy as formats
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.utils import format_datetime
from pathlib import Path

from flask import current_app

from talentshare.kernel import clock
from talentshare.kernel.actor import SYSTEM
from talentshare.notices import actions, queries
from talentshare.notices.queries import Letter
from talentshare.notices.states import LEASE
from talentshare.platform.mail import (
    LONGEST_FAULT,
    SENDER_REFUSED,
    Later,
    Post,
    SenderRefused,
    Undeliverable,
    Unreachable,
    post,
)

BATCH, MOST_BATCHES = 20, 25
OURS = re.compile(rb"<mail-((\d{1,9})-[0-9a-f]{12})@")
DELIVERY_STATUS, FAILED = (
    "message/delivery-status",
    "failed",
)  # the action of a report on a delivery (RFC 3464)
NOTHING_CAME_BACK = "No mail of ours came back with this."


def make_digests() -> int:
    """One mail with what is unread, for whoever wants one a day."""
    return actions.make_digests(SYSTEM)


def send_mails() -> int:
    """Send what is due, a few hundred at most; how many left."""
    sent = 0
    for _ in range(MOST_BATCHES if queries.can_mail() else 0):
        batch = Batch(actions.take_mails(SYSTEM, BATCH))
        if not batch.held:
            break
        try:
            with post(current_app.config["MAIL_URL"], _folder()) as way:
                batch.send(way)
        except SenderRefused as error:
            actions.give_back(SYSTEM, [*batch.doubted, *batch.held], str(error))
            break
        except Unreachable as error:
            if batch.held.pop(batch.tried, None):  # it may be what ends the talk: behind the others
                actions.put_off(SYSTEM, batch.tried, str(error))
            actions.give_back(SYSTEM, [*batch.doubted, *batch.held], str(error))
            if not batch.sent:
                break
        finally:
            sent += batch.sent
    return sent


@dataclass
class Batch:
    """Mails that are held until an instant; `doubted` is one for which the sender was refused.

    Only when it is refused for the next one, too, or there is none, the settings are at fault.
    """

    held: dict[int, datetime]
    doubted: dict[int, str] = field(default_factory=dict)
    tried: int = 0
    sent: int = 0

    def send(self, way: Post) -> None:
        """Errors: SenderRefused, Unreachable; what is still held was not sent."""
        while held := _still_held(self.held):
            self.held, self.tried = held, next(iter(held))
            try:
                self.sent += _send(way, self.tried)
            except SenderRefused as error:
                if self.doubted or len(held) == 1:
                    raise
                self.doubted[self.tried] = str(error).removeprefix(SENDER_REFUSED).strip()
            del held[self.tried]
        self.held = {}
        for mail_id, fault in self.doubted.items():
            actions.put_off(SYSTEM, mail_id, fault)


def _still_held(held: dict[int, datetime]) -> dict[int, datetime]:
    """Held anew when half of the time is over: the server may be slow, and nobody sends twice."""
    half = clock.now() + LEASE / 2
    if all(until > half for until in held.values()):
        return held
    return actions.renew_lease(SYSTEM, held)


def _send(way: Post, mail_id: int) -> bool:
    """Send one and write down what became of it; one that cannot be written stops no other."""
    letter = queries.letter_of(SYSTEM, mail_id)
    if letter is None:
        actions.drop_mail(SYSTEM, mail_id)
        return False
    try:
        way.send(_message(letter))
    except (ValueError, IndexError, MessageError) as error:  # an address or a name that is none
        actions.refuse_mail(SYSTEM, mail_id, f"{type(error).__name__}: {letter.to}"[:LONGEST_FAULT])
        return False
    except Undeliverable as error:
        actions.refuse_mail(SYSTEM, mail_id, str(error))
        return False
    except Later as error:
        actions.put_off(SYSTEM, mail_id, str(error))
        return False
    actions.mark_sent(SYSTEM, mail_id)
    return True


def take_back(raw: bytes) -> str:
    """What a message says that came to the sender's address, once its mail is marked as returned.

    Only a report of a failed delivery counts (RFC 3464), and only of a mail that bears the mark of
    this installation: nobody else can make one up, and what was sent again since is not meant.
    """
    message = message_from_bytes(raw, policy=formats.default)
    faults = [*_faults(message)]
    for mark, number in OURS.findall(raw) if faults else ():
        if actions.return_mail(SYSTEM, int(number), mark.decode(), faults[0]):
            return f"Mail {int(number)} came back: {faults[0]}"
    return NOTHING_CAME_BACK


def _faults(message: EmailMessage) -> Iterator[str]:
    """What is said of each failed delivery in a report."""
    for part in message.walk():
        blocks = part.get_payload() if part.get_content_type() == DELIVERY_STATUS else ()
        for block in blocks:
            if isinstance(block, Message) and str(block["Action"]).strip().lower() == FAILED:
                said = f"{block['Status']} {block['Diagnostic-Code'] or ''}"
                yield _line(said)[:LONGEST_FAULT]


def _message(letter: Letter) -> EmailMessage:
    """Plain text; a repetition bears the same Message-ID, so that it is known as one."""
    sender: str = current_app.config["MAIL_FROM"]
    message = EmailMessage()
    message["From"] = Address("デジタル人材シェアリング", addr_spec=sender)
    message["To"] = Address(_line(letter.name), addr_spec=letter.to)
    message["Subject"] = _line(letter.subject)
    message["Date"] = format_datetime(clock.tokyo_time(clock.now()))
    message["Message-ID"] = f"<mail-{letter.mark}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, charset="utf-8", cte="base64")
    return message


def _line(text: str) -> str:
    """On one line, as a header must be."""
    return " ".join(text.split())


def _folder() -> Path:
    return Path(current_app.instance_path) / "outbox"
