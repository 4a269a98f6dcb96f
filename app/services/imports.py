"""Importing official files and taking imported books away: for the command and for the page of an administrator."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from app.codebook.making import importing
from app.codebook.making.importing import Imported, Outcome
from app.codebook.sources.incoming import Progress
from app.codebook.sources.parsed import FileKind
from app.codebook.sources.releases import ReleaseOptions
from app.codebook.sources.tree import SourceRefused

__all__ = [
    "FileKind",
    "Imported",
    "Outcome",
    "Progress",
    "ReleaseOptions",
    "SourceRefused",
    "import_files",
    "remove_book",
]

_NO_OPTIONS = ReleaseOptions()


def import_files(
    paths: Sequence[Path],
    *,
    folder: Path,
    now: datetime,
    options: ReleaseOptions = _NO_OPTIONS,
    progress: Progress = lambda text, share: None,
) -> tuple[Imported, ...]:
    """Import official files or zips into the folder of code books: all or, when one is refused, none.

    Raises SourceRefused with file, place and remedy, and SetupError when the folder can't be written. Running
    servers notice new books by themselves.
    """
    return importing.import_files(folder, paths, options=options, now=now, progress=progress)


def remove_book(name: str, *, folder: Path) -> None:
    """Take an imported book away; raises SourceRefused for one that came with Chartroom or isn't there."""
    importing.remove_book(folder, name)
