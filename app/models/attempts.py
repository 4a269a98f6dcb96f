"""Attempt → submission → grade → ledger. Submissions and grades are only ever added."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.accounts import User
from app.models.exercises import ExerciseVersion
from app.models.types import UtcDateTime


class Attempt(db.Model):  # type: ignore[name-defined]
    """One sitting at one chart; pinned to the version it was opened with."""

    __tablename__ = "attempt"
    __table_args__ = (
        sa.CheckConstraint("revision >= 0", name="revision_not_negative"),
        sa.CheckConstraint("active_seconds >= 0", name="active_seconds_not_negative"),
        sa.Index(
            "uq_attempt_open",
            "user_id",
            "exercise_id",
            unique=True,
            sqlite_where=sa.text("submitted_at IS NULL"),
            postgresql_where=sa.text("submitted_at IS NULL"),
        ),
        sa.Index("ix_attempt_user_id_submitted_at", "user_id", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user_account.id", ondelete="CASCADE"))
    exercise_id: Mapped[int] = mapped_column(sa.ForeignKey("exercise.id"), index=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("exercise_version.id"), index=True)
    #: Which of the version's sister charts; empty for an ordinary chart.
    sibling: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: None while the attempt is open; at most one open attempt a person and exercise.
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
    #: The claim sheet as typed, readable or not.
    sheet: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    #: Highlights, notes and evidence the trainee marked in the documents.
    marks: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    #: Counts saves; a save names the one it is based on (compare-and-set).
    revision: Mapped[int] = mapped_column(default=0)
    #: Time at work, without idle time, as the page measured it. For practice only.
    active_seconds: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    user: Mapped[User] = relationship()
    version: Mapped[ExerciseVersion] = relationship()
    submission: Mapped["Submission | None"] = relationship(back_populates="attempt")


class Submission(db.Model):  # type: ignore[name-defined]
    """What was handed in, exactly. One an attempt."""

    __tablename__ = "submission"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id", ondelete="CASCADE"), unique=True)
    #: The answer as the grader read it in (``parse_answer``'s data).
    answer: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    active_seconds: Mapped[int]
    submitted_at: Mapped[datetime] = mapped_column(UtcDateTime)

    attempt: Mapped[Attempt] = relationship(back_populates="submission")
    grades: Mapped[list["Grade"]] = relationship(back_populates="submission", order_by="Grade.id")


class Grade(db.Model):  # type: ignore[name-defined]
    """One grading of a submission. A regrade adds a row and marks the older one superseded."""

    __tablename__ = "grade"
    __table_args__ = (
        sa.CheckConstraint("score BETWEEN 0 AND 10000", name="score_range"),
        sa.CheckConstraint("cost >= 0", name="cost_not_negative"),
        sa.CheckConstraint("worth > 0", name="worth_positive"),
        sa.Index(
            "uq_grade_current",
            "submission_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("submission.id", ondelete="CASCADE"), index=True)
    #: The version whose key was used.
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("exercise_version.id"), index=True)
    policy: Mapped[str] = mapped_column(sa.String(40))
    #: Ids of the code books that were consulted.
    books: Mapped[list[str]] = mapped_column(sa.JSON)
    #: Thousandths of a weight unit.
    cost: Mapped[int]
    #: Thousandths of a weight unit.
    worth: Mapped[int]
    #: Ten-thousandths: 8500 is 0.85.
    score: Mapped[int]
    #: The whole result as ``Grade.to_json`` of the domain writes it.
    result: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    graded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    superseded_at: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    submission: Mapped[Submission] = relationship(back_populates="grades")
    entries: Mapped[list["GradeEntry"]] = relationship(cascade="all, delete-orphan", order_by="GradeEntry.position")


class GradeEntry(db.Model):  # type: ignore[name-defined]
    """One correction of the ledger, as a row so that reasons can be counted."""

    __tablename__ = "grade_entry"
    __table_args__ = (sa.CheckConstraint("lost >= 0", name="lost_not_negative"),)

    grade_id: Mapped[int] = mapped_column(sa.ForeignKey("grade.id", ondelete="CASCADE"), primary_key=True)
    #: 0, 1, 2 … in the ledger's order.
    position: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(sa.String(40), index=True)
    #: Thousandths of a weight unit.
    lost: Mapped[int]
    #: 1-based place among the lines as typed.
    line: Mapped[int | None] = mapped_column(default=None)
    slot: Mapped[str | None] = mapped_column(sa.String(60), default=None)
    text: Mapped[str] = mapped_column(sa.Text)
