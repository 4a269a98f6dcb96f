"""questions and siblings: multiple-choice questions, sister charts, where content was loaded from.

Revision 0003, follows 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("exercise", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=20), server_default="bundled", nullable=False))
    with op.batch_alter_table("exercise_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("siblings", sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sibling", sa.String(length=60), server_default="", nullable=False))
    _questions()
    _answers()


def downgrade() -> None:
    op.drop_table("question_answer")
    op.drop_table("question_version")
    op.drop_table("question")
    for table, column in (("attempt", "sibling"), ("exercise_version", "siblings"), ("exercise", "origin")):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column(column)


def _questions() -> None:
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("origin", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("slug", name=op.f("uq_question_slug")),
    )
    op.create_table(
        "question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("is_published", sa.Boolean(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("difficulty", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(length=80), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("review", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 5", name=op.f("ck_question_version_difficulty_range")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_question_version_number_positive")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question.id"], name=op.f("fk_question_version_question_id_question"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("question_id", "content_hash", name=op.f("uq_question_version_question_id_content_hash")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_question_version_question_id_number")),
    )
    with op.batch_alter_table("question_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_question_version_section"), ["section"], unique=False)
        batch_op.create_index(
            "uq_question_version_published",
            ["question_id"],
            unique=True,
            sqlite_where=sa.text("is_published"),
            postgresql_where=sa.text("is_published"),
        )


def _answers() -> None:
    op.create_table(
        "question_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.String(length=1), nullable=False),
        sa.Column("is_right", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("chosen IN ('a', 'b', 'c', 'd')", name=op.f("ck_question_answer_chosen_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_question_answer_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["question_version.id"], name=op.f("fk_question_answer_version_id_question_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_answer")),
    )
    with op.batch_alter_table("question_answer", schema=None) as batch_op:
        batch_op.create_index("ix_question_answer_user_id_answered_at", ["user_id", "answered_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_question_answer_version_id"), ["version_id"], unique=False)
