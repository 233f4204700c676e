"""cases about people and one-to-ones, beside messages"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

KINDS = ("approve", "hide", "remove", "restore", "dismiss")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _decision_kinds(*values: str) -> None:
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_decision_decisionkind"), type_="check")
        batch_op.alter_column(
            "decision", existing_type=sa.String(length=32), type_=_choice("decisionkind", *values), existing_nullable=False
        )


def _unique(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "case", columns, unique=True, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def upgrade() -> None:
    _decision_kinds(*KINDS, "uphold")
    op.drop_index("uq_case_message_id_not_closed", "case")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "target_kind",
                _choice("targetkind", "message", "person", "conversation"),
                server_default="message",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("about_id", Id(), nullable=True))
        batch_op.alter_column("message_id", existing_type=Id(), nullable=True)
        batch_op.alter_column("conversation_id", existing_type=Id(), nullable=True)
        batch_op.create_foreign_key(batch_op.f("fk_case_about_id"), "person", ["about_id"], ["id"])
    op.execute('UPDATE "case" SET about_id = (SELECT author_id FROM message WHERE message.id = "case".message_id)')
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.alter_column("target_kind", server_default=None)
        batch_op.alter_column("about_id", existing_type=Id(), nullable=False)
    open_of = "state != 'closed' AND target_kind = '{}'".format
    _unique("uq_case_message_id_not_closed", ["message_id"], open_of("message"))
    _unique("uq_case_about_id_not_closed", ["about_id"], open_of("person"))
    _unique("uq_case_conversation_id_not_closed", ["conversation_id", "about_id"], open_of("conversation"))
    op.create_index(op.f("ix_case_about_id_case_opened_at"), "case", ["about_id", "opened_at"])
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_report_message_id_reporter_id_case_id"), type_="unique")
        batch_op.drop_constraint(batch_op.f("fk_report_message_id"), type_="foreignkey")
        batch_op.drop_column("message_id")
        batch_op.create_unique_constraint(batch_op.f("uq_report_reporter_id_case_id"), ["reporter_id", "case_id"])


def downgrade() -> None:
    """Cases about anything but a message have no place in what was there before, nor what was decided about them."""
    for table in ("flag", "report", "decision"):
        op.execute(f"""DELETE FROM {table} WHERE case_id IN (SELECT id FROM "case" WHERE target_kind != 'message')""")
    op.execute("""DELETE FROM "case" WHERE target_kind != 'message'""")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_report_reporter_id_case_id"), type_="unique")
        batch_op.add_column(sa.Column("message_id", Id(), nullable=True))
    op.execute('UPDATE report SET message_id = (SELECT message_id FROM "case" WHERE "case".id = report.case_id)')
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.alter_column("message_id", existing_type=Id(), nullable=False)
        batch_op.create_foreign_key(batch_op.f("fk_report_message_id"), "message", ["message_id"], ["id"])
        batch_op.create_unique_constraint(
            batch_op.f("uq_report_message_id_reporter_id_case_id"), ["message_id", "reporter_id", "case_id"]
        )
    op.drop_index(op.f("ix_case_about_id_case_opened_at"), "case")
    for name in ("conversation_id", "about_id", "message_id"):
        op.drop_index(f"uq_case_{name}_not_closed", "case")
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_case_targetkind"), type_="check")
        batch_op.drop_constraint(batch_op.f("fk_case_about_id"), type_="foreignkey")
        batch_op.drop_column("target_kind")
        batch_op.drop_column("about_id")
        batch_op.alter_column("message_id", existing_type=Id(), nullable=False)
        batch_op.alter_column("conversation_id", existing_type=Id(), nullable=False)
    _unique("uq_case_message_id_not_closed", ["message_id"], "state != 'closed'")
    _decision_kinds(*KINDS)
