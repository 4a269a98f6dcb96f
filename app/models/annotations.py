"""What people write into their own code book: notes, bookmarks, recent look-ups. Nobody else ever sees them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from app.extensions import db
from app.models.types import UtcDateTime

LONGEST_NOTE = 4000
LONGEST_CODE = 10
_SYSTEMS = "system IN ('ICD-10-CM', 'ICD-10-PCS', 'CPT', 'HCPCS')"


class CodeNote(db.Model):  # type: ignore[name-defined]
    """A person's note at a code, whatever the release.

    A removed note stays as an empty text: so a page that still shows the old one can't bring it back unnoticed.
    """

    __tablename__ = "code_note"
    __table_args__ = (
        sa.CheckConstraint(_SYSTEMS, name="system_known"),
        sa.CheckConstraint(f"length(text) <= {LONGEST_NOTE}", name="text_length"),
        sa.CheckConstraint("revision >= 1", name="revision_positive"),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    system: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    #: Canonical: "E11.621", "17110".
    code: Mapped[str] = mapped_column(sa.String(LONGEST_CODE), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    #: Counts the saves; a page that is behind is told.
    revision: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CodeBookmark(db.Model):  # type: ignore[name-defined]
    """A code somebody wants to find again."""

    __tablename__ = "code_bookmark"
    __table_args__ = (sa.CheckConstraint(_SYSTEMS, name="system_known"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    system: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(LONGEST_CODE), primary_key=True)
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)


class CodeVisit(db.Model):  # type: ignore[name-defined]
    """The last time somebody looked a code up; only the newest are kept."""

    __tablename__ = "code_visit"
    __table_args__ = (
        sa.CheckConstraint(_SYSTEMS, name="system_known"),
        sa.Index("ix_code_visit_user_id_visited_at", "user_id", "visited_at"),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    system: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(LONGEST_CODE), primary_key=True)
    visited_at: Mapped[datetime] = mapped_column(UtcDateTime)
