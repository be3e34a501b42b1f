"""Each press of a button has one effect, whatever it does: drafts need no key of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

INDEX = "uq_talent_request_start_key"


def upgrade() -> None:
    op.create_table(
        "press",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_press"),
        sa.UniqueConstraint("key", name="uq_press_key"),
    )
    op.create_index("ix_press_at", "press", ["at"])
    op.drop_index(INDEX, "talent_request")
    op.drop_column("talent_request", "start_key")


def downgrade() -> None:
    op.add_column("talent_request", sa.Column("start_key", sa.String(), nullable=True))
    op.create_index(INDEX, "talent_request", ["start_key"], unique=True)
    op.drop_table("press")
