"""The versions of the catalogue; what is there becomes the first, under which all was submitted."""

import sqlalchemy as sa
from alembic import op

from talentshare.kernel import clock

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

WORDS = {
    "skill": ("skill", ("name_ja", "name_en", "definition_ja", "definition_en")),
    "theme": ("theme", ("name_ja", "name_en")),
    "template": ("request_template", ("title_ja", "title_en", "description_ja")),
    "basis": ("legal_basis", ("name_ja", "name_en", "meaning_ja", "meaning_en")),
    "phase": ("phase", ("name_ja", "name_en", "description_ja", "description_en")),
}
RETIRED = ("skill", "theme", "request_template", "legal_basis")


def upgrade() -> None:
    kinds = sa.Enum(*WORDS, name="kind", native_enum=False, length=32, create_constraint=True)
    version = op.create_table(
        "catalogue_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_catalogue_version_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_version")),
        sa.UniqueConstraint("number", name=op.f("uq_catalogue_version_number")),
    )
    text = op.create_table(
        "catalogue_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", kinds, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("from_version", sa.Integer(), nullable=False),
        sa.Column("until_version", sa.Integer(), nullable=True),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_version"],
            ["catalogue_version.number"],
            name=op.f("fk_catalogue_text_from_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_text")),
        sa.UniqueConstraint(
            "kind", "code", "from_version", name=op.f("uq_catalogue_text_kind_code_from_version")
        ),
    )
    for table in RETIRED:
        op.add_column(table, sa.Column("retired_in", sa.Integer(), nullable=True))
    op.add_column("talent_request", sa.Column("catalogue_version", sa.Integer(), nullable=True))
    _keep_first_words(version, text)


def _keep_first_words(version: sa.Table, text: sa.Table) -> None:
    connection = op.get_bind()
    rows = [
        {
            "kind": kind,
            "code": row.code,
            "from_version": 1,
            "is_retired": False,
            "words": {name: getattr(row, name) for name in names},
        }
        for kind, (table, names) in WORDS.items()
        for row in connection.execute(
            sa.text(f"SELECT code, {', '.join(names)} FROM {table} ORDER BY code")  # noqa: S608  our own names
        )
    ]
    if not rows:
        return
    now = clock.now()
    if connection.dialect.name == "sqlite":
        now = now.replace(tzinfo=None)
    connection.execute(sa.insert(version), [{"number": 1, "made_at": now}])
    connection.execute(sa.insert(text), rows)
    connection.execute(
        sa.text("UPDATE talent_request SET catalogue_version = 1 WHERE submitted_at IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_column("talent_request", "catalogue_version")
    for table in reversed(RETIRED):
        op.drop_column(table, "retired_in")
    op.drop_table("catalogue_text")
    op.drop_table("catalogue_version")
