"""The worklist, the workspace, its autosave, the result and the history."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.domain.errors import AnswerRefused, AttemptClosed, ChartroomError, InvalidInput
from app.domain.sheet import read_sheet
from app.services import claims, history, practice
from app.services.exercises import chart_of_attempt, published_version
from app.services.moment import utc_now
from app.web.practice import pages as page_data
from app.web.practice.forms import AnswerForm, answer_form, read_filters
from app.web.requests import json_body, library, page_argument, user_id

blueprint = Blueprint("practice", __name__, url_prefix="/practice")

PER_PAGE = 50


@blueprint.get("/")
def worklist() -> ResponseReturnValue:
    """Show the queue of charts with where the person stands."""
    return render_template("practice/worklist.html", **page_data.worklist_page(user_id(), read_filters(request.args)))


@blueprint.get("/charts/<slug>")
def chart(slug: str) -> ResponseReturnValue:
    """Show what a chart is about before the clock runs."""
    version = published_version(slug)
    return render_template("practice/chart.html", **page_data.begin_page(version, user_id()))


@blueprint.post("/charts/<slug>")
def begin(slug: str) -> ResponseReturnValue:
    """Open a chart, or go on with the attempt that is open."""
    attempt_id = practice.open_attempt(slug, user_id=user_id(), now=utc_now())
    return redirect(url_for("practice.workspace", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>")
def workspace(attempt_id: int) -> ResponseReturnValue:
    """Show the chart and the answer sheet side by side."""
    attempt = practice.get_attempt(attempt_id, user_id=user_id())
    if attempt.submitted_at is not None:
        return redirect(url_for("practice.result", attempt_id=attempt_id))
    form = answer_form(attempt.sheet, active_seconds=attempt.active_seconds)
    return render_template("practice/workspace.html", **page_data.workspace_page(attempt, form))


@blueprint.post("/attempts/<int(max=2147483647):attempt_id>/draft")
def draft(attempt_id: int) -> ResponseReturnValue:
    """Save the sheet as it is; a page that is behind is told, and nothing is overwritten."""
    moment = utc_now()
    try:
        saved = practice.save_draft(attempt_id, practice.read_draft(json_body()), user_id=user_id(), now=moment)
    except practice.DraftConflict as conflict:
        return jsonify(error=str(conflict), revision=conflict.revision, sheet=conflict.sheet, marks=conflict.marks), 409
    except AttemptClosed as closed:
        return jsonify(error=str(closed), result_url=url_for("practice.result", attempt_id=attempt_id)), 410
    return jsonify(revision=saved, saved_at=moment.isoformat())


@blueprint.post("/attempts/<int(max=2147483647):attempt_id>/check")
def check(attempt_id: int) -> ResponseReturnValue:
    """Scrub the claim: what can be said against it without the key."""
    attempt = practice.get_attempt(attempt_id, user_id=user_id())
    data = json_body()
    sheet = read_sheet(data.get("sheet") if isinstance(data, dict) else None)
    return jsonify(problems=[p.to_json() for p in claims.check_claim(sheet, chart_of_attempt(attempt), library())])


@blueprint.post("/attempts/<int(max=2147483647):attempt_id>/submit")
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand in the answer; without scripts the same form also saves it or adds rows."""
    form = AnswerForm()
    try:
        sheet = form.read()
        if "save" in request.form or "more" in request.form:
            return _save_form(attempt_id, form)
        practice.submit(
            attempt_id, sheet, active_seconds=form.seconds(), user_id=user_id(), now=utc_now(), library=library()
        )
    except AttemptClosed:
        pass  # a second click: the result is there
    except (InvalidInput, AnswerRefused, practice.DraftConflict) as error:
        return _refused(attempt_id, form, error)
    return redirect(url_for("practice.result", attempt_id=attempt_id), 303)


@blueprint.get("/attempts/<int(max=2147483647):attempt_id>/result")
def result(attempt_id: int) -> ResponseReturnValue:
    """Show the graded answer with the ledger and the key."""
    attempt = practice.get_attempt(attempt_id, user_id=user_id())
    if attempt.submission is None:
        return redirect(url_for("practice.workspace", attempt_id=attempt_id))
    return render_template("practice/result.html", **page_data.result_page(attempt, library(), user_id()))


@blueprint.get("/history", endpoint="history")
def history_page() -> ResponseReturnValue:
    """List every submission of the person."""
    total = history.count_submissions(user_id())
    pages = max(1, -(-total // PER_PAGE))
    page = min(page_argument(), pages)
    rows = history.history(user_id(), limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    return render_template("practice/history.html", rows=rows, page=page, pages=pages, total=total)


def _save_form(attempt_id: int, form: AnswerForm) -> ResponseReturnValue:
    attempt = practice.get_attempt(attempt_id, user_id=user_id())
    typed = practice.Draft(form.based_on(), form.read(), attempt.marks, form.seconds())
    practice.save_draft(attempt_id, typed, user_id=user_id(), now=utc_now())
    return redirect(url_for("practice.workspace", attempt_id=attempt_id), 303)


def _refused(attempt_id: int, form: AnswerForm, error: ChartroomError) -> ResponseReturnValue:
    attempt = practice.get_attempt(attempt_id, user_id=user_id())
    problems = [{"row": None, "field": None, "level": "error", "text": str(error)}]
    return render_template("practice/workspace.html", **page_data.workspace_page(attempt, form, problems)), 400
