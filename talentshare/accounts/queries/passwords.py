"""Passwords: argon2id, what is too weak, and a proof that costs the same for every name."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from sqlalchemy import select

from talentshare.accounts.models import Person
from talentshare.accounts.queries.aside import aside
from talentshare.accounts.states import PersonState
from talentshare.kernel.errors import Invalid

# Above the least that OWASP advises (46 MiB, one pass); about a tenth of a second.
ARGON2: Mapping[str, int] = {"time_cost": 2, "memory_cost": 47_104, "parallelism": 1}
SHORTEST = 8
LONGEST = 200
FEWEST_SIGNS = 3
COMMON = Path(__file__).parents[1] / "data" / "common_passwords.txt"
ENDS = re.compile(r"^[\W\d_]+|[\W\d_]+$")


@dataclass(frozen=True)
class Credential:
    """What is needed to prove who somebody is; of an unknown name everything is empty."""

    person_id: int = 0
    sign_in_name: str = ""
    password_hash: str | None = None
    state: PersonState | None = None

    @property
    def is_usable(self) -> bool:
        return self.state is PersonState.ACTIVE and self.password_hash is not None


def sign_in_name(typed: str) -> str:
    """The stored form of a name: width, case and spaces at the ends do not matter."""
    return unicodedata.normalize("NFKC", typed).casefold().strip()


def credential(name: str) -> Credential:
    """What is known of a name, by the same single statement whether it exists or not."""
    return _credential(Person.sign_in_name == sign_in_name(name))


def credential_of(person_id: int) -> Credential:
    return _credential(Person.id == person_id)


def _credential(condition: Any) -> Credential:
    wanted = select(Person.id, Person.sign_in_name, Person.password_hash, Person.state)
    with aside() as session:
        found = session.execute(wanted.where(condition)).one_or_none()
    return Credential(*found) if found else Credential()


def hasher() -> PasswordHasher:
    """Argon2id with the settings of this installation."""
    return _hasher(**{**ARGON2, **current_app.config.get("ARGON2", {})})


@cache
def _hasher(time_cost: int, memory_cost: int, parallelism: int) -> PasswordHasher:
    return PasswordHasher(time_cost, memory_cost, parallelism, type=Type.ID)


@cache
def _nobodys_hash(of: PasswordHasher) -> str:
    return of.hash("nobody has this password")


def hashed(password: str) -> str:
    """The hash to be kept; slow by intent, so call it while no transaction is open."""
    return hasher().hash(_plain(password))


def new_hash(password: str, name: str) -> str:
    """The hash of a new password of somebody with this name; weak ones are refused."""
    weak = weakness(password, name)
    if weak:
        raise Invalid(weak, field="new")
    return hashed(password)


def is_outdated(password_hash: str) -> bool:
    """Tell whether the settings have changed since the hash was made."""
    return hasher().check_needs_rehash(password_hash)


def proves(known: Credential, password: str) -> bool:
    """Tell whether the password is right, with the same work for names that cannot sign in."""
    ours = hasher()
    nobodys = _nobodys_hash(ours)
    expected = known.password_hash if known.is_usable else None
    try:
        ours.verify(expected or nobodys, _plain(password))
    except (VerificationError, InvalidHashError):
        return False
    return expected is not None


def weakness(password: str, name: str) -> str | None:
    """The code of what is wrong with a new password, or None."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        return "password.too_short"
    if len(plain) > LONGEST:
        return "password.too_long"
    if is_common(plain):
        return "password.common"
    if name and sign_in_name(name) in plain.casefold():
        return "password.has_name"
    return None


def is_common(password: str) -> bool:
    """Tell whether everybody would guess it: a known one, one with digits around it, few signs."""
    folded = password.casefold()
    core = ENDS.sub("", folded)
    return (
        folded in common_passwords()
        or core in common_passwords()
        or len(set(folded)) < FEWEST_SIGNS
    )


@cache
def common_passwords() -> frozenset[str]:
    return frozenset(COMMON.read_text("utf-8").split())


def _plain(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
