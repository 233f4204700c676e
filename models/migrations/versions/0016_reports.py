"""reports that weigh, that show a stretch, and that can be set aside"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

NORMAL = "2"  # what every report weighed until now
STATES = sa.Enum("standing", "set_aside", name="reportstate", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "report_stretch",
        sa.Column("id", Id(), nullable=False),
        sa.Column("report_id", Id(), nullable=False),
        sa.Column("from_seq", sa.Integer(), nullable=False),
        sa.Column("to_seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name=op.f("fk_report_stretch_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_stretch")),
    )
    op.create_index(op.f("ix_report_stretch_report_id"), "report_stretch", ["report_id"])
    op.create_table(
        "set_aside",
        sa.Column("id", Id(), nullable=False),
        sa.Column("reporter_id", Id(), nullable=False),
        sa.Column("by", Id(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("undone_by", Id(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_note", sa.LargeBinary(), nullable=True),
        *(
            sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_set_aside_{name}"))
            for name in ("reporter_id", "by", "undone_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside")),
    )
    op.create_index(op.f("ix_set_aside_reporter_id_set_aside_at"), "set_aside", ["reporter_id", "at"])
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weight", sa.Integer(), server_default=NORMAL, nullable=False))
        batch_op.add_column(sa.Column("state", STATES, server_default="standing", nullable=False))
        batch_op.add_column(sa.Column("set_aside_id", Id(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_report_set_aside_id"), "set_aside", ["set_aside_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_report_set_aside_id"), ["set_aside_id"])
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("weight", sa.Integer(), server_default="0", nullable=False))
    op.execute(
        f'UPDATE "case" SET weight = {NORMAL} * (SELECT count(*) FROM report WHERE report.case_id = "case".id)'  # noqa: S608
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.alter_column("weight", server_default=None)
        batch_op.alter_column("state", server_default=None)
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.alter_column("weight", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("case", schema=None) as batch_op:
        batch_op.drop_column("weight")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_report_reportstate"), type_="check")
        batch_op.drop_index(batch_op.f("ix_report_set_aside_id"))
        batch_op.drop_constraint(batch_op.f("fk_report_set_aside_id"), type_="foreignkey")
        for name in ("set_aside_id", "state", "weight"):
            batch_op.drop_column(name)
    op.drop_index(op.f("ix_set_aside_reporter_id_set_aside_at"), "set_aside")
    op.drop_table("set_aside")
    op.drop_index(op.f("ix_report_stretch_report_id"), "report_stretch")
    op.drop_table("report_stretch")
