"""Two plain finders to measure ours against: every word a prefix over code and title, and SQLite's full text search.

Built in memory from an open book; used by measurements alone.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Protocol

from app.codebook.finder.evaluate import DEPTH
from app.codebook.store import Node, Store

_WORD = re.compile(r"[^\W_]+(?:\.[^\W_]+)?")


class Baseline(Protocol):
    """A plain finder: the codes it shows first for a query."""

    name: str

    def search(self, text: str) -> tuple[str, ...]: ...


class Prefixes:
    """Every word typed begins a word of code or title, like the NLM's typeahead; billable codes, short ones first."""

    name = "AND of prefixes"

    def __init__(self, stores: Iterable[Store]) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute("CREATE VIRTUAL TABLE name USING fts5 (code, title, size UNINDEXED, prefix = '2 3')")
        rows = ((node.code, node.title, len(node.title)) for node in _codes(stores) if node.billable)
        self._db.executemany("INSERT INTO name VALUES (?, ?, ?)", rows)

    def search(self, text: str) -> tuple[str, ...]:
        words = " AND ".join(f'"{word}"*' for word in _WORD.findall(text))
        query = "SELECT code FROM name WHERE name MATCH ? ORDER BY size, code LIMIT ?"
        return _run(self._db, query, words)


class FullText:
    """SQLite FTS5 with porter stems and bm25 over titles and inclusion terms of all codes; any of the words."""

    name = "FTS5 porter, bm25"

    def __init__(self, stores: Iterable[Store]) -> None:
        self._db = sqlite3.connect(":memory:", check_same_thread=False)
        self._db.execute("CREATE VIRTUAL TABLE name USING fts5 (code UNINDEXED, title, terms, tokenize = 'porter')")
        self._db.executemany("INSERT INTO name VALUES (?, ?, ?)", _texts(stores))

    def search(self, text: str) -> tuple[str, ...]:
        words = " OR ".join(f'"{word}"' for word in _WORD.findall(text))
        return _run(self._db, "SELECT code FROM name WHERE name MATCH ? ORDER BY rank LIMIT ?", words)


def _texts(stores: Iterable[Store]) -> Iterator[tuple[str, str, str]]:
    for store in stores:
        for node in store.of_kind("code"):
            terms = [note.text for note in store.notes_of(node.id) if note.kind == "inclusion"]
            yield node.code, node.title, "; ".join(terms)


def _codes(stores: Iterable[Store]) -> Iterator[Node]:
    for store in stores:
        yield from store.of_kind("code")


def _run(db: sqlite3.Connection, query: str, words: str) -> tuple[str, ...]:
    if not words:
        return ()
    return tuple(row[0] for row in db.execute(query, (words, DEPTH)))
