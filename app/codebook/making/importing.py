"""Imports official files: recognised by content, all or nothing, idempotent; no book of another release is touched."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.codebook.making import shelving
from app.codebook.making.assemble import Part, tree_of
from app.codebook.making.binding import STORE, bind_book, bind_table, keep_source, pass_on_sources, source_record
from app.codebook.making.described import facts_of, sources_of
from app.codebook.making.locks import folder_lock
from app.codebook.making.rebuilding import kept_parts, lost
from app.codebook.records import SourceRecord
from app.codebook.sources.facts import SourceFacts
from app.codebook.sources.incoming import Incoming, Progress, incoming_of
from app.codebook.sources.parsed import FileKind, Parsed, ParsedBook, ParsedTable
from app.codebook.sources.recognise import Source, find_source, recognise, seen_as
from app.codebook.sources.releases import Release, ReleaseOptions, release_of
from app.codebook.sources.tree import SourceRefused
from app.codebook.store import read_facts
from app.domain.errors import SetupError


class Outcome(StrEnum):
    """What became of a file."""

    NEW = "new"
    ADDED = "added to its book"
    ALREADY = "already there"
    PASSED_OVER = "passed over"


@dataclass(frozen=True, slots=True)
class Imported:
    """One file of an import: what it is, which book it gave; ``said`` is what people should know of it."""

    name: str
    kind: str
    outcome: Outcome
    book: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    said: str = ""


@dataclass(slots=True)
class _Pending:
    """A book of a code system that is to be built: its facts and its files, the new ones in ``files``."""

    facts: SourceFacts
    parts: list[Part]
    sources: list[SourceRecord]
    old: Path | None = None
    files: list[Incoming] = field(default_factory=list)


def import_files(
    folder: Path, paths: Sequence[Path], *, options: ReleaseOptions, now: datetime, progress: Progress
) -> tuple[Imported, ...]:
    """Import files and zips into the folder of books: all of them or, when one is refused, none.

    Raises SourceRefused, naming file, place and remedy, and SetupError when the folder can't be written.
    """
    with _held(folder, "importing code books") as staged:
        work = _Import(folder, staged, options, now, progress)
        found = [one for path in paths for one in work.take(incoming_of(path), path.name)]
        work.build()
    return tuple(found)


def remove_book(folder: Path, name: str) -> None:
    """Take an imported book off the shelf. Raises SourceRefused for one that isn't there or came with Chartroom."""
    with _held(folder, "removing a code book"):
        facts = read_facts(folder / name / STORE) if Path(name).name == name else {}
        if not facts:
            raise SourceRefused(f"No book {name[:60]} is installed: “chartroom codes list” names those that are.")
        if not facts.get("imported"):
            raise SourceRefused(f"{name} comes with Chartroom and can't be removed.")
        shelving.remove(folder, name)


