"""Owns what a code can be found by: its names, gathered from the tree when a book is indexed.

A row's names are its title, its inclusion terms and, where it is what a heading leads to when nothing more
is said ("unspecified", "without complications"), the heading's title and terms. Its context is every
word of the path above it, of its sides and of its 7th characters.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from app.codebook.finder.grouping import SIDE_WORDS, Row, rows_of
from app.codebook.finder.levelling import NEGATED, level
from app.codebook.finder.phrases import Context
from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree
from app.domain.codes.code import CodeSystem

#: Words that add nothing to the plain disease: a child that adds only these is what its heading leads to.
QUIET = frozenset(
    {"unspecified", "uncomplicated", "site", "organism", "type", "part", "cause", "nature", "degree"}
    | {"accidental", "unintentional", "nos"}
)
_TERMS = ("inclusion", "includes")
_LONGEST_NAME = 40
_RANGE = re.compile(r"(?<![\w.])([0-9]{1,3})(?:\.[0-9])?(?:-| to )([0-9]{1,3})(?:\.[0-9])?(?![\w.])")
_WIDEST_RANGE = 60
#: What stands in round brackets may be said or not.
_BRACKETS = re.compile(r"\([^()]*\)")


class NameKind(IntEnum):
    """Where a name comes from."""

    TITLE = 0
    TERM = 1
    HEADING = 2
    HEADING_TERM = 3


@dataclass(frozen=True, slots=True)
class Name:
    """One name: its levelled words, and the node and note it is printed at (``note`` None: the title)."""

    kind: NameKind
    words: tuple[str, ...]
    node: int
    note: int | None = None


@dataclass(slots=True)
class NamedRow:
    """A row with everything it can be found by; places are those of ``SourceTree.nodes``."""

    leaves: tuple[int, ...]
    names: list[Name] = field(default_factory=list)
    context: Context = field(default_factory=Context)
    expands: bool = False
    final: bool = False
    modifier: bool = False
    depth: int = 0


class _Reading:
    """Levels every title and term of a tree once."""

    def __init__(self, tree: SourceTree) -> None:
        self.tree = tree
        self.titles = [tuple(level(node.title)) if node.extension is None else () for node in tree.nodes]
        self.short = [_without_brackets(node, words) for node, words in zip(tree.nodes, self.titles, strict=True)]
        self.bracketed = [_bracketed(node) for node in tree.nodes]
        self.terms = [_levelled_terms(tree, place) for place in range(len(tree.nodes))]
        self.children: list[list[int]] = [[] for _ in tree.nodes]
        for place, node in enumerate(tree.nodes):
            if node.parent is not None and node.kind in (NodeKind.CODE, NodeKind.MODIFIER):
                self.children[node.parent].append(place)

    def above(self, place: int) -> Iterator[int]:
        """Yield the places above, from the parent to the chapter."""
        at = self.tree.nodes[place].parent
        while at is not None:
            yield at
            at = self.tree.nodes[at].parent


def named_rows(tree: SourceTree, system: CodeSystem | None) -> tuple[list[NamedRow], dict[int, int]]:
    """Return every row with its names, and for each heading the row it leads to when nothing more is said."""
    reading = _Reading(tree)
    rows = [_named(reading, row) for row in rows_of(tree, reading.titles, by_side=system is CodeSystem.ICD10CM)]
    row_of = {leaf: number for number, row in enumerate(rows) for leaf in row.leaves}
    leads = _leads(reading, row_of)
    for heading, row in leads.items():
        rows[row].names += _names(reading, heading, NameKind.HEADING, NameKind.HEADING_TERM)
    return rows, leads


def _named(reading: _Reading, row: Row) -> NamedRow:
    tree = reading.tree
    first = row.leaves[0]
    node = tree.nodes[first]
    below = [tree.nodes[child] for child in reading.children[first]]
    found = NamedRow(row.leaves, modifier=node.kind is NodeKind.MODIFIER)
    found.expands = any(child.extension for child in below)
    found.final = node.billable or found.expands or found.modifier
    found.names.append(Name(NameKind.TITLE, _stem(reading, row.leaves), first))
    for leaf in row.leaves:
        known = {name.words for name in found.names}
        found.names += [name for name in _terms(reading, leaf, NameKind.TERM) if name.words not in known]
    found.context = _context(reading, row)
    found.depth = sum(tree.nodes[at].kind is NodeKind.CODE for at in reading.above(first))
    return found


def _stem(reading: _Reading, leaves: Sequence[int]) -> tuple[str, ...]:
    """Return the words of the title that all sides share; of a lone code its whole title."""
    titles = [reading.short[leaf] for leaf in leaves]
    if len(titles) == 1:
        return _short(titles[0])
    shared = set(titles[0]).intersection(*titles[1:])
    longest = max(titles, key=len)
    return _short(word for word in longest if word in shared or word not in SIDE_WORDS | {"unspecified"})


def _bracketed(node: SourceNode) -> frozenset[str]:
    """Return the words that a title and its terms have in brackets and that may be left out."""
    texts = [node.title, *(note.text for note in node.notes if note.kind in _TERMS)] if node.extension is None else []
    return frozenset(word for text in texts for part in _BRACKETS.findall(text) for word in level(part))


def _without_brackets(node: SourceNode, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the levelled title without what may be left out of it."""
    return tuple(level(_BRACKETS.sub(" ", node.title))) or words if "(" in node.title and words else words


