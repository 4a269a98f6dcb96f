"""annotations: notes, bookmarks and recent look-ups in the code book.

Revision 0002, follows 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SYSTEMS = "system IN ('ICD-10-CM', 'ICD-10-PCS', 'CPT', 'HCPCS')"


def upgrade() -> None:
    op.create_table(
        "code_note",
        *_place("code_note"),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(text) <= 4000", name=op.f("ck_code_note_text_length")),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_code_note_revision_positive")),
    )
    op.create_table(
        "code_bookmark",
        *_place("code_bookmark"),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "code_visit",
        *_place("code_visit"),
        sa.Column("visited_at", sa.DateTime(timezone=True), nullable=False),
    )
    with op.batch_alter_table("code_visit", schema=None) as batch_op:
        batch_op.create_index("ix_code_visit_user_id_visited_at", ["user_id", "visited_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("code_visit", schema=None) as batch_op:
        batch_op.drop_index("ix_code_visit_user_id_visited_at")
    op.drop_table("code_visit")
    op.drop_table("code_bookmark")
    op.drop_table("code_note")


def _place(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """Return what the three tables have in common: whose, at which code."""
    return (
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("system", sa.String(length=20), nullable=False),
        sa.Column("code", sa.String(length=10), nullable=False),
        sa.CheckConstraint(_SYSTEMS, name=op.f(f"ck_{table}_system_known")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f(f"fk_{table}_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "system", "code", name=op.f(f"pk_{table}")),
    )
