"""worker profiles, preferences of carers, kinds of training"""

from alembic import op
import sqlalchemy as sa
from models.base import EncryptedText, Id

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ROLES = ("carer", "carer_peer_worker", "consumer_peer_worker", "moderator", "supervisor", "coordinator", "professional")
STATES = ("waiting", "agreed", "sent_back", "replaced", "withdrawn")


def upgrade() -> None:
    role = sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32)
    state = sa.Enum(*STATES, name="profilestate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "worker_profile",
        sa.Column("id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", role, nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("content", EncryptedText("worker_profile.content"), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", Id(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", EncryptedText("worker_profile.answer"), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_worker_profile_answered_by")),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_worker_profile_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker_profile")),
        sa.UniqueConstraint("worker_id", "version", name=op.f("uq_worker_profile_worker_id_version")),
    )
    op.create_index(op.f("ix_worker_profile_state_worker_profile_id"), "worker_profile", ["state", "id"])
    op.create_index(
        "uq_worker_profile_worker_id_agreed",
        "worker_profile",
        ["worker_id"],
        unique=True,
        sqlite_where=sa.text("state = 'agreed'"),
        postgresql_where=sa.text("state = 'agreed'"),
    )
    op.create_table(
        "carer_preferences",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("content", EncryptedText("carer_preferences.content"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_carer_preferences_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_carer_preferences")),
    )
    with op.batch_alter_table("clearance") as batch:
        batch.add_column(sa.Column("training", sa.String(length=40), nullable=True))
        batch.drop_index("ix_clearance_person_id_kind")
        batch.create_index(
            "ix_clearance_person_id_kind_recorded_at",
            ["person_id", "kind", "recorded_at", "id", "training", "valid_until"],
        )
    op.create_table(
        "training_notice",
        sa.Column("clearance_id", Id(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clearance_id"], ["clearance.id"], name=op.f("fk_training_notice_clearance_id")),
        sa.PrimaryKeyConstraint("clearance_id", "days", name=op.f("pk_training_notice")),
    )


def downgrade() -> None:
    op.drop_table("training_notice")
    with op.batch_alter_table("clearance") as batch:
        batch.drop_index("ix_clearance_person_id_kind_recorded_at")
        batch.create_index("ix_clearance_person_id_kind", ["person_id", "kind"])
        batch.drop_column("training")
    op.drop_table("carer_preferences")
    op.drop_table("worker_profile")
