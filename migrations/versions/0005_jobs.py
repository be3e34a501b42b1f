"""Jobs note what they did, slot by slot; a notice that is told once bears a key."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OUTCOMES = sa.Enum(
    "running",
    "done",
    "failed",
    name="outcome",
    native_enum=False,
    create_constraint=True,
    length=32,
)
ONCE = "uq_notice_person_id_once_key"


def upgrade() -> None:
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", OUTCOMES, nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "slot", name=op.f("uq_job_run_job_slot")),
    )
    op.create_index(op.f("ix_job_run_outcome"), "job_run", ["outcome"])
    op.add_column("notice", sa.Column("once_key", sa.String(), nullable=True))
    op.create_index(ONCE, "notice", ["person_id", "once_key"], unique=True)


def downgrade() -> None:
    op.drop_index(ONCE, "notice")
    op.drop_column("notice", "once_key")
    op.drop_index(op.f("ix_job_run_outcome"), "job_run")
    op.drop_table("job_run")
