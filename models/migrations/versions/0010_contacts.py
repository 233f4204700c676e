"""contacts that expire, begin, end and change hands"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STATES = ("requested", "accepted", "declined", "withdrawn", "ended")
ORIGINS = ("asked", "assigned", "waiting_list", "handover", "cover")
WAITING_STATES = ("waiting", "met", "left")
TRANSFER_KINDS = ("handover", "cover")
TRANSFER_STATES = ("proposed", "accepted", "agreed", "done", "declined", "withdrawn", "lapsed")
OPEN_TRANSFER = sa.text("state IN ('proposed', 'accepted', 'agreed')")


def _choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _contact_states(*states: str) -> None:
    """Only these states from now on; rows in others must be gone."""
    state = _choice("contactstate", *states)
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_contact_contactstate"), type_="check")
        batch_op.alter_column("state", existing_type=sa.String(length=32), type_=state, existing_nullable=False)


def upgrade() -> None:
    _contact_states(*STATES, "expired")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", _choice("origin", *ORIGINS), server_default="asked", nullable=False))
        batch_op.add_column(sa.Column("private_reason", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("ending_proposed_by", Id(), nullable=True))
        batch_op.add_column(sa.Column("ending_summary", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_contact_ending_proposed_by"), "person", ["ending_proposed_by"], ["id"])
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.alter_column("origin", server_default=None)
        batch_op.create_index(batch_op.f("ix_contact_state_contact_expires_at"), ["state", "expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_state_contact_ends_at"), ["state", "ends_at"], unique=False)
    op.create_table(
        "beginning_text",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("is_this", sa.JSON(), nullable=False),
        sa.Column("is_not", sa.JSON(), nullable=False),
        sa.Column("duty_of_care", sa.Text(), nullable=False),
        sa.Column("in_substance", sa.Boolean(), nullable=False),
        sa.Column("created_by", Id(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_beginning_text_created_by")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_beginning_text")),
    )
    op.create_table(
        "beginning_agreement",
        sa.Column("contact_id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role_version", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_beginning_agreement_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_beginning_agreement_person_id")),
        sa.PrimaryKeyConstraint("contact_id", "person_id", "version", name=op.f("pk_beginning_agreement")),
    )
    op.create_table(
        "waiting",
        sa.Column("id", Id(), nullable=False),
        sa.Column("carer_id", Id(), nullable=False),
        sa.Column("state", _choice("waitingstate", *WAITING_STATES), nullable=False),
        sa.Column("wish", sa.LargeBinary(), nullable=True),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forward_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forward_by", Id(), nullable=True),
        sa.Column("forward_reason", sa.LargeBinary(), nullable=True),
        sa.Column("offer_id", Id(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["person.id"], name=op.f("fk_waiting_carer_id")),
        sa.ForeignKeyConstraint(["forward_by"], ["person.id"], name=op.f("fk_waiting_forward_by")),
        sa.ForeignKeyConstraint(["offer_id"], ["contact.id"], name=op.f("fk_waiting_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
    )
    waits = sa.text("state = 'waiting'")
    with op.batch_alter_table("waiting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiting_offer_id"), ["offer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_waiting_state_waiting_joined_at"), ["state", "joined_at"], unique=False)
        batch_op.create_index(
            "uq_waiting_carer_id_waiting", ["carer_id"], unique=True, sqlite_where=waits, postgresql_where=waits
        )
    op.create_table(
        "transfer",
        sa.Column("id", Id(), nullable=False),
        sa.Column("contact_id", Id(), nullable=False),
        sa.Column("kind", _choice("transferkind", *TRANSFER_KINDS), nullable=False),
        sa.Column("state", _choice("transferstate", *TRANSFER_STATES), nullable=False),
        sa.Column("to_worker_id", Id(), nullable=False),
        sa.Column("proposed_by", Id(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("with_note", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("new_contact_id", Id(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_transfer_contact_id")),
        sa.ForeignKeyConstraint(["to_worker_id"], ["person.id"], name=op.f("fk_transfer_to_worker_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_transfer_proposed_by")),
        sa.ForeignKeyConstraint(["new_contact_id"], ["contact.id"], name=op.f("fk_transfer_new_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_transfer_to_worker_id_transfer_state"), ["to_worker_id", "state"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_transfer_state_transfer_starts_at"), ["state", "starts_at"], unique=False)
        batch_op.create_index(
            "uq_transfer_contact_id_open",
            ["contact_id"],
            unique=True,
            sqlite_where=OPEN_TRANSFER,
            postgresql_where=OPEN_TRANSFER,
        )


def downgrade() -> None:
    op.drop_table("transfer")
    op.drop_table("waiting")
    op.drop_table("beginning_agreement")
    op.drop_table("beginning_text")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_state_contact_ends_at"))
        batch_op.drop_index(batch_op.f("ix_contact_state_contact_expires_at"))
        batch_op.drop_constraint(batch_op.f("fk_contact_ending_proposed_by"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_contact_origin"), type_="check")
        for name in ("origin", "private_reason", "expires_at", "ends_at", "ending_proposed_by", "ending_summary"):
            batch_op.drop_column(name)
    op.execute(sa.text("UPDATE contact SET state = 'withdrawn' WHERE state = 'expired'"))
    _contact_states(*STATES)
