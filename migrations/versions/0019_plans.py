"""Plan runs with their rows, what coordinators fix for them, and the rules that admins set."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("floor_minutes", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_plan_rules_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_rules")),
        sa.UniqueConstraint("number", name=op.f("uq_plan_rules_number")),
    )
    op.create_table(
        "plan_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "scope_kind",
            sa.Enum(
                "all",
                "role",
                "theme",
                "requests",
                name="scopekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("scope", sa.JSON(), nullable=False),
        sa.Column("scope_key", sa.String(), nullable=False),
        sa.Column("horizon_weeks", sa.Integer(), nullable=False),
        sa.Column(
            "objective",
            sa.Enum(
                "served_then_total",
                "total",
                name="objective",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("has_floor", sa.Boolean(), nullable=False),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=False),
        sa.Column("what_if", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "running",
                "done",
                "stopped",
                "interrupted",
                "failed",
                name="runstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stop_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_from_id", sa.Integer(), nullable=True),
        sa.Column("first_week_on", sa.Date(), nullable=True),
        sa.Column("rules_number", sa.Integer(), nullable=True),
        sa.Column("weights_number", sa.Integer(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("bound", sa.Integer(), nullable=True),
        sa.Column("is_verified", sa.Boolean(), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("given", sa.LargeBinary(), nullable=True),
        sa.Column("found", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "time_limit_seconds BETWEEN 1 AND 3600", name=op.f("ck_plan_run_time_limit")
        ),
        sa.ForeignKeyConstraint(
            ["begun_from_id"], ["plan_run.id"], name=op.f("fk_plan_run_begun_from_id")
        ),
        sa.ForeignKeyConstraint(["made_by_id"], ["person.id"], name=op.f("fk_plan_run_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_run")),
    )
    op.create_index(op.f("ix_plan_run_made_at"), "plan_run", ["made_at"])
    op.create_index(op.f("ix_plan_run_state"), "plan_run", ["state"])
    op.create_index(
        "uq_plan_run_scope_key",
        "plan_run",
        ["scope_key"],
        unique=True,
        sqlite_where=sa.text("state = 'running'"),
        postgresql_where=sa.text("state = 'running'"),
    )
    op.create_table(
        "plan_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "pin",
                "forbid",
                name="pairkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_plan_pair_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_plan_pair_position_id")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["person.id"], name=op.f("fk_plan_pair_removed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_plan_pair_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_pair")),
    )
    op.create_index(op.f("ix_plan_pair_made_at"), "plan_pair", ["made_at"])
    op.create_index(op.f("ix_plan_pair_removed_at"), "plan_pair", ["removed_at"])
    op.create_index(
        "uq_plan_pair_position_id",
        "plan_pair",
        ["position_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL AND kind = 'pin'"),
        postgresql_where=sa.text("removed_at IS NULL AND kind = 'pin'"),
    )
    op.create_index(
        "uq_plan_pair_position_id_specialist_id",
        "plan_pair",
        ["position_id", "specialist_id"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "plan_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("weeks", sa.JSON(), nullable=False),
        sa.Column("fit", sa.Integer(), nullable=False),
        sa.Column("worth", sa.Integer(), nullable=False),
        sa.Column("is_pinned", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "applied",
                "conflict",
                name="rowstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposal_id", sa.Integer(), nullable=True),
        sa.Column("conflict", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_plan_row_position_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_plan_row_proposal_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["plan_run.id"], name=op.f("fk_plan_row_run_id")),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_plan_row_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_row")),
        sa.UniqueConstraint("run_id", "position_id", name=op.f("uq_plan_row_run_id_position_id")),
    )
    op.create_index(op.f("ix_plan_row_position_id"), "plan_row", ["position_id"])
    op.create_index(op.f("ix_plan_row_proposal_id"), "plan_row", ["proposal_id"])
    op.create_index(op.f("ix_plan_row_run_id"), "plan_row", ["run_id"])
    op.create_index(op.f("ix_plan_row_specialist_id"), "plan_row", ["specialist_id"])
    op.create_table(
        "progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("work", sa.String(), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
        sa.Column("best", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_progress")),
        sa.UniqueConstraint("work", name=op.f("uq_progress_work")),
    )


def downgrade() -> None:
    op.drop_table("progress")
    op.drop_table("plan_row")
    op.drop_table("plan_pair")
    op.drop_table("plan_run")
    op.drop_table("plan_rules")
