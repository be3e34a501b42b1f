"""One page begins one draft, however often its button is pressed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "uq_talent_request_start_key"


def upgrade() -> None:
    op.add_column("talent_request", sa.Column("start_key", sa.String(), nullable=True))
    op.create_index(INDEX, "talent_request", ["start_key"], unique=True)


def downgrade() -> None:
    op.drop_index(INDEX, "talent_request")
    op.drop_column("talent_request", "start_key")
