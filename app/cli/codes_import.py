"""``chartroom codes import`` and ``codes remove``: official files onto the shelf, imported books off it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.cli.books import codebooks_of
from app.codebook.sources.incoming import Progress as Say
from app.services.imports import Imported, Outcome, ReleaseOptions, import_files, remove_book
from app.services.moment import utc_now

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--release", help="Name of the release, such as 2027 or 2026-04, where the file doesn't say.")
@click.option("--from", "starts", type=_DAY, help="First day in force, YYYY-MM-DD, where the file doesn't say.")
@click.option("--to", "ends", type=_DAY, help="Last day in force, YYYY-MM-DD; else the end of its year or quarter.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def import_(
    ctx: click.Context, files: tuple[Path, ...], release: str | None, starts: Any, ends: Any, as_json: bool
) -> None:
    """Import official files, or zips of them: all of them or, if one is refused, none.

    What a file is is recognised by its content. No installed release is ever overwritten.
    """
    options = ReleaseOptions(
        release=release, starts=starts.date() if starts else None, ends=ends.date() if ends else None
    )
    folder = codebooks_of(ctx)
    with progress_bar() as say:
        done = import_files(files, folder=folder, now=utc_now(), options=options, progress=say)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in done], ensure_ascii=False, indent=2))
    else:
        for one in done:
            click.echo(_line(one))


@click.command("remove")
@click.argument("book")
@click.pass_context
def remove(ctx: click.Context, book: str) -> None:
    """Take an imported book away, by its id. Results that were graded with it keep their grade."""
    remove_book(book, folder=codebooks_of(ctx))
    click.echo(f"{book} is removed.")


@contextmanager
def progress_bar() -> Iterator[Say]:
    """Show on stderr what is being done and how much of it is; nothing where nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Looking at the files", total=1.0)
        yield lambda text, share: bar.update(task, description=text, completed=share)


def _line(one: Imported) -> str:
    kind = f"{one.kind}: " if one.kind else ""
    book = f" {one.book}" if one.book and one.outcome is not Outcome.PASSED_OVER else ""
    counts = ", ".join(f"{count:,} {name}" for name, count in one.counts.items() if count)
    told = "; ".join(filter(None, (counts, one.said)))
    return f"{one.name}: {kind}{one.outcome}{book}{f' ({told})' if told else ''}"
