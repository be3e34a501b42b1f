"""Finds the requests whose support is over, and those with a turn, among many that run."""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

OVER = "ix_talent_request_state_support_ends_on"
TURN = "ix_talent_request_turn_side"


def upgrade() -> None:
    op.create_index(OVER, "talent_request", ["state", "support_ends_on"])
    op.create_index(TURN, "talent_request", ["turn_side"])


def downgrade() -> None:
    op.drop_index(TURN, table_name="talent_request")
    op.drop_index(OVER, table_name="talent_request")
