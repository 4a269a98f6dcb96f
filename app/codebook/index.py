"""Writes the search index of one book: a tantivy folder, its words, and what ranking needs of each row.

Row ``n`` of the index is document ``n`` of its one segment and row ``n`` of the feature array, so a
search never has to fetch documents. 7th-character codes aren't rows: their leaf is, and opens into them.
"""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import tantivy

from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree
from app.codebook.vocabulary import level
from app.domain.errors import SetupError

FIELDS = ("title", "terms", "above", "seventh")
_HEAP_BYTES = 128_000_000
#: One row: node id, words in the title, depth below the category, and flags.
FEATURES = np.dtype(
    [("node", "u4"), ("words", "u2"), ("depth", "u1"), ("final", "?"), ("expands", "?"), ("unspecified", "?")]
)


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


def _documents(tree: SourceTree) -> list[tuple[dict[str, list[str]], tuple[object, ...]]]:
    above: list[tuple[str, ...]] = []
    labels: list[tuple[str, ...]] = []
    depth: list[int] = []
    expanding = {node.parent for node in tree.nodes if node.extension}
    documents = []
    for place, node in enumerate(tree.nodes):
        parent = node.parent
        above.append((*above[parent], tree.nodes[parent].title) if parent is not None else ())
        labels.append(tuple(s.label for s in node.seventh) or (labels[parent] if parent is not None else ()))
        depth.append(depth[parent] + 1 if parent is not None and tree.nodes[parent].kind is NodeKind.CODE else 0)
        if node.kind is not NodeKind.CODE or node.extension:
            continue
        title = level(node.title)
        expands = place in expanding
        texts = {
            "title": title,
            "terms": level(" ".join(_terms(node))),
            "above": sorted({word for text in above[place] for word in level(text)}),
            "seventh": sorted({word for text in labels[place] for word in level(text)}) if expands else [],
        }
        row = (place + 1, len(title), depth[place], node.billable, expands, "unspecified" in title)
        documents.append(({name: [" ".join(text)] for name, text in texts.items()}, row))
    return documents


def _terms(node: SourceNode) -> list[str]:
    return [note.text for note in node.notes if note.kind in ("inclusion", "includes")]
