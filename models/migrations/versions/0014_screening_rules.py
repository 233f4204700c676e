"""screening rules of the service's own"""

from datetime import datetime

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _time(name: str, *, nullable: bool = True) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    people = ("written_by", "changed_by", "proposed_by", "activated_by", "retired_by")
    op.create_table(
        "screening_rule",
        sa.Column("id", Id(), nullable=False),
        sa.Column("kind", _choice("screeningrulekind", "phrases", "exception", "silence"), nullable=False),
        sa.Column("state", _choice("screeningrulestate", "draft", "proposed", "active", "retired"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=32), nullable=False),
        sa.Column("severity", sa.Integer(), nullable=True),
        sa.Column("phrases_text", sa.LargeBinary(), nullable=True),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("silenced", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, Id(), nullable=name != "written_by") for name in people),
        _time("written_at", nullable=False),
        *map(_time, ("changed_at", "tried_at", "proposed_at", "activated_at", "retired_at")),
        sa.Column("tried_version", sa.Integer(), nullable=True),
        sa.Column("in_force_since", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "(kind = 'silence') = (silenced IS NOT NULL)", name=op.f("ck_screening_rule_silences_or_not")
        ),
        sa.CheckConstraint(
            "(kind = 'phrases') = (severity IS NOT NULL)", name=op.f("ck_screening_rule_severity_of_phrases")
        ),
        sa.CheckConstraint(
            "state != 'active' OR in_force_since IS NOT NULL", name=op.f("ck_screening_rule_active_is_in_force")
        ),
        *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_screening_rule_{name}")) for name in people),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_rule")),
        sa.UniqueConstraint("in_force_since", name=op.f("uq_screening_rule_in_force_since")),
    )
    op.create_index(op.f("ix_screening_rule_state"), "screening_rule", ["state"])


def downgrade() -> None:
    op.drop_table("screening_rule")
