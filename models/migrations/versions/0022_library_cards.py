"""pieces of the library beside a message, and at a group's opening"""

from alembic import op
import sqlalchemy as sa

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("resource_text", sa.LargeBinary(), nullable=True))
    with op.batch_alter_table("group") as batch:
        batch.add_column(sa.Column("resources", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    with op.batch_alter_table("group") as batch:
        batch.drop_column("resources")
    with op.batch_alter_table("message") as batch:
        batch.drop_column("resource_text")
