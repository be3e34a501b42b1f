"""Instants: aware in Python, UTC in every database."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import StatementError

from talentshare.platform.db import db
from talentshare.platform.events import Remark

TOKYO = timezone(timedelta(hours=9))
AT = datetime(2026, 11, 24, 0, 30, 15, 123456, tzinfo=TOKYO)
NAIVE = datetime(2026, 11, 24, 0, 30)  # noqa: DTZ001  the mistake itself
ROW = {"subject": "body:1", "deed": "said", "by_id": 1, "text": "x"}


def put(at):
    db.session.execute(insert(Remark).values(**ROW, at=at))
    db.session.commit()


def test_an_instant_comes_back_as_the_same_instant_in_utc(either_app):
    put(AT)
    found = db.session.scalar(select(Remark.at))
    assert found == AT
    assert found.utcoffset() == timedelta(0)


def test_an_instant_is_found_by_any_zone(either_app):
    put(AT)
    assert db.session.scalar(select(Remark.id).where(Remark.at == AT.astimezone(UTC)))
    assert not db.session.scalar(select(Remark.id).where(Remark.at < AT))
    assert db.session.scalar(select(Remark.id).where(Remark.at <= AT))


def test_sqlite_holds_utc_without_a_zone(app):
    put(AT)
    assert db.session.scalar(text("SELECT at FROM remark")) == "2026-11-23 15:30:15.123456"


def test_an_instant_without_a_zone_is_not_stored(either_app):
    with pytest.raises(StatementError, match="time zone"):
        put(NAIVE)
