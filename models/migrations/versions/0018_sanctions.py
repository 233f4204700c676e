"""sanctions, and appeals against what was decided"""

from datetime import datetime

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

ROLES = (
    "carer",
    "carer_peer_worker",
    "consumer_peer_worker",
    "moderator",
    "supervisor",
    "coordinator",
    "professional",
)
REASONS = ("abuse", "stigma", "privacy", "contact_details", "misinformation", "spam", "bad_faith", "other")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}")) for name, to in columns.items()
    ]


def upgrade() -> None:
    for name in ("read_only_until", "sanctioned_at"):
        op.add_column("membership", _time(name, nullable=True))
    op.create_table(
        "sanction",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("kind", _choice("sanctionkind", "advice", "warning", "read_only", "removal", "suspension"), nullable=False),
        sa.Column("conversation_id", Id(), nullable=True),
        sa.Column("decision_id", Id(), nullable=True),
        sa.Column("reason", _choice("sanctionreason", *REASONS), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("imposed_by", Id(), nullable=False),
        sa.Column("imposed_as", _choice("role", *ROLES), nullable=False),
        _time("imposed_at"),
        _time("until", nullable=True),
        _time("ended_at", nullable=True),
        sa.Column("ending", _choice("sanctionending", "expired", "lifted", "overturned"), nullable=True),
        sa.Column("ended_by", Id(), nullable=True),
        sa.Column("ending_note", sa.LargeBinary(), nullable=True),
        *_refers(
            "sanction",
            person_id="person",
            conversation_id="conversation",
            decision_id="decision",
            imposed_by="person",
            ended_by="person",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sanction")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_sanction_decision_id")),
    )
    op.create_index(op.f("ix_sanction_person_id_sanction_id"), "sanction", ["person_id", "id"])
    not_ended = sa.text("ended_at IS NULL")
    op.create_index(
        "ix_sanction_until_not_ended", "sanction", ["until"], sqlite_where=not_ended, postgresql_where=not_ended
    )
    op.create_table(
        "appeal",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("decision_id", Id(), nullable=True),
        sa.Column("sanction_id", Id(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("state", _choice("appealstate", "open", "upheld", "overturned", "withdrawn"), nullable=False),
        _time("made_at"),
        _time("due_at"),
        sa.Column("decided_by", Id(), nullable=True),
        _time("closed_at", nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_refers(
            "appeal", person_id="person", decision_id="decision", sanction_id="sanction", decided_by="person"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
        sa.UniqueConstraint("sanction_id", name=op.f("uq_appeal_sanction_id")),
    )
    op.create_index(op.f("ix_appeal_state_appeal_id"), "appeal", ["state", "id"])
    op.create_index(op.f("ix_appeal_person_id_appeal_id"), "appeal", ["person_id", "id"])


def downgrade() -> None:
    """Who was put out of a group by a sanction stays out of it, and may be admitted again."""
    op.drop_table("appeal")
    op.drop_table("sanction")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_column("sanctioned_at")
        batch_op.drop_column("read_only_until")
