"""what a moderator's decision in the making also means for the person"""

from alembic import op
import sqlalchemy as sa

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_draft") as batch:
        batch.add_column(sa.Column("attached", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("case_draft", table_kwargs={"sqlite_with_rowid": False}) as batch:
        batch.drop_column("attached")
