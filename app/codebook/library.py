"""The one door to the compiled code books: which release is in force on a day, and everything asked of it.

Read-only and thread-safe; one ``Library`` a process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from app.codebook import notes, pages, patterns
from app.codebook.finder import Finder
from app.codebook.patients import PatientRule, misfit, read_rules
from app.codebook.records import Book, Conflict, Entry, Hit, Modifier, Note, Table
from app.codebook.search import find
from app.codebook.store import LAYOUT, Store, read_facts
from app.codebook.vocabulary import Vocabulary, load_vocabulary
from app.domain.codes.code import Code, CodeSystem
from app.domain.errors import BookMissing


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """An open book: its facts, its store and its finder."""

    book: Book
    store: Store
    finder: Finder


class Library:
    """Every compiled book of a folder."""

    def __init__(self, shelves: Sequence[Shelf], tables: Sequence[tuple[Table, Store]], words: Vocabulary) -> None:
        self._shelves = tuple(sorted(shelves, key=lambda shelf: (shelf.book.system, shelf.book.effective_from)))
        self._tables = {table.id: (table, store) for table, store in tables}
        self._words = words

    @classmethod
    def open(cls, folder: Path) -> "Library":
        """Open every compiled book below a folder; raises BookMissing when there is none."""
        words = load_vocabulary(folder / "vocabulary.json")
        shelves: list[Shelf] = []
        tables: list[tuple[Table, Store]] = []
        for path in sorted(folder.glob("[!.]*/book.sqlite3")):
            facts = read_facts(path)
            if facts.get("layout") != LAYOUT:
                continue
            if facts.get("system"):
                book = _book(facts)
                shelves.append(_shelf(path, book))
            else:
                tables.append((_table(facts), Store(path, None)))
        if not shelves:
            raise BookMissing(f"There is no compiled code book in {folder}: “chartroom serve” compiles them.")
        return cls(shelves, tables, words)

    def books(self) -> tuple[Book, ...]:
        """Return every book of a code system, by system and date."""
        return tuple(shelf.book for shelf in self._shelves)

    def tables(self) -> tuple[Table, ...]:
        """Return the small tables that aren't code systems."""
        return tuple(table for table, _ in self._tables.values())

    def book_for(self, system: CodeSystem, on: date) -> Book | None:
        """Return the release of a system in force on a day, or None."""
        covering = [book for book in self.books() if book.system is system and book.covers(on)]
        return covering[-1] if covering else None

    def on(self, day: date | None) -> "BooksInForce":
        """Return the books of a day; of a system that no book covers then (or without a day), its newest."""
        chosen = []
        for system in CodeSystem:
            shelves = [shelf for shelf in self._shelves if shelf.book.system is system]
            covering = [shelf for shelf in shelves if day and shelf.book.covers(day)]
            chosen += (covering or shelves)[-1:]
        return self._in_force(chosen)

    def by_ids(self, ids: Sequence[str]) -> "BooksInForce":
        """Return exactly these releases; raises BookMissing when one isn't installed."""
        by_id = {shelf.book.id: shelf for shelf in self._shelves}
        for name in ids:
            if name not in by_id:
                raise BookMissing(f"The code book {name} isn't installed: import that release again.")
        return self._in_force([by_id[name] for name in ids])

    def _in_force(self, shelves: Sequence[Shelf]) -> "BooksInForce":
        return BooksInForce(shelves, self._shelves, self._words, self._places, self._rules)

    @cached_property
    def _places(self) -> dict[str, str]:
        return {row.code: row.title for row in self._rows("place-of-service")}

    @cached_property
    def _rules(self) -> tuple[PatientRule, ...]:
        return read_rules(row.extra for row in self._rows("patient-fit"))

    def _rows(self, name: str) -> list[Any]:
        newest = max((key for key in self._tables if key.startswith(name)), default=None)
        return self._tables[newest][1].of_kind("row") if newest else []


