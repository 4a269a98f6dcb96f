"""Questions about the request at hand that several blueprints ask."""

from datetime import date
from threading import Lock, Thread
from typing import cast
from urllib.parse import urlsplit

from flask import current_app, request
from flask_login import current_user
from werkzeug.exceptions import BadRequest

from app.codebook.library import Library
from app.domain.errors import InvalidInput

#: Threads that notice new books at the same time wait for one of them to open the library.
_OPENING = Lock()


def wants_json() -> bool:
    """Tell whether the caller is a script of a page, which reads JSON, rather than a person."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def json_body() -> object:
    """Return the JSON that a script sent. Raises InvalidInput, with a sentence, for what can't be read."""
    try:
        return request.get_json()
    except (BadRequest, RecursionError):
        raise InvalidInput("What the page sent isn't JSON that can be read. Load the page again.") from None


def library() -> Library:
    """Return the code books of this server, opened at the first use and anew after books were imported."""
    extensions = current_app.extensions
    held: Library | None = extensions.get("chartroom.library")
    if held is not None and held.is_current():
        return held
    with _OPENING:
        if extensions.get("chartroom.library") is held:
            opened = extensions["chartroom.library"] = Library.open(extensions["chartroom.config"].codebooks_dir)
            if held is not None:  # people are at work; nobody should wait for the new books' finder
                Thread(target=opened.warm_up, name="finder", daemon=True).start()
    return cast(Library, extensions["chartroom.library"])


def user_id() -> int:
    """Return the id of the person who is logged in."""
    return int(current_user.id)


def safe_next(target: str | None) -> str | None:
    """Return a ``next`` address if it stays on this site, else None."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    if any(ord(c) < 32 for c in target) or "\\" in target:
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def date_argument(name: str) -> date | None:
    """Return a date of the query string, None if it isn't given. Raises InvalidInput."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"“{text[:30]}” isn't a date. Write it as 2026-06-05.") from None


def page_argument() -> int:
    """Return the page number of the query string, 1 if it isn't a sensible one."""
    text = request.args.get("page", "1")
    return min(max(1, int(text)), 100_000) if text.isascii() and text.isdigit() and len(text) < 7 else 1
