"""The one door to the compiled code books: which release is in force on a day, and everything asked of it.

Read-only and thread-safe; one ``Library`` a process.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

from app.codebook.edits.tables import Edits
from app.codebook.finder.finder import Finder
from app.codebook.finder.term_index import FOLDER as TERMS_FOLDER
from app.codebook.finder.term_index import TermIndex
from app.codebook.finder.vocabulary import Vocabulary, load_vocabulary
from app.codebook.finder.written import STORED as STORED_VOCABULARY
from app.codebook.in_force import BooksInForce, Shelf
from app.codebook.making import shelving
from app.codebook.making.described import book_of, table_of
from app.codebook.pages.index_book import LAYOUT as INDEX_LAYOUT
from app.codebook.pages.index_book import IndexBook
from app.codebook.patients import PatientRule, read_rules
from app.codebook.records import Book, Table, Volume
from app.codebook.sources.parsed import INDEX_KINDS
from app.codebook.store import LAYOUT, Node, Store, read_facts
from app.domain.codes.code import CodeSystem
from app.domain.errors import BookMissing

__all__ = ["BooksInForce", "Library", "Shelf"]


class Library:
    """Every compiled book of a folder, as it was when the library was opened."""

    def __init__(
        self,
        shelves: Sequence[Shelf],
        tables: Sequence[tuple[Table, Path]],
        words: Vocabulary,
        folder: Path,
        generation: str,
    ) -> None:
        self._shelves = tuple(sorted(shelves, key=_shelf_order))
        self._tables = {table.id: (table, path) for table, path in tables}
        self._words = words
        self._folder = folder
        self._generation = generation
        self._known: dict[tuple[str, ...], BooksInForce] = {}

    @classmethod
    def open(cls, folder: Path) -> "Library":
        """Open every compiled book below a folder; raises BookMissing when there is none."""
        generation = shelving.generation(folder)  # before anything is read: books that come meanwhile aren't missed
        books: list[tuple[Book, Path]] = []
        tables: list[tuple[Table, Path]] = []
        for path in sorted(folder.glob("[!.]*/book.sqlite3")):
            facts = read_facts(path)
            if not facts.get("system") and "layout" in facts:
                tables.append((table_of(facts), path))
            elif facts.get("layout") == LAYOUT:
                books.append((book_of(facts), path))
        if not books:
            raise BookMissing(f"There is no compiled code book in {folder}: “chartroom serve” compiles them.")
        shelves = [_shelf(replace(book, effective_to=_end(book, [b for b, _ in books])), path) for book, path in books]
        ended = [(replace(table, effective_to=_end(table, [t for t, _ in tables])), path) for table, path in tables]
        return cls(shelves, ended, load_vocabulary(folder / STORED_VOCABULARY), folder, generation)

    def is_current(self) -> bool:
        """Tell whether the folder still holds what it held when the library was opened."""
        return shelving.generation(self._folder) == self._generation

    def books(self) -> tuple[Book, ...]:
        """Return every book of a code system, by system and date."""
        return tuple(shelf.book for shelf in self._shelves)

    def tables(self, kind: str | None = None) -> tuple[Table, ...]:
        """Return what is installed beside the code systems (of one kind of file), by id."""
        return tuple(table for table, _ in self._tables.values() if kind in (None, table.kind))

    def folder_of(self, volume: Volume) -> Path:
        """Return the folder of what is installed, for the module that reads such things."""
        return self._folder / volume.id

    @cached_property
    def edits(self) -> Edits:
        """The edit tables: pairs of codes, most units, the fee schedule."""
        return Edits(self._tables.values())

    def shelves(self) -> tuple[Shelf, ...]:
        """Return the open books of code systems, by system and date."""
        return self._shelves

    def volumes(self) -> tuple[Volume, ...]:
        """Return everything installed: books of code systems first, then tables by id."""
        return (*self.books(), *sorted(self.tables(), key=lambda table: table.id))

    def index_books(self, day: date | None = None) -> tuple[IndexBook, ...]:
        """Return the imported index files, one of each kind: in force on a day, else the newest."""
        found = []
        for kind in INDEX_KINDS:
            tables = sorted(self.tables(kind), key=lambda table: (table.effective_from, table.id))
            covering = [table for table in tables if day and table.covers(day)]
            found += [self._indexes[table.id] for table in (covering or tables)[-1:] if table.id in self._indexes]
        return tuple(found)

    def book_for(self, system: CodeSystem, on: date) -> Book | None:
        """Return the release of a system in force on a day, or None."""
        shelf = _in_force([shelf for shelf in self._shelves if shelf.book.system is system], on)
        return shelf.book if shelf else None

    def warm_up(self) -> None:
        """Read what the first query would have to wait for; a book that is replaced meanwhile is opened anew later."""
        with suppress(OSError, ValueError, sqlite3.Error):  # as the system, tantivy and SQLite say that it is gone
            books = self.on(None)
            for book in books.books:
                books.search("left mispelled querry", system=book.system)

    def on(self, day: date | None) -> "BooksInForce":
        """Return the books of a day; of a system that no book covers then (or without a day), its newest."""
        chosen = []
        for system in CodeSystem:
            shelves = [shelf for shelf in self._shelves if shelf.book.system is system]
            covering = _in_force(shelves, day) if day else None
            chosen += [covering] if covering else shelves[-1:]
        return self._in_force(chosen)

    def by_ids(self, ids: Sequence[str]) -> "BooksInForce":
        """Return exactly these releases; raises BookMissing when one isn't installed."""
        by_id = {shelf.book.id: shelf for shelf in self._shelves}
        for name in ids:
            if name not in by_id:
                raise BookMissing(f"The code book {name} isn't installed: import that release again.")
        return self._in_force([by_id[name] for name in ids])

    def _in_force(self, shelves: Sequence[Shelf]) -> "BooksInForce":
        """Return the one object for these releases; there are few sets of them, and each remembers what it has read."""
        ids = tuple(shelf.book.id for shelf in shelves)
        if ids not in self._known:
            terms = self._terms_for(shelves)
            self._known[ids] = BooksInForce(shelves, self._shelves, self._words, self._places, self._rules, terms)
        return self._known[ids]

    def _terms_for(self, shelves: Sequence[Shelf]) -> list[TermIndex]:
        """Return the search indexes of the imported index files of the same release as the ICD-10-CM book."""
        day = next((shelf.book.effective_from for shelf in shelves if shelf.book.system is CodeSystem.ICD10CM), None)
        tables = [book.table for book in self.index_books(day)] if day else []
        return [self._terms[table.id] for table in tables if table.covers(day or date.max) and table.id in self._terms]

    @cached_property
    def _terms(self) -> dict[str, TermIndex]:
        indexes = [(self.folder_of(book.table), book.table) for book in self._indexes.values()]
        return {t.id: TermIndex(folder, t.kind) for folder, t in indexes if (folder / TERMS_FOLDER).is_dir()}

    @cached_property
    def _indexes(self) -> dict[str, IndexBook]:
        readable = (
            (table, path)
            for kind in INDEX_KINDS
            for table, path in self._tables.values()
            if table.kind == kind and read_facts(path)["layout"] == INDEX_LAYOUT
        )
        return {table.id: IndexBook(path, table) for table, path in readable}

    @cached_property
    def _places(self) -> dict[str, str]:
        return {row.code: row.title for row in self._rows("place-of-service")}

    @cached_property
    def _rules(self) -> tuple[PatientRule, ...]:
        return read_rules(row.extra for row in self._rows("patient-fit"))

    def _rows(self, name: str) -> list[Node]:
        newest = max((key for key in self._tables if key.startswith(name)), default=None)
        return Store(self._tables[newest][1], None).of_kind("row") if newest else []


