"""Reading beside the page: a session of its own, so that no lock of the page is taken or held."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from talentshare.platform.db import db, is_held, reading


@contextmanager
def aside() -> Iterator[Session]:
    """A short read transaction; what it loads stays usable after it.

    What was done for this page and waits for its answer is seen by its own session alone.
    """
    if is_held():
        yield db.session()
        return
    token = reading.set(True)
    try:
        with Session(db.engine, expire_on_commit=False) as session:
            yield session
    finally:
        reading.reset(token)
