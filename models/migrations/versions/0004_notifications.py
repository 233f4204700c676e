"""notifications"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

JOB_KINDS = ("mail", "password_reset", "export", "erasure", "retention", "break_glass_end")
NEW_JOB_KINDS = ("push", "digest")


def _job_kinds(*kinds: str) -> None:
    """Only these kinds of job from now on; rows of others must be gone."""
    kind = sa.Enum(*kinds, name="jobkind", native_enum=False, create_constraint=True, length=32)
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_job_jobkind"), type_="check")
        batch_op.alter_column("kind", existing_type=sa.String(length=32), type_=kind, existing_nullable=False)


def upgrade() -> None:
    op.create_table(
        "push_subscription",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("sign_in_id", Id(), nullable=False),
        sa.Column("endpoint", sa.LargeBinary(), nullable=False),
        sa.Column("endpoint_index", sa.String(length=64), nullable=False),
        sa.Column("p256dh", sa.LargeBinary(), nullable=False),
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_push_subscription_person_id")),
        sa.ForeignKeyConstraint(["sign_in_id"], ["sign_in.id"], name=op.f("fk_push_subscription_sign_in_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("endpoint_index", name=op.f("uq_push_subscription_endpoint_index")),
    )
    with op.batch_alter_table("push_subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_push_subscription_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_push_subscription_sign_in_id"), ["sign_in_id"], unique=False)
    op.create_table(
        "notification_settings",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("email_digest", sa.Boolean(), nullable=False),
        sa.Column("digest_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_settings_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notification_settings")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notified_seq", sa.Integer(), server_default="0", nullable=False))
    # Whoever belonged before is told only of what comes from now on.
    op.execute(
        sa.text(
            "UPDATE membership SET notified_seq ="
            " (SELECT head_seq FROM stream WHERE stream.id = CAST(membership.conversation_id AS VARCHAR))"
        )
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.alter_column("notified_seq", server_default=None, existing_type=sa.Integer(), existing_nullable=False)
    _job_kinds(*JOB_KINDS, *NEW_JOB_KINDS)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM job WHERE kind IN ('push', 'digest')"))
    _job_kinds(*JOB_KINDS)
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_column("notified_seq")
    op.drop_table("notification_settings")
    with op.batch_alter_table("push_subscription", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_push_subscription_sign_in_id"))
        batch_op.drop_index(batch_op.f("ix_push_subscription_person_id"))
    op.drop_table("push_subscription")
