"""whose crisis it is, and what is owed after a case was decided"""

from datetime import datetime

from alembic import op
import sqlalchemy as sa
from models.base import Id
from models.ids import new_id

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

LOOSE_END = "state = 'closed' AND done_at IS NULL"
WHOSE = ("carer", "consumer", "child", "violence")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, **columns: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}")) for name, to in columns.items()
    ]


def upgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(_time("done_at", nullable=True))
    where = sa.text(LOOSE_END)
    op.create_index("ix_case_loose_ends", "case", ["closed_at", "id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "crisis_question",
        sa.Column("id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("message_id", Id(), nullable=False),
        sa.Column("guess", _choice("whose", *WHOSE), nullable=False),
        sa.Column("answer", _choice("crisisanswer", *WHOSE, "not_a_crisis"), nullable=True),
        sa.Column("answers", sa.Integer(), nullable=False),
        _time("answered_at", nullable=True),
        sa.Column("alert_id", Id(), nullable=True),
        _time("asked_at"),
        _time("expires_at"),
        *_refers("crisis_question", case_id="case", person_id="person", message_id="message", alert_id="alert"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crisis_question")),
        sa.UniqueConstraint("case_id", name=op.f("uq_crisis_question_case_id")),
    )
    op.create_index("ix_crisis_question_person_id_asked_at", "crisis_question", ["person_id", "asked_at"])
    op.create_table(
        "aftercare",
        sa.Column("id", Id(), nullable=False),
        sa.Column("case_id", Id(), nullable=False),
        sa.Column("author_id", Id(), nullable=False),
        _time("reporters_told_at"),
        sa.Column("support", _choice("supportstate", "offered", "not_needed", "not_possible"), nullable=False),
        sa.Column("support_reason", _choice("supportreason", "after_risk", "after_removal"), nullable=True),
        _time("support_offered_at", nullable=True),
        sa.Column("follow_up", _choice("aftercarestate", "due", "scheduled", "declined", "done"), nullable=False),
        _time("follow_up_at", nullable=True),
        sa.Column("follow_up_by", Id(), nullable=True),
        sa.Column(
            "declined",
            _choice("declinereason", "not_needed", "false_alarm", "in_contact", "not_wanted", "left"),
            nullable=True,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column(
            "outcome", _choice("aftercareoutcome", "supported", "not_reached", "not_wanted", "handed_on"), nullable=True
        ),
        sa.Column("outcome_note", sa.LargeBinary(), nullable=True),
        *_refers("aftercare", case_id="case", author_id="person", follow_up_by="person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aftercare")),
        sa.UniqueConstraint("case_id", name=op.f("uq_aftercare_case_id")),
    )
    op.create_index(op.f("ix_aftercare_author_id"), "aftercare", ["author_id"])
    op.create_index("ix_aftercare_follow_up_follow_up_at", "aftercare", ["follow_up", "follow_up_at"])
    _take_decided_cases_as_done()


def _take_decided_cases_as_done() -> None:
    """Whoever reported in a case that was closed before was told then; nobody is written to now about what is long over."""
    connection = op.get_bind()
    case = sa.table(
        "case",
        sa.column("id", Id()),
        sa.column("state", sa.String()),
        sa.column("about_id", Id()),
        sa.column("closed_at", sa.DateTime(timezone=True)),
        sa.column("done_at", sa.DateTime(timezone=True)),
    )
    aftercare = sa.table(
        "aftercare",
        *(sa.column(name, Id()) for name in ("id", "case_id", "author_id")),
        sa.column("reporters_told_at", sa.DateTime(timezone=True)),
        *(sa.column(name, sa.String()) for name in ("support", "follow_up", "declined")),
    )
    closed = connection.execute(sa.select(case.c.id, case.c.about_id, case.c.closed_at).where(case.c.state == "closed"))
    settled = {"support": "not_needed", "follow_up": "declined", "declined": "not_needed"}
    rows = [
        {"id": new_id(), "case_id": found.id, "author_id": found.about_id, "reporters_told_at": found.closed_at, **settled}
        for found in closed
    ]
    if rows:
        connection.execute(aftercare.insert(), rows)
    connection.execute(case.update().where(case.c.state == "closed").values(done_at=case.c.closed_at))


def downgrade() -> None:
    op.drop_table("aftercare")
    op.drop_table("crisis_question")
    op.drop_index("ix_case_loose_ends", "case")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("done_at")
