"""What each page of the practice is given to render. Nothing here may carry a key before submission."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.codebook.library import Library
from app.domain.exercises.exercise import Exercise as Chart
from app.domain.exercises.sections import SECTIONS
from app.domain.worklist import Filters, Recommendation, Row, filter_rows, recommend
from app.models import Attempt, ExerciseVersion
from app.services.documents import render_document
from app.services.exercises import chart_of, chart_of_attempt
from app.services.grading import ensure_graded
from app.services.moment import utc_now
from app.services.practice import upcoming_sibling
from app.services.result_views import RowView
from app.services.results import evidence_marks, result_view
from app.services.worklist import worklist_rows
from app.web.practice.forms import BEST_BELOW, AnswerForm


def worklist_page(user_id: int, filters: Filters) -> dict[str, Any]:
    """Return the rows that fit the filters, the choices of each filter and the recommendation."""
    rows = worklist_rows(user_id)
    return {
        "rows": filter_rows(rows, filters),
        "total": len(rows),
        "done": sum(1 for row in rows if row.submissions),
        "filters": filters,
        "args": _as_arguments(filters),
        "choices": _choices(rows),
        "recommendation": recommend(rows),
    }


def begin_page(version: ExerciseVersion, user_id: int) -> dict[str, Any]:
    """Return what a person may know of a chart before opening it."""
    slug = version.exercise.slug
    row = next(row for row in worklist_rows(user_id) if row.slug == slug)
    chart = chart_of(version, upcoming_sibling(version, user_id))
    return {"row": row, "chart": chart_facts(chart), "documents": [d.title for d in chart.documents]}


def workspace_page(attempt: Attempt, form: AnswerForm, problems: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return the chart without its key, the form, and what the page's scripts need."""
    chart = chart_of_attempt(attempt)
    return {
        "chart": chart_facts(chart) | {"documents": _documents(chart, ())},
        "attempt": attempt,
        "form": form,
        "problems": problems or [],
        "config": _workspace_config(attempt, chart),
    }


def result_page(attempt: Attempt, library: Library, user_id: int) -> dict[str, Any]:
    """Return the result with its evidence marked in the chart. Graded now if a stop left that undone."""
    chart = chart_of_attempt(attempt)
    submission = attempt.submission
    assert submission is not None  # noqa: S101 - the view has looked
    grade = ensure_graded(submission.id, now=utc_now(), library=library)
    view = result_view(attempt, grade, chart, library)
    return {
        "chart": chart_facts(chart) | {"documents": _documents(chart, view.rows)},
        "attempt": attempt,
        "result": view,
        "next_chart": _next(recommend(worklist_rows(user_id), but_not=chart.id)),
        "again_url": url_for("practice.chart", slug=chart.id),
        "has_sisters": bool(attempt.version.siblings),
    }


def chart_facts(chart: Chart) -> dict[str, Any]:
    """Return the facts of a chart that are no part of its answer."""
    return {
        "slug": chart.id,
        "title": chart.title,
        "setting": chart.setting.value,
        "specialty": chart.specialty,
        "difficulty": chart.difficulty,
        "minutes": chart.minutes,
        "date_of_service": chart.date_of_service,
        "patient": {"age": chart.patient.age, "sex": chart.patient.sex.value},
        "provider": chart.provider,
        "priority": chart.priority.value,
        "convention": chart.convention,
        "is_inpatient": chart.is_inpatient,
    }


def _documents(chart: Chart, rows: Sequence[RowView]) -> list[dict[str, str]]:
    return [
        {
            "name": document.name,
            "title": document.title,
            "html": render_document(document.text, evidence_marks(rows, document.name)),
        }
        for document in chart.documents
    ]


def _workspace_config(attempt: Attempt, chart: Chart) -> dict[str, Any]:
    here: dict[str, Any] = {"attempt_id": attempt.id}
    return {
        "attemptId": attempt.id,
        "draftUrl": url_for("practice.draft", **here),
        "checkUrl": url_for("practice.check", **here),
        "resultUrl": url_for("practice.result", **here),
        "searchUrl": url_for("codebook.search", claim="inpatient" if chart.is_inpatient else "outpatient"),
        "entryUrl": url_for("codebook.entry"),
        "tokenUrl": url_for("auth.token"),
        "loginUrl": url_for("auth.login", next=url_for("practice.workspace", **here)),
        "revision": attempt.revision,
        "marks": attempt.marks,
        "on": chart.date_of_service.isoformat(),
        "inpatient": chart.is_inpatient,
        "activeSeconds": attempt.active_seconds,
        "standardMinutes": chart.minutes,
    }


def _choices(rows: list[Row]) -> dict[str, list[str]]:
    used = {section for row in rows for section in row.sections}
    return {
        "specialty": sorted({row.specialty for row in rows}),
        "setting": sorted({row.setting for row in rows}),
        "section": [section for section in SECTIONS if section in used],
        "difficulty": sorted({str(row.difficulty) for row in rows}),
    }


def _as_arguments(filters: Filters) -> dict[str, str | None]:
    """Return the filters as the address spells them; None leaves one out."""
    return {
        "status": filters.status or None,
        "difficulty": str(filters.difficulty) if filters.difficulty else None,
        "setting": filters.setting or None,
        "specialty": filters.specialty or None,
        "section": filters.section or None,
        "best": next((name for name, bound in BEST_BELOW.items() if bound == filters.best_below), None),
        "q": filters.words or None,
    }


def _next(recommendation: Recommendation | None) -> dict[str, str] | None:
    if recommendation is None:
        return None
    row = recommendation.row
    return {"title": row.title, "url": url_for("practice.chart", slug=row.slug), "why": recommendation.why}
