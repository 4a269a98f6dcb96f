"""Owns the read-only SQLite file of one compiled book: its layout, writing it once, reading it from many threads."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from app.domain.codes.code import Code, CodeSystem, Side

#: Raise it whenever what is stored changes, relations included: books of another layout are compiled anew.
LAYOUT = 15

#: Every thread has a connection to every book; the system keeps the pages, too.
_CACHE_KILOBYTES = 256
_FACTS = "CREATE TABLE fact (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"
_SCHEMA = """
CREATE TABLE node (
    id INTEGER PRIMARY KEY,          -- book order
    kind TEXT NOT NULL,              -- chapter, section, code, modifier, row
    code TEXT NOT NULL,
    bare TEXT NOT NULL,              -- the code without its dot
    title TEXT NOT NULL,
    parent INTEGER,                  -- node.id
    billable INTEGER NOT NULL DEFAULT 0,
    ancestors TEXT NOT NULL DEFAULT '',   -- codes from the category to the parent, by blanks
    side TEXT,
    side_group INTEGER,
    unspecified_below TEXT,
    unspecified_count INTEGER NOT NULL DEFAULT 0,
    seventh TEXT,                    -- this code's own 7th character, where it was made from a definition
    extra TEXT NOT NULL DEFAULT ''
);
CREATE TABLE note (
    node INTEGER NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    codes TEXT NOT NULL DEFAULT '',  -- ranges read from the text, by blanks
    PRIMARY KEY (node, place)
) WITHOUT ROWID;
CREATE TABLE seventh (
    node INTEGER NOT NULL,           -- the node that defines it
    place INTEGER NOT NULL,
    char TEXT NOT NULL,
    label TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (node, place)
) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX node_code ON node (code, kind);
CREATE INDEX node_bare ON node (bare) WHERE kind = 'code' AND billable;
CREATE INDEX node_parent ON node (parent);
"""
_CODE_COLUMNS = "code, title, billable, ancestors, side, side_group, unspecified_below, unspecified_count"
_NODE_COLUMNS = "id, kind, code, title, parent, billable, seventh, extra"


class Node(NamedTuple):
    """One row of the tree, whatever its kind."""

    id: int
    kind: str
    code: str
    title: str
    parent: int | None
    billable: bool
    seventh: str | None
    extra: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note of one node; ``codes`` are ranges as text."""

    kind: str
    text: str
    codes: tuple[str, ...]


