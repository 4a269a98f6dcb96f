"""Owns leafing through a book: its chapters, their sections, the categories or codes below them."""

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from app.codebook.pages.entry import OpenBook
from app.codebook.pages.tabular import NoteGroup, groups_of
from app.codebook.records import Book, Titled
from app.codebook.store import Node, Store
from app.domain.errors import NotFound

#: Codes on one page of a section in a book that has no categories.
PER_PAGE = 200

_tops: WeakKeyDictionary[Store, tuple[Node, ...]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Block:
    """A part of an outline with the entries directly below it; ``count`` is how many there are altogether."""

    kind: str
    code: str
    title: str
    notes: tuple[NoteGroup, ...]
    entries: tuple[Titled, ...]
    entries_kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A book, chapter or section opened; ``path`` leads down to it. ``page`` of ``pages`` where codes are many."""

    book: Book
    kind: str
    code: str
    title: str
    path: tuple[Block, ...]
    notes: tuple[NoteGroup, ...]
    blocks: tuple[Block, ...]
    page: int = 1
    pages: int = 1


def chapters(store: Store) -> tuple[Titled, ...]:
    """Return the chapters of a book; nothing where it has none."""
    return tuple(Titled(node.code, node.title) for node in _top(store) if node.kind == "chapter")


def whole(shelf: OpenBook) -> Outline:
    """Return the first page of a book: its chapters, each with its sections; or its sections."""
    blocks = [_block(shelf.store, node, with_entries=node.kind == "chapter") for node in _top(shelf.store)]
    book = shelf.book
    return Outline(book, "book", "", book.title or book.id, (), (), tuple(blocks))


def part(shelf: OpenBook, kind: str, code: str, page: int = 1) -> Outline:
    """Return a chapter (with its sections' categories) or a section. Raises NotFound."""
    store = shelf.store
    node = store.node(code, kind) if kind in ("chapter", "section") else None
    if node is None:
        raise NotFound(f"{shelf.book.system} {shelf.book.release} has no {kind} “{code[:20]}”: open it from the book.")
    path = tuple(_block(store, one, with_entries=False) for one in store.chain(node))
    below = store.below(node)
    sections = [one for one in below if one.kind == "section"]
    if sections:
        blocks = tuple(_block(store, one) for one in sections)
        return Outline(shelf.book, kind, code, node.title, path, groups_of(store, node), blocks)
    pages = max(1, -(-len(below) // PER_PAGE))
    at = min(max(1, page), pages)
    block = _listed(node, below, below[(at - 1) * PER_PAGE : at * PER_PAGE])
    return Outline(shelf.book, kind, code, node.title, path, groups_of(store, node), (block,), at, pages)


def _block(store: Store, node: Node, *, with_entries: bool = True) -> Block:
    below = store.below(node) if with_entries else []
    return _listed(node, below, below[:PER_PAGE], groups_of(store, node))


def _listed(node: Node, below: Sequence[Node], shown: Sequence[Node], notes: tuple[NoteGroup, ...] = ()) -> Block:
    entries = tuple(Titled(one.code, one.title, one.billable) for one in shown)
    kind = below[0].kind if below else ""
    return Block(node.kind, node.code, node.title, notes, entries, kind, len(below))


def _top(store: Store) -> tuple[Node, ...]:
    """Return the chapters, or the sections of a book without chapters; looked up once a book."""
    if store not in _tops:
        sections = (node for node in store.of_kind("section") if node.parent is None)
        _tops[store] = tuple(store.of_kind("chapter") or sections)
    return _tops[store]
