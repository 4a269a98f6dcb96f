"""Owns the rows of the finder: leaves that differ by side alone stand under one row with their 7th characters.

Rows are found once, when a book is indexed; which member is shown is chosen for each query.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from app.codebook.finder.levelling import level
from app.codebook.sources.tree import NodeKind, SourceTree
from app.domain.codes.code import Side
from app.domain.codes.not_sides import NOT_SIDES
from app.domain.codes.relations import Titled, mark_sides

SIDE_WORDS = frozenset(side.value for side in Side)
#: Words that say how the next one is to be read.
_GOVERNING = frozenset({"without", "no", "not", "type", "stage", "grade", "class", "level"})
_UNSIDED = SIDE_WORDS | {"unspecified", "side", "laterality"}


class Labelled(Protocol):
    """A code that may be shown, by its title."""

    @property
    def title(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Row:
    """Leaves by their places in the tree, in book order."""

    leaves: tuple[int, ...]


def rows_of(tree: SourceTree, titles: Sequence[Sequence[str]], *, by_side: bool) -> list[Row]:
    """Return every code that isn't made by a 7th character, once, together with its other sides.

    ``titles`` are the levelled titles of the tree's nodes.
    """
    places = [place for place, node in enumerate(tree.nodes) if _stands(tree, place)]
    home = _homes(tree, titles, places) if by_side else {}
    rows: dict[int, list[int]] = defaultdict(list)
    for place in places:
        rows[home.get(place, place)].append(place)
    return [Row(tuple(leaves)) for leaves in rows.values()]


def choose(members: Sequence[Labelled], wanted: AbstractSet[str], given: int | None = None) -> int:
    """Return which of a row's members fits what was typed: the side asked for, else the unspecified one.

    ``given`` is the member that a term of an index or of the vocabulary names; it stays unless
    another side is asked for.
    """
    asked = wanted & SIDE_WORDS
    if len(members) == 1:
        return 0
    said = _differing([member.title for member in members])
    if given is not None and not asked - said[given]:
        return given
    shared = frozenset.intersection(*said) if said else frozenset()
    return max(range(len(members)), key=lambda at: _fit(said[at] - shared, asked, wanted, -at))


def choose_final(labels: Sequence[str], wanted: AbstractSet[str]) -> int:
    """Return which 7th character fits: the one whose words were typed, an unspecified side, else the first."""
    said = [_words_of(label) for label in labels]
    shared = frozenset.intersection(*said) if said else frozenset()
    sided = any(words & SIDE_WORDS for words in said)

    def fit(at: int) -> tuple[int, int, int]:
        own = said[at] - shared
        return len(own & wanted), int(sided and "unspecified" in own), -at

    return max(range(len(labels)), key=fit)


def _differing(titles: Sequence[str]) -> list[frozenset[str]]:
    """Return the words of each title beside those that all have as they are written."""
    written = [title.split() for title in titles]
    shared = set(written[0]).intersection(*written[1:]) - _GOVERNING
    return [_words_of(" ".join(word for word in words if word not in shared)) for words in written]


@lru_cache(maxsize=1_000)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(level(text))


def _fit(
    own: frozenset[str], asked: AbstractSet[str], wanted: AbstractSet[str], rank: int
) -> tuple[int, int, int, int]:
    """Rank a member: the side asked for, then words typed, then "unspecified" where no side was asked for."""
    sides = own & SIDE_WORDS
    if {"left", "right"} <= asked:
        asked = {"bilateral"}
    match = len(sides & asked) - len((sides & {"left", "right", "bilateral"}) - asked) if asked else 0
    return match, int(not asked and ("unspecified" in own or not sides)), len(own & wanted), rank


def _stands(tree: SourceTree, place: int) -> bool:
    node = tree.nodes[place]
    return node.extension is None and node.kind in (NodeKind.CODE, NodeKind.MODIFIER)


def _homes(tree: SourceTree, titles: Sequence[Sequence[str]], places: Sequence[int]) -> dict[int, int]:
    """Map each leaf that has other sides to the first leaf of its row."""
    parents = {node.parent for node in tree.nodes if node.extension is None}
    leaves = [place for place in places if place not in parents]
    marks = mark_sides((Titled(tree.nodes[p].code, tree.nodes[p].title) for p in leaves), NOT_SIDES)
    first: dict[object, int] = {}
    home: dict[int, int] = {}
    for place in leaves:
        mark = marks.get(tree.nodes[place].code)
        if mark:
            home[place] = first.setdefault(mark.group, place)
    _add_unspecified(tree, titles, leaves, home)
    return home


def _add_unspecified(
    tree: SourceTree, titles: Sequence[Sequence[str]], leaves: Iterable[int], home: dict[int, int]
) -> None:
    """Put the sibling that leaves the side open ("unspecified ear") under the row of its sides."""
    kin: dict[tuple[int | None, tuple[str, ...]], int] = {}
    open_ = []
    for place in leaves:
        words = titles[place]
        key = (tree.nodes[place].parent, tuple(dict.fromkeys(word for word in words if word not in _UNSIDED)))
        if place in home:
            kin.setdefault(key, home[place])
        elif "unspecified" in words:
            open_.append((place, key))
    for place, key in open_:
        if key in kin:
            home[place] = kin[key]
