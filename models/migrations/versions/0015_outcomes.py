"""groups: slow mode, opening hours, how many first messages are looked at, tightening; who is at the desk"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TIGHTENING = sa.Enum(
    "none", "new_members", "before", name="tightening", native_enum=False, create_constraint=True, length=32
)
USUAL = {"newcomer_messages": "3", "slow_mode_seconds": "0"}


def upgrade() -> None:
    with op.batch_alter_table("group") as batch:
        for name, usual in USUAL.items():
            batch.add_column(sa.Column(name, sa.Integer(), server_default=usual, nullable=False))
        batch.add_column(sa.Column("hours_zone", sa.String(length=64), server_default="UTC", nullable=False))
        batch.add_column(sa.Column("hours_text", sa.String(length=400), server_default="", nullable=False))
        batch.add_column(sa.Column("tighten_when_unstaffed", TIGHTENING, server_default="none", nullable=False))
    with op.batch_alter_table("group") as batch:
        for name in USUAL:
            batch.alter_column(name, server_default=None, existing_type=sa.Integer(), existing_nullable=False)
        for name, length in (("hours_zone", 64), ("hours_text", 400), ("tighten_when_unstaffed", 32)):
            batch.alter_column(name, server_default=None, existing_type=sa.String(length), existing_nullable=False)
    with op.batch_alter_table("membership") as batch:
        batch.add_column(sa.Column("last_sent_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "desk_duty",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_duty_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_desk_duty")),
    )
    op.create_index(op.f("ix_desk_duty_until"), "desk_duty", ["until"])


def downgrade() -> None:
    op.drop_table("desk_duty")
    with op.batch_alter_table("membership") as batch:
        batch.drop_column("last_sent_at")
    with op.batch_alter_table("group") as batch:
        batch.drop_constraint(batch.f("ck_group_tightening"), type_="check")
        batch.drop_column("tighten_when_unstaffed")
        for name in ("hours_text", "hours_zone", *USUAL):
            batch.drop_column(name)
