"""Writes edit tables, one SQLite file a table: pairs of codes (PTP), most units (MUE), the fee schedule.

All or nothing: the caller drops the folder when a row is refused. Memory stays small however long the file is.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, NoReturn

#: Raise it whenever what is stored changes.
EDITS_LAYOUT = 101

_ABOUT = "CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
_PTP = """
CREATE TABLE rationale (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE ptp (
    column1 TEXT NOT NULL,
    column2 TEXT NOT NULL,
    effective INTEGER NOT NULL,      -- YYYYMMDD
    deleted INTEGER,                 -- YYYYMMDD, the last day in force; NULL is still in force
    indicator INTEGER NOT NULL CHECK (indicator IN (0, 1, 9)),
    rationale INTEGER NOT NULL,      -- rationale.id
    PRIMARY KEY (column1, column2, effective)
) WITHOUT ROWID;
"""
_MUE = """
CREATE TABLE mue (
    code TEXT PRIMARY KEY,
    units INTEGER NOT NULL CHECK (units >= 0),
    indicator INTEGER NOT NULL CHECK (indicator IN (1, 2, 3)),
    rationale TEXT NOT NULL
) WITHOUT ROWID;
"""
FEE_COLUMNS = (
    "code",
    "modifier",
    "status",
    "work",
    "pe_office",
    "pe_facility",
    "malpractice",
    "total_office",
    "total_facility",
    "pctc",
    "global_days",
    "multiple",
    "bilateral",
    "assistant",
    "co_surgeons",
    "team",
    "factor",
)
_FEE = f"""
CREATE TABLE fee (
    {", ".join(f"{name} TEXT NOT NULL" for name in FEE_COLUMNS)},
    PRIMARY KEY (code, modifier)
) WITHOUT ROWID;
"""
_BATCH = 20_000
_CACHE_KIB = 32_768

Refuse = Callable[..., NoReturn]


@dataclass(frozen=True, slots=True)
class About:
    """What a table is: "ptp", "mue" or "fee"; whose services it is about, "" where its file doesn't say."""

    kind: str
    setting: str


class PtpRow(NamedTuple):
    """One row of a PTP file, days as numbers (YYYYMMDD); ``deleted`` None is still in force."""

    line: int
    column1: str
    column2: str
    effective: int
    deleted: int | None
    indicator: int
    rationale: str

    @property
    def was_in_force(self) -> bool:
        """Rows that went on the day they came never counted (their indicator is 9)."""
        return self.deleted is None or self.deleted > self.effective


class MueRow(NamedTuple):
    """One row of an MUE file."""

    line: int
    code: str
    units: int
    indicator: int
    rationale: str


class FeeRow(NamedTuple):
    """One row of the fee schedule; ``values`` in the order of FEE_COLUMNS, numbers as the file writes them."""

    line: int
    values: tuple[str, ...]


def write_ptp(path: Path, about: About, rows: Iterable[PtpRow], refuse: Refuse) -> dict[str, int]:
    """Write the edits that were ever in force and return the counts; two that contradict each other are refused.

    Both codes and the day an edit came are its key; a row that says the same again is counted, not refused.
    """
    counts = {"edits": 0, "never in force": 0, "repeated": 0}
    rationales: dict[str, int] = {}
    with _new_store(path, about, _PTP) as db:
        for batch in _batches(rows):
            kept = [row for row in batch if row.was_in_force]
            new = _add_ptp(db, kept, rationales, refuse)
            counts["edits"] += new
            counts["never in force"] += len(batch) - len(kept)
            counts["repeated"] += len(kept) - new
        db.executemany("INSERT INTO rationale VALUES (?, ?)", ((number, text) for text, number in rationales.items()))
        going_on = db.execute("SELECT count(*) FROM ptp WHERE deleted IS NULL").fetchone()[0]
    return {**counts, "still in force": going_on}


def write_mue(path: Path, about: About, rows: Iterable[MueRow], refuse: Refuse) -> dict[str, int]:
    """Write the most units of each code and return the counts; a code twice is refused."""
    with _new_store(path, about, _MUE) as db:
        lines: dict[str, int] = {}
        for row in rows:
            _once(lines, row.code, row.line, refuse)
            db.execute("INSERT INTO mue VALUES (?, ?, ?, ?)", row[1:])
    return {"codes": len(lines)}


def write_fee(path: Path, about: About, rows: Iterable[FeeRow], refuse: Refuse) -> dict[str, int]:
    """Write the fee schedule and return the counts; a code with the same modifier twice is refused."""
    holes = ", ".join("?" * len(FEE_COLUMNS))
    lines: dict[str, int] = {}
    with _new_store(path, about, _FEE) as db:
        for row in rows:
            _once(lines, "-".join(filter(None, row.values[:2])), row.line, refuse)
            db.execute(f"INSERT INTO fee VALUES ({holes})", row.values)  # noqa: S608 - only holes
    return {"rows": len(lines), "codes": len({key[:5] for key in lines})}


@contextmanager
def _new_store(path: Path, about: About, schema: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -{_CACHE_KIB};")
        db.executescript(_ABOUT + schema)
        db.execute("BEGIN")
        db.executemany("INSERT INTO about VALUES (?, ?)", [("kind", about.kind), ("setting", about.setting)])
        yield db
        db.execute("COMMIT")


def _batches(rows: Iterable[PtpRow]) -> Iterator[list[PtpRow]]:
    rest = iter(rows)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _add_ptp(db: sqlite3.Connection, rows: list[PtpRow], rationales: dict[str, int], refuse: Refuse) -> int:
    """Insert rows and return how many were new."""
    before = db.total_changes
    values = [(*row[1:6], rationales.setdefault(row.rationale, len(rationales) + 1)) for row in rows]
    db.executemany("INSERT OR IGNORE INTO ptp VALUES (?, ?, ?, ?, ?, ?)", values)
    new = db.total_changes - before
    if new < len(rows):
        _check_same(db, rows, refuse)
    return new


def _check_same(db: sqlite3.Connection, rows: list[PtpRow], refuse: Refuse) -> None:
    query = "SELECT deleted, indicator FROM ptp WHERE column1 = ? AND column2 = ? AND effective = ?"
    for row in rows:
        stored = db.execute(query, row[1:4]).fetchone()
        if stored != (row.deleted, row.indicator):
            refuse(
                f"the edit {row.column1}/{row.column2} that came on {row.effective} is in the file before, with "
                "another end or indicator: the file is damaged, get it again.",
                line=row.line,
                column=1,
            )


def _once(lines: dict[str, int], key: str, line: int, refuse: Refuse) -> None:
    first = lines.setdefault(key, line)
    if first != line:
        refuse(f"{key} is already in line {first:,}: each is there once, get the file again.", line=line, column=1)