@contextmanager
def _held(folder: Path, doing: str) -> Iterator[Path]:
    """Hold the folder's lock and a batch in it; trouble with the disk is one sentence."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with folder_lock(folder, doing):
            shelving.tidy(folder)
            with shelving.batch(folder) as staged:
                yield staged
    except (OSError, sqlite3.Error) as error:
        reason = getattr(error, "strerror", None) or error
        raise SetupError(
            f"The code books in {folder} can't be written ({reason}): nothing was changed. Make room on the disk, or "
            "make the folder writable, and try again."
        ) from error


class _Import:
    """One run: files come in; tables are written at once, books when all their files are known."""

    def __init__(self, folder: Path, staged: Path, options: ReleaseOptions, now: datetime, progress: Progress) -> None:
        self._folder = folder
        self._staged = staged
        self._options = options
        self._now = now
        self._progress = progress
        self._pending: dict[str, _Pending] = {}
        self._lost = {place.name for place in lost(folder)}
        self._digests = _installed_digests(folder, self._lost)

    def take(self, files: Sequence[Incoming], name: str) -> list[Imported]:
        """Take in a file, or the members of a zip; there unknown ones are passed over as long as one is known."""
        known = [(file, find_source(file)) for file in files]
        if not any(source for _, source in known):
            if files[0].member is None:
                recognise(files[0])
            listed = ", ".join(file.name.rpartition("› ")[2] for file in files[:6])
            raise SourceRefused(f"{name} holds no official file that Chartroom reads; it holds {listed}.")
        found = []
        for file, source in sorted(known, key=lambda item: _rank(item[1])):
            if source is None:
                found.append(Imported(file.name, "", Outcome.PASSED_OVER, said=f"it is {seen_as(file.head)}"))
            else:
                found.append(self._take_one(file, *source))
        return found

    def build(self) -> None:
        """Build every book that got files."""
        for name, pending in self._pending.items():
            if not pending.files:
                continue
            self._progress(f"Compiling {pending.facts.title} {pending.facts.release}", 0.0)
            target = self._staged / name
            target.mkdir()
            if pending.old:
                pass_on_sources(pending.old, target)
            for file in pending.files:
                keep_source(target, file)
            bind_book(target, pending.facts, tree_of(pending.parts), pending.sources)
            pending.parts.clear()

    def _take_one(self, file: Incoming, kind: FileKind, source: Source) -> Imported:
        self._progress(f"Reading {file.name}", 0.0)
        if file.sha256 in self._digests:
            return Imported(file.name, kind, Outcome.ALREADY, self._digests[file.sha256])
        parsed = source.parse(file, self._progress)
        release = release_of(file.name, parsed.imprint.cycle, parsed.starts, self._options)
        facts = _facts(parsed, release, file)
        if isinstance(parsed, ParsedTable):
            done = self._take_table(file, parsed, facts, source)
        else:
            done = self._take_part(file, parsed, facts)
        self._digests[file.sha256] = done.book
        return done

    def _take_table(self, file: Incoming, parsed: ParsedTable, facts: SourceFacts, source: Source) -> Imported:
        """Write a table at once; a file of many rows is read as a stream.

        It is read to its end before anything is said of a table that is there already: a damaged file is no other
        edition.
        """
        target = self._staged / facts.id
        stored = read_facts(target / STORE) or self._installed(facts.id)
        if stored:
            with TemporaryDirectory(dir=self._staged) as apart:
                _write(file, parsed, Path(apart))
            raise _taken(file, parsed, facts, sources_of(stored))
        target.mkdir()
        counts = _write(file, parsed, target)
        keep_source(target, file)
        records = [source_record(file, parsed.kind, counts, self._now)]
        bind_table(target, facts, counts, records, layout=parsed.layout, reader=source.__name__)
        return Imported(file.name, parsed.kind, Outcome.NEW, facts.id, counts)

    def _take_part(self, file: Incoming, parsed: Part, facts: SourceFacts) -> Imported:
        """Add a file to its book, which is built at the end."""
        pending = self._pending.get(facts.id) or self._opened(facts.id)
        if pending:
            for number, part in enumerate(pending.parts):
                if type(part) is type(parsed) and (isinstance(part, ParsedBook) or part.kind is parsed.kind):
                    return self._same_again(file, parsed, facts, part, pending.sources[number])
        counts = _counts(parsed)
        if not any(counts.values()):
            file.refuse("it holds no code: get the file again.")
        outcome = Outcome.ADDED if pending else Outcome.NEW
        pending = self._pending.setdefault(facts.id, pending or _Pending(facts, [], []))
        pending.facts = _joined(pending, parsed, facts)
        pending.parts.append(parsed)
        pending.sources.append(source_record(file, parsed.kind, counts, self._now))
        pending.files.append(file)
        return Imported(file.name, parsed.kind, outcome, facts.id, counts)

    def _installed(self, name: str) -> dict[str, Any]:
        """Return the facts of an installed book; one that is lost counts as none, so that its files replace it."""
        return {} if name in self._lost else read_facts(self._folder / name / STORE)

    def _opened(self, name: str) -> _Pending | None:
        """Return an installed book with its files parsed again, or None if there is none."""
        place = self._folder / name
        stored = self._installed(name)
        if not stored:
            return None
        sources = sources_of(stored)
        self._progress(f"Opening {stored['title']} {stored['release']}", 0.0)
        return _Pending(facts_of(stored), list(kept_parts(place, sources, self._progress)), list(sources), place)

    def _same_again(
        self, file: Incoming, parsed: Part, facts: SourceFacts, known: Part, record: SourceRecord
    ) -> Imported:
        """Pass over a file that says what the book already has; refuse one that says something else."""
        if _content(parsed) != _content(known):
            raise _taken(file, parsed, facts, [record])
        said = f"{facts.id} already has the same codes from {record.name}"
        return Imported(file.name, parsed.kind, Outcome.PASSED_OVER, facts.id, said=said)


def _write(file: Incoming, parsed: ParsedTable, target: Path) -> dict[str, int]:
    counts = parsed.write(target)
    if not any(counts.values()):
        file.refuse("it holds no entry: get the file again.")
    return counts


def _installed_digests(folder: Path, lost_books: Collection[str]) -> dict[str, str]:
    """Return the digest of every file that an installed book was made from, with the book; lost ones don't count."""
    found = {}
    for path in folder.glob(f"[!.]*/{STORE}"):
        for record in sources_of(read_facts(path)) if path.parent.name not in lost_books else ():
            found[record.sha256] = path.parent.name
    return found


