"""roles and trust"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

END_REASONS = [
    "signed_out",
    "revoked",
    "token_reused",
    "revoked_by_service",
    "password_changed",
    "role_changed",
    "suspended",
    "erased",
]


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "mail",
                "password_reset",
                "export",
                "erasure",
                "retention",
                "break_glass_end",
                name="jobkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.String(length=64), nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting", "running", "done", "failed", name="jobstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_id", Id(), nullable=True),
        sa.Column("error", sa.String(length=80), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_state_job_due_at"), ["state", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_subject_id"), ["subject_id"], unique=False)

    op.create_table(
        "acceptance",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_acceptance_person_id")),
        sa.PrimaryKeyConstraint("person_id", "version", name=op.f("pk_acceptance")),
    )
    op.create_table(
        "account_change",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "approved",
                "declined",
                "suspended",
                "reinstated",
                "role_changed",
                name="accountchangekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
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
            nullable=True,
        ),
        sa.Column("by", Id(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["person.id"], name=op.f("fk_account_change_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_change")),
    )
    with op.batch_alter_table("account_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_change_person_id"), ["person_id"], unique=False)

    op.create_table(
        "break_glass",
        sa.Column("id", Id(), nullable=False),
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "granted",
                "refused",
                "ended",
                "void",
                name="breakglassstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", Id(), nullable=False),
        sa.Column(
            "asked_as",
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
        sa.Column(
            "purpose",
            sa.Enum(
                "safety",
                "complaint",
                "legal",
                name="accesspurpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", Id(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages_read", sa.Integer(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_break_glass_answered_by")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_break_glass_asked_by")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_break_glass_conversation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_break_glass_conversation_id"), ["conversation_id"], unique=False)

    op.create_table(
        "code_of_conduct",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidentiality_broken_when", sa.Text(), nullable=False),
        sa.Column("created_by", Id(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_code_of_conduct_created_by")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_code_of_conduct")),
    )
    op.create_table(
        "contact",
        sa.Column("id", Id(), nullable=False),
        sa.Column("carer_id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column(
            "pairing",
            sa.Enum("usual", "by_consent", "refused", name="pairing", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "requested",
                "accepted",
                "declined",
                "withdrawn",
                "ended",
                name="contactstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("reply", sa.LargeBinary(), nullable=True),
        sa.Column("conversation_id", Id(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["person.id"], name=op.f("fk_contact_carer_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_contact_conversation_id")),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_contact_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("conversation_id", name=op.f("uq_contact_conversation_id")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_carer_id_contact_state"), ["carer_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_worker_id_contact_state"), ["worker_id", "state"], unique=False)
        batch_op.create_index(
            "uq_contact_carer_id_worker_id_open",
            ["carer_id", "worker_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('requested', 'accepted')"),
            postgresql_where=sa.text("state IN ('requested', 'accepted')"),
        )

    op.create_table(
        "email_proof",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum("verify", "reset", name="proofpurpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_email_proof_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_proof")),
        sa.UniqueConstraint("code_index", name=op.f("uq_email_proof_code_index")),
    )
    with op.batch_alter_table("email_proof", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_email_proof_person_id"), ["person_id"], unique=False)

    op.create_table(
        "erasure",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "running", "restricted", "done", name="erasurestate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("kept", sa.JSON(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_erasure_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_id", name=op.f("uq_erasure_person_id")),
    )
    op.create_table(
        "export",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "ready",
                "failed",
                name="exportstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_export_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
    )
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_export_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_export_person_id"), ["person_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("id", Id(), nullable=False),
        sa.Column("conversation_id", Id(), nullable=False),
        sa.Column("from_person_id", Id(), nullable=False),
        sa.Column("to_person_id", Id(), nullable=True),
        sa.Column("decided_by", Id(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name=op.f("fk_handover_conversation_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_handover_decided_by")),
        sa.ForeignKeyConstraint(["from_person_id"], ["person.id"], name=op.f("fk_handover_from_person_id")),
        sa.ForeignKeyConstraint(["to_person_id"], ["person.id"], name=op.f("fk_handover_to_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_handover_conversation_id"), ["conversation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_handover_from_person_id"), ["from_person_id"], unique=False)

    op.create_table(
        "passkey",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_person_id"), ["person_id"], unique=False)

    op.create_table(
        "passkey_challenge",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum("enrol", "sign_in", name="challengepurpose", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_passkey_challenge_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
    )
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_passkey_challenge_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "service_decision",
        sa.Column("id", Id(), nullable=False),
        sa.Column(
            "name",
            sa.Enum(
                "peer_role_model",
                "team_model",
                "retention_group",
                "retention_one_to_one",
                "retention_crisis",
                name="decisionname",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=False),
        sa.Column("decided_by", Id(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_service_decision_decided_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_decision")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_service_decision_name_version")),
    )

    op.create_table(
        "wall",
        sa.Column("id", Id(), nullable=False),
        sa.Column("carer_id", Id(), nullable=False),
        sa.Column("worker_id", Id(), nullable=False),
        sa.Column("declared_by", Id(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("supports_the_consumer", "other", name="wallkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consent_note", sa.LargeBinary(), nullable=True),
        sa.Column("consent_recorded_by", Id(), nullable=True),
        sa.Column("consent_recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["carer_id"], ["person.id"], name=op.f("fk_wall_carer_id")),
        sa.ForeignKeyConstraint(["consent_recorded_by"], ["person.id"], name=op.f("fk_wall_consent_recorded_by")),
        sa.ForeignKeyConstraint(["declared_by"], ["person.id"], name=op.f("fk_wall_declared_by")),
        sa.ForeignKeyConstraint(["worker_id"], ["person.id"], name=op.f("fk_wall_worker_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wall")),
    )
    with op.batch_alter_table("wall", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_wall_carer_id_wall_worker_id"), ["carer_id", "worker_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_wall_declared_by"), ["declared_by"], unique=False)

    op.create_table(
        "agreement",
        sa.Column("contact_id", Id(), nullable=False),
        sa.Column(
            "party",
            sa.Enum("carer", "worker", "coordinator", name="party", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_agreement_contact_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_agreement_person_id")),
        sa.PrimaryKeyConstraint("contact_id", "party", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "state",
                sa.Enum(
                    "active",
                    "pending",
                    "suspended",
                    "erased",
                    name="personstate",
                    native_enum=False,
                    create_constraint=True,
                    length=32,
                ),
                server_default="active",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("name_skeleton", sa.String(length=240), nullable=True))
        batch_op.add_column(sa.Column("email_verified_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("email_verification_due", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.drop_constraint(batch_op.f("uq_person_email_index"), type_="unique")
        batch_op.create_index(batch_op.f("ix_person_email_index"), ["email_index"], unique=False)
        batch_op.create_index(
            "uq_person_email_index_verified",
            ["email_index"],
            unique=True,
            sqlite_where=sa.text("email_verified_at IS NOT NULL"),
            postgresql_where=sa.text("email_verified_at IS NOT NULL"),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_person_name_skeleton"), ["name_skeleton"])
    # Until now an address had one account at most: whoever has it keeps it.
    op.execute("UPDATE person SET email_verified_at = created_at")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.alter_column("state", server_default=None, existing_type=sa.String(32), existing_nullable=False)
        batch_op.alter_column(
            "email_verification_due", server_default=None, existing_type=sa.Boolean(), existing_nullable=False
        )

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("previous_refresh_id", Id(), nullable=True))
        batch_op.add_column(sa.Column("refresh_key", sa.String(length=64), nullable=True))
        batch_op.drop_constraint(batch_op.f("ck_sign_in_endreason"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_sign_in_endreason"), sa.column("end_reason").in_(END_REASONS))



def downgrade() -> None:
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.drop_column("ended_at")

    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_column("refresh_key")
        batch_op.drop_column("previous_refresh_id")
        batch_op.drop_constraint(batch_op.f("ck_sign_in_endreason"), type_="check")
        batch_op.create_check_constraint(batch_op.f("ck_sign_in_endreason"), sa.column("end_reason").in_(END_REASONS[:3]))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_person_name_skeleton"), type_="unique")
        batch_op.drop_index(
            "uq_person_email_index_verified",
            sqlite_where=sa.text("email_verified_at IS NOT NULL"),
            postgresql_where=sa.text("email_verified_at IS NOT NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_person_email_index"))
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("uq_person_email_index"), ["email_index"])
        batch_op.drop_column("email_verification_due")
        batch_op.drop_column("email_verified_at")
        batch_op.drop_column("name_skeleton")
        batch_op.drop_constraint(batch_op.f("ck_person_personstate"), type_="check")
        batch_op.drop_column("state")

    op.drop_table("agreement")
    with op.batch_alter_table("wall", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wall_declared_by"))
        batch_op.drop_index(batch_op.f("ix_wall_carer_id_wall_worker_id"))

    op.drop_table("wall")
    op.drop_table("service_decision")
    with op.batch_alter_table("passkey_challenge", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_challenge_expires_at"))

    op.drop_table("passkey_challenge")
    with op.batch_alter_table("passkey", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_passkey_person_id"))

    op.drop_table("passkey")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_from_person_id"))
        batch_op.drop_index(batch_op.f("ix_handover_conversation_id"))

    op.drop_table("handover")
    with op.batch_alter_table("export", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_export_person_id"))
        batch_op.drop_index(batch_op.f("ix_export_expires_at"))

    op.drop_table("export")
    op.drop_table("erasure")
    with op.batch_alter_table("email_proof", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_email_proof_person_id"))

    op.drop_table("email_proof")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_contact_carer_id_worker_id_open",
            sqlite_where=sa.text("state IN ('requested', 'accepted')"),
            postgresql_where=sa.text("state IN ('requested', 'accepted')"),
        )
        batch_op.drop_index(batch_op.f("ix_contact_worker_id_contact_state"))
        batch_op.drop_index(batch_op.f("ix_contact_carer_id_contact_state"))

    op.drop_table("contact")
    op.drop_table("code_of_conduct")
    with op.batch_alter_table("break_glass", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_break_glass_conversation_id"))

    op.drop_table("break_glass")
    op.drop_table("acceptance")
    with op.batch_alter_table("account_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_change_person_id"))

    op.drop_table("account_change")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_subject_id"))
        batch_op.drop_index(batch_op.f("ix_job_state_job_due_at"))

    op.drop_table("job")
