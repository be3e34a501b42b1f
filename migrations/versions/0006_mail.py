"""Mails wait in a table until they are sent; people choose how often they are written to."""

import sqlalchemy as sa
from alembic import op

from talentshare.platform import triggers

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind", words("mailkind", "notice", "digest", "invitation", "reset"), nullable=False
        ),
        sa.Column(
            "state",
            words("mailstate", "waiting", "sent", "refused", "failed", "dropped"),
            nullable=False,
        ),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id")),
        sa.ForeignKeyConstraint(["token_id"], ["one_time_token.id"], name=op.f("fk_mail_token_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
    )
    op.create_index(op.f("ix_mail_person_id"), "mail", ["person_id"])
    op.create_index("ix_mail_state_due_at", "mail", ["state", "due_at"])
    triggers.drop_triggers(op.get_bind())  # SQLite copies the tables; all come back at the end
    with op.batch_alter_table("notice") as batch:
        batch.add_column(sa.Column("mail_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_notice_mail_id"), "mail", ["mail_id"], ["id"])
        batch.create_index(op.f("ix_notice_mail_id"), ["mail_id"])
    pace = words("mailpace", "at_once", "daily")
    with op.batch_alter_table("person") as batch:
        batch.add_column(sa.Column("mail_pace", pace, nullable=False, server_default="at_once"))


def downgrade() -> None:
    triggers.drop_triggers(op.get_bind())
    with op.batch_alter_table("person") as batch:
        batch.drop_constraint(op.f("ck_person_mailpace"), type_="check")
        batch.drop_column("mail_pace")
    with op.batch_alter_table("notice") as batch:
        batch.drop_index(op.f("ix_notice_mail_id"))
        batch.drop_constraint(op.f("fk_notice_mail_id"), type_="foreignkey")
        batch.drop_column("mail_id")
    op.drop_table("mail")
