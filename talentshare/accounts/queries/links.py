"""One-time links and counted tries: what a stranger may use, and how soon."""

import base64
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from flask import current_app
from sqlalchemy import bindparam, delete, select, text

from talentshare import policy
from talentshare.accounts.models import FailedSignIn, OneTimeToken, Person, TokenPurpose
from talentshare.accounts.queries.aside import aside
from talentshare.accounts.queries.passwords import sign_in_name
from talentshare.accounts.queries.sessions import token_hash
from talentshare.accounts.states import PersonState
from talentshare.kernel import clock
from talentshare.kernel.actor import Actor
from talentshare.kernel.errors import NotFound
from talentshare.platform.db import UtcDateTime, db
from talentshare.policy import Can

FREE_TRIES = 2
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)
# Whole town halls share one address: many tries are free, one is forgiven every half minute.
FREE_TRIES_OF_ADDRESS = 60
FORGIVEN_EVERY = timedelta(seconds=30)
LONGEST_WAIT_OF_ADDRESS = timedelta(minutes=1)

LIFETIME = {TokenPurpose.INVITATION: timedelta(days=14), TokenPurpose.RESET: timedelta(hours=2)}
FITTING_STATE = {
    TokenPurpose.INVITATION: PersonState.INVITED,
    TokenPurpose.RESET: PersonState.ACTIVE,
}
ROW = text(
    "INSERT INTO failed_sign_in (name_hash, failures, last_at) VALUES (:key, 0, :now)"
    " ON CONFLICT DO NOTHING"
).bindparams(bindparam("now", type_=UtcDateTime()))


@dataclass(frozen=True)
class Link:
    """A link that still opens: for whom and what for."""

    token_id: int
    purpose: TokenPurpose
    person_id: int
    sign_in_name: str
    expires_at: datetime


def find_link(actor: Actor, token: str) -> Link:
    """The link behind a token; used, expired, replaced and invented ones are all the same."""
    wanted = (
        select(OneTimeToken, Person.sign_in_name, Person.state)
        .join(Person, Person.id == OneTimeToken.person_id)
        .where(OneTimeToken.token_hash == token_hash(token), OneTimeToken.used_at.is_(None))
    )
    with aside() as session:
        found = session.execute(wanted).one_or_none()
    if found is None or not _opens(found[0], found[2]):
        raise NotFound("link.dead")
    kept = found[0]
    return Link(kept.id, kept.purpose, kept.person_id, found[1], kept.expires_at)


def _opens(kept: OneTimeToken, state: PersonState) -> bool:
    return clock.now() < kept.expires_at and state is FITTING_STATE[kept.purpose]


def locked_token(token_id: int) -> OneTimeToken:
    """The token, held until this transaction ends, so that only one can use it."""
    found = db.session.scalar(
        select(OneTimeToken)
        .where(OneTimeToken.id == token_id, OneTimeToken.used_at.is_(None))
        .with_for_update()
    )
    if found is None:
        raise NotFound("link.dead")
    return found


def unused_tokens(person_id: int) -> Sequence[OneTimeToken]:
    return db.session.scalars(
        select(OneTimeToken).where(
            OneTimeToken.person_id == person_id, OneTimeToken.used_at.is_(None)
        )
    ).all()


def link_of(actor: Actor, person_id: int) -> OneTimeToken | None:
    """The link that waits to be used by a person."""
    policy.require(actor, Can.INVITE_PERSON)
    return db.session.scalars(
        select(OneTimeToken)
        .where(
            OneTimeToken.person_id == person_id,
            OneTimeToken.used_at.is_(None),
            OneTimeToken.expires_at > clock.now(),
        )
        .order_by(OneTimeToken.id.desc())
        .limit(1)
    ).one_or_none()


def locked_tries(name: str, address: str) -> tuple[FailedSignIn, FailedSignIn]:
    """The counters of a name and of an address, held until this transaction ends."""
    now = clock.now()
    db.session.execute(delete(FailedSignIn).where(FailedSignIn.last_at < now - FORGOTTEN_AFTER))
    keys = _key(f"name {sign_in_name(name)}"), _key(f"address {network(address)}")
    for key in sorted(keys):
        db.session.execute(ROW, {"key": key, "now": now})
    held = db.session.scalars(
        select(FailedSignIn)
        .where(FailedSignIn.name_hash.in_(keys))
        .order_by(FailedSignIn.name_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    by_key = {tries.name_hash: tries for tries in held}
    return by_key[keys[0]], by_key[keys[1]]


def network(address: str) -> str:
    """One home or hall: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    return str(ip_network((found, 64), strict=False)) if isinstance(found, IPv6Address) else address


def wait(by_name: FailedSignIn, by_address: FailedSignIn, now: datetime) -> timedelta:
    """How long the next try must wait: 2^n seconds after the n-th failure, from the third on."""
    return max(
        _until(by_name, _delay(by_name.failures, FREE_TRIES, LONGEST_WAIT), now),
        _until(
            by_address,
            _delay(by_address.failures, FREE_TRIES_OF_ADDRESS, LONGEST_WAIT_OF_ADDRESS),
            now,
        ),
    )


def forgiven(by_address: FailedSignIn, now: datetime) -> int:
    """How many failures of an address count no more."""
    return min(by_address.failures, (now - by_address.last_at) // FORGIVEN_EVERY)


def _delay(failures: int, free: int, longest: timedelta) -> timedelta:
    over = failures - free
    if over <= 0:
        return timedelta(0)
    return min(longest, timedelta(seconds=2 ** min(over + FREE_TRIES, 10)))


def _until(tries: FailedSignIn, delay: timedelta, now: datetime) -> timedelta:
    return max(timedelta(0), tries.last_at + delay - now) if delay else timedelta(0)


def token_of(kept: OneTimeToken) -> str:
    """The secret part of a link, derived when it is needed, so that no table holds it."""
    whose = f"link {kept.id} {kept.purpose} {kept.person_id} {kept.created_at.isoformat()}"
    return base64.urlsafe_b64encode(_keyed(whose)).decode().rstrip("=")


def open_token(token_id: int) -> OneTimeToken | None:
    """A link by its number, if it still opens."""
    kept = db.session.get(OneTimeToken, token_id)
    if kept is None or kept.used_at is not None:
        return None
    owner = db.session.get_one(Person, kept.person_id)
    is_known = token_hash(token_of(kept)) == kept.token_hash  # else another key made it
    return kept if is_known and _opens(kept, owner.state) else None


def _key(text_: str) -> str:
    return _keyed(text_).hex()


def _keyed(text_: str) -> bytes:
    secret: str = current_app.config["SECRET_KEY"]
    return hmac.new(secret.encode(), text_.encode(), "sha256").digest()
