"""The charts of the bank as instructors see them: use, keys, sister charts and their second codings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import defer, joinedload

from app.codebook.library import BooksInForce, Library
from app.domain.errors import NotFound
from app.domain.exercises.exercise import Exercise as Chart
from app.domain.grading.answer import parse_answer
from app.domain.grading.grade import answer_of, grade
from app.domain.roles import Role
from app.extensions import db
from app.models import Attempt, Exercise, ExerciseVersion, Grade, Submission, User
from app.services.documents import render_document
from app.services.exercises import chart_of, published_version
from app.services.result_views import RowView
from app.services.results import evidence_marks, result_rows


@dataclass(frozen=True, slots=True)
class BankRow:
    """One published chart; ``mean`` is the students' mean current score, 0 to 1, None without submissions."""

    version: ExerciseVersion
    sisters: int
    submissions: int
    mean: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingView:
    """A second coder's answer, line by line beside the key of now; ``score`` is by the key of its day."""

    date: date
    coder: str
    score: float
    agreed: bool
    rows: tuple[RowView, ...]
    differences: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """What was remarked and settled when another sister of the chart was coded."""

    sister: str
    what: str
    settlement: str


def bank_rows() -> list[BankRow]:
    """Return the published charts with how often students submitted each and with what mean score."""
    used = (
        sa.select(Attempt.exercise_id, sa.func.count(Grade.id), sa.func.avg(Grade.score))
        .join(User, User.id == Attempt.user_id)
        .join(Submission, Submission.attempt_id == Attempt.id)
        .join(Grade, sa.and_(Grade.submission_id == Submission.id, Grade.superseded_at.is_(None)))
        .where(User.role == Role.STUDENT)
        .group_by(Attempt.exercise_id)
    )
    figures = {exercise: (count, float(mean) / 10_000) for exercise, count, mean in db.session.execute(used)}
    return [BankRow(v, sisters, *figures.get(v.exercise_id, (0, None))) for v, sisters in _published()]


def chart_with_key(slug: str, library: Library, *, sibling: str = "") -> dict[str, Any]:
    """Return a published chart, or one of its sisters, with its key as rows and its evidence marked.

    Raises NotFound for a chart or a sister that isn't there.
    """
    version = published_version(slug)
    sisters = [entry["id"] for entry in version.siblings]
    here = _find_sister(sisters, sibling)
    chart = chart_of(version, here)
    books = library.on(chart.date_of_service)
    variants = _key_rows(chart, books)
    marked = [row for rows in variants for row in rows]
    codings = version.review.get("codings", [])
    return {
        "version": version,
        "exercise": chart,
        "sisters": sisters,
        "here": here,
        "variants": variants,
        "documents": [
            {"name": d.name, "title": d.title, "html": render_document(d.text, evidence_marks(marked, d.name))}
            for d in chart.documents
        ],
        "codings": [_coding(data, chart, books) for data in codings if data.get("sibling", "") == here],
        "remarks": _remarks(codings, but=here),
    }


def _published() -> list[tuple[ExerciseVersion, int]]:
    """Return the published charts by title, without their texts, each with the number of its sisters."""
    large = (ExerciseVersion.content, ExerciseVersion.siblings, ExerciseVersion.review)
    rows = (
        sa.select(ExerciseVersion, sa.func.json_array_length(ExerciseVersion.siblings))
        .join(Exercise)
        .where(ExerciseVersion.is_published)
        .order_by(ExerciseVersion.title)
        .options(joinedload(ExerciseVersion.exercise), *(defer(column) for column in large))
    )
    return [(version, sisters) for version, sisters in db.session.execute(rows)]


def _find_sister(sisters: list[str], name: str) -> str:
    """Return the sister asked for, the first where none was, and "" for a chart without any."""
    if not name:
        return sisters[0] if sisters else ""
    if name in sisters:
        return name
    if not sisters:
        raise NotFound("This chart has no sister charts: open it from the list of the bank.")
    raise NotFound(f"This chart has no sister “{name[:60]}”. Its sisters are {', '.join(sisters)}.")


def _key_rows(chart: Chart, books: BooksInForce) -> list[tuple[RowView, ...]]:
    """Return each acceptable answer as rows, with ids of marks that no two of them share."""
    found = []
    for number, variant in enumerate(chart.key.variants):
        alone = replace(chart, key=replace(chart.key, variants=(variant,)))
        answer = answer_of(variant)
        result = grade(answer, alone.key, books).to_json()
        found.append(result_rows(answer, alone, result, books, mark_prefix=f"key{number}"))
    return found


def _coding(data: Mapping[str, Any], chart: Chart, books: BooksInForce) -> CodingView:
    answer = parse_answer(data["answer"])
    result = grade(answer, chart.key, books).to_json()
    return CodingView(
        date=date.fromisoformat(data["date"]),
        coder=data["coder"],
        score=data["score"],
        agreed=data["agreed"],
        rows=result_rows(answer, chart, result, books),
        differences=tuple(data["differences"]),
    )


def _remarks(codings: Sequence[Mapping[str, Any]], *, but: str) -> list[Remark]:
    """Return what was settled at every sister but one."""
    others = [(data.get("sibling", ""), data["differences"]) for data in codings]
    return [Remark(name, one["what"], one["settlement"]) for name, found in others if name != but for one in found]
