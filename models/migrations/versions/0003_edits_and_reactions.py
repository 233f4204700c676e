"""edits and reactions"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

NEW_COLUMNS = (("mentions", sa.JSON()), ("reactions", sa.JSON()), ("revision", sa.Integer()), ("indexed", sa.Boolean()))
REACTIONS = ("heart", "hug", "thanks", "strength", "me_too", "candle")


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photos_text", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("mentions", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("reactions", sa.JSON(), server_default="{}", nullable=False))
        batch_op.add_column(sa.Column("sent_digest", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("indexed", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("message", schema=None) as batch_op:
        for name, kind in NEW_COLUMNS:
            batch_op.alter_column(name, server_default=None, existing_type=kind, existing_nullable=False)
        batch_op.create_index(
            "ix_message_not_indexed",
            ["id"],
            unique=False,
            sqlite_where=sa.text("NOT indexed"),
            postgresql_where=sa.text("NOT indexed"),
        )
    op.create_table(
        "search_term",
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column("term", sa.LargeBinary(length=8), nullable=False),
        sa.Column("message_id", Id(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_search_term_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_search_term_message_id")),
        sa.PrimaryKeyConstraint("conversation_id", "term", "message_id", name=op.f("pk_search_term")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("search_term", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_search_term_message_id"), ["message_id"], unique=False)
    with op.batch_alter_table("group", schema=None) as batch_op:
        batch_op.add_column(sa.Column("photos", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("group", schema=None) as batch_op:
        batch_op.alter_column("photos", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
    op.create_table(
        "photo",
        sa.Column("id", Id(), nullable=False),
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column("uploaded_by", Id(), nullable=False),
        sa.Column("message_id", Id(), nullable=True),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("stored", sa.Boolean(), nullable=False),
        sa.Column("wiped", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_photo_conversation_id")),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_photo_message_id")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["person.id"], name=op.f("fk_photo_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
    )
    with op.batch_alter_table("photo", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_uploaded_by"), ["uploaded_by"], unique=False)
        unsent, wiped = sa.text("message_id IS NULL"), sa.text("wiped")
        batch_op.create_index(
            "ix_photo_unsent", ["created_at"], unique=False, sqlite_where=unsent, postgresql_where=unsent
        )
        batch_op.create_index("ix_photo_wiped", ["id"], unique=False, sqlite_where=wiped, postgresql_where=wiped)
    op.create_table(
        "message_revision",
        sa.Column("message_id", Id(), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("content_warning", sa.LargeBinary(), nullable=True),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_message_revision_message_id")),
        sa.PrimaryKeyConstraint("message_id", "revision", name=op.f("pk_message_revision")),
    )
    op.create_table(
        "reaction",
        sa.Column("message_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "name",
            sa.Enum(*REACTIONS, name="reactionname", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_reaction_message_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reaction_person_id")),
        sa.PrimaryKeyConstraint("message_id", "person_id", "name", name=op.f("pk_reaction")),
    )
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reaction_person_id_reaction_message_id"), ["person_id", "message_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("reaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reaction_person_id_reaction_message_id"))
    op.drop_table("reaction")
    with op.batch_alter_table("search_term", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_search_term_message_id"))
    op.drop_table("search_term")
    op.drop_table("message_revision")
    op.drop_table("photo")
    with op.batch_alter_table("group", schema=None) as batch_op:
        batch_op.drop_column("photos")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_message_not_indexed",
            sqlite_where=sa.text("NOT indexed"),
            postgresql_where=sa.text("NOT indexed"),
        )
    with op.batch_alter_table("message", schema=None) as batch_op:
        for name in ("indexed", "revision", "sent_digest", "reactions", "mentions", "photos_text"):
            batch_op.drop_column(name)
