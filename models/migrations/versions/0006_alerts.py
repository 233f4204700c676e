"""crisis alerts"""

from datetime import UTC, datetime

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "engine_beat",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("alarmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_engine_beat")),
    )
    op.create_table(
        "alert",
        sa.Column("id", Id(), nullable=False),
        sa.Column("carer_id", Id(), nullable=False),
        sa.Column(
            "whose",
            sa.Enum(
                "carer", "consumer", "child", "violence", name="whose", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("message_id", Id(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "paging",
                "acknowledged",
                "in_contact",
                "unanswered",
                "resolved",
                "cancelled",
                name="alertstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("repeat", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("taken_by", Id(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_seq", sa.Integer(), nullable=True),
        sa.Column("in_contact_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conversation_id", Id(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "supported",
                "referred",
                "emergency_services",
                "not_reached",
                "other",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", Id(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(due_at IS NULL) = (state IN ('resolved', 'cancelled'))", name=op.f("ck_alert_open_has_a_next_step")
        ),
        sa.CheckConstraint(
            "(taken_by IS NOT NULL) OR state NOT IN ('acknowledged', 'in_contact')", name=op.f("ck_alert_taken_by_somebody")
        ),
        sa.CheckConstraint("(closed_at IS NULL) = (due_at IS NOT NULL)", name=op.f("ck_alert_closed_has_none")),
        sa.ForeignKeyConstraint(["carer_id"], ["person.id"], name=op.f("fk_alert_carer_id")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_alert_closed_by")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_alert_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_alert_message_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["person.id"], name=op.f("fk_alert_taken_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_alert_conversation_id")),
    )
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alert_carer_id"), ["carer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_due_at"), ["due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alert_taken_by"), ["taken_by"], unique=False)
        batch_op.create_index(
            "uq_alert_carer_id_open",
            ["carer_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "alert_page",
        sa.Column("id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "layer",
            sa.Enum("primary", "backup", "supervisor", name="layer", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("first_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "answer",
            sa.Enum(
                "none",
                "acknowledged",
                "declined",
                "lapsed",
                name="pageanswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_alert_page_alert_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_alert_page_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_page")),
        sa.UniqueConstraint("alert_id", "person_id", "round", name=op.f("uq_alert_page_alert_id_person_id_round")),
    )
    with op.batch_alter_table("alert_page", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_page_person_id_alert_page_alert_id"), ["person_id", "alert_id"], unique=False
        )

    op.create_table(
        "follow_up",
        sa.Column("id", Id(), nullable=False),
        sa.Column("alert_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "offer", "debrief", "call_back", name="followupkind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("person_id", Id(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "wanted",
                "not_wanted",
                "done",
                name="followupstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", Id(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_follow_up_alert_id")),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_follow_up_answered_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_follow_up_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("alert_id", "kind", "person_id", name=op.f("uq_follow_up_alert_id_kind_person_id")),
    )
    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_up_alert_id"), ["alert_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_up_told_at_follow_up_due_at"), ["told_at", "due_at"], unique=False)

    # A desk is a stream that is always there.
    stream = sa.table("stream", sa.column("id"), sa.column("head_seq"), sa.column("moved_at", sa.DateTime(timezone=True)))
    op.bulk_insert(stream, [{"id": "desk:crisis", "head_seq": 0, "moved_at": datetime(2026, 1, 1, tzinfo=UTC)}])


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM event WHERE stream_id = 'desk:crisis'"))
    op.execute(sa.text("DELETE FROM stream WHERE id = 'desk:crisis'"))

    with op.batch_alter_table("follow_up", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_up_told_at_follow_up_due_at"))
        batch_op.drop_index(batch_op.f("ix_follow_up_person_id"))
        batch_op.drop_index(batch_op.f("ix_follow_up_alert_id"))

    op.drop_table("follow_up")
    with op.batch_alter_table("alert_page", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_page_person_id_alert_page_alert_id"))

    op.drop_table("alert_page")
    with op.batch_alter_table("alert", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_alert_carer_id_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_alert_taken_by"))
        batch_op.drop_index(batch_op.f("ix_alert_due_at"))
        batch_op.drop_index(batch_op.f("ix_alert_carer_id"))

    op.drop_table("alert")
    op.drop_table("engine_beat")
