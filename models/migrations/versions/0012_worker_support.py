"""support for peer workers: supervision, diary, debriefs, check-ins"""

from datetime import datetime

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _time(name: str, *, nullable: bool = False) -> "sa.Column[datetime]":
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _refers(table: str, *columns: str) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}")) for name in columns]


def upgrade() -> None:
    op.create_table(
        "supervised",
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("supervisor_id", Id(), nullable=False),
        sa.Column("set_by", Id(), nullable=False),
        _time("set_at"),
        *_refers("supervised", "worker_id", "supervisor_id", "set_by"),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_supervised")),
    )
    op.create_index(op.f("ix_supervised_supervisor_id"), "supervised", ["supervisor_id"])
    op.create_table(
        "supervision_session",
        sa.Column("id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("supervisor_id", Id(), nullable=False),
        sa.Column("planned_by", Id(), nullable=False),
        sa.Column("state", _choice("supervisionstate", "planned", "held", "cancelled"), nullable=False),
        _time("planned_at"),
        _time("closed_at", nullable=True),
        sa.Column("themes_text", sa.String(length=200), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        *_refers("supervision_session", "worker_id", "supervisor_id", "planned_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supervision_session")),
    )
    for who in ("worker", "supervisor"):
        op.create_index(f"ix_supervision_session_{who}", "supervision_session", [f"{who}_id", "planned_at"])
    op.create_table(
        "diary_entry",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("happened", sa.LargeBinary(), nullable=False),
        sa.Column("helped", sa.LargeBinary(), nullable=True),
        sa.Column("mattered", sa.LargeBinary(), nullable=True),
        _time("created_at"),
        _time("changed_at", nullable=True),
        sa.Column("shared_with", Id(), nullable=True),
        _time("shared_at", nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        *_refers("diary_entry", "person_id", "shared_with"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_diary_entry")),
    )
    op.create_index("ix_diary_entry_person_id_diary_entry_id", "diary_entry", ["person_id", "id"])
    op.create_index("ix_diary_entry_shared_with_diary_entry_shared_at", "diary_entry", ["shared_with", "shared_at"])
    op.create_table(
        "debrief_request",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("source", _choice("debriefsource", "by_hand", "shift", "alert"), nullable=False),
        sa.Column("source_id", Id(), nullable=True),
        sa.Column("wish", _choice("debriefwish", "soon", "later"), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("state", _choice("debriefstate", "open", "taken", "done", "withdrawn"), nullable=False),
        _time("asked_at"),
        _time("due_at", nullable=True),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("taken_by", Id(), nullable=True),
        _time("taken_at", nullable=True),
        _time("closed_at", nullable=True),
        sa.CheckConstraint(
            "(due_at IS NULL) = (state IN ('done', 'withdrawn'))", name=op.f("ck_debrief_request_open_is_looked_at_again")
        ),
        *_refers("debrief_request", "person_id", "taken_by"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_debrief_request")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_debrief_request_source_source_id")),
    )
    op.create_index("ix_debrief_request_person_id_debrief_request_id", "debrief_request", ["person_id", "id"])
    op.create_index(op.f("ix_debrief_request_due_at"), "debrief_request", ["due_at"])
    op.create_table(
        "check_in",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("rested", "coping", "supported")),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("shared_with", Id(), nullable=True),
        _time("made_at"),
        *(
            sa.CheckConstraint(f"{name} BETWEEN 1 AND 5", name=op.f(f"ck_check_in_{name}_on_its_scale"))
            for name in ("rested", "coping", "supported")
        ),
        *_refers("check_in", "person_id", "shared_with"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    op.create_index("ix_check_in_person_id_check_in_id", "check_in", ["person_id", "id"])
    op.create_index("ix_check_in_shared_with_check_in_id", "check_in", ["shared_with", "id"])


def downgrade() -> None:
    for table in ("check_in", "debrief_request", "diary_entry", "supervision_session", "supervised"):
        op.drop_table(table)
