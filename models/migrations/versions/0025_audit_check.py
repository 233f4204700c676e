"""whether the audit trail holds"""

from alembic import op
import sqlalchemy as sa

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

JOB_KINDS = ("mail", "password_reset", "export", "erasure", "retention", "break_glass_end", "push", "digest")
NEW_JOB_KIND = "audit_check"


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _job_kinds(*kinds: str) -> None:
    """Only these kinds of job from now on; rows of others must be gone."""
    with op.batch_alter_table("job") as batch:
        batch.drop_constraint(batch.f("ck_job_jobkind"), type_="check")
        batch.alter_column(
            "kind", existing_type=sa.String(length=32), type_=_enum("jobkind", *kinds), existing_nullable=False
        )


def upgrade() -> None:
    op.create_table(
        "audit_check",
        sa.Column("stage", _enum("stage", "under_way", "ended"), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("anchor_seq", sa.Integer(), nullable=True),
        sa.Column("anchor_digest", sa.String(length=64), nullable=True),
        sa.Column("flaws", sa.Integer(), nullable=False),
        sa.Column("broken_seq", sa.Integer(), nullable=True),
        sa.Column("flaw", _enum("flaw", "missing", "altered", "rewritten", "cut_off"), nullable=True),
        sa.Column("broken_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("stage", name=op.f("pk_audit_check")),
    )
    _job_kinds(*JOB_KINDS, NEW_JOB_KIND)


def downgrade() -> None:
    op.execute(f"DELETE FROM job WHERE kind = '{NEW_JOB_KIND}'")
    _job_kinds(*JOB_KINDS)
    op.drop_table("audit_check")