def write_store(
    path: Path,
    facts: dict[str, Any],
    nodes: Iterable[tuple[Any, ...]],
    notes: Iterable[tuple[Any, ...]],
    seventh: Iterable[tuple[Any, ...]],
) -> None:
    """Write a new store in one go; rows come in the order of the columns above."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        db.executemany("INSERT INTO node VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)", nodes)
        db.executemany("INSERT INTO note VALUES (?,?,?,?,?)", notes)
        db.executemany("INSERT INTO seventh VALUES (?,?,?,?,?)", seventh)
        db.executescript(_INDEXES)
        _write_facts(db, {**facts, "layout": LAYOUT})
        db.commit()


def add_facts(path: Path, facts: dict[str, Any]) -> None:
    """Add the facts to a SQLite file that another module wrote; ``layout`` is among them."""
    with closing(sqlite3.connect(path)) as db:
        _write_facts(db, facts)
        db.commit()


def read_facts(path: Path) -> dict[str, Any]:
    """Return the facts of a compiled book, or nothing if there is no readable one."""
    if not path.is_file():
        return {}
    try:
        with closing(_connect(path)) as db:
            return {name: json.loads(value) for name, value in db.execute("SELECT name, value FROM fact")}
    except (sqlite3.DatabaseError, ValueError):
        return {}


class Store:
    """Reads one compiled book; one connection a thread, codes cached."""

    def __init__(
        self,
        path: Path,
        system: CodeSystem | None,
        *,
        effective_from: date | None = None,
        effective_to: date | None = None,
    ) -> None:
        self._path = path
        self._system = system
        self._in_force = (effective_from, effective_to)
        self._local = threading.local()
        self.find = lru_cache(maxsize=20_000)(self._find)
        self.notes_of = lru_cache(maxsize=5_000)(self._notes_of)

    def node(self, code: str, kind: str = "code") -> Node | None:
        """Return the node of a canonical code."""
        query = f"SELECT {_NODE_COLUMNS} FROM node WHERE code = ? AND kind = ?"  # noqa: S608 - fixed columns
        row = self._db.execute(query, (code, kind)).fetchone()
        return _node(row) if row else None

    def by_id(self, number: int) -> Node:
        """Return the node of an id that this book gave out."""
        query = f"SELECT {_NODE_COLUMNS} FROM node WHERE id = ?"  # noqa: S608 - fixed columns
        return _node(self._db.execute(query, (number,)).fetchone())

    def by_ids(self, numbers: Sequence[int]) -> list[Node]:
        """Return the nodes of some ids that this book gave out, in their order."""
        query = f"SELECT {_NODE_COLUMNS} FROM node WHERE id IN ({_marks(numbers)})"  # noqa: S608 - fixed columns
        found = {row[0]: _node(row) for row in self._db.execute(query, numbers)}
        return [found[number] for number in numbers]

    def chain(self, node: Node) -> list[Node]:
        """Return the nodes above, from the chapter down to the direct parent."""
        found: list[Node] = []
        at = node.parent
        while at is not None:
            above = self.by_id(at)
            found.append(above)
            at = above.parent
        return found[::-1]

    def below(self, node: Node) -> list[Node]:
        """Return the direct children, in book order."""
        query = f"SELECT {_NODE_COLUMNS} FROM node WHERE parent = ? ORDER BY id"  # noqa: S608 - fixed columns
        return [_node(row) for row in self._db.execute(query, (node.id,))]

    def families(self, numbers: Sequence[int]) -> tuple[list[Node], dict[int, list[Node]]]:
        """Return the nodes of some ids in their order, and the direct children of each by its id, in book order."""
        marks = _marks(numbers)
        query = f"SELECT {_NODE_COLUMNS} FROM node WHERE id IN ({marks}) OR parent IN ({marks}) ORDER BY id"  # noqa: S608
        nodes = list(map(_node, self._db.execute(query, (*numbers, *numbers))))
        by_id = {node.id: node for node in nodes}
        below: dict[int, list[Node]] = {}
        for node in nodes:
            if node.parent is not None and node.parent in numbers:
                below.setdefault(node.parent, []).append(node)
        return [by_id[number] for number in numbers], below

    def seventh_of(self, node: Node) -> list[tuple[str, str, str]]:
        """Return the 7th characters this node defines: character, label, other names."""
        return list(self._db.execute("SELECT char, label, note FROM seventh WHERE node = ? ORDER BY place", (node.id,)))

    def of_kind(self, kind: str) -> list[Node]:
        """Return all nodes of a kind, in book order."""
        query = f"SELECT {_NODE_COLUMNS} FROM node WHERE kind = ? ORDER BY id"  # noqa: S608 - fixed columns
        return [_node(row) for row in self._db.execute(query, (kind,))]

    def codes(self) -> Iterator[tuple[str, str, str, bool]]:
        """Yield kind, code, title and whether it is billable of every code and modifier, in book order."""
        query = "SELECT kind, code, title, billable OR kind = 'modifier' FROM node WHERE kind IN ('code', 'modifier')"
        for kind, code, title, billable in self._db.execute(f"{query} ORDER BY id"):
            yield kind, code, title, bool(billable)

    def billable_between(self, first: str, last: str) -> Iterator[str]:
        """Yield billable codes in book order whose leading characters lie between two (bare, ends included)."""
        query = "SELECT code FROM node WHERE kind = 'code' AND billable AND bare >= ? AND bare < ? ORDER BY id"
        yield from (row[0] for row in self._db.execute(query, (first, last + "\U0010ffff")))

    def starting_with(self, bare: str, limit: int, *, billable_only: bool = False) -> list[Node]:
        """Return codes whose bare form starts so, in book order."""
        code = bare if len(bare) <= 3 or self._system is not CodeSystem.ICD10CM else f"{bare[:3]}.{bare[3:]}"
        query = (
            f"SELECT {_NODE_COLUMNS} FROM node WHERE code >= ? AND code < ? AND kind = 'code' "  # noqa: S608
            f"{'AND billable ' if billable_only else ''}ORDER BY id LIMIT ?"
        )
        return [_node(row) for row in self._db.execute(query, (code, code + "\U0010ffff", limit))]

    def _find(self, code: str) -> Code | None:
        query = f"SELECT {_CODE_COLUMNS} FROM node WHERE code = ? AND kind = 'code'"  # noqa: S608 - fixed columns
        row = self._db.execute(query, (code,)).fetchone()
        if row is None or self._system is None:
            return None
        return Code(
            system=self._system,
            code=row[0],
            title=row[1],
            billable=bool(row[2]),
            effective_from=self._in_force[0],
            effective_to=self._in_force[1],
            ancestors=tuple(row[3].split()),
            side=Side(row[4]) if row[4] else None,
            side_group=row[5],
            unspecified_below=row[6],
            unspecified_count=row[7],
        )

    def _notes_of(self, node: int) -> tuple[NoteRow, ...]:
        rows = self._db.execute("SELECT kind, text, codes FROM note WHERE node = ? ORDER BY place", (node,))
        return tuple(NoteRow(kind, text, tuple(codes.split())) for kind, text, codes in rows)

    @property
    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = _connect(self._path)
        return db


def _write_facts(db: sqlite3.Connection, facts: dict[str, Any]) -> None:
    db.execute(_FACTS)
    db.executemany("INSERT INTO fact VALUES (?,?)", [(name, json.dumps(value)) for name, value in facts.items()])


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    db.execute(f"PRAGMA cache_size = -{_CACHE_KILOBYTES}")
    return db


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def _node(row: tuple[Any, ...]) -> Node:
    return Node(row[0], row[1], row[2], row[3], row[4], bool(row[5]), row[6], row[7])