def _end(volume: Volume, others: Iterable[Volume]) -> date | None:
    """Return a release's last day: its own, or the eve of the next release of the same book or index file.

    A starter set neither ends so nor ends another; edit tables carry the days of each row.
    """
    line = _line_of(volume)
    if line is None:
        return volume.effective_to
    later = [
        other.effective_from - timedelta(days=1)
        for other in others
        if _line_of(other) == line and other.effective_from > volume.effective_from
    ]
    return min((day for day in (volume.effective_to, *later) if day), default=None)


def _line_of(volume: Volume) -> str | None:
    """Return what the releases of a book have in common, None for what doesn't come in releases."""
    if isinstance(volume, Book):
        return None if volume.partial else str(volume.system)
    return volume.kind if volume.kind in INDEX_KINDS else None


def _shelf(book: Book, path: Path) -> Shelf:
    store = Store(path, book.system, effective_from=book.effective_from, effective_to=book.effective_to)
    return Shelf(book, store, Finder(path.parent / "index"))


def _shelf_order(shelf: Shelf) -> tuple[CodeSystem, date, bool, bool, str]:
    """Order by date; of two that begin on a day the last wins: the complete one, the imported one, the later id."""
    book = shelf.book
    return book.system, book.effective_from, not book.partial, book.imported, book.id


def _in_force(shelves: Sequence[Shelf], day: date) -> Shelf | None:
    """Return the newest shelf that covers a day, a complete one before a starter set."""
    covering = [shelf for shelf in shelves if shelf.book.covers(day)]
    complete = [shelf for shelf in covering if not shelf.book.partial]
    chosen = complete or covering
    return chosen[-1] if chosen else None
