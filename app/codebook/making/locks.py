"""Owns one lock file a folder, so that two processes don't make the same thing at once."""

import os
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.domain.errors import SetupError

_PATIENCE_SECONDS = 120.0
#: A lock this old belongs to a process that died: a living one touches it all the time.
_STALE_SECONDS = 90.0
_TOUCH_SECONDS = 15.0
#: The marks of the locks that this process holds.
_held: set[str] = set()


@contextmanager
def folder_lock(folder: Path, doing: str) -> Iterator[None]:
    """Hold the folder's lock file; wait for another process, take over from a dead one.

    ``doing`` says in the error what the other process seems to be at. Raises SetupError after two minutes.
    """
    path = folder / ".lock"
    mark = f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex}"
    _take(path, mark, doing)
    done = threading.Event()
    threading.Thread(target=_keep_fresh, args=(path, done), daemon=True).start()
    try:
        yield
    finally:
        done.set()
        _held.discard(mark)
        if _read(path) == mark:
            path.unlink(missing_ok=True)


def _take(path: Path, mark: str, doing: str) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        _held.add(mark)
        try:
            handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY)
        except FileExistsError:
            _wait_for(path, deadline, doing)
        else:
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as lock:
                    lock.write(mark)
            except OSError:  # a full disk; an unsigned lock would hold everybody up until it is stale
                path.unlink(missing_ok=True)
                raise
            return


def _keep_fresh(path: Path, done: threading.Event) -> None:
    while not done.wait(_TOUCH_SECONDS):
        with suppress(OSError):
            os.utime(path)


def _wait_for(path: Path, deadline: float, doing: str) -> None:
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return
    mark = _read(path)
    if age > _STALE_SECONDS or _is_dead(mark):
        if _read(path) == mark:  # nobody else took over in between
            path.unlink(missing_ok=True)
    elif time.monotonic() > deadline:
        raise SetupError(f"Another Chartroom is {doing}; if none is running, delete {path}.")
    else:
        time.sleep(0.1)


def _is_dead(mark: str) -> bool:
    """Tell whether a lock surely belongs to a process of this machine that is gone."""
    host, _, rest = mark.partition(" ")
    number = rest.partition(" ")[0]
    if os.name != "posix" or host != socket.gethostname() or not number.isdigit():
        return False
    if int(number) == os.getpid():
        return mark not in _held  # an earlier process had this number
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
