"""The picker of ICD-10-PCS: the tables walked one character at a time, as pages and as answers for scripts.

Shows only what is in the books; nothing here knows the bank.
"""

from collections.abc import Mapping
from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.codebook.pcs.finder import Suggestion, suggest
from app.codebook.pcs.walk import NoSuchValue, PcsBook, Step, matching, open_tables
from app.codebook.records import Volume
from app.domain.codes.code import CodeSystem
from app.domain.codes.pcs import LENGTH, read_beginning
from app.domain.errors import ChartroomError, CodeShapeError
from app.web.codebook.addresses import MAX_QUERY, asked_day, blueprint, books_asked
from app.web.rendering import long_date
from app.web.requests import library


@blueprint.get("/pcs/", defaults={"beginning": ""})
@blueprint.get("/pcs/<beginning>")
def pcs(beginning: str) -> ResponseReturnValue:
    """Show the tables as far as a code is begun: what may come next, and from three characters on the printed table."""
    words = request.args.get("q", "")[:MAX_QUERY].strip()
    if words:
        return _asked(words)
    tables = open_tables(library(), asked_day())
    try:
        return _page(tables, tables.step(read_beginning(beginning[:MAX_QUERY])))
    except NoSuchValue as error:
        return _page(tables, error.step, problem=str(error)), 404
    except CodeShapeError as error:
        return _page(tables, tables.step(""), problem=str(error)), 400


@blueprint.get("/pcs-step")
def pcs_step() -> ResponseReturnValue:
    """Answer the picker beside a chart: where a code stands and what may come next."""
    tables = open_tables(library(), asked_day())
    try:
        return jsonify(_step_json(tables, tables.step(read_beginning(request.args.get("code", "")[:MAX_QUERY]))))
    except NoSuchValue as error:
        return jsonify(error=str(error), char=error.char, **_step_json(tables, error.step)), 404
    except CodeShapeError as error:
        return jsonify(error=str(error), char="", **_step_json(tables, tables.step(""))), 400


@blueprint.get("/pcs-find")
def pcs_find() -> ResponseReturnValue:
    """Answer the picker beside a chart: the tables that words lead to, or the beginning that was typed."""
    text = request.args.get("q", "")[:MAX_QUERY].strip()
    tables = open_tables(library(), asked_day())
    go, problem = _typed(tables, text)
    found = () if go or problem else suggest(books_asked(), tables, text)
    return jsonify(go=go, problem=problem, suggestions=[_suggestion_json(one) for one in found])


def _asked(text: str) -> ResponseReturnValue:
    """Go to the beginning that was typed, or list the tables that words lead to."""
    tables = open_tables(library(), asked_day())
    go, problem = _typed(tables, text)
    if go:
        return redirect(url_for("codebook.pcs", beginning=go), 303)
    found = () if problem else suggest(books_asked(), tables, text)
    return _page(tables, tables.step(""), words=text, suggestions=found, problem=problem)


def _typed(tables: PcsBook, text: str) -> tuple[str | None, str | None]:
    """Return the beginning a text is, or why it can't be one; neither for words. Only a text with a digit is a code."""
    if " " in text or len(text) > LENGTH + 3 or not any(char.isdigit() for char in text):
        return None, None
    try:
        return tables.step(read_beginning(text)).beginning, None
    except ChartroomError as error:
        return None, str(error)


def _page(tables: PcsBook, step: Step, **values: Any) -> str:
    table = tables.table(step.beginning)
    return render_template(
        "codebook/pcs.html",
        step=step,
        steps=range(LENGTH),
        table=table,
        fitting=matching(table, step.beginning) if table else [],
        title=_title(step),
        in_book=step.is_complete and books_asked().find(CodeSystem.ICD10PCS, step.beginning) is not None,
        volume=tables.volume,
        is_official=tables.is_official,
        gap=_gap(tables.volume),
        **{"words": "", "suggestions": (), "problem": None} | values,
    )


def _title(step: Step) -> str:
    """Return the title of a complete code; what its characters mean where the book in force lacks it."""
    found = books_asked().find(CodeSystem.ICD10PCS, step.beginning) if step.is_complete else None
    return found.title if found else step.words


def _gap(volume: Volume) -> str | None:
    day = asked_day()
    if volume.covers(day):
        return None
    until = f" to {long_date(volume.effective_to)}" if volume.effective_to else ""
    return (
        f"These tables were in force from {long_date(volume.effective_from)}{until}. Codes of {long_date(day)} can "
        "differ: the tables and the order file of that year can be imported."
    )


def _step_json(tables: PcsBook, step: Step) -> Mapping[str, Any]:
    return {
        "beginning": step.beginning,
        "position": step.position,
        "axis": step.axis,
        "complete": step.is_complete,
        "title": _title(step),
        "words": step.words,
        "chosen": [
            {
                "position": one.position,
                "axis": one.axis,
                "char": one.char,
                "label": one.label,
                "sure": not one.is_fragment,
            }
            for one in step.chosen
        ],
        "choices": [
            {"char": one.char, "label": one.label, "sure": not one.is_fragment, "definition": one.definition}
            for one in step.choices
        ],
        "release": tables.volume.release,
        "gap": _gap(tables.volume),
        "page": url_for("codebook.pcs", beginning=step.beginning),
    }


def _suggestion_json(one: Suggestion) -> Mapping[str, Any]:
    return {
        "beginning": one.beginning,
        "words": one.words,
        "example": one.example,
        "example_title": one.example_title,
        "loose": one.is_loose,
    }
