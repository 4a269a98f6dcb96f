"""Compiles the embedded code books: once, only what is missing or stale, all or nothing, safe between processes."""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.codebook import vocabulary
from app.codebook.compile import rows_of
from app.codebook.index import write_index
from app.codebook.locks import folder_lock
from app.codebook.sources import icd10cm_tabular, starter
from app.codebook.sources.facts import SourceFacts, check_counts, read_facts
from app.codebook.sources.tree import SourceTree
from app.codebook.store import LAYOUT, write_store
from app.codebook.store import read_facts as stored_facts
from app.domain.errors import SetupError

Progress = Callable[[str, float], None]
STARTER_SETS = ("hcpcs", "cpt", "pos", "poa", "patient")


@dataclass(frozen=True, slots=True)
class _Source:
    """One embedded book: where it is described, the digest of its data, how to parse it."""

    facts: SourceFacts
    parse: Callable[[], SourceTree]


def compile_embedded(folder: Path, codesets: Path, progress: Progress = lambda text, share: None) -> None:
    """Compile every embedded book that is missing or stale into ``folder``; does nothing when all are there.

    ``progress`` gets a sentence and the share done, 0 to 1. Raises SourceRefused when a source is unusable
    and SetupError when the folder can't be written.
    """
    if is_compiled(folder, codesets):
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with folder_lock(folder, "compiling the code books"):
            _compile_stale(folder, codesets, progress)
    except OSError as error:
        raise SetupError(f"The code books can't be written to {folder}: {error.strerror or error}.") from error


def is_compiled(folder: Path, codesets: Path) -> bool:
    """Tell whether every embedded book is there, of this layout and from these very sources."""
    return not _stale(folder, codesets) and _vocabulary_is_current(folder, codesets)


def _compile_stale(folder: Path, codesets: Path, progress: Progress) -> None:
    stale = _stale(folder, codesets)
    for number, source in enumerate(stale):
        progress(f"Compiling {source.facts.title} {source.facts.release}", number / (len(stale) + 1))
        _compile(folder, source)
    if not _vocabulary_is_current(folder, codesets):
        progress("Reading the vocabulary", len(stale) / (len(stale) + 1))
        aside = folder / f".vocabulary-{os.getpid()}"
        aside.write_text(json.dumps(vocabulary.read_vocabulary(codesets)), encoding="utf-8")
        aside.replace(folder / "vocabulary.json")
    progress("Code books are ready", 1.0)


def _compile(folder: Path, source: _Source) -> None:
    """Build a book beside its place and move it there when it is whole."""
    aside = folder / f".building-{source.facts.id}-{os.getpid()}"
    shutil.rmtree(aside, ignore_errors=True)
    try:
        aside.mkdir()
        tree = source.parse()
        check_counts(source.facts, tree.counts())
        nodes, notes, seventh = rows_of(tree, source.facts)
        write_store(aside / "book.sqlite3", _stored(source.facts, tree), nodes, notes, seventh)
        if source.facts.system is not None:
            write_index(aside / "index", tree)
        _replace(folder / source.facts.id, aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _replace(place: Path, aside: Path) -> None:
    """Put a finished book in its place; readers of the old one keep their open files."""
    old = place.with_name(f".old-{place.name}-{os.getpid()}")
    if place.exists():
        place.rename(old)
    aside.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def _stored(facts: SourceFacts, tree: SourceTree) -> dict[str, Any]:
    def day(value: date | None) -> str | None:
        return value.isoformat() if value else None

    return {
        "id": facts.id,
        "title": facts.title,
        "system": facts.system,
        "release": facts.release,
        "publisher": facts.publisher,
        "effective_from": day(facts.effective_from),
        "effective_to": day(facts.effective_to),
        "licence": facts.licence,
        "sha256": facts.sha256,
        "counts": tree.counts(),
        "note": facts.note,
        "partial": facts.partial,
    }


def _sources(codesets: Path) -> Iterator[_Source]:
    tabular = icd10cm_tabular.embedded_file()
    if not tabular.is_file():
        raise SetupError(f"{tabular.name} is missing from simple-icd-10-cm: install Chartroom's dependencies again.")
    digest = hashlib.sha256(tabular.read_bytes()).hexdigest()
    yield _Source(read_facts(codesets / "icd10cm", digest), lambda: icd10cm_tabular.parse_tabular(tabular))
    for name in STARTER_SETS:
        facts = read_facts(codesets / name, starter.digest_of(codesets / name))
        yield _Source(facts, lambda name=name, facts=facts: starter.parse_starter(codesets / name, facts))  # type: ignore[misc]


def _stale(folder: Path, codesets: Path) -> list[_Source]:
    stale = []
    for source in _sources(codesets):
        stored = stored_facts(folder / source.facts.id / "book.sqlite3")
        if (stored.get("sha256"), stored.get("layout")) != (source.facts.sha256, LAYOUT):
            stale.append(source)
    return stale


def _vocabulary_is_current(folder: Path, codesets: Path) -> bool:
    path = folder / "vocabulary.json"
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(stored.get("sha256") == vocabulary.digest_of(codesets))
