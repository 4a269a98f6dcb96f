"""Owns how the facts of a book are stored and read back: publisher, release, dates, licence, digest, sources."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from app.codebook.records import Book, SourceRecord, Table, Volume
from app.codebook.sources.facts import SourceFacts
from app.domain.codes.code import CodeSystem

#: What a book says of itself as its source does; a note may end once other files have joined it.
_SAID = (
    *("title", "release", "publisher", "licence", "sha256", "kind"),
    *("system", "partial", "effective_from", "effective_to"),
)
_PLAIN = ("id", "title", "release", "publisher", "licence", "sha256", "note", "kind", "imported")
#: What books of an older layout don't say; they are listed until they are made again.
_LATER: dict[str, Any] = {"kind": "", "imported": False}


def to_store(facts: SourceFacts, counts: dict[str, int], sources: Sequence[SourceRecord]) -> dict[str, Any]:
    """Return the facts of a book as plain data."""
    return {
        **{name: getattr(facts, name) for name in _PLAIN},
        "system": facts.system,
        "partial": facts.partial,
        "effective_from": facts.effective_from.isoformat(),
        "effective_to": facts.effective_to.isoformat() if facts.effective_to else None,
        "counts": counts,
        "sources": [_source_to_store(record) for record in sources],
    }


def book_of(stored: dict[str, Any]) -> Book:
    """Return the book of a code system that stored facts describe."""
    return Book(system=CodeSystem(stored["system"]), partial=stored["partial"], **_common(stored))


def table_of(stored: dict[str, Any]) -> Table:
    """Return the table that stored facts describe."""
    return Table(**_common(stored))


def facts_of(stored: dict[str, Any]) -> SourceFacts:
    """Return what a book was made with, to make it again."""
    volume: Volume = book_of(stored) if stored["system"] else table_of(stored)
    return SourceFacts(
        **{name: getattr(volume, name) for name in _PLAIN},
        effective_from=volume.effective_from,
        effective_to=volume.effective_to,
        system=CodeSystem(stored["system"]) if stored["system"] else None,
        partial=stored["partial"],
    )


def is_made_from(stored: dict[str, Any], facts: SourceFacts) -> bool:
    """Tell whether a stored book was made from this source, described as it is now."""
    wanted = to_store(facts, {}, ())
    return all(stored.get(name) == wanted[name] for name in _SAID)


def sources_of(stored: dict[str, Any]) -> tuple[SourceRecord, ...]:
    """Return the files a book was made from."""
    return tuple(
        SourceRecord(
            record["name"],
            record["kind"],
            record["sha256"],
            datetime.fromisoformat(record["imported_at"]),
            record["counts"],
        )
        for record in stored.get("sources", ())
    )


def _common(stored: dict[str, Any]) -> dict[str, Any]:
    until = stored["effective_to"]
    return {
        **{name: stored.get(name, _LATER[name]) if name in _LATER else stored[name] for name in _PLAIN},
        "counts": stored["counts"],
        "effective_from": date.fromisoformat(stored["effective_from"]),
        "effective_to": date.fromisoformat(until) if until else None,
        "sources": sources_of(stored),
    }


def _source_to_store(record: SourceRecord) -> dict[str, Any]:
    return {
        "name": record.name,
        "kind": record.kind,
        "sha256": record.sha256,
        "imported_at": record.imported_at.isoformat(timespec="seconds"),
        "counts": record.counts,
    }
