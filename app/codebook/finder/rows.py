"""Owns showing a row: which of its members answers the query, all of them in order, and what they share."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from app.codebook.finder.grouping import SIDE_WORDS, choose, choose_final
from app.codebook.records import Titled
from app.codebook.store import Node, Store

_SIDES = re.compile(rf",?\s*\b(?:{'|'.join(sorted(SIDE_WORDS))}|unspecified)\b(?: side)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A row opened: each leaf with the codes that 7th characters make of it, all members, and what they share.

    A row of one code has no members and no stem.
    """

    leaves: tuple[tuple[Node, tuple[Node, ...]], ...]
    members: tuple[Titled, ...] = ()
    stem: str = ""


def open_row(store: Store, numbers: Sequence[int], *, expands: bool) -> Row:
    """Read the row whose leaves have these ids."""
    if not expands:
        leaves = store.by_ids(numbers)
        lone = tuple((leaf, ()) for leaf in leaves)
        return Row(lone) if len(leaves) == 1 else Row(lone, _titled(leaves), _stem(leaves))
    leaves, below = store.families(numbers)
    finals = tuple((leaf, tuple(below.get(leaf.id, ()))) for leaf in leaves)
    return Row(finals, _titled([final for leaf, below in finals for final in below or (leaf,)]), _stem(leaves))


def show(row: Row, wanted: AbstractSet[str], named: int | None) -> Node:
    """Return the member of a row that fits the words typed; ``named`` is the id of the node that a term names."""
    leaves = [leaf for leaf, _ in row.leaves]
    place = None if named is None else _place(row, named)
    leaf, finals = row.leaves[choose(leaves, wanted, place)]
    if not finals:
        return leaf
    return _final(leaf, finals, wanted, None if place is None else _seventh(row.leaves[place][1], named))


def _final(leaf: Node, finals: Sequence[Node], wanted: AbstractSet[str], seventh: str | None) -> Node:
    """Return the 7th-character code that fits: the one a term names unless words ask for another."""
    labels = tuple(final.title[len(leaf.title) :] for final in finals)
    chosen = choose_final(labels, wanted)
    if seventh and chosen == choose_final(labels, frozenset()):
        chosen = next((at for at, one in enumerate(finals) if one.seventh == seventh), chosen)
    return finals[chosen]


def _place(row: Row, named: int) -> int | None:
    """Return which leaf a node is or stands below."""
    found = (at for at, (leaf, below) in enumerate(row.leaves) if named in (leaf.id, *(one.id for one in below)))
    return next(found, None)


def _seventh(finals: Sequence[Node], named: int | None) -> str | None:
    return next((one.seventh for one in finals if one.id == named), None)


def _titled(nodes: Sequence[Node]) -> tuple[Titled, ...]:
    return tuple(Titled(one.code, one.title, one.billable) for one in nodes)


def _stem(leaves: Sequence[Node]) -> str:
    """Return what the members share: the first title without its side."""
    if len(leaves) == 1:
        return leaves[0].title
    return " ".join(_SIDES.sub("", leaves[0].title).replace(" ,", ",").split()).strip(" ,")
