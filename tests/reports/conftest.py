"""What the tests of reports share."""

import pytest
from sqlalchemy import event

from talentshare.platform.db import db


@pytest.fixture
def statements(app):
    """How many statements are sent to the database."""

    def statements(do):
        sent = []

        def note(_connection, _cursor, statement, *_rest):
            sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            do()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return [one for one in sent if one.lstrip().upper().startswith(("SELECT", "WITH"))]

    return statements
