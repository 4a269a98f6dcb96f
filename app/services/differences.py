"""What changed between two releases, and which answer keys of the bank name a code that did."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.codebook.differences import Change, Differences, differences, find_release
from app.codebook.library import Library
from app.domain.codes.code import CodeSystem
from app.domain.grading.key import Key
from app.services.bank import BankEntry, read_bank

__all__ = ["Change", "Differences", "KeyHit", "compare_releases", "keys_hit"]


@dataclass(frozen=True, slots=True)
class KeyHit:
    """A code that a chart's key names ("accepted", "near" or "forbidden") and that ``change`` says has changed."""

    chart: str
    code: str
    role: str
    change: str


def compare_releases(library: Library, system: CodeSystem, old: str, new: str) -> Differences:
    """Compare two installed releases, named by book id or release. Raises BookMissing."""
    return differences(find_release(library, system, old), find_release(library, system, new))


def keys_hit(found: Differences, bank: Path, library: Library) -> tuple[KeyHit, ...]:
    """Return which keys of a bank folder, drafts too, name a code that was deleted, retitled, demoted or promoted."""
    system = found.new.system
    changes: dict[str, list[str]] = defaultdict(list)
    for name, listed in found.by_kind.items():
        for change in listed if name != "added" else ():
            changes[change.code].append(name)
    return tuple(
        KeyHit(chart, code, role, change)
        for entry in read_bank(bank, library, drafts=True).exercises
        for chart, key in _keys(entry)
        for code, role in _named(key, system)
        for change in changes.get(code, ())
    )


def _keys(entry: BankEntry) -> Iterator[tuple[str, Key]]:
    """Yield the key of a chart, or of each of its siblings."""
    if not entry.siblings:
        yield entry.exercise.id, entry.exercise.key
    for name, sibling in entry.siblings.items():
        yield f"{entry.exercise.id}/{name}", sibling.key


def _named(key: Key, system: CodeSystem) -> dict[tuple[str, str], None]:
    """Return (code, role) of every code of a system in a key, once each, in order."""
    slots = [slot for variant in key.variants for slot in variant.slots if slot.system is system]
    accepted = [(code, "accepted") for slot in slots for code in slot.accept]
    near = [(one.code, "near") for slot in slots for one in slot.near]
    forbidden = [(code, "forbidden") for one in key.forbidden if one.system is system for code in one.codes]
    return dict.fromkeys([*accepted, *near, *forbidden])
