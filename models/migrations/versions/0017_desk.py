"""the review desk: drafts, skips, second opinions, escalations, decisions that can be undone"""

from datetime import datetime

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

DECISIONS = ("approve", "hide", "remove", "restore", "dismiss", "uphold")
RULES = (
    "hostility",
    "stigma",
    "contact_details",
    "third_party_privacy",
    "misinformation",
    "spam",
    "risk",
    "other",
    "none_broken",
)
SKIPS = ("too_close", "not_now", "conflict_of_interest", "other")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _decision(name: str, *, nullable: bool = False) -> "sa.Column[str]":
    return sa.Column(name, _choice("decisionkind", *DECISIONS), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _words(name: str, *, nullable: bool = True) -> "sa.Column[bytes]":
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _why() -> "list[sa.Column[str]]":
    return [
        sa.Column("reason", _choice("houserule", *RULES), nullable=True),
        sa.Column("template", sa.String(length=64), nullable=True),
    ]


def _refers(table: str, *people: str) -> list[sa.ForeignKeyConstraint]:
    case = sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f(f"fk_{table}_case_id"))
    return [case, *(sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}")) for name in people)]


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(_time("first_claimed_at", nullable=True))
    with op.batch_alter_table("decision", schema=None) as batch_op:
        for column in _why():
            batch_op.add_column(column)
        batch_op.add_column(_words("words"))
    op.create_table(
        "case_draft",
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("moderator_id", Id(), nullable=False),
        _decision("decision", nullable=True),
        *_why(),
        _words("note"),
        _words("words"),
        _time("saved_at"),
        *_refers("case_draft", "moderator_id"),
        sa.PrimaryKeyConstraint("case_id", "moderator_id", name=op.f("pk_case_draft")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "case_skip",
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("moderator_id", Id(), nullable=False),
        sa.Column("reason", _choice("skipreason", *SKIPS), nullable=True),
        _time("skipped_at"),
        _time("until"),
        *_refers("case_skip", "moderator_id"),
        sa.PrimaryKeyConstraint("case_id", "moderator_id", name=op.f("pk_case_skip")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "second_opinion",
        sa.Column("id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("asked_by", Id(), nullable=False),
        _words("note", nullable=False),
        _decision("leaning", nullable=True),
        _time("asked_at"),
        *_refers("second_opinion", "asked_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_opinion")),
    )
    op.create_index(op.f("ix_second_opinion_case_id"), "second_opinion", ["case_id"])
    op.create_table(
        "escalation",
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("by", Id(), nullable=True),
        _words("note"),
        _time("at"),
        sa.Column("reminders", sa.Integer(), nullable=False),
        _time("remind_at", nullable=True),
        sa.Column("acknowledged_by", Id(), nullable=True),
        _time("acknowledged_at", nullable=True),
        *_refers("escalation", "by", "acknowledged_by"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_escalation")),
    )
    op.create_index(op.f("ix_escalation_remind_at"), "escalation", ["remind_at"])
    op.create_table(
        "pending_decision",
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("moderator_id", Id(), nullable=False),
        _decision("decision"),
        *_why(),
        _words("note", nullable=False),
        _words("words"),
        _words("attached", nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("hid", sa.Boolean(), nullable=False),
        _time("made_at"),
        _time("until"),
        *_refers("pending_decision", "moderator_id"),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_pending_decision")),
    )
    op.create_index(op.f("ix_pending_decision_until"), "pending_decision", ["until"])


def downgrade() -> None:
    for table in ("pending_decision", "escalation", "second_opinion", "case_skip", "case_draft"):
        op.drop_table(table)
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decision_houserule"), type_="check")
        for name in ("words", "template", "reason"):
            batch_op.drop_column(name)
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("first_claimed_at")
