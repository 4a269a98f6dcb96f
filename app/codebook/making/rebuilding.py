"""Makes books again from the official files they keep: for a later layout, or when another file joins them."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from app.codebook.making.assemble import Part, tree_of
from app.codebook.making.binding import STORE, bind_book, bind_table, kept_source, pass_on_sources
from app.codebook.making.described import facts_of, sources_of
from app.codebook.records import SourceRecord
from app.codebook.sources.incoming import Progress
from app.codebook.sources.parsed import Parsed, ParsedTable
from app.codebook.sources.recognise import recognise
from app.codebook.sources.tree import SourceRefused
from app.codebook.store import LAYOUT, read_facts


def outdated(folder: Path) -> list[Path]:
    """Return the imported books below a folder whose layout isn't this version's any more."""
    found = []
    for path in sorted(folder.glob(f"[!.]*/{STORE}")):
        facts = read_facts(path)
        if facts.get("imported") and facts.get("layout") != _layout_of(facts):
            found.append(path.parent)
    return found


def lost(folder: Path) -> list[Path]:
    """Return the outdated books that don't keep every file they were made from, so that they can't be made again."""
    return [
        place
        for place in outdated(folder)
        if not all(kept_source(place, record) for record in sources_of(read_facts(place / STORE)))
    ]


def rebuild(place: Path, target: Path, progress: Progress) -> None:
    """Make an imported book again in a new folder. Raises SourceRefused when it keeps no copy of a source."""
    stored = read_facts(place / STORE)
    facts, sources = facts_of(stored), sources_of(stored)
    target.mkdir()
    pass_on_sources(place, target)
    if facts.system is not None:
        bind_book(target, facts, tree_of(list(kept_parts(place, sources, progress))), sources)
        return
    parsed = _parse_kept(place, sources[0], progress)
    if not isinstance(parsed, ParsedTable):
        raise SourceRefused(f"{place.name} can't be made again from {sources[0].name}: import that file again.")
    bind_table(target, facts, parsed.write(target), sources, layout=parsed.layout, reader=stored["reader"])


def kept_parts(place: Path, sources: Sequence[SourceRecord], progress: Progress) -> Iterator[Part]:
    """Parse the kept sources of a book of a code system again."""
    for record in sources:
        parsed = _parse_kept(place, record, progress)
        if isinstance(parsed, ParsedTable):
            raise SourceRefused(f"{record.name} isn't part of {place.name}: import the files of that book again.")
        yield parsed


def _parse_kept(place: Path, record: SourceRecord, progress: Progress) -> Parsed:
    file = kept_source(place, record)
    if file is None:
        raise SourceRefused(f"{place.name} keeps no copy of {record.name}: import that file again.")
    return recognise(file)[1].parse(file, progress)


def _layout_of(facts: dict[str, Any]) -> int:
    """Return the layout that such a book has in this version."""
    if facts.get("system"):
        return LAYOUT
    layout: int = import_module(facts["reader"]).LAYOUT
    return layout
