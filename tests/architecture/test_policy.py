"""Permissions: each has a rule, each rule is used, and nobody is refused or let in by accident."""

import re

import pytest

from talentshare import policy
from talentshare.kernel.actor import SYSTEM, Actor, Role
from talentshare.kernel.errors import Forbidden
from talentshare.policy import Can
from tests.architecture.sources import PACKAGE, modules

NOBODY = Actor(id=9)


def test_every_permission_has_a_rule():
    assert set(policy.RULES) == set(Can)


def test_every_permission_is_asked_for_somewhere():
    asked = set()
    for path in [*modules(), *PACKAGE.rglob("*.html")]:
        if path.name != "policy.py":
            asked |= set(re.findall(r"\bCan\.([A-Z_]+)\b", path.read_text("utf-8")))
    assert {can.name for can in Can} - asked == set()


def test_every_permission_is_named_by_thing_and_deed():
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", can.value) for can in Can)
    assert len({can.value for can in Can}) == len(Can)


@pytest.mark.parametrize("can", Can, ids=lambda can: can.value)
def test_somebody_without_a_role_may_nothing_about_nothing(can):
    assert not policy.allows(NOBODY, can, None)


@pytest.mark.parametrize("can", Can, ids=lambda can: can.value)
def test_a_refusal_names_the_permission(can):
    with pytest.raises(Forbidden) as refused:
        policy.require(NOBODY, can, None)
    assert refused.value.code == f"policy.{can.value}"


def test_the_system_never_answers_for_people():
    """What a person consents to, decides, declares or pledges is never done by a job."""
    of_people = {
        Can.ANSWER_PROPOSAL,
        Can.DECIDE_PROPOSAL,
        Can.CHECK_PROPOSAL,
        Can.DECLARE,
        Can.ENDORSE_REQUEST,
        Can.SUBMIT_REQUEST,
        Can.CLAIM_SKILL,
        Can.VERIFY_SKILL,
    }
    assert not [can for can in of_people if policy.allows(SYSTEM, can)]


def test_nobody_checks_the_own_proposal():
    class Prepared:
        prepared_by_id = 5
        specialist_id = 1

    def coordinator(n, specialist=None):
        return Actor(id=n, roles=frozenset({Role.COORDINATOR}), specialist_id=specialist)

    assert not policy.allows(coordinator(5), Can.CHECK_PROPOSAL, Prepared)
    assert policy.allows(coordinator(6), Can.CHECK_PROPOSAL, Prepared)
    assert not policy.allows(coordinator(6, specialist=1), Can.CHECK_PROPOSAL, Prepared)
