"""Owns the books of one day, one release a system: everything a page, the grader or the finder asks of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from app.codebook import notes, patterns
from app.codebook.finder.finder import Filters, Finder
from app.codebook.finder.search import OWN_VOCABULARY, Sources, find
from app.codebook.finder.term_index import TermIndex
from app.codebook.finder.vocabulary import Vocabulary
from app.codebook.pages import entry as pages
from app.codebook.pages import outline, tabular
from app.codebook.pages.note_links import Part, link
from app.codebook.pages.outline import Outline
from app.codebook.pages.tabular import Tabular
from app.codebook.patients import PatientRule, misfit
from app.codebook.records import Book, Conflict, Entry, Hit, Modifier, Note, Titled
from app.codebook.sources.parsed import FileKind
from app.codebook.store import Store
from app.domain.codes.code import Code, CodeSystem
from app.domain.errors import BookMissing


@dataclass(frozen=True, slots=True, eq=False)
class Shelf:
    """An open book: its facts, its store and its finder."""

    book: Book
    store: Store
    finder: Finder


class BooksInForce:
    """The books of one day, one release a system; the grader's ``CodeLookup``."""

    def __init__(
        self,
        shelves: Sequence[Shelf],
        installed: Sequence[Shelf],
        words: Vocabulary,
        places: dict[str, str],
        rules: tuple[PatientRule, ...],
        terms: Sequence[TermIndex] = (),
    ) -> None:
        self._by_system = {shelf.book.system: shelf for shelf in shelves}
        self._installed = tuple(installed)
        self._words = words
        self._places = places
        self._rules = rules
        self._terms = tuple(terms)

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

    def tabular(self, system: CodeSystem, code: str) -> Tabular:
        """Return the printed page of a code as typed; raises UnknownCode or CodeShapeError."""
        return tabular.tabular(self._shelf(system), system, code)

    def outline(self, system: CodeSystem) -> Outline:
        """Return the first page of a book: its chapters or sections."""
        return outline.whole(self._shelf(system))

    def part(self, system: CodeSystem, kind: str, code: str, page: int = 1) -> Outline:
        """Return a chapter or section ("chapter", "section") opened; raises NotFound."""
        return outline.part(self._shelf(system), kind, code, page)

    def chapters(self, system: CodeSystem) -> tuple[Titled, ...]:
        """Return the chapters of a book; nothing where it has none or isn't installed."""
        shelf = self._by_system.get(system)
        return outline.chapters(shelf.store) if shelf else ()

    def linked(self, system: CodeSystem, text: str) -> tuple[Part, ...]:
        """Split a text into plain stretches and mentions of what the book holds."""
        shelf = self._by_system.get(system)
        return link(text, shelf.store) if shelf else (Part(text),)

    def choices_message(self, system: CodeSystem, code: str) -> str | None:
        """Say why a code isn't billable and which codes are the choices; None when it is billable."""
        return pages.choices_message(self._shelf(system), system, code)

    def expand(self, system: CodeSystem, pattern: str) -> tuple[str, ...]:
        """Return the billable codes of "D22.5", "A00-A09" or "E11.2*", in book order.

        Raises UnknownCode when nothing fits and CodeShapeError when it can't be a pattern.
        """
        return patterns.expand(self._shelf(system), system, pattern)

    def search(
        self,
        words: str,
        *,
        system: CodeSystem | None = None,
        among: Collection[CodeSystem] = tuple(CodeSystem),
        limit: int = 10,
        billable_only: bool = False,
        chapter: str | None = None,
    ) -> tuple[Hit, ...]:
        """Return the best hits for what somebody typed; never raises on odd input.

        Searches one ``system``, else those named by ``among``; ``chapter`` is the code of one as the book has it:
        "4" in ICD-10-CM.
        """
        wanted = (system,) if system else among
        chosen = [shelf for name, shelf in self._by_system.items() if name in wanted]
        filters = Filters(chapter=chapter, billable_only=billable_only)
        with_index = CodeSystem.ICD10CM in wanted
        sources = Sources(chosen, self._words, self._terms if with_index else ())
        return find(words, sources, limit=limit, filters=filters)

    @property
    def vocabulary_note(self) -> str:
        """Say whose words the finder knows beside the books', until the official index is imported; else nothing."""
        return "" if any(index.kind == FileKind.CM_INDEX for index in self._terms) else OWN_VOCABULARY

    def stores(self, system: CodeSystem | None = None) -> tuple[Store, ...]:
        """Return the stores that a search of one system, or of all, looks in."""
        return tuple(shelf.store for shelf in self._by_system.values() if system in (None, shelf.book.system))

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
