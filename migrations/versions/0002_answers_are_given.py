"""What a need says of its kind, its place, personal data and procurement is answered, not assumed."""

import sqlalchemy as sa
from alembic import op

from talentshare.platform import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Each answer with what the column said before anybody had answered.
ANSWERS = {
    "kind": (sa.String(length=32), "project"),
    "personal_data": (sa.String(length=32), "none"),
    "is_procurement": (sa.Boolean(), False),
    "place": (sa.String(length=32), "online"),
}


def upgrade() -> None:
    nullable(True)


def downgrade() -> None:
    table = sa.table("talent_request", *[sa.column(name) for name in ANSWERS])
    for name, (_, assumed) in ANSWERS.items():
        unanswered = table.c[name].is_(None)
        op.execute(table.update().where(unanswered).values({name: assumed}))
    nullable(False)


def nullable(may_be: bool) -> None:
    triggers.drop_triggers(op.get_bind())  # SQLite copies the table; all come back at the end
    with op.batch_alter_table("talent_request") as batch:
        for name, (kind, _) in ANSWERS.items():
            batch.alter_column(name, existing_type=kind, nullable=may_be)