def _names(reading: _Reading, place: int, title: NameKind, term: NameKind) -> list[Name]:
    return [Name(title, _short(reading.short[place]), place), *_terms(reading, place, term)]


def _terms(reading: _Reading, place: int, kind: NameKind) -> list[Name]:
    return [Name(kind, words, place, number) for number, words in reading.terms[place]]


def _levelled_terms(tree: SourceTree, place: int) -> list[tuple[int, tuple[str, ...]]]:
    found = []
    for number, note in enumerate(tree.nodes[place].notes):
        if note.kind in _TERMS and (words := _short(level(_BRACKETS.sub(" ", note.text)) or level(note.text))):
            found.append((number, words))
    return found


def _short(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(words))[:_LONGEST_NAME]


def _context(reading: _Reading, row: Row) -> Context:
    """Return the words of sides and 7th characters, of the row and its categories, of sections and chapter."""
    tree = reading.tree
    first = row.leaves[0]
    choices = {word for child in reading.children[first] for word in _label(tree, child)}
    choices.update(*(reading.bracketed[leaf] for leaf in row.leaves))
    near = {word for leaf in row.leaves for word in reading.titles[leaf]}
    far: set[str] = set()
    if len(row.leaves) > 1:
        choices |= near & SIDE_WORDS
    for leaf in row.leaves:
        near.update(word for _, words in reading.terms[leaf] for word in words)
        choices.update(_between(tree.nodes[leaf].title))
    for at in reading.above(first):
        is_code = tree.nodes[at].kind is NodeKind.CODE
        (near if is_code else far).update(reading.titles[at])
        if is_code:
            far.update(word for _, words in reading.terms[at] for word in words)
    return Context(frozenset(choices), frozenset(near - choices), frozenset(far - near - choices))


def _between(title: str) -> Iterator[str]:
    """Yield the whole numbers of a range that a title gives: 40 to 44 for "40.0-44.9"."""
    for first, last in _RANGE.findall(title):
        if int(first) < int(last) < int(first) + _WIDEST_RANGE:
            yield from map(str, range(int(first), int(last) + 1))


def _label(tree: SourceTree, place: int) -> tuple[str, ...]:
    extension = tree.nodes[place].extension
    return _levelled_label(extension.label) if extension else ()


@lru_cache(maxsize=2_000)
def _levelled_label(label: str) -> tuple[str, ...]:
    return tuple(level(label))


def _leads(reading: _Reading, row_of: dict[int, int]) -> dict[int, int]:
    """Map each heading to the row that stands for it; headings without such a row are left out."""
    tree = reading.tree
    parents = {place for place, children in enumerate(reading.children) if children}
    found: dict[int, int] = {}
    for place in reversed(range(len(tree.nodes))):
        node = tree.nodes[place]
        if node.kind is not NodeKind.CODE or place not in parents:
            continue
        children = [child for child in reading.children[place] if tree.nodes[child].extension is None]
        if not children:
            continue
        best = min(children, key=lambda child: (_added(reading, place, child), child))
        landing = found.get(best, row_of.get(best)) if _added(reading, place, best) < _UNLIKE else None
        if landing is not None and (best not in parents or best in found or _expanding(reading, best)):
            found[place] = landing
    return found


_UNLIKE = 90


def _added(reading: _Reading, heading: int, child: int) -> int:
    """Return how much a child's title says beyond its heading's: 0 to 9 for nothing of weight."""
    own = reading.titles[child]
    extra = [word for word in own if word not in reading.titles[heading] and word not in SIDE_WORDS]
    vague = "unspecified" in own
    heavy = [word for word in extra if not (word in QUIET or word.startswith(NEGATED) or (vague and word == "other"))]
    if heavy:
        return _UNLIKE + len(heavy)
    negated = sum(word.startswith(NEGATED) for word in extra)
    return (0 if vague else 2) + negated + 3 * ("other" in extra)


def _expanding(reading: _Reading, place: int) -> bool:
    return any(reading.tree.nodes[child].extension for child in reading.children[place])
