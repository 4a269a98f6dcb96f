"""Compiles the embedded code books: once, only what is missing or stale, all or nothing, safe between processes.

Imported books of an older layout are made again at the same time, from the official files they keep.
"""

import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.codebook.finder import written
from app.codebook.making import shelving
from app.codebook.making.assemble import laid_over
from app.codebook.making.binding import STORE, bind_book, keep_source, pass_on_sources
from app.codebook.making.described import is_made_from, sources_of
from app.codebook.making.embedded import WRITTEN_HERE, Embedded, embedded_books
from app.codebook.making.locks import folder_lock
from app.codebook.making.rebuilding import kept_parts, outdated, rebuild
from app.codebook.records import SourceRecord
from app.codebook.sources.incoming import Progress
from app.codebook.sources.parsed import ParsedTitles
from app.codebook.sources.tree import SourceRefused, SourceTree
from app.codebook.store import LAYOUT
from app.codebook.store import read_facts as stored_facts
from app.domain.errors import SetupError

__all__ = ["Progress", "compile_embedded", "is_compiled"]


def compile_embedded(
    folder: Path, codesets: Path, progress: Progress = lambda text, share: None, *, extras: bool = True
) -> None:
    """Compile every embedded book that is missing or stale into ``folder``; does nothing when all are there.

    ``extras`` False leaves out books that a server does without at first.
    ``progress`` gets a sentence and the share done, 0 to 1. Raises SourceRefused when a source is unusable
    and SetupError when the folder can't be written.
    """
    if is_compiled(folder, codesets, extras=extras):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with folder_lock(folder, "compiling the code books"):
            _compile_stale(folder, codesets, progress, extras)
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SetupError(f"The code books can't be written to {folder}: {reason}.") from error


def is_compiled(folder: Path, codesets: Path, *, extras: bool = True) -> bool:
    """Tell whether every embedded book is there, of this layout and from these very sources."""
    is_whole = shelving.is_tidy(folder) and not _stale(folder, codesets, extras) and not outdated(folder)
    return is_whole and written.is_stored(codesets, folder)


def _compile_stale(folder: Path, codesets: Path, progress: Progress, extras: bool) -> None:
    shelving.tidy(folder)
    stale, old = _stale(folder, codesets, extras), outdated(folder)
    steps = len(stale) + len(old) + 1
    with shelving.batch(folder) as staged:
        for number, source in enumerate(stale):
            progress(f"Compiling {source.facts.title} {source.facts.release}", number / steps)
            _compile(staged, source, folder / source.facts.id)
        for number, place in enumerate(old, start=len(stale)):
            progress(f"Making {place.name} again", number / steps)
            _rebuild(place, staged / place.name)
    if not written.is_stored(codesets, folder):
        progress("Reading the vocabulary", (steps - 1) / steps)
        written.store_vocabulary(codesets, folder)
        shelving.new_generation(folder)
    progress("Code books are ready", 1.0)


def _compile(folder: Path, source: Embedded, old: Path | None = None) -> None:
    """Build a book below ``folder``; official titles that were laid over ``old``, its former make, are kept."""
    target = folder / source.facts.id
    target.mkdir(parents=True)
    tree = source.parse()
    name = source.official.name if source.official else source.facts.id
    kind = source.facts.kind or WRITTEN_HERE
    records = [SourceRecord(name, kind, source.facts.sha256, datetime.now(UTC), tree.counts())]
    if source.official:
        keep_source(target, source.official)
    if old is not None:
        tree, added = _with_kept_titles(tree, source, old, target)
        records += added
    facts = replace(source.facts, note="") if len(records) > 1 else source.facts
    bind_book(target, facts, tree, records)


def _with_kept_titles(
    tree: SourceTree, source: Embedded, old: Path, target: Path
) -> tuple[SourceTree, list[SourceRecord]]:
    """Lay the imported titles of a former make over the new one, where it is made from the same file."""
    stored = stored_facts(old / STORE)
    laid = []
    if stored.get("sha256") == source.facts.sha256:
        pass_on_sources(old, target)
        for record in sources_of(stored)[1:]:
            for part in kept_parts(old, [record], lambda text, share: None):
                if isinstance(part, ParsedTitles):
                    tree = laid_over(tree, part)
                    laid.append(record)
    return tree, laid


def _rebuild(place: Path, target: Path) -> None:
    """Make an imported book again; one that can't be stays as it is, unread, until its file is imported again."""
    try:
        rebuild(place, target, lambda text, share: None)
    except SourceRefused:
        shutil.rmtree(target, ignore_errors=True)


def _stale(folder: Path, codesets: Path, extras: bool) -> list[Embedded]:
    stale = []
    for source in embedded_books(codesets):
        if source.is_extra and not extras:
            continue
        stored = stored_facts(folder / source.facts.id / STORE)
        if stored.get("layout") != LAYOUT or not is_made_from(stored, source.facts):
            stale.append(source)
    return stale
