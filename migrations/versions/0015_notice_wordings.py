"""How administrators word each notice, by version; a notice keeps the words it was told with."""

import sqlalchemy as sa
from alembic import op

from talentshare.platform import triggers

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KEY = "fk_notice_wording_id"


def upgrade() -> None:
    op.create_table(
        "notice_wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_ja", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_notice_wording_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_wording")),
        sa.UniqueConstraint("code", "number", name=op.f("uq_notice_wording_code_number")),
    )
    triggers.drop_triggers(op.get_bind())  # SQLite copies the table; all come back at the end
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("wording_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f(KEY), "notice_wording", ["wording_id"], ["id"])


def downgrade() -> None:
    triggers.drop_triggers(op.get_bind())
    with op.batch_alter_table("notice") as batch:
        batch.drop_constraint(op.f(KEY), type_="foreignkey")
        batch.drop_column("wording_id")
    op.drop_table("notice_wording")
