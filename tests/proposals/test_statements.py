"""What the main job costs the database: a write reads little, a first page asks eight times at most."""

from talentshare.accounts import queries as accounts
from talentshare.kernel.actor import Role
from talentshare.platform import events
from tests.proposals.stage import Stage

# Selects of each move, those that find out who acts included; whoever adds one says so here. A move
# that tells somebody reads once how administrators word its notices.
MOST_READ = {"checked": 29, "offered": 25, "accepted": 23, "consented": 12}


def test_each_move_reads_little(stage, counted):
    it = stage.prepare()
    read = {step: len(counted(lambda step=step: stage.step(it, step))) for step in MOST_READ}
    assert all(read[step] <= most for step, most in MOST_READ.items()), read
    assert events.first_break() is None


def test_first_page_of_a_coordinator_asks_eight_times_at_most(stage, browse, counted):
    for _ in range(4):
        Stage(second=stage.second).prepare()
    client = browse(stage.second)
    page = []
    read = counted(lambda: page.append(client.get("/").text))
    assert page[0].count("/proposals/") >= 4
    assert len(read) <= 8, (len(read), *read)


def test_first_page_of_a_specialist_asks_eight_times_at_most(stage, browse, counted):
    it = stage.to("offered")
    client = browse(it.specialist)
    page = []
    read = counted(lambda: page.append(client.get("/").text))
    assert f"/offers/{it.id}" in page[0]
    assert len(read) <= 8, (len(read), *read)


def test_those_to_be_told_are_the_active_holders_of_a_role(stage):
    with_names = accounts.people_with(Role.COORDINATOR)
    assert accounts.ids_with(Role.COORDINATOR) == sorted(who.id for who in with_names)
