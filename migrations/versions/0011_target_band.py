"""The target band of utilisation, by version."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "target_band",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("lower", sa.Integer(), nullable=False),
        sa.Column("upper", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= lower AND lower < upper AND upper <= 100", name=op.f("ck_target_band_bounds")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_target_band_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_band")),
        sa.UniqueConstraint("number", name=op.f("uq_target_band_number")),
    )


def downgrade() -> None:
    op.drop_table("target_band")
