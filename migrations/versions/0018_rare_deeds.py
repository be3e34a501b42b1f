"""Finds the newest deeds of each kind by an index alone."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NEWEST = "ix_audit_event_deed_seq"
DEED = "ix_audit_event_deed"


def upgrade() -> None:
    op.create_index(NEWEST, "audit_event", ["deed", "seq"])
    op.drop_index(DEED, table_name="audit_event")


def downgrade() -> None:
    op.create_index(DEED, "audit_event", ["deed"])
    op.drop_index(NEWEST, table_name="audit_event")
