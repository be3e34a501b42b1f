from argon2 import Type, extract_parameters

from talentshare.accounts import queries
from talentshare.accounts.queries.passwords import ARGON2
from talentshare.accounts.states import PersonState

OWASP = {1: 47_104, 2: 19_456, 3: 12_288}


def test_the_parameters_are_at_least_what_owasp_advises(app):
    app.config["ARGON2"] = {}
    used = extract_parameters(queries.hashed("a passphrase of some length"))
    assert used.type is Type.ID
    assert used.memory_cost >= OWASP[min(used.time_cost, 3)]
    assert (used.time_cost, used.memory_cost) == (ARGON2["time_cost"], ARGON2["memory_cost"])
    assert used.salt_len >= 16
    assert used.hash_len >= 32


def test_each_hash_has_its_own_salt(app):
    assert queries.hashed("same") != queries.hashed("same")


def test_full_width_and_half_width_are_one_password(app):
    known = queries.Credential(1, "x", queries.hashed("Ａｂｃｄ１２３４"), PersonState.ACTIVE)
    assert queries.proves(known, "Abcd1234")
    assert not queries.proves(known, "abcd1234")
