"""Owns the SQLite file of the ICD-10-PCS tables: its layout, writing it once, reading it from many threads."""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from pathlib import Path

from app.codebook.sources.pcs_values import Value

#: Raise it whenever what is stored changes, and ``store.LAYOUT`` with it, so that books are made anew with theirs.
LAYOUT = 1
FILE = "tables.sqlite3"

_SCHEMA = """
CREATE TABLE pcs_head (                  -- the first three characters
    before TEXT NOT NULL,                -- the characters before this one
    char TEXT NOT NULL,
    axis TEXT NOT NULL,                  -- what the axis is called: Section, Body System, Root Operation
    label TEXT NOT NULL,
    definition TEXT NOT NULL,
    PRIMARY KEY (before, char)
) WITHOUT ROWID;
CREATE TABLE pcs_table (
    code TEXT PRIMARY KEY,               -- three characters
    axes TEXT NOT NULL,                  -- JSON: what the 4th to 7th axis are called
    rows TEXT NOT NULL                   -- JSON: rows of four axes of [character, label, is fragment]
) WITHOUT ROWID;
CREATE TABLE pcs_layout (number INTEGER NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Head:
    """One value of the first three characters; ``axis`` is what its axis is called."""

    char: str
    axis: str
    label: str
    definition: str = ""


#: One row of a table: the values of the 4th to 7th character, all of which combine.
Row = tuple[tuple[Value, ...], ...]


@dataclass(frozen=True, slots=True)
class PcsTable:
    """One table of the printed book: three heads, then rows of four axes."""

    heads: tuple[Head, Head, Head]
    axes: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def code(self) -> str:
        return "".join(head.char for head in self.heads)

    @property
    def title(self) -> str:
        return f"{self.heads[1].label}, {self.heads[2].label}"

    def __len__(self) -> int:
        """Return how many codes the table holds."""
        return len(set(self.codes()))

    def codes(self) -> Iterator[str]:
        """Yield every combination of every row."""
        for row in self.rows:
            for values in product(*row):
                yield self.code + "".join(value.char for value in values)


def write_tables(path: Path, tables: Iterable[PcsTable]) -> None:
    """Write the tables into a new SQLite file, or beside what is in an existing one."""
    heads: dict[tuple[str, str], Head] = {}
    stored = []
    for table in tables:
        for place, head in enumerate(table.heads):
            heads.setdefault((table.code[:place], head.char), head)
        rows = [[[[v.char, v.label, int(v.is_fragment)] for v in axis] for axis in row] for row in table.rows]
        stored.append((table.code, json.dumps(table.axes), json.dumps(rows, ensure_ascii=False)))
    with closing(sqlite3.connect(path)) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        listed = [(before, h.char, h.axis, h.label, h.definition) for (before, _), h in heads.items()]
        db.executemany("INSERT INTO pcs_head VALUES (?,?,?,?,?)", listed)
        db.executemany("INSERT INTO pcs_table VALUES (?,?,?)", stored)
        db.execute("INSERT INTO pcs_layout VALUES (?)", (LAYOUT,))
        db.commit()


def is_readable(path: Path) -> bool:
    """Tell whether the file holds tables of this layout."""
    if not path.is_file():
        return False
    try:
        with closing(_connect(path)) as db:
            return bool(db.execute("SELECT number = ? FROM pcs_layout", (LAYOUT,)).fetchone()[0])
    except (sqlite3.DatabaseError, TypeError):
        return False


class TableStore:
    """Reads the tables of one release; one connection a thread, the last tables cached."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self.table = lru_cache(maxsize=64)(self._table)
        self.heads = lru_cache(maxsize=256)(self._heads)

    def codes(self) -> list[str]:
        """Return the three characters of every table, in book order."""
        return [row[0] for row in self._db.execute("SELECT code FROM pcs_table ORDER BY code")]

    def _heads(self, before: str) -> tuple[Head, ...]:
        """Return the values that may follow none, one or two characters, in book order."""
        query = "SELECT char, axis, label, definition FROM pcs_head WHERE before = ? ORDER BY char"
        return tuple(Head(*row) for row in self._db.execute(query, (before,)))

    def _table(self, code: str) -> PcsTable | None:
        """Return a table by its three characters."""
        row = self._db.execute("SELECT axes, rows FROM pcs_table WHERE code = ?", (code,)).fetchone()
        heads = [head for place in range(3) for head in self.heads(code[:place]) if head.char == code[place]]
        if row is None or len(heads) != 3:
            return None
        rows = tuple(tuple(tuple(_value(one) for one in axis) for axis in listed) for listed in json.loads(row[1]))
        return PcsTable((heads[0], heads[1], heads[2]), tuple(json.loads(row[0])), rows)

    @property
    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = _connect(self._path)
        return db


def _value(stored: list[object]) -> Value:
    return Value(str(stored[0]), str(stored[1]), bool(stored[2]))


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
