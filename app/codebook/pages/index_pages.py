"""Owns leafing through an imported index: terms unfolded as far as a page stays readable, and where references lead."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.codebook.pages.index_book import IndexBook, IndexEntry

#: Terms on one page; with more, subterms stay folded behind their term.
MOST_ROWS = 400


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term on a page; ``is_folded`` says that its subterms are on a page of their own."""

    entry: IndexEntry
    depth: int
    is_folded: bool


@dataclass(frozen=True, slots=True)
class TermPath:
    """A term with the terms above it, main term first; ``book`` is the index that has it."""

    book: IndexBook
    path: tuple[IndexEntry, ...]

    @property
    def entry(self) -> IndexEntry:
        return self.path[-1]


def unfolded(book: IndexBook, entries: Sequence[IndexEntry], most: int = MOST_ROWS) -> tuple[TermRow, ...]:
    """Return terms with everything below them, or folded where that is more than a page holds."""
    rows = list(_first(_walk(book, entries, 0), most + 1))
    if len(rows) <= most:
        return tuple(rows)
    return tuple(TermRow(entry, 0, entry.has_below) for entry in entries)


def refer(books: Sequence[IndexBook], text: str) -> TermPath | None:
    """Return the term that a "see" names, looked for in each index in turn; None if none has it."""
    for book in books:
        found = book.refer(text)
        if found is not None:
            return TermPath(book, book.path(found))
    return None


def leading_to(books: Sequence[IndexBook], code: str, limit: int) -> tuple[TermPath, ...]:
    """Return the terms of all indexes that lead to a code, the nearest of each index first."""
    return tuple(TermPath(book, book.path(entry)) for book in books for entry in book.leading_to(code, limit))


def _walk(book: IndexBook, entries: Iterable[IndexEntry], depth: int) -> Iterator[TermRow]:
    for entry in entries:
        yield TermRow(entry, depth, False)
        if entry.has_below:
            yield from _walk(book, book.below(entry), depth + 1)


def _first(rows: Iterator[TermRow], count: int) -> Iterator[TermRow]:
    for _, row in zip(range(count), rows, strict=False):
        yield row
