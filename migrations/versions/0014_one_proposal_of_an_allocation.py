"""An allocation comes about by one proposal: kept by the database, and found at once."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ONE = "uq_proposal_allocation_id"


def upgrade() -> None:
    op.create_index(ONE, "proposal", ["allocation_id"], unique=True)


def downgrade() -> None:
    op.drop_index(ONE, table_name="proposal")
