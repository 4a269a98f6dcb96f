"""Writes one book into a new folder: store, index, facts, and a packed copy of each official file it was made from.

With the copies a later version of Chartroom can make the book again without asking for the files.
"""

import gzip
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from app.codebook.finder.index import write_index
from app.codebook.making.compile import rows_of
from app.codebook.making.described import to_store
from app.codebook.pcs import build as pcs_build
from app.codebook.records import SourceRecord
from app.codebook.sources.facts import SourceFacts, check_counts, check_facts
from app.codebook.sources.incoming import Incoming
from app.codebook.sources.tree import SourceRefused, SourceTree
from app.codebook.store import add_facts, write_store
from app.domain.codes.code import CodeSystem

STORE = "book.sqlite3"
_KEPT = "sources"


def bind_book(folder: Path, facts: SourceFacts, tree: SourceTree, sources: Sequence[SourceRecord]) -> None:
    """Write a book of nodes into an empty folder; raises SourceRefused when its counts aren't as promised."""
    counts = tree.counts()
    _check(facts, counts, sources)
    nodes, notes, seventh = rows_of(tree, facts)
    write_store(folder / STORE, to_store(facts, counts, sources), nodes, notes, seventh)
    if facts.system is not None:
        write_index(folder / "index", tree, facts.system)
    if facts.system is CodeSystem.ICD10PCS:
        pcs_build.write_beside(folder, tree)


def bind_table(
    folder: Path,
    facts: SourceFacts,
    counts: dict[str, int],
    sources: Sequence[SourceRecord],
    *,
    layout: int,
    reader: str,
) -> None:
    """Add the facts to the SQLite file that a table's own module, ``reader``, has written into the folder."""
    _check(facts, counts, sources)
    add_facts(folder / STORE, {**to_store(facts, counts, sources), "layout": layout, "reader": reader})


def keep_source(folder: Path, file: Incoming) -> None:
    """Keep a packed copy of a source beside its book."""
    (folder / _KEPT).mkdir(exist_ok=True)
    with gzip.open(_place(folder, file.sha256), "wb", compresslevel=4) as copy:
        for chunk in file.chunks():
            copy.write(chunk)


def pass_on_sources(old: Path, new: Path) -> None:
    """Copy the kept sources of a book to the folder it is made anew in."""
    if (old / _KEPT).is_dir():
        shutil.copytree(old / _KEPT, new / _KEPT, dirs_exist_ok=True)


def kept_source(folder: Path, record: SourceRecord) -> Incoming | None:
    """Return the kept copy of a source of the book in a folder, or None if there is none."""
    path = _place(folder, record.sha256)
    if not path.is_file():
        return None
    return Incoming(record.name, path, path.stat().st_size, packed=True)


def source_record(file: Incoming, kind: str, counts: dict[str, int], now: datetime) -> SourceRecord:
    """Return what is kept in writing about a file."""
    return SourceRecord(file.name, str(kind), file.sha256, now.astimezone(UTC), counts)


def _check(facts: SourceFacts, counts: dict[str, int], sources: Sequence[SourceRecord]) -> None:
    """Refuse a book without facts, without a source on record, or of other counts than promised."""
    check_facts(facts)
    check_counts(facts, counts)
    if not sources or not all(record.name and record.kind and record.sha256 for record in sources):
        raise SourceRefused(f"{facts.id} has no source on record: no book is kept without.")


def _place(folder: Path, sha256: str) -> Path:
    return folder / _KEPT / f"{sha256[:32]}.gz"
