"""Opens the code books for a command; compiles the embedded ones the first time."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from app.codebook.library import Library
from app.codebook.making.apart import compile_apart
from app.codebook.making.build import is_compiled
from app.config import bundled, default_data_dir


def open_library(ctx: click.Context) -> Library:
    """Return the library of the data folder named on the command line; progress goes to stderr."""
    return open_library_at(data_dir_of(ctx))


def open_library_at(data_dir: Path) -> Library:
    """Return the library of a data folder, compiling what is missing or stale."""
    return Library.open(_compiled(data_dir / "codebooks"))


def codebooks_of(ctx: click.Context) -> Path:
    """Return the folder of code books, the embedded ones compiled."""
    return _compiled(data_dir_of(ctx) / "codebooks")


def data_dir_of(ctx: click.Context) -> Path:
    """Return the data folder of the top command, or the default one."""
    options = ctx.find_root().obj or {}
    return Path(options.get("data_dir") or default_data_dir())


def _compiled(folder: Path) -> Path:
    codesets = bundled("codesets")
    if not is_compiled(folder, codesets):
        _compile(folder, codesets)
    return folder


def _compile(folder: Path, codesets: Path) -> None:
    console = Console(stderr=True)
    with Progress(TextColumn("{task.description}"), BarColumn(), console=console, transient=True) as bar:
        task = bar.add_task("Preparing the code books", total=1.0)
        compile_apart(folder, codesets, lambda text, share: bar.update(task, description=text, completed=share))
