"""The first shape of the database."""

import sqlalchemy as sa
from alembic import op

from talentshare.platform import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("on_behalf_of_id", sa.Integer(), nullable=True),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("request_ip", sa.String(), nullable=True),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_event_seq")),
    )
    op.create_index(op.f("ix_audit_event_actor_id"), "audit_event", ["actor_id"], unique=False)
    op.create_index(op.f("ix_audit_event_deed"), "audit_event", ["deed"], unique=False)
    op.create_index(op.f("ix_audit_event_subject"), "audit_event", ["subject"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "body",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "ward",
                "city",
                "town",
                "village",
                "bureau",
                "govtech",
                "association",
                "other",
                name="bodykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "area",
            sa.Enum(
                "wards",
                "cities",
                "towns",
                "islands",
                "metropolis",
                "other",
                name="area",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_kana", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("is_island", sa.Boolean(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("population_on", sa.Date(), nullable=True),
        sa.Column("needs_endorsement", sa.Boolean(), nullable=False),
        sa.Column("needs_manager", sa.Boolean(), nullable=False),
        sa.Column("needs_document_number", sa.Boolean(), nullable=False),
        sa.Column("office_opens_minute", sa.Integer(), nullable=False),
        sa.Column("office_closes_minute", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "office_opens_minute < office_closes_minute", name=op.f("ck_body_office_hours")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_body")),
        sa.UniqueConstraint("code", name=op.f("uq_body_code")),
    )
    op.create_index(op.f("ix_body_area"), "body", ["area"], unique=False)
    op.create_index(op.f("ix_body_name_kana"), "body", ["name_kana"], unique=False)
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name_hash", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
        sa.UniqueConstraint("name_hash", name=op.f("uq_failed_sign_in_name_hash")),
    )
    op.create_table(
        "holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("day", name=op.f("uq_holiday_day")),
    )
    op.create_table(
        "job_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("description_ja", sa.String(), nullable=False),
        sa.Column("description_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_role")),
        sa.UniqueConstraint("code", name=op.f("uq_job_role_code")),
    )
    op.create_table(
        "legal_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("meaning_ja", sa.String(), nullable=False),
        sa.Column("meaning_en", sa.String(), nullable=False),
        sa.Column("makes_allocation", sa.Boolean(), nullable=False),
        sa.Column("ranks_individuals", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_basis")),
        sa.UniqueConstraint("code", name=op.f("uq_legal_basis_code")),
    )
    op.create_table(
        "phase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("description_ja", sa.String(), nullable=False),
        sa.Column("description_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phase")),
        sa.UniqueConstraint("code", name=op.f("uq_phase_code")),
    )
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("deed", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(op.f("ix_remark_subject"), "remark", ["subject"], unique=False)
    op.create_table(
        "request_number",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_number")),
    )
    op.create_table(
        "request_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("title_ja", sa.String(), nullable=False),
        sa.Column("title_en", sa.String(), nullable=False),
        sa.Column("theme_code", sa.String(), nullable=False),
        sa.Column("description_ja", sa.String(), nullable=False),
        sa.Column("phase_codes", sa.JSON(), nullable=False),
        sa.Column("role_codes", sa.JSON(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("week_count", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("personal_data", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_template")),
        sa.UniqueConstraint("code", name=op.f("uq_request_template_code")),
    )
    op.create_table(
        "skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("category_code", sa.String(), nullable=False),
        sa.Column("category_ja", sa.String(), nullable=False),
        sa.Column("category_en", sa.String(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("definition_ja", sa.String(), nullable=False),
        sa.Column("definition_en", sa.String(), nullable=False),
        sa.Column("role_codes", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill")),
        sa.UniqueConstraint("code", name=op.f("uq_skill_code")),
    )
    op.create_table(
        "skill_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("short_ja", sa.String(), nullable=False),
        sa.Column("short_en", sa.String(), nullable=False),
        sa.Column("behaviour_ja", sa.String(), nullable=False),
        sa.Column("behaviour_en", sa.String(), nullable=False),
        sa.Column("evidence_ja", sa.String(), nullable=False),
        sa.CheckConstraint("level BETWEEN 0 AND 4", name=op.f("ck_skill_level_level")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skill_level")),
        sa.UniqueConstraint("level", name=op.f("uq_skill_level_level")),
    )
    op.create_table(
        "theme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("name_ja", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme")),
        sa.UniqueConstraint("code", name=op.f("uq_theme_code")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sign_in_name", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kana", sa.String(), nullable=False),
        sa.Column("name_latin", sa.String(), nullable=False),
        sa.Column("mail", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "active",
                "suspended",
                name="personstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("reset_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_person_body_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("sign_in_name", name=op.f("uq_person_sign_in_name")),
    )
    op.create_index(op.f("ix_person_body_id"), "person", ["body_id"], unique=False)
    op.create_index(op.f("ix_person_kana"), "person", ["kana"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_person_id"), "notice", ["person_id"], unique=False)
    op.create_table(
        "one_time_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "invitation",
                "reset",
                name="tokenpurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_one_time_token_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_token_token_hash")),
    )
    op.create_index(
        op.f("ix_one_time_token_person_id"), "one_time_token", ["person_id"], unique=False
    )
    op.create_table(
        "person_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "manager",
                "specialist",
                "coordinator",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_role")),
        sa.UniqueConstraint("person_id", "role", name=op.f("uq_person_role_person_id_role")),
    )
    op.create_table(
        "saved_input",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_input_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_input")),
    )
    op.create_index(op.f("ix_saved_input_person_id"), "saved_input", ["person_id"], unique=False)
    op.create_table(
        "sign_in_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_agent", sa.String(), nullable=False),
        sa.Column("ip", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sign_in_session_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_sign_in_session_token_hash")),
    )
    op.create_index(
        op.f("ix_sign_in_session_person_id"), "sign_in_session", ["person_id"], unique=False
    )
    op.create_table(
        "specialist",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "form",
            sa.Enum(
                "govtech_staff",
                "side_job",
                "company",
                "ict_post",
                name="engagementform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("employer_name", sa.String(), nullable=False),
        sa.Column("employer_number", sa.String(), nullable=False),
        sa.Column("company_contact", sa.String(), nullable=False),
        sa.Column("introduction", sa.String(), nullable=False),
        sa.Column("max_bodies", sa.Integer(), nullable=False),
        sa.Column("month_cap_minutes", sa.Integer(), nullable=True),
        sa.Column("online_ok", sa.Boolean(), nullable=False),
        sa.Column("onsite_ok", sa.Boolean(), nullable=False),
        sa.Column("islands_ok", sa.Boolean(), nullable=False),
        sa.Column("engaged_from", sa.Date(), nullable=False),
        sa.Column("engaged_until", sa.Date(), nullable=True),
        sa.Column("paused_from", sa.Date(), nullable=True),
        sa.Column("paused_until", sa.Date(), nullable=True),
        sa.Column("pause_reason", sa.String(), nullable=False),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(paused_from IS NULL) = (paused_until IS NULL)",
            name=op.f("ck_specialist_pause_has_end"),
        ),
        sa.CheckConstraint("engaged_until >= engaged_from", name=op.f("ck_specialist_engaged")),
        sa.CheckConstraint("max_bodies BETWEEN 1 AND 9", name=op.f("ck_specialist_max_bodies")),
        sa.CheckConstraint("month_cap_minutes > 0", name=op.f("ck_specialist_month_cap")),
        sa.CheckConstraint("paused_until >= paused_from", name=op.f("ck_specialist_paused")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_specialist_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist")),
        sa.UniqueConstraint("person_id", name=op.f("uq_specialist_person_id")),
    )
    op.create_table(
        "talent_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("officer_id", sa.Integer(), nullable=True),
        sa.Column("coordinator_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "project",
                "standing",
                name="requestkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("template_code", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("worry", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("theme_code", sa.String(), nullable=True),
        sa.Column("phase_code", sa.String(), nullable=True),
        sa.Column(
            "personal_data",
            sa.Enum(
                "none",
                "limited",
                "yes",
                name="personaldata",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_procurement", sa.Boolean(), nullable=False),
        sa.Column(
            "place",
            sa.Enum(
                "online",
                "onsite",
                "hybrid",
                name="place",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("onsite_weekdays", sa.Integer(), nullable=False),
        sa.Column("place_note", sa.String(), nullable=False),
        sa.Column("basis_codes", sa.JSON(), nullable=False),
        sa.Column("cost_note", sa.String(), nullable=False),
        sa.Column("cost_bearer", sa.String(), nullable=False),
        sa.Column("decision_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "endorsed",
                "received",
                "open",
                "staffed",
                "in_progress",
                "completed",
                "returned",
                "on_hold",
                "referred",
                "withdrawn",
                "unmet",
                name="requeststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("turn_due_on", sa.Date(), nullable=True),
        sa.Column(
            "turn_side",
            sa.Enum(
                "body",
                "manager",
                "govtech",
                "specialist",
                name="side",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("turn_task", sa.String(), nullable=False),
        sa.Column("turn_path", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edited_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_talent_request_body_id")),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["person.id"], name=op.f("fk_talent_request_coordinator_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_talent_request_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["edited_by_id"], ["person.id"], name=op.f("fk_talent_request_edited_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["person.id"], name=op.f("fk_talent_request_officer_id")
        ),
        sa.ForeignKeyConstraint(
            ["phase_code"], ["phase.code"], name=op.f("fk_talent_request_phase_code")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_talent_request_submitted_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["template_code"],
            ["request_template.code"],
            name=op.f("fk_talent_request_template_code"),
        ),
        sa.ForeignKeyConstraint(
            ["theme_code"], ["theme.code"], name=op.f("fk_talent_request_theme_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talent_request")),
        sa.UniqueConstraint("number", name=op.f("uq_talent_request_number")),
    )
    op.create_index(op.f("ix_talent_request_body_id"), "talent_request", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_talent_request_coordinator_id"), "talent_request", ["coordinator_id"], unique=False
    )
    op.create_index(
        op.f("ix_talent_request_officer_id"), "talent_request", ["officer_id"], unique=False
    )
    op.create_index(op.f("ix_talent_request_state"), "talent_request", ["state"], unique=False)
    op.create_index(
        op.f("ix_talent_request_turn_due_on"), "talent_request", ["turn_due_on"], unique=False
    )
    op.create_table(
        "weight_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_weight_set_made_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weight_set")),
        sa.UniqueConstraint("number", name=op.f("uq_weight_set_number")),
    )
    op.create_table(
        "capacity_strip",
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("first_week_on", sa.Date(), nullable=False),
        sa.Column("cells", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_capacity_strip_specialist_id")
        ),
        sa.PrimaryKeyConstraint("specialist_id", name=op.f("pk_capacity_strip")),
        comment="All rows of week_cells of one person, 15 little-endian int16 a week: for ranking.",
    )
    op.create_table(
        "clash",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("missing_minutes", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("proposal", sa.JSON(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_clash_owner_id")),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_clash_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clash")),
        sa.UniqueConstraint(
            "specialist_id",
            "week_on",
            "opened_at",
            name=op.f("uq_clash_specialist_id_week_on_opened_at"),
        ),
    )
    op.create_index(op.f("ix_clash_owner_id"), "clash", ["owner_id"], unique=False)
    op.create_index(op.f("ix_clash_resolved_at"), "clash", ["resolved_at"], unique=False)
    op.create_index(op.f("ix_clash_specialist_id"), "clash", ["specialist_id"], unique=False)
    op.create_table(
        "day_override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("inside_minutes", sa.Integer(), nullable=False),
        sa.Column("outside_minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "inside_minutes + outside_minutes <= 1440", name=op.f("ck_day_override_one_day")
        ),
        sa.CheckConstraint(
            "inside_minutes >= 0 AND outside_minutes >= 0", name=op.f("ck_day_override_minutes")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_day_override_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_override")),
        sa.UniqueConstraint("specialist_id", "day", name=op.f("uq_day_override_specialist_id_day")),
    )
    op.create_table(
        "declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_declaration_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration")),
    )
    op.create_index(
        op.f("ix_declaration_specialist_id"), "declaration", ["specialist_id"], unique=False
    )
    op.create_table(
        "month_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("month_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("inside_minutes", sa.Integer(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "0 <= inside_minutes AND inside_minutes <= minutes",
            name=op.f("ck_month_answer_minutes"),
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_month_answer_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_answer")),
        sa.UniqueConstraint(
            "specialist_id", "month_on", name=op.f("uq_month_answer_specialist_id_month_on")
        ),
    )
    op.create_table(
        "pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_pledge_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint(
            "specialist_id", "fiscal_year", name=op.f("uq_pledge_specialist_id_fiscal_year")
        ),
    )
    op.create_table(
        "position",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talent_request_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("role_code", sa.String(), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("inside_minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("week_count", sa.Integer(), nullable=False),
        sa.Column("earliest_on", sa.Date(), nullable=False),
        sa.Column("latest_end_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "staffed",
                "closed",
                name="positionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= inside_minutes_per_week AND inside_minutes_per_week <= minutes_per_week",
            name=op.f("ck_position_inside"),
        ),
        sa.CheckConstraint("earliest_on <= latest_end_on", name=op.f("ck_position_window")),
        sa.CheckConstraint(
            "minutes_per_week BETWEEN 15 AND 2400", name=op.f("ck_position_minutes")
        ),
        sa.CheckConstraint("week_count BETWEEN 1 AND 104", name=op.f("ck_position_weeks")),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_position_weekdays")),
        sa.ForeignKeyConstraint(
            ["role_code"], ["job_role.code"], name=op.f("fk_position_role_code")
        ),
        sa.ForeignKeyConstraint(
            ["talent_request_id"], ["talent_request.id"], name=op.f("fk_position_talent_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position")),
    )
    op.create_index(op.f("ix_position_state"), "position", ["state"], unique=False)
    op.create_index(
        op.f("ix_position_talent_request_id"), "position", ["talent_request_id"], unique=False
    )
    op.create_table(
        "position_sketch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talent_request_id", sa.Integer(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("role_code", sa.String(), nullable=True),
        sa.Column("minutes_per_week", sa.Integer(), nullable=True),
        sa.Column("inside_minutes_per_week", sa.Integer(), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("week_count", sa.Integer(), nullable=True),
        sa.Column("earliest_on", sa.Date(), nullable=True),
        sa.Column("latest_end_on", sa.Date(), nullable=True),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_code"], ["job_role.code"], name=op.f("fk_position_sketch_role_code")
        ),
        sa.ForeignKeyConstraint(
            ["talent_request_id"],
            ["talent_request.id"],
            name=op.f("fk_position_sketch_talent_request_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_sketch")),
        sa.UniqueConstraint(
            "talent_request_id",
            "ordinal",
            name=op.f("uq_position_sketch_talent_request_id_ordinal"),
        ),
    )
    op.create_index(
        op.f("ix_position_sketch_talent_request_id"),
        "position_sketch",
        ["talent_request_id"],
        unique=False,
    )
    op.create_table(
        "request_supplier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("talent_request_id", sa.Integer(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("corporate_number", sa.String(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "known",
                "likely",
                name="supplierrelation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["talent_request_id"],
            ["talent_request.id"],
            name=op.f("fk_request_supplier_talent_request_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_supplier")),
    )
    op.create_index(op.f("ix_request_supplier_key"), "request_supplier", ["key"], unique=False)
    op.create_index(
        op.f("ix_request_supplier_talent_request_id"),
        "request_supplier",
        ["talent_request_id"],
        unique=False,
    )
    op.create_table(
        "specialist_basis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("basis_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["basis_code"], ["legal_basis.code"], name=op.f("fk_specialist_basis_basis_code")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_specialist_basis_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist_basis")),
        sa.UniqueConstraint(
            "specialist_id", "basis_code", name=op.f("uq_specialist_basis_specialist_id_basis_code")
        ),
    )
    op.create_table(
        "specialist_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("role_code", sa.String(), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["role_code"], ["job_role.code"], name=op.f("fk_specialist_role_role_code")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_specialist_role_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist_role")),
        sa.UniqueConstraint(
            "specialist_id", "role_code", name=op.f("uq_specialist_role_specialist_id_role_code")
        ),
    )
    op.create_index(
        op.f("ix_specialist_role_role_code"), "specialist_role", ["role_code"], unique=False
    )
    op.create_table(
        "specialist_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(), nullable=False),
        sa.Column("claimed_level", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("verified_level", sa.Integer(), nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("contested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contest_text", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "claimed_level BETWEEN 0 AND 4", name=op.f("ck_specialist_skill_claimed_level")
        ),
        sa.CheckConstraint(
            "verified_level BETWEEN 0 AND 4", name=op.f("ck_specialist_skill_verified_level")
        ),
        sa.ForeignKeyConstraint(
            ["skill_code"], ["skill.code"], name=op.f("fk_specialist_skill_skill_code")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_specialist_skill_specialist_id")
        ),
        sa.ForeignKeyConstraint(
            ["verified_by_id"], ["person.id"], name=op.f("fk_specialist_skill_verified_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialist_skill")),
        sa.UniqueConstraint(
            "specialist_id", "skill_code", name=op.f("uq_specialist_skill_specialist_id_skill_code")
        ),
    )
    op.create_index(
        op.f("ix_specialist_skill_skill_code"), "specialist_skill", ["skill_code"], unique=False
    )
    op.create_table(
        "time_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "leave",
                "busy",
                name="timeoffkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=True),
        sa.Column("ends_minute", sa.Integer(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_time_off_order")),
        sa.CheckConstraint(
            "starts_minute IS NULL AND ends_minute IS NULL OR starts_on = ends_on AND 0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_time_off_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_time_off_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_time_off")),
    )
    op.create_index(op.f("ix_time_off_specialist_id"), "time_off", ["specialist_id"], unique=False)
    op.create_table(
        "week_cells",
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("inside_0", sa.Integer(), nullable=False),
        sa.Column("inside_1", sa.Integer(), nullable=False),
        sa.Column("inside_2", sa.Integer(), nullable=False),
        sa.Column("inside_3", sa.Integer(), nullable=False),
        sa.Column("inside_4", sa.Integer(), nullable=False),
        sa.Column("inside_5", sa.Integer(), nullable=False),
        sa.Column("inside_6", sa.Integer(), nullable=False),
        sa.Column("outside_0", sa.Integer(), nullable=False),
        sa.Column("outside_1", sa.Integer(), nullable=False),
        sa.Column("outside_2", sa.Integer(), nullable=False),
        sa.Column("outside_3", sa.Integer(), nullable=False),
        sa.Column("outside_4", sa.Integer(), nullable=False),
        sa.Column("outside_5", sa.Integer(), nullable=False),
        sa.Column("outside_6", sa.Integer(), nullable=False),
        sa.Column("pattern_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_week_cells_specialist_id")
        ),
        sa.PrimaryKeyConstraint("specialist_id", "week_on", name=op.f("pk_week_cells")),
        comment="Minutes of each day, inside and outside office hours; pattern_minutes without leave.",
    )
    op.create_table(
        "working_pattern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("share_percent", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "share_percent BETWEEN 0 AND 100", name=op.f("ck_working_pattern_share")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_working_pattern_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_pattern")),
        sa.UniqueConstraint(
            "specialist_id", "valid_from", name=op.f("uq_working_pattern_specialist_id_valid_from")
        ),
    )
    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("theme_code", sa.String(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "held",
                "confirmed",
                "released",
                "cancelled",
                "ended",
                name="allocationstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("inside_minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("close_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(expires_at IS NOT NULL) = (state = 'held')",
            name=op.f("ck_allocation_only_holds_expire"),
        ),
        sa.CheckConstraint("weekdays BETWEEN 1 AND 127", name=op.f("ck_allocation_weekdays")),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_allocation_body_id")),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_allocation_position_id")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_allocation_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_body_id"), "allocation", ["body_id"], unique=False)
    op.create_index(op.f("ix_allocation_position_id"), "allocation", ["position_id"], unique=False)
    op.create_index(
        op.f("ix_allocation_specialist_id"), "allocation", ["specialist_id"], unique=False
    )
    op.create_index(op.f("ix_allocation_state"), "allocation", ["state"], unique=False)
    op.create_table(
        "declared_interest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("company", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("corporate_number", sa.String(), nullable=False),
        sa.Column(
            "relation",
            sa.Enum(
                "employer",
                "client",
                "shareholder",
                "family",
                name="interestrelation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["declaration_id"], ["declaration.id"], name=op.f("fk_declared_interest_declaration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_interest")),
    )
    op.create_index(
        op.f("ix_declared_interest_declaration_id"),
        "declared_interest",
        ["declaration_id"],
        unique=False,
    )
    op.create_index(op.f("ix_declared_interest_key"), "declared_interest", ["key"], unique=False)
    op.create_table(
        "pattern_window",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pattern_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= starts_minute AND starts_minute < ends_minute AND ends_minute <= 1440",
            name=op.f("ck_pattern_window_order"),
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_pattern_window_weekday")),
        sa.ForeignKeyConstraint(
            ["pattern_id"], ["working_pattern.id"], name=op.f("fk_pattern_window_pattern_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pattern_window")),
    )
    op.create_index(
        op.f("ix_pattern_window_pattern_id"), "pattern_window", ["pattern_id"], unique=False
    )
    op.create_table(
        "position_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("skill_code", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("is_must", sa.Boolean(), nullable=False),
        sa.CheckConstraint("level BETWEEN 1 AND 4", name=op.f("ck_position_skill_level")),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_position_skill_position_id")
        ),
        sa.ForeignKeyConstraint(
            ["skill_code"], ["skill.code"], name=op.f("fk_position_skill_skill_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_skill")),
        sa.UniqueConstraint(
            "position_id", "skill_code", name=op.f("uq_position_skill_position_id_skill_code")
        ),
    )
    op.create_table(
        "stored_ranking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("weight_number", sa.Integer(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.JSON(), nullable=False),
        sa.Column("excluded", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_stored_ranking_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_stored_ranking_position_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_ranking")),
    )
    op.create_index(
        op.f("ix_stored_ranking_position_id"), "stored_ranking", ["position_id"], unique=False
    )
    op.create_table(
        "allocation_inside",
        sa.Column("allocation_id", sa.Integer(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("inside_minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_allocation_inside_allocation_id")
        ),
        sa.PrimaryKeyConstraint("allocation_id", "week_on", name=op.f("pk_allocation_inside")),
        comment="How many of the minutes in allocation_week lie inside office hours.",
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("ranking_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "checked",
                "offered",
                "accepted",
                "proposed",
                "agreed",
                "confirmed",
                "rejected",
                "returned",
                "declined",
                "refused",
                "not_chosen",
                "withdrawn",
                "expired",
                "cancelled",
                "ended",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("basis_code", sa.String(), nullable=False),
        sa.Column("cost_note", sa.String(), nullable=False),
        sa.Column("cost_bearer", sa.String(), nullable=False),
        sa.Column("minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("inside_minutes_per_week", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("prepared_by_id", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by_id", sa.Integer(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("terms_digest", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("offer_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("home_consent", sa.String(), nullable=False),
        sa.Column("home_consent_on", sa.Date(), nullable=True),
        sa.Column(
            "decline_reason",
            sa.Enum(
                "time",
                "skill",
                "interest",
                "place",
                "other",
                name="declinereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column(
            "refuse_reason",
            sa.Enum(
                "need_changed",
                "other_means",
                "terms",
                "cost",
                "other",
                name="refusereason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("side_note", sa.String(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hold_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column("allocation_id", sa.Integer(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decider_title", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("agreed_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "checked_by_id <> prepared_by_id", name=op.f("ck_proposal_second_person")
        ),
        sa.ForeignKeyConstraint(
            ["agreed_by_id"], ["person.id"], name=op.f("fk_proposal_agreed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["allocation_id"], ["allocation.id"], name=op.f("fk_proposal_allocation_id")
        ),
        sa.ForeignKeyConstraint(
            ["answer_recorded_by_id"], ["person.id"], name=op.f("fk_proposal_answer_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["basis_code"], ["legal_basis.code"], name=op.f("fk_proposal_basis_code")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_proposal_body_id")),
        sa.ForeignKeyConstraint(
            ["checked_by_id"], ["person.id"], name=op.f("fk_proposal_checked_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["position_id"], ["position.id"], name=op.f("fk_proposal_position_id")
        ),
        sa.ForeignKeyConstraint(
            ["prepared_by_id"], ["person.id"], name=op.f("fk_proposal_prepared_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["stored_ranking.id"], name=op.f("fk_proposal_ranking_id")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_proposal_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    op.create_index(op.f("ix_proposal_body_id"), "proposal", ["body_id"], unique=False)
    op.create_index(
        op.f("ix_proposal_hold_expires_at"), "proposal", ["hold_expires_at"], unique=False
    )
    op.create_index(op.f("ix_proposal_offer_due_at"), "proposal", ["offer_due_at"], unique=False)
    op.create_index(op.f("ix_proposal_position_id"), "proposal", ["position_id"], unique=False)
    op.create_index(op.f("ix_proposal_specialist_id"), "proposal", ["specialist_id"], unique=False)
    op.create_index(op.f("ix_proposal_state"), "proposal", ["state"], unique=False)
    op.create_index(
        "uq_proposal_position_id_specialist_id",
        "proposal",
        ["position_id", "specialist_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('prepared', 'returned', 'checked', 'offered', 'accepted', 'proposed', 'agreed', 'confirmed')"
        ),
        postgresql_where=sa.text(
            "state IN ('prepared', 'returned', 'checked', 'offered', 'accepted', 'proposed', 'agreed', 'confirmed')"
        ),
    )
    op.create_index(
        "uq_proposal_position_id",
        "proposal",
        ["position_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('proposed', 'agreed')"),
        postgresql_where=sa.text("state IN ('proposed', 'agreed')"),
    )
    op.create_table(
        "ranked_candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ranking_id", sa.Integer(), nullable=False),
        sa.Column("specialist_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ranking_id"], ["stored_ranking.id"], name=op.f("fk_ranked_candidate_ranking_id")
        ),
        sa.ForeignKeyConstraint(
            ["specialist_id"], ["specialist.id"], name=op.f("fk_ranked_candidate_specialist_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ranked_candidate")),
    )
    op.create_index(
        op.f("ix_ranked_candidate_ranking_id"), "ranked_candidate", ["ranking_id"], unique=False
    )
    op.create_table(
        "proposal_week",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("inside_minutes", sa.Integer(), nullable=False),
        sa.Column("is_leave", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "0 <= inside_minutes AND inside_minutes <= minutes",
            name=op.f("ck_proposal_week_inside"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_proposal_week_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_week")),
        sa.UniqueConstraint(
            "proposal_id", "week_on", name=op.f("uq_proposal_week_proposal_id_week_on")
        ),
    )
    triggers.install(op.get_bind())
    head = sa.table(
        "audit_head", sa.column("id"), sa.column("seq"), sa.column("hash", sa.LargeBinary())
    )
    op.bulk_insert(head, [{"id": 1, "seq": 0, "hash": bytes(32)}])


def downgrade() -> None:
    triggers.uninstall(op.get_bind())
    op.drop_table("proposal_week")
    op.drop_index(op.f("ix_ranked_candidate_ranking_id"), table_name="ranked_candidate")
    op.drop_table("ranked_candidate")
    op.drop_index(
        "uq_proposal_position_id",
        table_name="proposal",
        sqlite_where=sa.text("state IN ('proposed', 'agreed')"),
        postgresql_where=sa.text("state IN ('proposed', 'agreed')"),
    )
    op.drop_index(
        "uq_proposal_position_id_specialist_id",
        table_name="proposal",
        sqlite_where=sa.text(
            "state IN ('prepared', 'returned', 'checked', 'offered', 'accepted', 'proposed', 'agreed', 'confirmed')"
        ),
        postgresql_where=sa.text(
            "state IN ('prepared', 'returned', 'checked', 'offered', 'accepted', 'proposed', 'agreed', 'confirmed')"
        ),
    )
    op.drop_index(op.f("ix_proposal_state"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_specialist_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_position_id"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_offer_due_at"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_hold_expires_at"), table_name="proposal")
    op.drop_index(op.f("ix_proposal_body_id"), table_name="proposal")
    op.drop_table("proposal")
    op.drop_table("allocation_inside")
    op.drop_index(op.f("ix_stored_ranking_position_id"), table_name="stored_ranking")
    op.drop_table("stored_ranking")
    op.drop_table("position_skill")
    op.drop_index(op.f("ix_pattern_window_pattern_id"), table_name="pattern_window")
    op.drop_table("pattern_window")
    op.drop_index(op.f("ix_declared_interest_key"), table_name="declared_interest")
    op.drop_index(op.f("ix_declared_interest_declaration_id"), table_name="declared_interest")
    op.drop_table("declared_interest")
    op.drop_index(op.f("ix_allocation_state"), table_name="allocation")
    op.drop_index(op.f("ix_allocation_specialist_id"), table_name="allocation")
    op.drop_index(op.f("ix_allocation_position_id"), table_name="allocation")
    op.drop_index(op.f("ix_allocation_body_id"), table_name="allocation")
    op.drop_table("allocation")
    op.drop_table("working_pattern")
    op.drop_table("week_cells")
    op.drop_index(op.f("ix_time_off_specialist_id"), table_name="time_off")
    op.drop_table("time_off")
    op.drop_index(op.f("ix_specialist_skill_skill_code"), table_name="specialist_skill")
    op.drop_table("specialist_skill")
    op.drop_index(op.f("ix_specialist_role_role_code"), table_name="specialist_role")
    op.drop_table("specialist_role")
    op.drop_table("specialist_basis")
    op.drop_index(op.f("ix_request_supplier_talent_request_id"), table_name="request_supplier")
    op.drop_index(op.f("ix_request_supplier_key"), table_name="request_supplier")
    op.drop_table("request_supplier")
    op.drop_index(op.f("ix_position_sketch_talent_request_id"), table_name="position_sketch")
    op.drop_table("position_sketch")
    op.drop_index(op.f("ix_position_talent_request_id"), table_name="position")
    op.drop_index(op.f("ix_position_state"), table_name="position")
    op.drop_table("position")
    op.drop_table("pledge")
    op.drop_table("month_answer")
    op.drop_index(op.f("ix_declaration_specialist_id"), table_name="declaration")
    op.drop_table("declaration")
    op.drop_table("day_override")
    op.drop_index(op.f("ix_clash_specialist_id"), table_name="clash")
    op.drop_index(op.f("ix_clash_resolved_at"), table_name="clash")
    op.drop_index(op.f("ix_clash_owner_id"), table_name="clash")
    op.drop_table("clash")
    op.drop_table("capacity_strip")
    op.drop_table("weight_set")
    op.drop_index(op.f("ix_talent_request_turn_due_on"), table_name="talent_request")
    op.drop_index(op.f("ix_talent_request_state"), table_name="talent_request")
    op.drop_index(op.f("ix_talent_request_officer_id"), table_name="talent_request")
    op.drop_index(op.f("ix_talent_request_coordinator_id"), table_name="talent_request")
    op.drop_index(op.f("ix_talent_request_body_id"), table_name="talent_request")
    op.drop_table("talent_request")
    op.drop_table("specialist")
    op.drop_index(op.f("ix_sign_in_session_person_id"), table_name="sign_in_session")
    op.drop_table("sign_in_session")
    op.drop_index(op.f("ix_saved_input_person_id"), table_name="saved_input")
    op.drop_table("saved_input")
    op.drop_table("person_role")
    op.drop_index(op.f("ix_one_time_token_person_id"), table_name="one_time_token")
    op.drop_table("one_time_token")
    op.drop_index(op.f("ix_notice_person_id"), table_name="notice")
    op.drop_table("notice")
    op.drop_index(op.f("ix_person_kana"), table_name="person")
    op.drop_index(op.f("ix_person_body_id"), table_name="person")
    op.drop_table("person")
    op.drop_table("theme")
    op.drop_table("skill_level")
    op.drop_table("skill")
    op.drop_table("request_template")
    op.drop_table("request_number")
    op.drop_index(op.f("ix_remark_subject"), table_name="remark")
    op.drop_table("remark")
    op.drop_table("phase")
    op.drop_table("legal_basis")
    op.drop_table("job_role")
    op.drop_table("holiday")
    op.drop_table("failed_sign_in")
    op.drop_index(op.f("ix_body_name_kana"), table_name="body")
    op.drop_index(op.f("ix_body_area"), table_name="body")
    op.drop_table("body")
    op.drop_table("audit_head")
    op.drop_index(op.f("ix_audit_event_subject"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_deed"), table_name="audit_event")
    op.drop_index(op.f("ix_audit_event_actor_id"), table_name="audit_event")
    op.drop_table("audit_event")
