"""Owns how releases are named and dated: by the publisher's cycle, the first day in force and what a name says."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from app.codebook.sources.parsed import Cycle
from app.codebook.sources.tree import SourceRefused

_FULL = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_MONTH = re.compile(rf"(?<![a-z])(?:{'|'.join(f'({m[:3]})(?:{m[3:]})?' for m in _FULL)})(?![a-z])", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_KEY = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]{0,30}")


@dataclass(frozen=True, slots=True)
class Release:
    """One release: ``key`` ends the id of its book ("2026-04"), ``label`` is for people ("2026, April update")."""

    key: str
    label: str
    starts: date
    ends: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseOptions:
    """What the person who imports says of the release; it counts more than what the file says."""

    release: str | None = None
    starts: date | None = None
    ends: date | None = None


def release_of(name: str, cycle: Cycle, starts: date | None, options: ReleaseOptions) -> Release:
    """Return the release of a file. Raises SourceRefused, naming the option, when nobody says when it begins."""
    starts = options.starts or _starts_of_key(options.release, cycle) or starts
    if starts is None:
        raise SourceRefused(
            f"{name} doesn't say from which day it is in force: import it with “--from YYYY-MM-DD” (on a page: "
            "the field “In force from”)."
        )
    key, label = _named(cycle, starts)
    if options.release and options.release != key:
        if not _KEY.fullmatch(options.release):
            raise SourceRefused(f"“{options.release[:40]}” can't name a release: use letters, digits, “-” and “.”.")
        key = label = options.release
    ends = options.ends or last_day(cycle, starts)
    if ends < starts:
        raise SourceRefused(f"{name} would be in force from {starts} to {ends}: the end is before the beginning.")
    return Release(key, label, starts, ends)


def last_day(cycle: Cycle, starts: date) -> date:
    """Return the last day of the fiscal year, year or quarter that a release begins in."""
    match cycle:
        case Cycle.FISCAL_YEAR:
            return date(starts.year + (starts.month >= 10), 9, 30)
        case Cycle.CALENDAR_YEAR:
            return date(starts.year, 12, 31)
        case Cycle.QUARTER:
            month = (starts.month - 1) // 3 * 3 + 1
            return (date(starts.year, month, 1) + timedelta(days=93)).replace(day=1) - timedelta(days=1)


def month_and_year(text: str) -> tuple[int | None, int | None]:
    """Return the month named in words and the four-digit year of a name, each None where it is absent.

    Of "april-1-2026.zip › order-2026.txt" the last ones count: a member's own name goes before its zip's.
    """
    text = text.replace("_", " ")
    months = [match.lastindex for match in _MONTH.finditer(text)]
    years = _YEAR.findall(text)
    return (months[-1] if months else None), (int(years[-1]) if years else None)


def year_of(text: str) -> int | None:
    """Return the four-digit year in a text, None without one."""
    match = _YEAR.search(text)
    return int(match[1]) if match else None


def fiscal_start(name: str, fiscal_year: int | None = None) -> date | None:
    """Return the first day of a fiscal-year release from its file's name and, where the content says it, its year.

    "tabular-April-1-2026" begins on 2026-04-01, "tabular-2026" on 2025-10-01, "order-October-1-2025" on that day.
    """
    month, year = month_and_year(name)
    if fiscal_year is not None:
        year = fiscal_year - 1 if month is not None and month >= 10 else fiscal_year
    if year is None:
        return None
    return date(year, month, 1) if month is not None else date(year - 1, 10, 1)


def _named(cycle: Cycle, starts: date) -> tuple[str, str]:
    """Return key and label; a fiscal year's update is named after its month."""
    month = _FULL[starts.month - 1]
    if cycle is Cycle.FISCAL_YEAR:
        year = last_day(cycle, starts).year
        if (starts.month, starts.day) == (10, 1):
            return str(year), str(year)
        return f"{year}-{starts.month:02}", f"{year}, {month} update"
    return f"{starts.year}-{starts.month:02}", f"{month} {starts.year}"


def _starts_of_key(release: str | None, cycle: Cycle) -> date | None:
    """Read "2027", "2026-04" as a first day; None for other names."""
    match = re.fullmatch(r"(20\d\d)(?:-(\d\d))?", release or "")
    if match is None:
        return None
    year, month = int(match[1]), int(match[2] or 0)
    if month > 12 or (match[2] and not month):
        return None
    if month:
        return date(year, month, 1)
    return date(year - 1, 10, 1) if cycle is Cycle.FISCAL_YEAR else date(year, 1, 1)
