"""Compares two releases of a code system: what was added, deleted, retitled, turned into a heading or into a code."""

from dataclasses import dataclass

from app.codebook.in_force import Shelf
from app.codebook.library import Library
from app.codebook.records import Book
from app.domain.codes.code import CodeSystem
from app.domain.errors import BookMissing


@dataclass(frozen=True, slots=True)
class Change:
    """One code that differs; ``title`` is the newer title, ``before`` the older where both releases have the code."""

    code: str
    title: str
    billable: bool
    before: str = ""


@dataclass(frozen=True, slots=True)
class Differences:
    """Every code that differs between two releases, each in one list but for retitled ones, in book order.

    ``demoted`` were billable and are headings now, ``promoted`` the other way round. Modifiers count as billable.
    """

    old: Book
    new: Book
    added: tuple[Change, ...]
    deleted: tuple[Change, ...]
    retitled: tuple[Change, ...]
    demoted: tuple[Change, ...]
    promoted: tuple[Change, ...]
    same_titles: bool

    @property
    def by_kind(self) -> dict[str, tuple[Change, ...]]:
        """The lists by name, in the order they are printed in."""
        return {
            "added": self.added,
            "deleted": self.deleted,
            "demoted": self.demoted,
            "promoted": self.promoted,
            "retitled": self.retitled,
        }


def find_release(library: Library, system: CodeSystem, name: str) -> Shelf:
    """Return a book by its id or its release: "2027", "2026-04". Raises BookMissing, naming those installed.

    A year alone is the release of its first day where that is installed, else the newest of that year.
    """
    shelves = [shelf for shelf in library.shelves() if shelf.book.system is system]
    wanted = name.strip()
    for shelf in shelves:
        if shelf.book.id in (wanted, f"{system}-{wanted}"):
            return shelf
    of_year = [shelf for shelf in shelves if shelf.book.release.startswith(wanted) and not shelf.book.partial]
    if wanted and of_year:
        return of_year[-1]
    known = ", ".join(shelf.book.id for shelf in shelves) or "none"
    raise BookMissing(f"No {system} release “{wanted[:40]}” is installed (installed: {known}): import it first.")


def differences(old: Shelf, new: Shelf) -> Differences:
    """Compare two releases code by code."""
    before = {(kind, code): (title, billable) for kind, code, title, billable in old.store.codes()}
    after = {(kind, code): (title, billable) for kind, code, title, billable in new.store.codes()}
    shared = [key for key in after if key in before]

    def change(key: tuple[str, str]) -> Change:
        title, billable = after[key]
        return Change(key[1], title, billable, before[key][0])

    return Differences(
        old=old.book,
        new=new.book,
        added=tuple(Change(key[1], *after[key]) for key in after if key not in before),
        deleted=tuple(Change(key[1], *before[key]) for key in before if key not in after),
        retitled=tuple(change(key) for key in shared if _folded(before[key][0]) != _folded(after[key][0])),
        demoted=tuple(change(key) for key in shared if before[key][1] and not after[key][1]),
        promoted=tuple(change(key) for key in shared if after[key][1] and not before[key][1]),
        same_titles=_titled_by(old.book) == _titled_by(new.book),
    )


def _folded(title: str) -> str:
    return " ".join(title.lower().split())


def _titled_by(book: Book) -> frozenset[str]:
    """Return the kinds of files that the titles of a book come from; wordings differ between kinds."""
    kinds = frozenset(record.kind for record in book.sources)
    orders = frozenset(kind for kind in kinds if "order file" in kind)
    return orders or kinds
