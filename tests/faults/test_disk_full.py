"""No file can grow any more: reading goes on, writing says so, nothing is lost, it heals by itself."""

import random
from pathlib import Path

from sqlalchemy import select

from talentshare.allocations import queries as ledger
from talentshare.platform import events
from talentshare.platform.db import db
from talentshare.talent_requests.models import TalentRequest
from tests import make
from tests.attacks.crowd import Browser, cookies_of
from tests.faults.house import OK, Pressed

AWAY = 503
NO_LIMIT, ONE_MEGABYTE = -1, 2**20


def test_sqlite(app, sqlite_url, tmp_path, make_house):
    who = make.officer()
    make.catalogue()
    writer = cookies_of(who)
    db.session.remove()
    with make_house(app.config["ENVIRONMENT"]) as house:
        house.start("web")
        first = Pressed(writer, "/requests/new", {}).insist(house.port)
        path = Path(sqlite_url.removeprefix("sqlite:///"))
        wal = path.with_name(path.name + "-wal")
        house.limit_files(wal.stat().st_size)
        worry = {"worry": "置き場所がないときの困りごと" * 40, "version": "1"}
        told = Pressed(writer, first.location, worry)
        refused = Browser(house.port, writer).post(
            told.path, told.data | {"csrf_token": writer["csrf_token"]}
        )
        assert refused.status == AWAY
        assert "今は利用できません" in refused.text
        assert "置き場所がないときの困りごと" in refused.text, "what was sent is on the page"
        for page in ("/requests", first.location):
            assert Browser(house.port, writer).get(page).status == OK, "what stands can be read"
        assert not told.send(house.port)
        house.limit_files(NO_LIMIT)
        told.insist(house.port)
        assert told.sent == 2, "it heals at once"
        house.stop("web")
    db.session.rollback()
    drafts = db.session.scalars(select(TalentRequest)).all()
    assert [one.worry for one in drafts] == [worry["worry"]]
    assert ledger.check() == []
    assert events.first_break() is None


def unpacked(length: int) -> str:
    """A text that no database makes shorter."""
    return "".join(chr(random.randrange(0x4E00, 0x9FFF)) for _ in range(length))


def version_of(begun: Pressed) -> int:
    number = begun.location.split("/")[2]
    return db.session.scalar(select(TalentRequest.version).where(TalentRequest.number == number))


def test_postgresql(own_cluster, own_app, make_house):
    who = make.officer()
    make.catalogue()
    writer = cookies_of(who)
    db.session.remove()
    with make_house(own_app.config["ENVIRONMENT"]) as house:
        house.start("web")
        drafts = [Pressed(writer, "/requests/new", {}).insist(house.port) for _ in range(4)]
        it = db.session.scalars(select(TalentRequest)).first()
        it.place_note = unpacked(500_000)  # so that the next long text needs new room
        db.session.commit()
        db.engine.dispose()
        own_cluster.limit_tables(ONE_MEGABYTE)
        told = [
            Pressed(
                writer, one.location, {"worry": unpacked(1900), "version": str(version_of(one))}
            )
            for one in drafts
        ]
        refused = [one for one in told if not one.send(house.port)]
        assert refused
        assert Browser(house.port, writer).get("/requests").status == OK
        own_cluster.limit_tables(NO_LIMIT)
        for one in told:
            one.insist(house.port)
        house.stop("web")
    db.session.rollback()
    kept = set(db.session.scalars(select(TalentRequest.worry)))
    assert kept == {one.data["worry"] for one in told}
    assert ledger.check() == []
    assert events.first_break() is None
