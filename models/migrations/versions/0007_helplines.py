"""helplines"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = ("added", "changed", "verified", "withdrawn", "restored")


def upgrade() -> None:
    kind = sa.Enum(*KINDS, name="helplinechangekind", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "helpline_change",
        sa.Column("id", Id(), nullable=False),
        sa.Column("line_id", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", kind, nullable=False),
        sa.Column("entry", sa.JSON(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("last_verified_on", sa.Date(), nullable=True),
        sa.Column("changed_by", Id(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["changed_by"], ["person.id"], name=op.f("fk_helpline_change_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_helpline_change")),
        sa.UniqueConstraint("line_id", "version", name=op.f("uq_helpline_change_line_id_version")),
    )


def downgrade() -> None:
    op.drop_table("helpline_change")
