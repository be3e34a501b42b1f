"""Finds, counts and orders long lists of requests by an index alone."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

KEYS = "ix_talent_request_coordinator_id_state"
OWNER = "ix_talent_request_coordinator_id"
INCLUDED = [
    "id",
    "number",
    "submitted_at",
    "turn_side",
    "turn_task",
    "turn_due_on",
    "follow_up_due_on",
    "support_starts_on",
    "support_ends_on",
]


def upgrade() -> None:
    columns = ["coordinator_id", "state"]
    op.create_index(KEYS, "talent_request", columns, postgresql_include=INCLUDED)
    op.drop_index(OWNER, table_name="talent_request")


def downgrade() -> None:
    op.create_index(OWNER, "talent_request", ["coordinator_id"])
    op.drop_index(KEYS, table_name="talent_request")
