"""What was counted of utilisation on each day."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "utilisation_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_on <= last_on", name=op.f("ck_utilisation_snapshot_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_utilisation_snapshot")),
        sa.UniqueConstraint("taken_on", name=op.f("uq_utilisation_snapshot_taken_on")),
    )
    op.create_table(
        "snapshot_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("role_code", sa.String(), nullable=True),
        sa.Column("engaged_from", sa.Date(), nullable=False),
        sa.Column("engaged_until", sa.Date(), nullable=True),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("works", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["utilisation_snapshot.id"],
            name=op.f("fk_snapshot_line_snapshot_id"),
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_snapshot_line_specialist_id")
        ),
        sa.ForeignKeyConstraint(
            ["role_code"], ["job_role.code"], name=op.f("fk_snapshot_line_role_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot_line")),
        sa.UniqueConstraint(
            "snapshot_id", "specialist_id", name=op.f("uq_snapshot_line_snapshot_id_specialist_id")
        ),
    )
    op.create_index(op.f("ix_snapshot_line_specialist_id"), "snapshot_line", ["specialist_id"])


def downgrade() -> None:
    op.drop_table("snapshot_line")
    op.drop_table("utilisation_snapshot")
