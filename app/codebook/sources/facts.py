"""Reads ``SOURCE.toml``: where a book comes from. Refuses a book that doesn't say so."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.codebook.sources.tree import SourceRefused
from app.domain.codes.code import CodeSystem

_REQUIRED = ("id", "title", "publisher", "release", "effective_from", "licence")


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Publisher, release, dates and licence of one book, and the digest of what it was read from.

    ``expected`` are counts the compiled book must reach; ``sha256`` of an official file is fixed.
    """

    id: str
    title: str
    publisher: str
    release: str
    effective_from: date
    licence: str
    sha256: str
    effective_to: date | None = None
    system: CodeSystem | None = None
    note: str = ""
    partial: bool = False
    kind: str = ""
    imported: bool = False
    expected: dict[str, int] = field(default_factory=dict)


def read_facts(folder: Path, sha256: str) -> SourceFacts:
    """Read a set's ``SOURCE.toml``; ``sha256`` is the digest of its data as found.

    Raises SourceRefused when a fact is missing or the data isn't what the file says.
    """
    path = folder / "SOURCE.toml"
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SourceRefused(f"{path} can't be read ({error}): every code set needs one.") from error
    missing = [name for name in _REQUIRED if not data.get(name)]
    if missing or not sha256:
        raise SourceRefused(f"{path} lacks {', '.join(missing or ['the digest of its data'])}: add it.")
    if data.get("sha256", sha256) != sha256:
        raise SourceRefused(
            f"The data of {data['title']} isn't the file that {path} describes (its sha256 is {sha256}): "
            "install the release it names, or describe the new one."
        )
    return _facts(data, sha256, path)


def check_facts(facts: SourceFacts) -> None:
    """Refuse a book that doesn't say where it comes from, whoever made its facts."""
    missing = [name for name in (*_REQUIRED, "sha256") if not getattr(facts, name)]
    if missing:
        raise SourceRefused(f"{facts.id or 'A book'} lacks {', '.join(missing)}: no book is kept without.")


def check_counts(facts: SourceFacts, counts: dict[str, int]) -> None:
    """Refuse a book that is empty or whose counts aren't the ones its source promises."""
    if not any(counts.values()):
        raise SourceRefused(f"{facts.title} is empty: it needs at least one entry.")
    for name, expected in facts.expected.items():
        if counts.get(name) != expected:
            raise SourceRefused(
                f"{facts.title} has {counts.get(name, 0):,} {name} where its source promises {expected:,}: "
                "the file is incomplete or another release."
            )


def _facts(data: dict[str, Any], sha256: str, path: Path) -> SourceFacts:
    for name in ("effective_from", "effective_to"):
        if not isinstance(data.get(name, date.min), date):
            raise SourceRefused(f"{path}: {name} must be a date such as 2026-01-01.")
    system = data.get("system")
    return SourceFacts(
        **{name: data[name] for name in _REQUIRED},
        sha256=sha256,
        effective_to=data.get("effective_to"),
        system=CodeSystem(system) if system else None,
        note=str(data.get("note", "")),
        partial=bool(data.get("partial", False)),
        expected=dict(data.get("counts", {})),
    )
