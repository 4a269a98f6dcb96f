"""Exercises and their immutable versions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.types import UtcDateTime


class Origin(StrEnum):
    """Where content was loaded from: the bank that comes with the program, or a bank of one's own."""

    BUNDLED = "bundled"
    OWN = "own"


class Exercise(db.Model):  # type: ignore[name-defined]
    """One chart of the bank, whatever its version."""

    __tablename__ = "exercise"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The id in the bank's files and in addresses.
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    #: Where it was loaded from last; what the bundled bank no longer has is withdrawn.
    origin: Mapped[str] = mapped_column(sa.String(20), default=Origin.BUNDLED.value, server_default="bundled")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    versions: Mapped[list["ExerciseVersion"]] = relationship(back_populates="exercise")


class ExerciseVersion(db.Model):  # type: ignore[name-defined]
    """The content of an exercise at one time. Rows are never edited but for ``is_published``."""

    __tablename__ = "exercise_version"
    __table_args__ = (
        sa.UniqueConstraint("exercise_id", "number"),
        sa.UniqueConstraint("exercise_id", "content_hash"),
        sa.CheckConstraint("number >= 1", name="number_positive"),
        sa.CheckConstraint("difficulty BETWEEN 1 AND 5", name="difficulty_range"),
        sa.CheckConstraint("minutes >= 1", name="minutes_positive"),
        sa.Index(
            "uq_exercise_version_published",
            "exercise_id",
            unique=True,
            sqlite_where=sa.text("is_published"),
            postgresql_where=sa.text("is_published"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    exercise_id: Mapped[int] = mapped_column(sa.ForeignKey("exercise.id", ondelete="CASCADE"))
    #: 1, 2, 3 … in the order of loading.
    number: Mapped[int]
    #: SHA-256 over the files it was loaded from.
    content_hash: Mapped[str] = mapped_column(sa.String(64))
    #: The one version that new attempts get; at most one an exercise.
    is_published: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str] = mapped_column(sa.String(200))
    setting: Mapped[str] = mapped_column(sa.String(40))
    specialty: Mapped[str] = mapped_column(sa.String(80))
    priority: Mapped[str] = mapped_column(sa.String(20))
    difficulty: Mapped[int]
    #: What a working coder needs.
    minutes: Mapped[int]
    date_of_service: Mapped[date]
    #: What the chart is about, in a few words each, for the search of the worklist.
    topics: Mapped[list[str]] = mapped_column(sa.JSON)
    #: The whole exercise with documents and key, as ``exercise_to_json`` writes it.
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    #: Sister charts as ``[{"id": …, "content": …}]``, the base first; empty for an ordinary chart.
    siblings: Mapped[list[Any]] = mapped_column(sa.JSON, default=list, server_default="[]")
    #: What the record of double coding says, for the people who manage the bank.
    review: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    exercise: Mapped[Exercise] = relationship(back_populates="versions")
    sections: Mapped[list["ExerciseSection"]] = relationship(cascade="all, delete-orphan")


class ExerciseSection(db.Model):  # type: ignore[name-defined]
    """An exam section that a version trains."""

    __tablename__ = "exercise_section"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("exercise_version.id", ondelete="CASCADE"), primary_key=True)
    section: Mapped[str] = mapped_column(sa.String(60), primary_key=True, index=True)
