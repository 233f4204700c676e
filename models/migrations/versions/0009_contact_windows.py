"""contact windows, and words of risk outside of them"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_terms",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("windows_text", sa.String(length=500), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("weekly_hours", sa.Integer(), nullable=True),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_terms_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_contact_terms")),
    )
    op.create_table(
        "after_hours",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_after_hours_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_after_hours")),
    )
    op.create_table(
        "contact_leave",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_contact_leave_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_leave")),
    )
    op.create_index(op.f("ix_contact_leave_person_id_until"), "contact_leave", ["person_id", "until"])
    op.create_table(
        "concern",
        sa.Column("id", Id(), nullable=False),
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column("carer_id", Id(), nullable=False),
        sa.Column("message_id", Id(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by", Id(), nullable=True),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["person.id"], name=op.f("fk_concern_carer_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_concern_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_concern_message_id")),
        sa.ForeignKeyConstraint(["offered_by"], ["person.id"], name=op.f("fk_concern_offered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    op.create_index(op.f("ix_concern_carer_id"), "concern", ["carer_id"])
    op.create_index(op.f("ix_concern_conversation_id_until"), "concern", ["conversation_id", "until"])
    op.create_index(op.f("ix_concern_until"), "concern", ["until"])


def downgrade() -> None:
    op.drop_table("concern")
    op.drop_table("contact_leave")
    op.drop_table("after_hours")
    op.drop_table("contact_terms")
