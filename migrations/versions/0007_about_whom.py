"""Whom a decision is about, who therefore does not take it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ABOUT = """
UPDATE talent_request SET turn_about_id = (
    SELECT s.person_id FROM proposal p JOIN specialist s ON s.id = p.specialist_id
     WHERE p.id = CAST(substr(talent_request.turn_path, 12) AS INTEGER)
) WHERE turn_task IN ('check', 'decide') AND turn_path LIKE '/proposals/%'
"""


def upgrade() -> None:
    op.add_column("talent_request", sa.Column("turn_about_id", sa.Integer(), nullable=True))
    op.get_bind().execute(sa.text(ABOUT))


def downgrade() -> None:
    op.drop_column("talent_request", "turn_about_id")
