"""Owns how finished books get onto the shelf: all of a batch or none, whenever the process may die.

A batch is built in a hidden folder. One rename turns it into a committed batch; then its books move to their places,
and whoever holds the folder's lock next finishes that if the process died before it could. ``generation`` changes
with every batch, so that running servers notice.
"""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BATCH = ".batch-"
_COMMITTED = ".committed-"
_OLD = ".old-"
_GENERATION = "generation"


@contextmanager
def batch(folder: Path) -> Iterator[Path]:
    """Give an empty folder to build books in (one folder each, named by id); put them in their places at the end.

    Call it with the folder's lock held. Whatever is raised within leaves everything as it was.
    """
    staged = folder / f"{_BATCH}{os.getpid()}"
    try:
        staged.mkdir()
        yield staged
        if any(staged.iterdir()):
            committed = folder / f"{_COMMITTED}{os.getpid()}"
            staged.rename(committed)
            _finish(folder, committed)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def is_tidy(folder: Path) -> bool:
    """Tell whether no process has left a batch behind."""
    return not any(folder.glob(f"{_COMMITTED}*"))


def tidy(folder: Path) -> None:
    """Finish committed batches of dead processes and drop what else they left. Call it with the lock held."""
    for committed in sorted(folder.glob(f"{_COMMITTED}*")):
        _finish(folder, committed)
    for leftover in (*folder.glob(f"{_BATCH}*"), *folder.glob(f"{_OLD}*"), *folder.glob(".building-*")):
        shutil.rmtree(leftover, ignore_errors=True)
    for leftover in (*folder.glob(".vocabulary-*"), *folder.glob(f".{_GENERATION}-*")):
        leftover.unlink(missing_ok=True)


def remove(folder: Path, name: str) -> None:
    """Take a book off the shelf. Call it with the lock held."""
    old = _put_aside(folder, name)
    if old:
        shutil.rmtree(old, ignore_errors=True)
    new_generation(folder)


def generation(folder: Path) -> str:
    """Return the mark of the books as they are now; "" before the first batch."""
    try:
        return (folder / _GENERATION).read_text(encoding="ascii")
    except OSError:
        return ""


def new_generation(folder: Path) -> None:
    """Change the mark, so that running servers open the books anew."""
    aside = folder / f".{_GENERATION}-{os.getpid()}"
    aside.write_text(uuid.uuid4().hex, encoding="ascii")
    aside.replace(folder / _GENERATION)


def _finish(folder: Path, committed: Path) -> None:
    """Move the books of a committed batch to their places; readers of an old book keep their open files.

    The mark is changed before the batch is gone, so that who finishes it later changes it if this process can't.
    """
    for book in sorted(committed.iterdir()):
        old = _put_aside(folder, book.name)
        book.rename(folder / book.name)
        if old:
            shutil.rmtree(old, ignore_errors=True)
    new_generation(folder)
    committed.rmdir()


def _put_aside(folder: Path, name: str) -> Path | None:
    place = folder / name
    if not place.exists():
        return None
    old = folder / f"{_OLD}{name}-{uuid.uuid4().hex[:8]}"
    place.rename(old)
    return old
