"""The note that every mail carries."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mail_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text_ja", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_mail_note_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_note")),
        sa.UniqueConstraint("number", name=op.f("uq_mail_note_number")),
    )


def downgrade() -> None:
    op.drop_table("mail_note")
