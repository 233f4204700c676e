"""contact windows, and words of risk outside of them"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0009"
down_revision = "0007"
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


def downgrade() -> None:
    op.drop_table("after_hours")
    op.drop_table("contact_terms")
