"""The one table from errors to status codes and pages."""

from flask import Flask, jsonify, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from app.domain.errors import (
    AnswerRefused,
    AttemptClosed,
    BookMissing,
    ChartroomError,
    Conflict,
    InvalidInput,
    NotFound,
)
from app.extensions import db, login_manager
from app.web.requests import wants_json

STATUS: dict[type[ChartroomError], int] = {
    NotFound: 404,
    AnswerRefused: 400,
    InvalidInput: 400,
    Conflict: 409,
    AttemptClosed: 410,
    BookMissing: 503,
    ChartroomError: 400,
}

PAGES: dict[int, tuple[str, str]] = {
    400: ("This could not be read", "Go back, check what you entered and try again."),
    403: ("You may not open this page", "It belongs to another role. Ask an administrator if you need it."),
    404: ("There is no such page", "The address may be mistyped, or what is there belongs to somebody else."),
    405: ("This address can't be used like that", "Go back to the page you came from and use its buttons."),
    409: ("Somebody changed this first", "Load the page again to see how it is now."),
    410: ("This attempt is closed", "It was already submitted. Your history has its result."),
    413: ("That was too large", "Shorten the text or choose a smaller file."),
    415: ("That kind of content can't be used here", "Use the buttons of the page."),
    429: ("Too many tries", "Wait a few minutes, then try again. Until then a right password is refused, too."),
    500: (
        "Something broke on our side",
        "What you saved is kept. Try again; if it happens again, tell your administrator when it did.",
    ),
    503: ("The site is busy", "Nothing you saved is lost. Try again in a few seconds."),
}


def register(app: Flask) -> None:
    """Bind the table to the application."""
    app.register_error_handler(ChartroomError, _known)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(OperationalError, _database)
    app.register_error_handler(SecurityError, _foreign_host)
    app.register_error_handler(HTTPException, _http)


def status_of(error: ChartroomError) -> int:
    """Return the status of the nearest class of the error that the table holds."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def error_page(status: int, message: str = "") -> ResponseReturnValue:
    """Return the page, or for scripts the JSON, that explains an error; from 500 on without asking the database."""
    if status >= 500:
        db.session.rollback()
        login_manager._update_request_context_with_user()  # nobody: finding out who it is takes the database
    title, hint = PAGES.get(status, PAGES[500 if status >= 500 else 400])
    if wants_json():
        return jsonify(error=message or f"{title}. {hint}"), status
    # a sentence about the very thing needs no general advice beside it
    shown = "" if message else hint
    return render_template("errors/error.html", code=status, title=title, message=message, hint=shown), status


def _known(error: ChartroomError) -> ResponseReturnValue:
    db.session.rollback()
    return error_page(status_of(error), str(error))


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    if wants_json():
        return jsonify(error="csrf"), 400
    return error_page(
        400, "This page was open so long that its security token no longer fits. Load it again and repeat."
    )


def _database(_error: OperationalError) -> ResponseReturnValue:
    return error_page(503, "The database could not take this just now, so nothing was changed.")


def _foreign_host(_error: SecurityError) -> ResponseReturnValue:
    # no address can be built for a host that isn't ours, so no page either
    return "This server doesn't answer to that host name. See CHARTROOM_TRUSTED_HOSTS.\n", 400


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if status < 400:
        return error
    answer = make_response(error_page(status))
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer
