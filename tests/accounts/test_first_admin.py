import pytest

from talentshare.accounts import actions, queries
from talentshare.accounts.models import BodyKind
from talentshare.accounts.states import PersonState
from talentshare.kernel.actor import SYSTEM, Role
from talentshare.kernel.errors import Conflict, Forbidden, Invalid
from tests import make
from tests.accounts.browsing import PASSWORD


def test_the_first_admin_brings_govtech_along(app, enter):
    person = actions.create_first_admin(SYSTEM, "Kanri", "管理 一郎", "かんり いちろう", PASSWORD)
    assert (person.sign_in_name, person.kana) == ("kanri", "カンリ イチロウ")
    assert (person.roles, person.state) == (frozenset({Role.ADMIN}), PersonState.ACTIVE)
    assert person.body.kind is BodyKind.GOVTECH
    assert enter("kanri").status_code == 302


def test_govtech_is_made_only_once(govtech):
    person = actions.create_first_admin(SYSTEM, "kanri", "管理", "カンリ", PASSWORD)
    assert person.body_id == govtech.id
    assert len(queries.bodies()) == 1


def test_a_taken_name_and_a_weak_password_are_refused(member):
    with pytest.raises(Conflict, match="name_taken"):
        actions.create_first_admin(SYSTEM, "tanaka", "x", "カ", PASSWORD)
    with pytest.raises(Invalid, match="too_short"):
        actions.create_first_admin(SYSTEM, "kanri", "x", "カ", "short")
    assert queries.govtech() is None


def test_nobody_but_the_system_and_admins_may(member):
    with pytest.raises(Forbidden):
        actions.create_first_admin(make.actor_of(member), "kanri", "x", "カ", PASSWORD)
