"""Writes the search index of one book: a tantivy folder, its words, and what ranking needs of each row.

Row ``n`` of the index is document ``n`` of its one segment and row ``n`` of the feature array, so a
search never has to fetch documents. 7th-character codes aren't rows: their leaf is, and opens into them.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import tantivy

from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree
from app.codebook.vocabulary import level
from app.domain.errors import SetupError

FIELDS = ("title", "terms", "above", "seventh")
_HEAP_BYTES = 128_000_000
#: Chapters of pregnancy, newborns and encounters: behind the plain disease unless their own words are typed.
_SPECIAL = "OPZ"
_UNSPECIFIED = frozenset({"unspecified"})
_NOT_SPECIFIED = frozenset({"site", "not", "specified"})
#: One row: node id, words in the title but "unspecified", depth below the category, and flags.
FEATURES = np.dtype(
    [
        ("node", "u4"),
        ("words", "u2"),
        ("depth", "u1"),
        ("final", "?"),
        ("expands", "?"),
        ("unspecified", "?"),
        ("special", "?"),
    ]
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Levelled words of a node's title, of it and all above it, of its 7th characters, and its depth."""

    title: tuple[str, ...]
    below: frozenset[str]
    labels: frozenset[str]
    depth: int


def schema() -> tantivy.Schema:
    """Return the index layout: levelled words by blanks, nothing stored."""
    builder = tantivy.SchemaBuilder()
    for name in FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def write_index(folder: Path, tree: SourceTree) -> None:
    """Index every code of a tree into a new folder."""
    folder.mkdir(parents=True)
    index = tantivy.Index(schema(), path=str(folder))
    writer = index.writer(heap_size=_HEAP_BYTES, num_threads=1)
    rows: list[tuple[object, ...]] = []
    words: Counter[str] = Counter()
    for document, row in _documents(tree):
        writer.add_document(tantivy.Document.from_dict(document))
        words.update({word for texts in document.values() for word in texts[0].split()})
        rows.append(row)
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    if rows and index.searcher().num_segments != 1:
        raise SetupError("The search index came out in parts: free some memory and start again.")
    np.save(folder / "features.npy", np.array(rows, dtype=FEATURES))
    (folder / "words.json").write_text(json.dumps(sorted(words.items())), encoding="utf-8")


def _documents(tree: SourceTree) -> Iterator[tuple[dict[str, list[str]], tuple[object, ...]]]:
    """Yield a document and its feature row for every code that isn't made by a 7th character."""
    expanding = {node.parent for node in tree.nodes if node.extension}
    places = [_Place((), frozenset(), frozenset(), 0)]
    for number, node in enumerate(tree.nodes):
        up = places[0 if node.parent is None else node.parent + 1]
        if node.extension:
            places.append(up)
            continue
        place = _place(node, up, inside=node.parent is not None and tree.nodes[node.parent].kind is NodeKind.CODE)
        places.append(place)
        if node.kind is NodeKind.CODE:
            expands = number in expanding
            said = sum(word not in _silent(place.title) for word in place.title)
            flags = (node.billable, expands, said < len(place.title), node.code[0] in _SPECIAL)
            yield _document(node, place, up, expands=expands), (number + 1, said, place.depth, *flags)


def _silent(title: tuple[str, ...]) -> frozenset[str]:
    """Return the words of a title that only say that something isn't said."""
    return _NOT_SPECIFIED if set(title) >= _NOT_SPECIFIED else _UNSPECIFIED


def _place(node: SourceNode, up: _Place, *, inside: bool) -> _Place:
    title = tuple(level(node.title))
    labels = frozenset(word for choice in node.seventh for word in level(choice.label)) or up.labels
    return _Place(title, up.below | frozenset(title), labels, up.depth + 1 if inside else 0)


def _document(node: SourceNode, place: _Place, up: _Place, *, expands: bool) -> dict[str, list[str]]:
    terms = [note.text for note in node.notes if note.kind in ("inclusion", "includes")]
    return {
        "title": [" ".join(place.title)],
        "terms": [" ".join(level(" ".join(terms)))],
        "above": [" ".join(sorted(up.below))],
        "seventh": [" ".join(sorted(place.labels)) if expands else ""],
    }
