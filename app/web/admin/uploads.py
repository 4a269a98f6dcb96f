"""Receives large files: streamed to disk below the data folder, with the form's other fields beside them."""

from collections.abc import Mapping
from pathlib import Path
from typing import IO

from flask import current_app, request
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from wtforms.validators import ValidationError

from app.domain.errors import InvalidInput, SetupError
from app.services.import_jobs import place_for

_MOST_PARTS = 60
_MIB = 1024 * 1024


class TooLarge(Exception):
    """More was sent than the server takes; the message says how much that is."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"This server takes {limit // _MIB:,} MB of files at once (CHARTROOM_LARGEST_UPLOAD_MB). Send fewer or "
            "zipped files, or import them at the terminal: chartroom codes import FILE."
        )


def receive(folder: Path, *, limit: int) -> Mapping[str, str]:
    """Write the files of the request into an upload folder and return the form's fields.

    The view must be exempt from the usual check of the CSRF token, which would read the whole form: it is checked
    here. Raises TooLarge, CSRFError, InvalidInput for a form that can't be read, and SetupError when the disk is full.
    """
    opened: list[IO[bytes]] = []

    def stream(
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        opened.append(place_for(folder, len(opened), filename or "").open("wb+"))
        return opened[-1]

    request.max_content_length = limit
    parser = FormDataParser(stream_factory=stream, max_form_memory_size=_MIB, max_form_parts=_MOST_PARTS)
    try:
        _, form, _ = parser.parse(request.stream, request.mimetype, request.content_length, request.mimetype_params)
    except RequestEntityTooLarge:
        raise TooLarge(limit) from None
    except ValueError:
        raise InvalidInput("The form can't be read: load the page again and choose the files anew.") from None
    except OSError as error:
        raise SetupError(f"The files can't be kept ({error.strerror or error}): make room on the disk.") from None
    finally:
        for file in opened:
            file.close()
    _check_token(form.get("csrf_token"))
    _drop_empty(folder)
    return form


def _check_token(token: str | None) -> None:
    if not current_app.config["WTF_CSRF_ENABLED"]:
        return
    try:
        validate_csrf(token)
    except ValidationError as error:
        raise CSRFError(error.args[0]) from None


def _drop_empty(folder: Path) -> None:
    """A file field that was left empty comes as a file without name and content."""
    for path in (folder / "files").glob("*/file"):
        if not path.stat().st_size:
            path.unlink()
