"""Finds what stands beside an entry in book order: the next category, the codes around one of a flat book."""

from dataclasses import dataclass

from app.codebook.records import Titled
from app.codebook.store import Node, Store

#: Rows of a section shown around a code where the book has no categories; a shorter section is shown whole.
AROUND = 20
WHOLE = 60


@dataclass(frozen=True, slots=True)
class Window:
    """Rows around a code, with the number of rows left out at either end."""

    nodes: tuple[Node, ...]
    before: int
    after: int


def beside(store: Store, node: Node, step: int) -> Titled | None:
    """Return the entry of the same kind before (-1) or after (1) one, across sections and chapters."""
    found = _beside(store, node, step)
    return Titled(found.code, found.title, found.billable) if found else None


def window(store: Store, node: Node) -> Window:
    """Return the codes of a node's section around it."""
    if node.parent is None:
        return Window((node,), 0, 0)
    siblings = [one for one in store.below(store.by_id(node.parent)) if one.kind == node.kind]
    if len(siblings) <= WHOLE:
        return Window(tuple(siblings), 0, 0)
    at = next(place for place, one in enumerate(siblings) if one.id == node.id)
    first, last = max(0, at - AROUND), min(len(siblings), at + AROUND + 1)
    return Window(tuple(siblings[first:last]), first, len(siblings) - last)


def _beside(store: Store, node: Node, step: int) -> Node | None:
    parent = store.by_id(node.parent) if node.parent is not None else None
    siblings = store.below(parent) if parent else store.of_kind(node.kind)
    at = next(place for place, one in enumerate(siblings) if one.id == node.id) + step
    while 0 <= at < len(siblings):
        found = _edge(store, siblings[at], node.kind, step)
        if found is not None:
            return found
        at += step
    above = _beside(store, parent, step) if parent else None
    while above is not None:
        found = _edge(store, above, node.kind, step)
        if found is not None:
            return found
        above = _beside(store, above, step)
    return None


def _edge(store: Store, node: Node, kind: str, step: int) -> Node | None:
    """Return the node itself or, inside a chapter or section, its first or last entry of a kind."""
    if node.kind == kind:
        return node
    if node.kind == "code":
        return None
    for child in store.below(node)[:: step or 1]:
        found = _edge(store, child, kind, step)
        if found is not None:
            return found
    return None
