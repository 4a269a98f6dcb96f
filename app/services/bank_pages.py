"""The bank as instructors see it: use, review and keys of the published charts."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from app.codebook.library import Library
from app.domain.grading.grade import answer_of, grade
from app.extensions import db
from app.models import Attempt, ExerciseVersion, Grade, Submission
from app.services.documents import render_document
from app.services.exercises import chart_of, published_version, published_versions
from app.services.results import RowView, evidence_marks, result_rows


@dataclass(frozen=True, slots=True)
class BankRow:
    """One published chart; ``mean`` is the mean current score, 0 to 1, None without submissions."""

    version: ExerciseVersion
    submissions: int
    mean: float | None


def bank_rows() -> list[BankRow]:
    """Return the published charts with how often each was submitted and with what mean score."""
    used = (
        sa.select(Attempt.exercise_id, sa.func.count(Grade.id), sa.func.avg(Grade.score))
        .join(Submission, Submission.attempt_id == Attempt.id)
        .join(Grade, sa.and_(Grade.submission_id == Submission.id, Grade.superseded_at.is_(None)))
        .group_by(Attempt.exercise_id)
    )
    figures = {exercise: (count, float(mean) / 10_000) for exercise, count, mean in db.session.execute(used)}
    return [BankRow(v, *figures.get(v.exercise_id, (0, None))) for v in published_versions()]


def chart_with_key(slug: str, library: Library) -> dict[str, Any]:
    """Return a published chart, each variant of its key as rows, and its documents with the evidence marked."""
    version = published_version(slug)
    chart = chart_of(version)
    books = library.on(chart.date_of_service)
    variants: list[tuple[RowView, ...]] = []
    for number, variant in enumerate(chart.key.variants):
        answer = answer_of(variant)
        result = grade(answer, replace(chart.key, variants=(variant,)), books).to_json()
        alone = replace(chart, key=replace(chart.key, variants=(variant,)))
        variants.append(result_rows(answer, alone, result, books, mark_prefix=f"key{number}"))
    marked = [row for rows in variants for row in rows]
    documents = [
        {"name": d.name, "title": d.title, "html": render_document(d.text, evidence_marks(marked, d.name))}
        for d in chart.documents
    ]
    return {"version": version, "exercise": chart, "variants": variants, "documents": documents}
