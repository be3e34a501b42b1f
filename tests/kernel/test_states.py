"""State machines as tables: the kernel's own, and each that a feature declares."""

from enum import StrEnum

import pytest

from talentshare.kernel.errors import Conflict
from talentshare.kernel.states import StateMachine


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    LOCKED = "locked"


LIFE = StateMachine(
    "door",
    {
        (Door.OPEN, "shut"): Door.SHUT,
        (Door.SHUT, "open"): Door.OPEN,
        (Door.SHUT, "lock"): Door.LOCKED,
    },
)


def test_a_move_of_the_table_leads_where_the_table_says():
    assert LIFE.after(Door.OPEN, "shut") is Door.SHUT
    assert LIFE.after(Door.SHUT, "lock") is Door.LOCKED


@pytest.mark.parametrize("state", Door)
@pytest.mark.parametrize("event", ["open", "shut", "lock", "paint"])
def test_every_other_move_is_refused_with_its_names(state, event):
    if (state, event) in LIFE.moves:
        assert LIFE.after(state, event) in Door
        return
    with pytest.raises(Conflict) as refused:
        LIFE.after(state, event)
    assert refused.value.code == "door.not_now"
    assert refused.value.details == {"state": state, "event": event}


def test_what_may_happen_stands_in_the_order_of_the_table():
    assert LIFE.events(Door.SHUT) == ["open", "lock"]
    assert LIFE.events(Door.LOCKED) == []
