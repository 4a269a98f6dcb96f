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
    leaves = [store.by_id(number) for number in numbers]
    finals = tuple((leaf, tuple(store.below(leaf)) if expands else ()) for leaf in leaves)
    if len(leaves) == 1 and not expands:
        return Row(finals)
    members = [final for leaf, below in finals for final in below or (leaf,)]
    return Row(finals, tuple(Titled(one.code, one.title, one.billable) for one in members), _stem(leaves))


def show(row: Row, wanted: AbstractSet[str], named: Node | None) -> Node:
    """Return the member of a row that fits the words typed; ``named`` is the node that a term names."""
    leaves = [leaf for leaf, _ in row.leaves]
    leaf, finals = row.leaves[choose(leaves, wanted, _place(leaves, named))]
    return _final(leaf, finals, wanted, named) if finals else leaf


def _final(leaf: Node, finals: Sequence[Node], wanted: AbstractSet[str], named: Node | None) -> Node:
    """Return the 7th-character code that fits: the one a term names unless words ask for another."""
    labels = [final.title[len(leaf.title) :] for final in finals]
    chosen = choose_final(labels, wanted)
    if chosen == choose_final(labels, frozenset()) and named is not None and named.seventh:
        chosen = next((at for at, one in enumerate(finals) if one.seventh == named.seventh), chosen)
    return finals[chosen]


def _place(leaves: Sequence[Node], named: Node | None) -> int | None:
    if named is None:
        return None
    return next((at for at, leaf in enumerate(leaves) if named.id == leaf.id or named.parent == leaf.id), None)


def _stem(leaves: Sequence[Node]) -> str:
    """Return what the members share: the first title without its side."""
    if len(leaves) == 1:
        return leaves[0].title
    return " ".join(_SIDES.sub("", leaves[0].title).replace(" ,", ",").split()).strip(" ,")
