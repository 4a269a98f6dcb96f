"""Owns the store of one imported index file: writing it as a stream, and reading it for drilling down.

Read-only and thread-safe once written. The terms that the finder searches are indexed beside it.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.codebook.records import Table
from app.codebook.sources.index_terms import IndexTerm, leading

#: Raise it whenever what is stored changes: index files of another layout are read anew from their kept copy.
LAYOUT = 4

_SCHEMA = """
CREATE TABLE head (place INTEGER PRIMARY KEY, title TEXT NOT NULL);
CREATE TABLE term (
    id INTEGER PRIMARY KEY,          -- book order
    parent INTEGER,
    level INTEGER NOT NULL,
    letter TEXT NOT NULL,
    title TEXT NOT NULL,             -- as printed
    plain TEXT NOT NULL,             -- without nonessential modifiers
    modifiers TEXT NOT NULL,         -- one a line
    manifestation TEXT,
    see TEXT,
    see_also TEXT,
    categories TEXT NOT NULL,        -- one a line
    unread TEXT NOT NULL
);
CREATE TABLE lead (
    term INTEGER NOT NULL,
    place INTEGER NOT NULL,          -- column of a table from 2 on, else 0, 1 … for the codes of a term
    code TEXT NOT NULL,              -- as printed, with its "-"
    bare TEXT NOT NULL,              -- leading characters without dot
    PRIMARY KEY (term, place)
) WITHOUT ROWID;
"""
_INDEXES = """
CREATE INDEX term_parent ON term (parent);
CREATE INDEX term_main ON term (letter, id) WHERE level = 0;
CREATE INDEX term_plain ON term (plain COLLATE NOCASE) WHERE level = 0;
CREATE INDEX lead_bare ON lead (bare);
"""
_COLUMNS = "id, parent, level, letter, title, plain, manifestation, see, see_also, categories, unread"


@dataclass(frozen=True, slots=True)
class Lead:
    """A code that a term leads to; ``column`` names the column of a table, "" outside of tables."""

    code: str
    column: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the index itself says that a choice is below the code."""
        return "-" in self.code


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One term as a page shows it; ``title`` as printed, ``plain`` without nonessential modifiers."""

    id: int
    parent: int | None
    level: int
    letter: str
    title: str
    plain: str
    manifestation: str | None
    see: str | None
    see_also: str | None
    categories: tuple[str, ...]
    unread: str
    leads: tuple[Lead, ...]
    has_below: bool


def write_index_book(folder: Path, heads: Sequence[str], terms: Iterable[IndexTerm]) -> dict[str, int]:
    """Write the store of an index into an empty folder and return its counts; ``heads`` are a table's columns."""
    counts = {"main terms": 0, "terms": 0, "codes": 0, "references": 0, "unread": 0}
    with closing(sqlite3.connect(folder / "book.sqlite3")) as db:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        db.executemany("INSERT INTO head VALUES (?,?)", list(enumerate(heads, start=1)))
        above: list[int] = []
        for number, term in enumerate(terms, start=1):
            del above[term.level :]
            parent = above[-1] if above else None
            above.append(number)
            db.execute("INSERT INTO term VALUES (?,?,?,?,?,?,?,?,?,?,?,?)", _row(number, parent, term))
            leads = list(_leads(number, term))
            db.executemany("INSERT INTO lead VALUES (?,?,?,?)", leads)
            counts["main terms"] += term.level == 0
            counts["terms"] += 1
            counts["codes"] += len(leads)
            counts["references"] += bool(term.see or term.see_also or term.categories)
            counts["unread"] += bool(term.unread)
        db.executescript(_INDEXES)
        db.commit()
    return counts


def _row(number: int, parent: int | None, term: IndexTerm) -> tuple[Any, ...]:
    return (
        number,
        parent,
        term.level,
        term.letter,
        term.title,
        term.path[-1],
        "\n".join(term.modifiers),
        term.manifestation,
        term.see,
        term.see_also,
        "\n".join(term.categories),
        term.unread,
    )


def _leads(number: int, term: IndexTerm) -> Iterator[tuple[Any, ...]]:
    listed = enumerate(term.cells, start=2) if term.cells else enumerate(term.codes)
    for place, code in listed:
        if code:
            yield number, place, code, leading(code)


