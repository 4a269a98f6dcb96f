"""Reads the installed edit tables: pairs of codes (PTP), most units (MUE), the fee schedule. Read-only, thread-safe.

Every answer is for a day: a table that isn't in force then is silent. PTP tables are cumulative, each row with its own
days, so that one answers for earlier days as well, never for days after its end.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.codebook.edits.store import EDITS_LAYOUT, FEE_COLUMNS
from app.codebook.records import Table
from app.codebook.store import read_facts

PRACTITIONER, HOSPITAL, SUPPLIER = "practitioner", "outpatient hospital", "equipment supplier"


@dataclass(frozen=True, slots=True)
class PtpEdit:
    """Two codes of which the second isn't paid beside the first; ``deleted`` is the last day in force.

    ``indicator`` 0: no modifier lifts the edit; 1: a modifier does where the services were distinct.
    """

    column1: str
    column2: str
    effective: date
    deleted: date | None
    indicator: int
    rationale: str
    table: Table


@dataclass(frozen=True, slots=True)
class Mue:
    """The most units of a code. ``indicator`` 1: of one claim line; 2: of one day, by policy; 3: of one day, clinical.

    ``setting`` says whose services it is about, "" where the file doesn't say.
    """

    code: str
    units: int
    indicator: int
    rationale: str
    setting: str
    table: Table


@dataclass(frozen=True, slots=True)
class Fee:
    """One row of the fee schedule: relative value units (None where there are none) and payment indicators."""

    code: str
    modifier: str
    status: str
    work: Decimal | None
    pe_office: Decimal | None
    pe_facility: Decimal | None
    malpractice: Decimal | None
    total_office: Decimal | None
    total_facility: Decimal | None
    pctc: str
    global_days: str
    multiple: str
    bilateral: str
    assistant: str
    co_surgeons: str
    team: str
    factor: Decimal | None
    table: Table


@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """An open table; ``ask`` runs a query."""

    table: Table
    kind: str
    setting: str
    ask: Callable[[str, Sequence[object]], list[tuple[Any, ...]]]


class Edits:
    """Every edit table of a folder of books; empty when none is installed."""

    def __init__(self, tables: Iterable[tuple[Table, Path]]) -> None:
        """Open those of the tables that are edit tables; ones of another layout are passed over."""
        found = [_opened(table, path) for table, path in tables if read_facts(path).get("layout") == EDITS_LAYOUT]
        self._tables = sorted(found, key=lambda one: (one.table.effective_from, one.table.id))

    @property
    def tables(self) -> tuple[Table, ...]:
        """Every installed edit table, by date."""
        return tuple(one.table for one in self._tables)

    def ptp(self, column1: str, column2: str, on: date, *, setting: str = PRACTITIONER) -> PtpEdit | None:
        """Return the edit in force on a day that keeps ``column2`` from being paid beside ``column1``."""
        return next(iter(self._pairs([(column1, column2)], on, setting)), None)

    def ptp_between(self, codes: Sequence[str], on: date, *, setting: str = PRACTITIONER) -> tuple[PtpEdit, ...]:
        """Return every edit in force on a day between codes of one claim, in the order of the claim."""
        known = list(dict.fromkeys(codes))
        return tuple(self._pairs([(one, two) for one in known for two in known if one != two], on, setting))

    def mue(self, code: str, on: date, *, setting: str = PRACTITIONER) -> Mue | None:
        """Return the most units of a code on a day for one kind of services."""
        return next((one for one in self.mues(code, on) if one.setting in (setting, "")), None)

    def mues(self, code: str, on: date) -> tuple[Mue, ...]:
        """Return the most units of a code on a day, one for each kind of services that has a table."""
        found = {}
        for one in self._in_force("mue", on):
            for row in one.ask("SELECT code, units, indicator, rationale FROM mue WHERE code = ?", (code,)):
                found[one.setting] = Mue(row[0], row[1], row[2], row[3], one.setting, one.table)
        return tuple(found[setting] for setting in sorted(found, key=_setting_order))

    def fee(self, code: str, on: date, modifier: str = "") -> Fee | None:
        """Return the row of the fee schedule of a code (and modifier: 26, TC, 53) on a day."""
        return next((fee for fee in self.fees(code, on) if fee.modifier == modifier), None)

    def fees(self, code: str, on: date) -> tuple[Fee, ...]:
        """Return every row of a code in the newest fee schedule in force on a day."""
        schedules = self._in_force("fee", on)
        newest = max((one.table.effective_from for one in schedules), default=None)
        query = f"SELECT {', '.join(FEE_COLUMNS)} FROM fee WHERE code = ? ORDER BY modifier"  # noqa: S608 - fixed
        for one in sorted(schedules, key=lambda one: one.setting):
            rows = one.ask(query, (code,)) if one.table.effective_from == newest else []
            if rows:
                return tuple(_fee(row, one.table) for row in rows)
        return ()

    def covers(self, kind: str, on: date, *, setting: str = PRACTITIONER) -> bool:
        """Tell whether a table of a kind ("ptp", "mue", "fee") answers for a day."""
        found = self._for_ptp(on, setting) if kind == "ptp" else self._in_force(kind, on)
        return any(kind == "fee" or one.setting in (setting, "") for one in found)

    def _in_force(self, kind: str, on: date) -> list[_Open]:
        return [one for one in self._tables if one.kind == kind and one.table.covers(on)]

    def _for_ptp(self, on: date, setting: str) -> list[_Open]:
        """Return the tables (a release comes in several files) of the quarter of a day, else of the next one known."""
        named = [one for one in self._tables if one.kind == "ptp" and one.setting in (setting, "")]
        until = [one for one in named if one.table.effective_to is None or on <= one.table.effective_to]
        begun = [one for one in until if one.table.effective_from <= on]
        chosen = max(begun, key=_start) if begun else min(until, key=_start) if until else None
        return [one for one in until if chosen and _start(one) == _start(chosen)]

    def _pairs(self, pairs: Sequence[tuple[str, str]], on: date, setting: str) -> Iterable[PtpEdit]:
        tables = self._for_ptp(on, setting)
        day = on.year * 10_000 + on.month * 100 + on.day
        for pair in pairs:
            for one in tables:
                for row in one.ask(_PTP_QUERY, (*pair, day, day)):
                    yield _edit(row, one.table)


_NUMBERS = ("work", "pe_office", "pe_facility", "malpractice", "total_office", "total_facility", "factor")
_PTP_QUERY = (
    "SELECT column1, column2, effective, deleted, indicator, text FROM ptp JOIN rationale ON id = rationale "
    "WHERE column1 = ? AND column2 = ? AND effective <= ? AND (deleted IS NULL OR deleted >= ?) "
    "ORDER BY effective DESC LIMIT 1"
)


def _opened(table: Table, path: Path) -> _Open:
    local = threading.local()
    address = f"{path.resolve().as_uri()}?mode=ro&immutable=1"

    def ask(query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        db: sqlite3.Connection | None = getattr(local, "db", None)
        if db is None:
            db = local.db = sqlite3.connect(address, uri=True, check_same_thread=False)
        return db.execute(query, tuple(values)).fetchall()

    about = dict(ask("SELECT name, value FROM about", ()))
    return _Open(table, about["kind"], about["setting"], ask)


def _start(one: _Open) -> date:
    return one.table.effective_from


def _setting_order(setting: str) -> tuple[bool, bool, str]:
    return setting != PRACTITIONER, setting != HOSPITAL, setting


def _date(number: int) -> date:
    return date(number // 10_000, number // 100 % 100, number % 100)


def _edit(row: tuple[Any, ...], table: Table) -> PtpEdit:
    column1, column2, effective, deleted, indicator, rationale = row
    return PtpEdit(column1, column2, _date(effective), _date(deleted) if deleted else None, indicator, rationale, table)


def _fee(row: tuple[str, ...], table: Table) -> Fee:
    values: dict[str, Any] = dict(zip(FEE_COLUMNS, row, strict=True))
    for name in _NUMBERS:
        values[name] = Decimal(values[name]) if values[name] not in ("", "NA") else None
    return Fee(**values, table=table)