def _rank(source: tuple[FileKind, Source] | None) -> int:
    kinds = list(FileKind)
    return kinds.index(source[0]) if source else len(kinds)


def _facts(parsed: Parsed, release: Release, file: Incoming) -> SourceFacts:
    imprint = parsed.imprint
    return SourceFacts(
        id=f"{imprint.stem}-{release.key}",
        title=imprint.title,
        publisher=imprint.publisher,
        release=release.label,
        effective_from=release.starts,
        effective_to=release.ends,
        licence=imprint.licence,
        sha256=file.sha256,
        system=imprint.system,
        note=imprint.note,
        partial=imprint.partial,
        kind=str(parsed.kind),
        imported=True,
    )


def _joined(pending: _Pending, parsed: Part, facts: SourceFacts) -> SourceFacts:
    """Return the facts of a book that a file joins: a tabular list gives it its own, titles only end its note."""
    if not pending.parts:
        return facts
    if isinstance(parsed, ParsedBook):
        return replace(facts, note="", effective_from=pending.facts.effective_from)
    has_tree = any(isinstance(part, ParsedBook) for part in pending.parts)
    return replace(pending.facts, note="") if has_tree else pending.facts


def _counts(parsed: Part) -> dict[str, int]:
    if isinstance(parsed, ParsedBook):
        return parsed.tree.counts()
    return {"codes": len(parsed.rows), "billable": sum(row.billable for row in parsed.rows)}


def _content(parsed: Part) -> set[object]:
    """Return what two files of a release must share to be the same: the codes of a book, the titles of a list."""
    if isinstance(parsed, ParsedBook):
        return {(node.kind, node.code, node.billable) for node in parsed.tree.nodes}
    return set(parsed.rows)


def _taken(file: Incoming, parsed: Parsed, facts: SourceFacts, sources: Sequence[SourceRecord]) -> SourceRefused:
    listed = ", ".join(record.name for record in sources)
    key = facts.id.removeprefix(f"{parsed.imprint.stem}-")
    return SourceRefused(
        f"{file.name} gives {facts.id}, which is installed from another file ({listed}) and isn't overwritten. If "
        f"this file corrects it, keep both by naming the new one, such as “--release {key}-corrected”."
    )