class BooksInForce:
    """The books of one day, one release a system; the grader's ``CodeLookup``."""

    def __init__(
        self,
        shelves: Sequence[Shelf],
        installed: Sequence[Shelf],
        words: Vocabulary,
        places: dict[str, str],
        rules: tuple[PatientRule, ...],
    ) -> None:
        self._by_system = {shelf.book.system: shelf for shelf in shelves}
        self._installed = tuple(installed)
        self._words = words
        self._places = places
        self._rules = rules

    @property
    def books(self) -> tuple[Book, ...]:
        return tuple(shelf.book for shelf in self._by_system.values())

    def book(self, system: CodeSystem) -> Book | None:
        """Return the book of a system, or None if none is installed."""
        shelf = self._by_system.get(system)
        return shelf.book if shelf else None

    def find(self, system: CodeSystem, code: str) -> Code | None:
        """Return the entry of a canonical code, or None if the book in force lacks it."""
        shelf = self._by_system.get(system)
        return shelf.store.find(code) if shelf else None

    def is_in_other_release(self, system: CodeSystem, code: str) -> bool:
        """Tell whether another installed release of the system has the code."""
        here = self._by_system.get(system)
        others = (s for s in self._installed if s.book.system is system and s is not here)
        return any(shelf.store.find(code) for shelf in others)

    def is_complete(self, system: CodeSystem) -> bool:
        """Tell whether a code that isn't found doesn't exist; not so for starter sets and absent books."""
        book = self.book(system)
        return book is not None and not book.partial

    def children(self, system: CodeSystem, code: str) -> tuple[Code, ...]:
        """Return the codes directly below a code, in book order."""
        shelf = self._by_system.get(system)
        node = shelf.store.node(code) if shelf else None
        if shelf is None or node is None:
            return ()
        found = (shelf.store.find(child.code) for child in shelf.store.below(node))
        return tuple(code for code in found if code)

    def entry(self, system: CodeSystem, code: str) -> Entry:
        """Return everything a page shows of a code as typed; raises UnknownCode or CodeShapeError."""
        return pages.entry(self._shelf(system), system, code)

    def choices_message(self, system: CodeSystem, code: str) -> str | None:
        """Say why a code isn't billable and which codes are the choices; None when it is billable."""
        return pages.choices_message(self._shelf(system), system, code)

    def expand(self, system: CodeSystem, pattern: str) -> tuple[str, ...]:
        """Return the billable codes of "D22.5", "A00-A09" or "E11.2*", in book order.

        Raises UnknownCode when nothing fits and CodeShapeError when it can't be a pattern.
        """
        return patterns.expand(self._shelf(system), system, pattern)

    def search(self, words: str, *, system: CodeSystem | None = None, limit: int = 10) -> tuple[Hit, ...]:
        """Return the best hits for what somebody typed; never raises on odd input."""
        chosen = [shelf for shelf in self._by_system.values() if system in (None, shelf.book.system)]
        return find(words, chosen, self._words, limit=limit)

    def excludes1_conflicts(self, codes: Sequence[str]) -> tuple[Conflict, ...]:
        """Return the pairs of ICD-10-CM codes that an Excludes1 note keeps apart."""
        shelf = self._by_system.get(CodeSystem.ICD10CM)
        return notes.excludes1_conflicts(shelf, codes) if shelf else ()

    def excludes1_between(self, code: str, others: Sequence[str]) -> str | None:
        """Return in words the Excludes1 note that keeps a diagnosis apart from one of others, or None."""
        for other in others:
            for conflict in self.excludes1_conflicts((code, other)):
                return f"{code} and {other} exclude each other (Excludes1 at {conflict.owner}: {conflict.text})."
        return None

    def excludes1_to_ask(self, code: str) -> tuple[Note, ...]:
        """Return the Excludes1 notes of a code that name no readable codes: a person has to decide."""
        shelf = self._by_system.get(CodeSystem.ICD10CM)
        found = notes.inherited_notes(shelf, code, "excludes1") if shelf else ()
        return tuple(note for note in found if not note.codes and not notes.is_heading(note.text))

    def code_first(self, code: str) -> tuple[Note, ...]:
        """Return the "code first" notes that apply to a code, its own and inherited."""
        shelf = self._by_system.get(CodeSystem.ICD10CM)
        return notes.inherited_notes(shelf, code, "code_first") if shelf else ()

    def is_manifestation(self, code: str) -> bool:
        """Tell whether a code may never be listed first: it names a manifestation of another disease."""
        found = self.find(CodeSystem.ICD10CM, code)
        return found is not None and notes.is_manifestation(found, self.code_first(code))

    def modifier(self, text: str) -> Modifier | None:
        """Return the modifier somebody typed, or None if the installed sets lack it."""
        bare = text.strip().lstrip("-").upper()
        return next((one for one in self.modifiers() if one.code == bare), None)

    def modifiers(self) -> tuple[Modifier, ...]:
        """Return every modifier of CPT and HCPCS Level II, by code."""
        return self._modifiers

    @cached_property
    def _modifiers(self) -> tuple[Modifier, ...]:
        found = (
            Modifier(node.code, node.title, shelf.book.system)
            for shelf in self._by_system.values()
            for node in shelf.store.of_kind("modifier")
        )
        return tuple(sorted(found, key=lambda one: one.code))

    def place_of_service(self, code: str) -> str | None:
        """Return the name of a two-digit place of service."""
        return self._places.get(code.strip().zfill(2))

    def fits_patient(self, code: str, *, age: int | None, sex: str | None) -> str | None:
        """Say why an ICD-10-CM code doesn't fit a patient (``age`` in years, ``sex`` M or F), or None."""
        return misfit(self._rules, code, age=age, sex=sex)

    def _shelf(self, system: CodeSystem) -> Shelf:
        shelf = self._by_system.get(system)
        if shelf is None:
            raise BookMissing(f"No {system} code book is installed: import one with “chartroom codes import”.")
        return shelf


def _shelf(path: Path, book: Book) -> Shelf:
    store = Store(path, book.system, effective_from=book.effective_from, effective_to=book.effective_to)
    return Shelf(book, store, Finder(path.parent / "index"))


def _book(facts: dict[str, Any]) -> Book:
    return Book(system=CodeSystem(facts["system"]), partial=facts["partial"], **_common(facts))


def _table(facts: dict[str, Any]) -> Table:
    return Table(**_common(facts))


def _common(facts: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "title", "release", "publisher", "licence", "sha256", "counts", "note")
    until = facts["effective_to"]
    return {
        **{name: facts[name] for name in names},
        "effective_from": date.fromisoformat(facts["effective_from"]),
        "effective_to": date.fromisoformat(until) if until else None,
    }
