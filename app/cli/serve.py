"""``chartroom serve``: the first start sets everything up, every start serves."""

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Thread

import click
from flask import Flask
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from app.config import Config, bundled
from app.domain.errors import SetupError

THREADS = 8
LARGEST_BODY = 4 * 1024 * 1024
"""Bytes; more is refused before it is read (the application itself takes 2 MiB), unless official files may be sent."""
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option(
    "--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Folder for everything that is kept."
)
@click.option("--no-demo", is_flag=True, help="Make no demo accounts at the first start.")
@click.pass_context
def serve(ctx: click.Context, host: str, port: int, data_dir: Path | None, no_demo: bool) -> None:
    """Set up whatever is missing, then serve the site."""
    started = time.monotonic()
    console = Console(stderr=True, soft_wrap=True)
    check_port(host, port)
    folder = data_dir.expanduser().resolve() if data_dir else ctx.obj["data_dir"]
    app = set_up(folder, host=host, demo=not no_demo, console=console)
    address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0', '::') else host}:{port}"  # noqa: S104
    console.print(f"Ready in {time.monotonic() - started:.1f} s: [bold]{address}[/bold]  (stop with Ctrl+C)")
    finish_beside(app, console.print)
    run(app, host=host, port=port)


def check_port(host: str, port: int) -> None:
    """Raise SetupError unless the address is free to listen on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name != "nt":  # there it would let a second program take a port that is in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise _cant_listen(host, port, error) from None


def _cant_listen(host: str, port: int, error: OSError) -> SetupError:
    return SetupError(
        f"Can't listen on {host}:{port} ({error.strerror or error}). "
        "Stop the program that uses it, or choose another one with --port."
    )


def set_up(folder: Path, *, host: str, demo: bool, console: Console) -> Flask:
    """Return the application with everything in place: folder, books, database, bank, accounts."""
    from app.cli.application import application, prepared_config
    from app.services import setup

    setup.prepare_folder(folder)
    with setup.start_lock(folder), _progress(console) as step:
        config = _with_hosts(prepared_config(folder), host)
        _compile_books(config, step)
        step("Database", 0.0)
        app = application(config, say=lambda text: step(text, 0.5))
        step("Database", 1.0)
        _load_bank(app, step, console)
        with app.app_context():
            created = _demo_accounts(wanted=demo)
    _greet(created, console)
    console.print(f"Data folder: {folder}")
    return app


def run(app: Flask, *, host: str, port: int) -> None:
    """Serve until stopped, several requests at a time."""
    from waitress import serve as waitress_serve

    config: Config = app.extensions["chartroom.config"]
    try:
        waitress_serve(
            app,
            host=host,
            port=port,
            threads=THREADS,
            ident=None,
            channel_timeout=60,
            # a little more than the application takes, so that its page says what is wrong
            max_request_body_size=max(LARGEST_BODY, config.largest_upload + LARGEST_BODY),
            # what a proxy says of the caller is kept only when proxies are configured
            clear_untrusted_proxy_headers=not config.proxies,
        )
    except OSError as error:
        raise _cant_listen(host, port, error) from None


def _with_hosts(config: Config, host: str) -> Config:
    """On a loopback address only loopback names are answered to, unless others are configured."""
    if config.trusted_hosts or host not in LOOPBACK:
        return config
    return replace(config, trusted_hosts=("127.0.0.1", "localhost", "[::1]"))


def _compile_books(config: Config, step: Callable[[str, float], None]) -> None:
    from app.codebook.making.apart import compile_apart

    compile_apart(config.codebooks_dir, bundled("codesets"), progress=step, extras=False)


def finish_beside(app: Flask, say: Callable[[str], None]) -> Thread:
    """Do beside the server what it does without at first: ready the finder, compile the extra books.

    The server notices the extra books when they are there.
    """
    from app.codebook.making.apart import compile_apart
    from app.domain.errors import ChartroomError

    config: Config = app.extensions["chartroom.config"]

    def work() -> None:
        app.extensions["chartroom.library"].warm_up()
        try:
            compile_apart(config.codebooks_dir, bundled("codesets"))
        except ChartroomError as error:
            say(f"[yellow]{error}[/yellow]")

    thread = Thread(target=work, name="code books", daemon=True)
    thread.start()
    return thread


def _load_bank(app: Flask, step: Callable[[str, float], None], console: Console) -> None:
    from app.codebook.library import Library
    from app.models.exercises import Origin
    from app.services.exercises import load_bank
    from app.services.grading import grade_pending
    from app.services.moment import utc_now
    from app.services.questions import load_questions

    step("Charts", 0.0)
    with app.app_context():
        library = app.extensions["chartroom.library"] = Library.open(app.extensions["chartroom.config"].codebooks_dir)
        bank, now = bundled("exercises"), utc_now()
        report = load_bank(bank, library, now, origin=Origin.BUNDLED)
        step("Charts", 0.6)
        asked = load_questions(bank, library, now, origin=Origin.BUNDLED)
        step("Charts", 0.9)
        grade_pending(now=utc_now(), library=library)
    step("Charts", 1.0)
    if report.broken or asked.broken:
        listed = ", ".join((*report.broken, *asked.broken))
        console.print(f"Left out because of errors: {listed}. “chartroom exercises check” names them.")
    if report.added or report.changed:
        console.print(f"Charts loaded: {len(report.added)} new, {len(report.changed)} changed.")
    if asked.added or asked.changed:
        console.print(f"Questions loaded: {asked.added} new, {asked.changed} changed.")


def _demo_accounts(*, wanted: bool) -> list[tuple[str, str, str]]:
    from app.services.accounts import create_demo_accounts
    from app.services.moment import utc_now

    return create_demo_accounts(utc_now()) if wanted else []


def _greet(created: list[tuple[str, str, str]], console: Console) -> None:
    if created:
        console.print("Demo accounts, shown this once (change them with “chartroom users password NAME”):")
        for username, password, _role in created:
            console.print(f"  {username:<12} {password}", highlight=False)


@contextmanager
def _progress(console: Console) -> Iterator[Callable[[str, float], None]]:
    """Show a bar for each step that takes a while; on a terminal only, else a line a step."""
    columns = (
        TextColumn("{task.description:<28}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, int] = {}

        def step(name: str, share: float) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=1.0)
                if not console.is_terminal and share < 1.0:
                    console.print(f"{name} …")
            progress.update(tasks[name], completed=share)  # type: ignore[arg-type]

        yield step
