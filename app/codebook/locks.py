"""Owns one lock file a folder, so that two processes don't make the same thing at once."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.domain.errors import SetupError

_PATIENCE_SECONDS = 120.0
#: A lock this old belongs to a process that died: a build or a start takes a few seconds.
_STALE_SECONDS = 90.0


@contextmanager
def folder_lock(folder: Path, doing: str) -> Iterator[None]:
    """Hold the folder's lock file; wait for another process, take over from a dead one.

    ``doing`` says in the error what the other process seems to be at. Raises SetupError after two minutes.
    """
    path = folder / ".lock"
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            _wait_for(path, deadline, doing)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _wait_for(path: Path, deadline: float, doing: str) -> None:
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return
    if age > _STALE_SECONDS:
        path.unlink(missing_ok=True)
    elif time.monotonic() > deadline:
        raise SetupError(f"Another Chartroom is {doing}; if none is running, delete {path}.")
    else:
        time.sleep(0.1)
