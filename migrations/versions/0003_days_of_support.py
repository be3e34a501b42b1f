"""From which to which day support is booked, and when GovTech follows up."""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DAYS = ("follow_up_due_on", "support_starts_on", "support_ends_on")
WEEK = timedelta(days=7)
SUPPORT = """
SELECT p.talent_request_id, MIN(a.starts_on) AS first_on, MAX(a.ends_on) AS last_on
  FROM allocation a JOIN position p ON p.id = a.position_id
 WHERE a.state IN ('confirmed', 'ended') GROUP BY p.talent_request_id
"""
KEEP = """
UPDATE talent_request SET support_starts_on = :first_on, support_ends_on = :last_on
 WHERE id = :id
"""
WAITING = """
SELECT id, state, turn_task, turn_due_on, support_ends_on FROM talent_request
 WHERE (state IN ('staffed', 'in_progress') AND support_ends_on IS NOT NULL)
    OR (turn_task IN ('answer', 'decide') AND turn_due_on IS NOT NULL)
"""
FOLLOW_UP = "UPDATE talent_request SET follow_up_due_on = :due_on WHERE id = :id"


def upgrade() -> None:
    for name in DAYS:
        op.add_column("talent_request", sa.Column(name, sa.Date(), nullable=True))
    connection = op.get_bind()
    for row in _rows(SUPPORT, "first_on", "last_on"):
        values = {"id": row.talent_request_id, "first_on": row.first_on, "last_on": row.last_on}
        connection.execute(_with_days(KEEP, "first_on", "last_on"), values)
    for row in _rows(WAITING, "turn_due_on", "support_ends_on"):
        day: date = row.turn_due_on if row.turn_task else row.support_ends_on
        values = {"id": row.id, "due_on": day + WEEK}
        connection.execute(_with_days(FOLLOW_UP, "due_on"), values)


def downgrade() -> None:
    for name in reversed(DAYS):
        op.drop_column("talent_request", name)


def _rows(statement: str, *days: str) -> sa.Sequence:
    typed = sa.text(statement).columns(**dict.fromkeys(days, sa.Date()))
    return op.get_bind().execute(typed).all()


def _with_days(statement: str, *days: str) -> sa.TextClause:
    return sa.text(statement).bindparams(*(sa.bindparam(day, type_=sa.Date()) for day in days))
