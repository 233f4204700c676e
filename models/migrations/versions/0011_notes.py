"""notes"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ROLES = ("carer", "carer_peer_worker", "consumer_peer_worker", "moderator", "supervisor", "coordinator", "professional")
OPEN = sa.text("ended_at IS NULL")


def upgrade() -> None:
    _notes()
    _shares()
    op.create_table(
        "care_link",
        sa.Column("id", Id(), nullable=False),
        sa.Column("carer_id", Id(), nullable=False),
        sa.Column("professional_id", Id(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["person.id"], name=op.f("fk_care_link_carer_id")),
        sa.ForeignKeyConstraint(["professional_id"], ["person.id"], name=op.f("fk_care_link_professional_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_link")),
        sa.UniqueConstraint("carer_id", "professional_id", name=op.f("uq_care_link_carer_id_professional_id")),
    )
    op.create_index(op.f("ix_care_link_professional_id"), "care_link", ["professional_id"])
    op.add_column("membership", sa.Column("from_seq", sa.Integer(), nullable=False, server_default="0"))
    _visits()


def _notes() -> None:
    op.create_table(
        "note",
        sa.Column("id", Id(), nullable=False),
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column("author_id", Id(), nullable=False),
        sa.Column("author_role", _role(), nullable=False),
        sa.Column("carer_id", Id(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("agreed_version", sa.Integer(), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_note_conversation_id")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_note_author_id")),
        sa.ForeignKeyConstraint(["carer_id"], ["person.id"], name=op.f("fk_note_carer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    op.create_index(op.f("ix_note_conversation_id_note_id"), "note", ["conversation_id", "id"])
    op.create_index(op.f("ix_note_author_id"), "note", ["author_id"])
    op.create_index(op.f("ix_note_carer_id"), "note", ["carer_id"])
    op.create_table(
        "note_revision",
        sa.Column("note_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_revision_note_id")),
        sa.PrimaryKeyConstraint("note_id", "version", name=op.f("pk_note_revision")),
    )


def _shares() -> None:
    op.create_table(
        "note_share",
        sa.Column("id", Id(), nullable=False),
        sa.Column("note_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("professional_id", Id(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_share_note_id")),
        sa.ForeignKeyConstraint(["professional_id"], ["person.id"], name=op.f("fk_note_share_professional_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_share")),
    )
    op.create_index(
        "uq_note_share_note_id_professional_id_open",
        "note_share",
        ["note_id", "professional_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(op.f("ix_note_share_professional_id_note_share_ended_at"), "note_share", ["professional_id", "ended_at"])
    op.create_table(
        "note_read",
        sa.Column("id", Id(), nullable=False),
        sa.Column("note_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("reader_id", Id(), nullable=False),
        sa.Column("reader_role", _role(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["note_id"], ["note.id"], name=op.f("fk_note_read_note_id")),
        sa.ForeignKeyConstraint(["reader_id"], ["person.id"], name=op.f("fk_note_read_reader_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_read")),
    )
    op.create_index(op.f("ix_note_read_note_id_note_read_id"), "note_read", ["note_id", "id"])
    op.create_index(op.f("ix_note_read_reader_id"), "note_read", ["reader_id"])


def _visits() -> None:
    live = sa.text("state IN ('asked', 'going_on')")
    states = ("asked", "going_on", "off", "ended")
    state = sa.Enum(*states, name="visitstate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "visit",
        sa.Column("id", Id(), nullable=False),
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column("supervisor_id", Id(), nullable=False),
        sa.Column("asked_by", Id(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("carer_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("worker_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("carer_shows_earlier", sa.Boolean(), nullable=False),
        sa.Column("worker_shows_earlier", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", Id(), nullable=True),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_visit_conversation_id")),
        sa.ForeignKeyConstraint(["supervisor_id"], ["person.id"], name=op.f("fk_visit_supervisor_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_visit_asked_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["person.id"], name=op.f("fk_visit_ended_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(
        "uq_visit_conversation_id_live",
        "visit",
        ["conversation_id"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_index(op.f("ix_visit_conversation_id"), "visit", ["conversation_id"])
    op.create_index(op.f("ix_visit_supervisor_id"), "visit", ["supervisor_id"])
    op.create_index("ix_visit_state_due_at", "visit", ["state", "due_at"])


def _role() -> sa.Enum:
    return sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)


def downgrade() -> None:
    op.drop_table("visit")
    op.drop_column("membership", "from_seq")
    for table in ("care_link", "note_read", "note_share", "note_revision", "note"):
        op.drop_table(table)