class IndexBook:
    """Reads one index; one connection a thread."""

    def __init__(self, path: Path, table: Table) -> None:
        self._path = path
        self._local = threading.local()
        self.table = table
        self.columns = tuple(row[0] for row in self._db.execute("SELECT title FROM head ORDER BY place"))

    def letters(self) -> tuple[str, ...]:
        """Return the letters that have main terms, in book order."""
        rows = self._db.execute("SELECT letter FROM term WHERE level = 0 GROUP BY letter ORDER BY min(id)")
        return tuple(row[0] for row in rows)

    def main_terms(self, letter: str) -> tuple[IndexEntry, ...]:
        """Return the main terms of a letter, in book order."""
        return self._entries("level = 0 AND letter = ? ORDER BY id", letter)

    def starting_with(self, text: str, limit: int = 50) -> tuple[IndexEntry, ...]:
        """Return the main terms whose title begins with a text, whatever its case."""
        text = text.strip()
        if not text:
            return ()
        condition = "level = 0 AND plain COLLATE NOCASE >= ? AND plain COLLATE NOCASE < ? ORDER BY +id LIMIT ?"
        return self._entries(condition, text, text + "\U0010ffff", limit)

    def entry(self, number: int) -> IndexEntry | None:
        """Return the term of an id, or None."""
        found = self._entries("id = ?", number)
        return found[0] if found else None

    def below(self, entry: IndexEntry) -> tuple[IndexEntry, ...]:
        """Return the subterms directly below a term, in book order."""
        return self._entries("parent = ? ORDER BY id", entry.id)

    def path(self, entry: IndexEntry) -> tuple[IndexEntry, ...]:
        """Return the terms from the main term down to this one."""
        found = [entry]
        while (above := found[-1].parent) is not None:
            found += self._entries("id = ?", above)
        return tuple(reversed(found))

    def leading_to(self, code: str, limit: int = 200) -> tuple[IndexEntry, ...]:
        """Return the terms that lead to a code or, where the index stops short of it, to what it is below.

        "S72.001A" is found at terms for S72.001A, S72.00-, S72.0 …; the nearest come first, then book order.
        """
        bare = code.replace(".", "").upper()
        beginnings = [bare[:length] for length in range(len(bare), 2, -1)]
        if not beginnings:
            return ()
        marks = ",".join("?" * len(beginnings))
        rows = self._db.execute(
            f"SELECT term, max(length(bare)) AS near FROM lead WHERE bare IN ({marks}) "  # noqa: S608 - marks only
            "GROUP BY term ORDER BY near DESC, term LIMIT ?",
            (*beginnings, limit),
        )
        found = (self.entry(row[0]) for row in rows.fetchall())
        return tuple(entry for entry in found if entry)

    def refer(self, text: str) -> IndexEntry | None:
        """Return the term that a "see" or "see also" names, such as "Neoplasm, breast, male".

        Where it says more than the index has ("by type of machine") it is the deepest term that fits; None if none
        does.
        """
        at: IndexEntry | None = None
        for name in (part.strip() for part in text.split(",")):
            known = self.starting_with(name) if at is None else self.below(at)
            found = next((one for one in known if _is_named(one, name)), None)
            if found is None:
                break
            at = found
        return at

    def terms(self) -> Iterator[IndexTerm]:
        """Yield every term as it was read, in book order."""
        path: list[str] = []
        query = f"SELECT {_COLUMNS}, modifiers FROM term ORDER BY id"  # noqa: S608 - fixed columns
        with closing(_connect(self._path)) as db:
            for row in db.execute(query):
                leads = db.execute("SELECT place, code FROM lead WHERE term = ? ORDER BY place", (row[0],)).fetchall()
                del path[row[2] :]
                path.append(row[5])
                yield _term(row, tuple(path), dict(leads) if self.columns else {}, [code for _, code in leads])

    def _entries(self, condition: str, *values: object) -> tuple[IndexEntry, ...]:
        query = f"SELECT {_COLUMNS}, EXISTS (SELECT 1 FROM term AS t WHERE t.parent = term.id) FROM term WHERE "  # noqa: S608
        return tuple(self._entry(row) for row in self._db.execute(query + condition, values).fetchall())

    def _entry(self, row: tuple[Any, ...]) -> IndexEntry:
        rows = self._db.execute("SELECT place, code FROM lead WHERE term = ? ORDER BY place", (row[0],))
        leads = tuple(Lead(code, self._column(place)) for place, code in rows)
        return IndexEntry(
            id=row[0],
            parent=row[1],
            level=row[2],
            letter=row[3],
            title=row[4],
            plain=row[5],
            manifestation=row[6],
            see=row[7],
            see_also=row[8],
            categories=tuple(row[9].splitlines()),
            unread=row[10],
            leads=leads,
            has_below=bool(row[11]),
        )

    def _column(self, place: int) -> str:
        return self.columns[place - 1] if 0 < place <= len(self.columns) else ""

    @property
    def _db(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = self._local.db = _connect(self._path)
        return db


def _connect(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def _is_named(entry: IndexEntry, name: str) -> bool:
    """Tell whether a reference's word names a term: its title, or one of the names that commas join in it."""
    title, wanted = (text.lower().removesuffix(" nec").removesuffix(" nos") for text in (entry.plain, name))
    return title == wanted or wanted in (part.strip() for part in title.split(","))


def _term(row: tuple[Any, ...], path: tuple[str, ...], cells: dict[int, str], codes: list[str]) -> IndexTerm:
    return IndexTerm(
        letter=row[3],
        level=row[2],
        title=row[4],
        path=path,
        modifiers=tuple(row[11].splitlines()),
        codes=() if cells else tuple(codes),
        cells=tuple(cells.get(column) for column in range(2, 8)) if cells else (),
        manifestation=row[6],
        see=row[7],
        see_also=row[8],
        categories=tuple(row[9].splitlines()),
        unread=row[10],
    )
