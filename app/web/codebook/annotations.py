"""Writing into one's own code book: notes, bookmarks, the page with all of it. Nobody else's can be reached.

The address of a note checks its CSRF token itself and answers a person who was logged out: a text that can't be
saved is shown again, so that it isn't lost with the refused request.
"""

from flask import current_app, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError

from app.domain.codes.code import CodeSystem, normalise
from app.domain.errors import InvalidInput, UnknownCode
from app.extensions import csrf
from app.services import annotations
from app.services.annotations import NoteConflict
from app.services.moment import utc_now
from app.web.codebook import pages
from app.web.codebook.addresses import blueprint, books_asked, system_named
from app.web.requests import json_body, page_argument, user_id, wants_json

TOO_OLD = (
    "This page was open so long that its security token no longer fits. Your text is still here: press Save once more. "
    "If you didn't write it, leave this page."
)
LOGGED_OUT = (
    "You are logged out, so this text isn't saved yet. Log in in another tab, come back to this one and press Save."
)


@blueprint.before_app_request
def keep_text_of_the_logged_out() -> ResponseReturnValue | None:
    """Show the text of a note to somebody whose log-in ended meanwhile, before the access table sends them away."""
    if request.endpoint != "codebook.note" or current_user.is_authenticated or wants_json():
        return None
    values = request.view_args or {}
    return _unsaved(str(values.get("system", "")), str(values.get("code", "")), LOGGED_OUT), 401


@blueprint.post("/<system>/<code>/note")
@csrf.exempt  # checked below
def note(system: str, code: str) -> ResponseReturnValue:
    """Save the person's note at a code; an empty one takes it away."""
    try:
        _check_token()
    except CSRFError:
        return (jsonify(error="csrf") if wants_json() else _unsaved(system, code, TOO_OLD)), 400
    known, at = _known(system, code)
    text, revision = _sent()
    try:
        saved = annotations.save_note(user_id(), known, at, text, revision=revision, now=utc_now())
    except (InvalidInput, NoteConflict) as error:
        return _refused(known, at, error)
    if wants_json():
        return jsonify(text=saved.text, revision=saved.revision)
    flash("Your note is saved." if saved.text else "There is no note here now.", "success")
    return _back(known, at)


@blueprint.post("/<system>/<code>/bookmark")
def bookmark(system: str, code: str) -> ResponseReturnValue:
    """Set or take away the person's bookmark at a code."""
    known, at = _known(system, code)
    body = json_body() if request.is_json else {"keep": request.form.get("keep") == "1"}
    keep = isinstance(body, dict) and body.get("keep") is True
    annotations.set_bookmark(user_id(), known, at, on=keep, now=utc_now())
    return jsonify(bookmarked=keep) if wants_json() else _back(known, at)


@blueprint.post("/visited")
def visited() -> ResponseReturnValue:
    """Remember a code that was looked up beside a chart."""
    body = json_body()
    sent = body if isinstance(body, dict) else {}
    known, at = _known(str(sent.get("system", "")), str(sent.get("code", "")))
    annotations.record_visit(user_id(), known, at, now=utc_now())
    return jsonify(code=at)


@blueprint.get("/mine")
def mine() -> ResponseReturnValue:
    """Show everything the person has written into the book, and what they looked up last."""
    return render_template("codebook/mine.html", **pages.mine_page(books_asked(), user_id(), page_argument()))


def _known(system: str, text: str) -> tuple[CodeSystem, str]:
    """Return a code that some installed release has, or that the person has already written at."""
    found = system_named(system)
    code = normalise(found, text[:40])
    books = books_asked()
    if books.find(found, code) or books.is_in_other_release(found, code):
        return found, code
    if annotations.annotation(user_id(), found, code) != annotations.Annotation():
        return found, code
    raise UnknownCode(f"{code} isn't in any {found} book on this server, so nothing can be written at it.")


def _sent() -> tuple[str, int]:
    """Return the text and the revision that a form or a script sent."""
    body = json_body() if request.is_json else request.form
    sent = body if hasattr(body, "get") else {}
    text, revision = sent.get("text", ""), str(sent.get("revision", "0"))
    is_number = revision.isascii() and revision.isdigit() and len(revision) < 10
    return str(text), int(revision) if is_number else 0


def _check_token() -> None:
    if current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect()


def _refused(system: CodeSystem, code: str, error: InvalidInput | NoteConflict) -> ResponseReturnValue:
    """Say why a note wasn't saved and keep its text; after a conflict with the stored one beside it."""
    if not isinstance(error, NoteConflict):
        return (jsonify(error=str(error)) if wants_json() else _unsaved(system.value, code, str(error))), 400
    if wants_json():
        return jsonify(error=str(error), stored=error.text, revision=error.revision), 409
    return _unsaved(system.value, code, str(error), error.text, error.revision), 409


def _unsaved(system: str, code: str, message: str, stored: str | None = None, revision: int | None = None) -> str:
    """Return the page of a text that isn't saved, from which it can be saved after all."""
    return render_template(
        "codebook/unsaved.html",
        system=system,
        code=code,
        message=message,
        text=request.form.get("text", ""),
        stored=stored,
        revision=request.form.get("revision", "0") if revision is None else revision,
        to=request.form.get("to", ""),
        longest_note=annotations.LONGEST_NOTE,
    )


def _back(system: CodeSystem, code: str) -> ResponseReturnValue:
    if request.form.get("to") == "mine":
        return redirect(url_for("codebook.mine"), 303)
    return redirect(url_for("codebook.code", system=system.value, code=code), 303)
