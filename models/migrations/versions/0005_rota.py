"""rota"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duty_presence",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_duty_presence_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_duty_presence")),
    )
    op.create_table(
        "calendar_feed",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "scope",
            sa.Enum("own", "rota", name="feedscope", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("token_index", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_index", name=op.f("uq_calendar_feed_token_index")),
    )
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_feed_person_id"), ["person_id"], unique=False)

    op.create_table(
        "clearance",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("training", "supervision", name="clearancekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", Id(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_clearance_person_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["person.id"], name=op.f("fk_clearance_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance")),
    )
    with op.batch_alter_table("clearance", schema=None) as batch_op:
        batch_op.create_index("ix_clearance_person_id_kind", ["person_id", "kind"], unique=False)

    op.create_table(
        "leave",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", Id(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", Id(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_leave_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_leave_person_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_leave_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_leave_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_leave_until_since", ["until", "since"], unique=False)

    op.create_table(
        "rota_override",
        sa.Column("id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("add", "remove", "replace", name="overridekind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "layer",
            sa.Enum("primary", "backup", "supervisor", name="layer", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("replaced_id", Id(), nullable=True),
        sa.Column("made_by", Id(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", Id(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_rota_override_made_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rota_override_person_id")),
        sa.ForeignKeyConstraint(["replaced_id"], ["person.id"], name=op.f("fk_rota_override_replaced_id")),
        sa.ForeignKeyConstraint(["withdrawn_by"], ["person.id"], name=op.f("fk_rota_override_withdrawn_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_override")),
    )
    with op.batch_alter_table("rota_override", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rota_override_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_rota_override_until_since", ["until", "since"], unique=False)

    op.create_table(
        "rota_version",
        sa.Column("id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("regular", "temporary", name="rotakind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "published", "discarded", name="rotastate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", Id(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", Id(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_rota_version_created_by")),
        sa.ForeignKeyConstraint(["published_by"], ["person.id"], name=op.f("fk_rota_version_published_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_version")),
    )
    with op.batch_alter_table("rota_version", schema=None) as batch_op:
        batch_op.create_index("ix_rota_version_state_starts_at", ["state", "starts_at"], unique=False)

    op.create_table(
        "shift_check",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "layer",
            sa.Enum("primary", "backup", "supervisor", name="layer", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "stage",
            sa.Enum("ahead", "start", name="checkstage", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_shift_check_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_check")),
        sa.UniqueConstraint("person_id", "layer", "since", "stage", name=op.f("uq_shift_check_person_id_layer_since_stage")),
    )
    with op.batch_alter_table("shift_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_check_since"), ["since"], unique=False)

    op.create_table(
        "shift_record",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "layer",
            sa.Enum("primary", "backup", "supervisor", name="layer", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "debrief",
            sa.Enum("no", "later", "soon", name="debrief", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("handover_note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_shift_record_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_record")),
        sa.UniqueConstraint("person_id", "layer", "since", name=op.f("uq_shift_record_person_id_layer_since")),
    )
    op.create_table(
        "opening_rule",
        sa.Column("id", Id(), nullable=False),
        sa.Column("rota_id", Id(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts", sa.String(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rrule", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["rota_id"], ["rota_version.id"], name=op.f("fk_opening_rule_rota_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_rule")),
    )
    with op.batch_alter_table("opening_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opening_rule_rota_id"), ["rota_id"], unique=False)

    op.create_table(
        "shift_rule",
        sa.Column("id", Id(), nullable=False),
        sa.Column("rota_id", Id(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column(
            "layer",
            sa.Enum("primary", "backup", "supervisor", name="layer", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts", sa.String(length=16), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rrule", sa.String(length=200), nullable=False),
        sa.Column(
            "turn",
            sa.Enum("occurrence", "day", "week", name="turn", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["rota_id"], ["rota_version.id"], name=op.f("fk_shift_rule_rota_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift_rule")),
    )
    with op.batch_alter_table("shift_rule", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_rule_rota_id"), ["rota_id"], unique=False)

    op.create_table(
        "swap",
        sa.Column("id", Id(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "taken",
                "approved",
                "cancelled",
                name="swapstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "layer",
            sa.Enum("primary", "backup", "supervisor", name="layer", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("asked_by", Id(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", Id(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", Id(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("override_id", Id(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_swap_asked_by")),
        sa.ForeignKeyConstraint(["override_id"], ["rota_override.id"], name=op.f("fk_swap_override_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_swap_person_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_swap_settled_by")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_swap_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_swap")),
    )
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_swap_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_swap_state_since", ["state", "since"], unique=False)

    op.create_table(
        "shift_rule_person",
        sa.Column("rule_id", Id(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_shift_rule_person_person_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["shift_rule.id"], name=op.f("fk_shift_rule_person_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "place", name=op.f("pk_shift_rule_person")),
    )
    with op.batch_alter_table("shift_rule_person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shift_rule_person_person_id"), ["person_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("shift_rule_person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_rule_person_person_id"))

    op.drop_table("shift_rule_person")
    with op.batch_alter_table("swap", schema=None) as batch_op:
        batch_op.drop_index("ix_swap_state_since")
        batch_op.drop_index(batch_op.f("ix_swap_person_id"))

    op.drop_table("swap")
    with op.batch_alter_table("shift_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_rule_rota_id"))

    op.drop_table("shift_rule")
    with op.batch_alter_table("opening_rule", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_rule_rota_id"))

    op.drop_table("opening_rule")
    op.drop_table("shift_record")
    with op.batch_alter_table("shift_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_shift_check_since"))

    op.drop_table("shift_check")
    with op.batch_alter_table("rota_version", schema=None) as batch_op:
        batch_op.drop_index("ix_rota_version_state_starts_at")

    op.drop_table("rota_version")
    with op.batch_alter_table("rota_override", schema=None) as batch_op:
        batch_op.drop_index("ix_rota_override_until_since")
        batch_op.drop_index(batch_op.f("ix_rota_override_person_id"))

    op.drop_table("rota_override")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index("ix_leave_until_since")
        batch_op.drop_index(batch_op.f("ix_leave_person_id"))

    op.drop_table("leave")
    with op.batch_alter_table("clearance", schema=None) as batch_op:
        batch_op.drop_index("ix_clearance_person_id_kind")

    op.drop_table("clearance")
    with op.batch_alter_table("calendar_feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_feed_person_id"))

    op.drop_table("calendar_feed")
    op.drop_table("duty_presence")
