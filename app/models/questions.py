"""Multiple-choice questions, their immutable versions, and what people answered in practice."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.exercises import Origin
from app.models.types import UtcDateTime


class Question(db.Model):  # type: ignore[name-defined]
    """One question of the bank, whatever its version."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The id in the bank's files and in addresses.
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    #: Where it was loaded from last; what the bundled bank no longer has is withdrawn.
    origin: Mapped[str] = mapped_column(sa.String(20), default=Origin.BUNDLED.value)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    versions: Mapped[list["QuestionVersion"]] = relationship(back_populates="question")


class QuestionVersion(db.Model):  # type: ignore[name-defined]
    """The content of a question at one time. Rows are never edited but for ``is_published`` and ``place``."""

    __tablename__ = "question_version"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "number"),
        sa.UniqueConstraint("question_id", "content_hash"),
        sa.CheckConstraint("number >= 1", name="number_positive"),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_range"),
        sa.Index(
            "uq_question_version_published",
            "question_id",
            unique=True,
            sqlite_where=sa.text("is_published"),
            postgresql_where=sa.text("is_published"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id", ondelete="CASCADE"))
    #: 1, 2, 3 … in the order of loading.
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    #: The one version that people get now; at most one a question.
    is_published: Mapped[bool] = mapped_column(default=False)
    section: Mapped[str] = mapped_column(sa.String(60), index=True)
    difficulty: Mapped[int]
    #: The id of the case it belongs to, empty for a question that stands alone.
    case: Mapped[str] = mapped_column(sa.String(80), default="")
    #: Its place in the section's file.
    place: Mapped[int]
    #: The whole question with its right answer, as ``question_to_json`` writes it.
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    #: The record of its second coding, for the people who manage the bank.
    review: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    question: Mapped[Question] = relationship(back_populates="versions")


class QuestionAnswer(db.Model):  # type: ignore[name-defined]
    """One answer given in practice. Rows are only ever added."""

    __tablename__ = "question_answer"
    __table_args__ = (
        sa.CheckConstraint("chosen IN ('a', 'b', 'c', 'd')", name="chosen_known"),
        sa.Index("ix_question_answer_user_id_answered_at", "user_id", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), index=True)
    #: The option's id, whatever the order in which the options were shown.
    chosen: Mapped[str] = mapped_column(sa.String(1))
    is_right: Mapped[bool]
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    version: Mapped[QuestionVersion] = relationship()
