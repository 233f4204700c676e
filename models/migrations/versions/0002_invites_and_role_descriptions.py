"""invites and role descriptions"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invite",
        sa.Column("id", Id(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "carer",
                "carer_peer_worker",
                "consumer_peer_worker",
                "moderator",
                "supervisor",
                "coordinator",
                "professional",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_by", Id(), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("max_uses", sa.Integer(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_invite_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invite")),
        sa.UniqueConstraint("code_index", name=op.f("uq_invite_code_index")),
    )
    with op.batch_alter_table("invite", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invite_created_by"), ["created_by"], unique=False)

    op.create_table(
        "role_description",
        sa.Column(
            "role",
            sa.Enum(
                "carer",
                "carer_peer_worker",
                "consumer_peer_worker",
                "moderator",
                "supervisor",
                "coordinator",
                "professional",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("does", sa.JSON(), nullable=False),
        sa.Column("does_not", sa.JSON(), nullable=False),
        sa.Column("written_with", sa.JSON(), nullable=False),
        sa.Column("created_by", Id(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_role_description_created_by")),
        sa.PrimaryKeyConstraint("role", "version", name=op.f("pk_role_description")),
    )


def downgrade() -> None:
    op.drop_table("role_description")
    with op.batch_alter_table("invite", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invite_created_by"))

    op.drop_table("invite")
