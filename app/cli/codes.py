"""``chartroom codes``: search the code books, show a code, list the books."""

import json
from datetime import date
from typing import Any

import click

from app.cli.books import open_library
from app.cli.code_systems import SystemName
from app.cli.codes_diff import diff
from app.cli.codes_evaluate import evaluate_
from app.cli.codes_import import import_, remove
from app.codebook.library import BooksInForce
from app.codebook.records import Book, Entry, Hit, SourceRecord, Volume
from app.domain.codes.code import CodeSystem
from app.services.lookup import look_up

_SYSTEM = click.option("--system", type=SystemName(), help="ICD-10-CM (cm), ICD-10-PCS (pcs), CPT or HCPCS.")
_ON = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Date of service, YYYY-MM-DD; today without it.")
_JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group()
def codes() -> None:
    """Look up codes in the installed code books."""


@codes.command()
@click.argument("words", nargs=-1, required=True)
@_SYSTEM
@_ON
@click.option("--limit", type=click.IntRange(1, 200), default=10, show_default=True, help="Most rows to print.")
@_JSON
@click.pass_context
def search(
    ctx: click.Context, words: tuple[str, ...], system: CodeSystem | None, on: Any, limit: int, as_json: bool
) -> None:
    """Find codes by words, abbreviations or the beginning of a code."""
    day = _day(on)
    books = open_library(ctx).on(day)
    hits = books.search(" ".join(words), system=system, limit=limit)
    _say_release(books, day, {system} if system else {hit.system for hit in hits})
    if as_json:
        click.echo(json.dumps([hit_to_json(hit) for hit in hits], ensure_ascii=False, indent=2))
    elif not hits:
        click.echo("Nothing found: try fewer or other words.")
    else:
        for hit in hits:
            click.echo(f"{hit.code:<9} {'' if hit.billable else '(not billable) '}{hit.title}  [{hit.system}]")


@codes.command()
@click.argument("code")
@_SYSTEM
@_ON
@_JSON
@click.pass_context
def show(ctx: click.Context, code: str, system: CodeSystem | None, on: Any, as_json: bool) -> None:
    """Show a code with its notes, Excludes, choices and 7th characters."""
    day = _day(on)
    books = open_library(ctx).on(day)
    dotted = CodeSystem.ICD10CM if "." in code else None
    entry = look_up(books, system or dotted, code)
    _say_release(books, day, {entry.code.system})
    if as_json:
        click.echo(json.dumps(entry_to_json(entry), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_entry_lines(entry)))


@codes.command(name="list")
@_JSON
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """List everything installed: code books, index files and tables with dates, licence, counts and sources."""
    volumes = open_library(ctx).volumes()
    if as_json:
        click.echo(json.dumps([volume_to_json(volume) for volume in volumes], ensure_ascii=False, indent=2))
        return
    for volume in volumes:
        until = volume.effective_to.isoformat() if volume.effective_to else "until further notice"
        click.echo(f"{volume.id}: {volume.title} {volume.release}, in force {volume.effective_from} to {until}")
        click.echo(f"  {_counts(volume)}; {volume.publisher}; {volume.licence}")
        for source in volume.sources:
            click.echo(
                f"  from {source.name}, sha256 {source.sha256[:12]}, read {source.imported_at:%Y-%m-%d %H:%M} UTC"
            )


for command in (evaluate_, import_, remove, diff):
    codes.add_command(command)


def hit_to_json(hit: Hit) -> dict[str, Any]:
    """Return a hit as plain data."""
    return {
        "code": hit.code,
        "title": hit.title,
        "billable": hit.billable,
        "system": str(hit.system),
        "why": hit.why,
    }


def volume_to_json(volume: Volume) -> dict[str, Any]:
    """Return the facts of a book, an index file or a table as plain data; ``system`` is null but for a book."""
    return {
        "id": volume.id,
        "system": str(volume.system) if isinstance(volume, Book) else None,
        "kind": volume.kind,
        "title": volume.title,
        "release": volume.release,
        "publisher": volume.publisher,
        "effective_from": volume.effective_from.isoformat(),
        "effective_to": volume.effective_to.isoformat() if volume.effective_to else None,
        "licence": volume.licence,
        "sha256": volume.sha256,
        "counts": volume.counts,
        "partial": isinstance(volume, Book) and volume.partial,
        "note": volume.note,
        "sources": [_source_to_json(source) for source in volume.sources],
    }


def _source_to_json(source: SourceRecord) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "sha256": source.sha256,
        "imported_at": source.imported_at.isoformat(),
        "counts": source.counts,
    }


def _counts(volume: Volume) -> str:
    """Return the counts in words, zeros left out: "98,186 codes, 74,719 billable"."""
    return ", ".join(f"{count:,} {name}" for name, count in volume.counts.items() if count)


def entry_to_json(entry: Entry) -> dict[str, Any]:
    """Return an entry as plain data."""
    code = entry.code
    return {
        "code": code.code,
        "title": code.title,
        "system": str(code.system),
        "billable": code.billable,
        "message": entry.message,
        "book": entry.book.id,
        "effective_from": entry.book.effective_from.isoformat(),
        "effective_to": entry.book.effective_to.isoformat() if entry.book.effective_to else None,
        "chapter": {"code": entry.chapter.code, "title": entry.chapter.title} if entry.chapter else None,
        "section": {"code": entry.section.code, "title": entry.section.title} if entry.section else None,
        "path": [{"code": one.code, "title": one.title} for one in entry.path],
        "notes": [
            {"kind": n.kind, "label": n.label, "text": n.text, "source": n.source, "codes": list(n.codes)}
            for n in entry.notes
        ],
        "children": [{"code": c.code, "title": c.title, "billable": c.billable} for c in entry.children],
        "seventh": [{"char": s.char, "label": s.label, "code": s.code} for s in entry.seventh],
    }


def _entry_lines(entry: Entry) -> list[str]:
    lines = [f"{entry.code.code}  {entry.code.title}"]
    lines.append(entry.message or f"Billable in {entry.book.title} {entry.book.release}.")
    for place in (entry.chapter, entry.section, *entry.path):
        if place:
            lines.append(f"  in {place.code}  {place.title}")
    lines += [f"  {note.label} ({note.source}): {note.text}" for note in entry.notes]
    lines += [f"  {child.code}  {child.title}" for child in entry.children]
    return lines


def _day(on: Any) -> date:
    """Return the date of service asked for, or today as this machine counts it."""
    return on.date() if on else date.today()  # noqa: DTZ011 - a date of service is a local calendar day


def _say_release(books: BooksInForce, day: date, systems: set[CodeSystem]) -> None:
    """Say on stderr which release is used where no installed one covers the day."""
    for book in books.books:
        if book.system in systems and not book.covers(day):
            click.echo(f"No installed {book.system} release covers {day}: using {book.title} {book.release}.", err=True)
