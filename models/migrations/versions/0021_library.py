"""the library: pieces in versions, their reviews, and the full text they are found by"""

from alembic import op
import sqlalchemy as sa
from models.base import Id

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PARTS = ("title", "keywords", "summary", "body")
VECTOR = " || ".join(
    f"setweight(to_tsvector('simple'::regconfig, {part}), '{weight}')" for part, weight in zip(PARTS, "ABCD")
)
FULL_TEXT = {
    "sqlite": [
        f"CREATE VIRTUAL TABLE resource_words USING fts5({', '.join(PARTS)}, "
        "tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3')",
    ],
    "postgresql": [
        f"CREATE TABLE resource_words (rowid integer PRIMARY KEY, {', '.join(f'{part} text NOT NULL' for part in PARTS)}, "
        f"terms tsvector GENERATED ALWAYS AS ({VECTOR}) STORED)",
        "CREATE INDEX ix_resource_words_terms ON resource_words USING gin (terms)",
    ],
}


def upgrade() -> None:
    op.create_table(
        "library",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stamp", Id(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
    )
    op.create_table(
        "library_word",
        sa.Column("word", sa.String(length=40), nullable=False),
        sa.Column("stem", sa.String(length=40), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_library_word")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "resource",
        sa.Column("id", Id(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("work_id", Id(), nullable=False),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft", "published", "archived", name="resourcestate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("slug", name=op.f("uq_resource_slug")),
    )
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_state_resource_review_due"), ["state", "review_due"], unique=False)
        batch_op.create_index(batch_op.f("ix_resource_work_id_resource_language"), ["work_id", "language"], unique=True)

    op.create_table(
        "bookmark",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("resource_id", Id(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bookmark_person_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_bookmark_resource_id")),
        sa.PrimaryKeyConstraint("person_id", "resource_id", name=op.f("pk_bookmark")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "helpful",
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("resource_id", Id(), nullable=False),
        sa.Column("helpful", sa.Boolean(), nullable=False),
        sa.Column("why", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_helpful_person_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_helpful_resource_id")),
        sa.PrimaryKeyConstraint("person_id", "resource_id", name=op.f("pk_helpful")),
    )
    with op.batch_alter_table("helpful", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_helpful_resource_id"), ["resource_id"], unique=False)

    op.create_table(
        "resource_doc",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("resource_id", Id(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sort_key", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "article",
                "link",
                "file",
                "event",
                "service",
                "story",
                name="resourcekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=20), nullable=False),
        sa.Column("categories", sa.Integer(), nullable=False),
        sa.Column("audience", sa.Integer(), nullable=False),
        sa.Column("conditions", sa.Integer(), nullable=False),
        sa.Column("regions", sa.String(length=80), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=False),
        sa.Column(
            "pinned",
            sa.Enum("crisis", "first_steps", name="pin", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_doc_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_doc")),
        sa.UniqueConstraint("resource_id", name=op.f("uq_resource_doc_resource_id")),
    )
    with op.batch_alter_table("resource_doc", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_doc_sort_key_resource_doc_id"), ["sort_key", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_resource_doc_pinned"), ["pinned"], unique=False)

    op.create_table(
        "resource_review",
        sa.Column("resource_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", Id(), nullable=False),
        sa.Column(
            "reading_as",
            sa.Enum("lived_experience", "other", name="reviewing", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_review_resource_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_resource_review_reviewer_id")),
        sa.PrimaryKeyConstraint("resource_id", "number", "reviewer_id", name=op.f("pk_resource_review")),
    )
    op.create_table(
        "resource_suggestion",
        sa.Column("id", Id(), nullable=False),
        sa.Column("person_id", Id(), nullable=False),
        sa.Column("resource_id", Id(), nullable=True),
        sa.Column(
            "problem",
            sa.Enum(
                "broken_link",
                "out_of_date",
                "wrong",
                "hard_to_read",
                name="problemkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("url", sa.LargeBinary(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open", "taken_up", "declined", name="suggestionstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("answered_by", Id(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["answered_by"], ["person.id"], name=op.f("fk_resource_suggestion_answered_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_resource_suggestion_person_id")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_suggestion_resource_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_suggestion")),
    )
    with op.batch_alter_table("resource_suggestion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resource_suggestion_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_resource_suggestion_state_resource_suggestion_created_at"), ["state", "created_at"], unique=False
        )

    op.create_table(
        "resource_use",
        sa.Column("resource_id", Id(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("opened", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_use_resource_id")),
        sa.PrimaryKeyConstraint("resource_id", "month", name=op.f("pk_resource_use")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "resource_version",
        sa.Column("resource_id", Id(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "in_review",
                "published",
                "replaced",
                name="versionstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "article",
                "link",
                "file",
                "event",
                "service",
                "story",
                name="resourcekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("summary", sa.String(length=400), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("removed", sa.JSON(), nullable=False),
        sa.Column("reading_minutes", sa.Integer(), nullable=False),
        sa.Column("reading_age", sa.Double(), nullable=True),
        sa.Column("written_by", Id(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_version_resource_id")),
        sa.ForeignKeyConstraint(["written_by"], ["person.id"], name=op.f("fk_resource_version_written_by")),
        sa.PrimaryKeyConstraint("resource_id", "number", name=op.f("pk_resource_version")),
    )
    for statement in FULL_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)
    # Nothing is published yet.
    library = sa.table("library", sa.column("id"), sa.column("stamp", Id()))
    op.bulk_insert(library, [{"id": 1, "stamp": "00000000-0000-7000-8000-000000000000"}])


def downgrade() -> None:
    op.execute("DROP TABLE resource_words")
    op.drop_table("resource_version")
    op.drop_table("resource_use")
    with op.batch_alter_table("resource_suggestion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_suggestion_state_resource_suggestion_created_at"))
        batch_op.drop_index(batch_op.f("ix_resource_suggestion_person_id"))

    op.drop_table("resource_suggestion")
    op.drop_table("resource_review")
    with op.batch_alter_table("resource_doc", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_doc_pinned"))
        batch_op.drop_index(batch_op.f("ix_resource_doc_sort_key_resource_doc_id"))

    op.drop_table("resource_doc")
    with op.batch_alter_table("helpful", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_helpful_resource_id"))

    op.drop_table("helpful")
    op.drop_table("bookmark")
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resource_work_id_resource_language"))
        batch_op.drop_index(batch_op.f("ix_resource_state_resource_review_due"))

    op.drop_table("resource")
    op.drop_table("library_word")
    op.drop_table("library")
