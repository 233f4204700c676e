"""files of the library"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TYPES = ("application/pdf", "audio/mpeg", "audio/mp4", "audio/ogg")


def upgrade() -> None:
    op.create_table(
        "resource_file",
        sa.Column("id", Id(), nullable=False),
        sa.Column("uploaded_by", Id(), nullable=True),
        sa.Column(
            "media_type",
            sa.Enum(*TYPES, name="mediatype", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("stored", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_resource_file_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_file")),
    )
    op.create_index(op.f("ix_resource_file_digest"), "resource_file", ["digest"])
    with op.batch_alter_table("resource_version") as batch:
        batch.add_column(sa.Column("file_id", Id(), nullable=True))
        batch.create_foreign_key(batch.f("fk_resource_version_file_id"), "resource_file", ["file_id"], ["id"])
        batch.create_index(batch.f("ix_resource_version_file_id"), ["file_id"])


def downgrade() -> None:
    with op.batch_alter_table("resource_version") as batch:
        batch.drop_index(batch.f("ix_resource_version_file_id"))
        batch.drop_constraint(batch.f("fk_resource_version_file_id"), type_="foreignkey")
        batch.drop_column("file_id")
    op.drop_table("resource_file")
