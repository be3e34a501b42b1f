"""When a position was taken away: what has ended tells of those that it still looked for."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

REMOVED = """
UPDATE position SET removed_at = (
    SELECT max(at) FROM audit_event WHERE deed = 'position.removed' AND subject = 'position:' || position.id
) WHERE state = 'closed'
"""


def upgrade() -> None:
    op.add_column("position", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(REMOVED)


def downgrade() -> None:
    op.drop_column("position", "removed_at")
