"""who is at the review desk, what they looked at there, and what was done for them"""

from datetime import datetime

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "at_desk",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("blur", _choice("blur", "severe", "all"), nullable=False),
        _time("began_at", nullable=True),
        _time("active_at", nullable=True),
        _time("hard_at", nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_at_desk_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_at_desk")),
    )
    op.create_index(op.f("ix_at_desk_active_at"), "at_desk", ["active_at"])
    op.create_table(
        "exposure",
        sa.Column("id", Id(), nullable=False),
        sa.Column("moderator_id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        _time("shift_at"),
        sa.Column("severity", sa.Integer(), nullable=False),
        sa.Column("severe", sa.Boolean(), nullable=False),
        sa.Column("beyond", sa.Boolean(), nullable=False),
        _time("seen_at"),
        sa.ForeignKeyConstraint(["moderator_id"], ["person.id"], name=op.f("fk_exposure_moderator_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_exposure_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposure")),
        sa.UniqueConstraint(
            "moderator_id", "shift_at", "case_id", name=op.f("uq_exposure_moderator_id_shift_at_case_id")
        ),
    )
    op.create_index(op.f("ix_exposure_moderator_id_exposure_seen_at"), "exposure", ["moderator_id", "seen_at"])
    for name in ("case_id", "seen_at"):
        op.create_index(op.f(f"ix_exposure_{name}"), "exposure", [name])
    op.create_table(
        "desk_care",
        sa.Column("id", Id(), nullable=False),
        sa.Column("moderator_id", Id(), nullable=False),
        sa.Column("kind", _choice("carekind", "pause", "enough", "beyond", "debrief_offered"), nullable=False),
        sa.Column("case_id", Id(), nullable=True),
        _time("shift_at"),
        _time("at"),
        sa.ForeignKeyConstraint(["moderator_id"], ["person.id"], name=op.f("fk_desk_care_moderator_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_desk_care_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_care")),
    )
    op.create_index(op.f("ix_desk_care_moderator_id_desk_care_at"), "desk_care", ["moderator_id", "at"])
    for name in ("case_id", "at"):
        op.create_index(op.f(f"ix_desk_care_{name}"), "desk_care", [name])


def downgrade() -> None:
    for name in ("desk_care", "exposure", "at_desk"):
        op.drop_table(name)
