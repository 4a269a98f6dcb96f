"""What a start has to find or make: the data folder, its secret, the database's schema."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy.exc import SQLAlchemyError

from app.codebook.making.locks import folder_lock
from app.config import bundled
from app.domain.errors import SetupError
from app.extensions import db

SECRET_FILE = "secret.key"  # noqa: S105 - a file name
MIGRATION_LOCK = 7_110_225
"""Number of the advisory lock on PostgreSQL; any number that nothing else uses."""


def prepare_folder(folder: Path) -> None:
    """Make the data folder and check that it can be written to. Raises SetupError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-test-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise SetupError(
            f"The data folder {folder} can't be written to ({error.strerror or error}). "
            "Choose another one with --data-dir, or mend its permissions."
        ) from None


def secret_key(folder: Path) -> str:
    """Return the secret that signs sessions; made once and readable by the owner alone."""
    path = folder / SECRET_FILE
    kept = path.read_text("utf-8").strip() if path.exists() else ""
    if kept:
        return kept
    made = secrets.token_hex(32)
    whole = folder / f"{SECRET_FILE}.{os.getpid()}"
    handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(made)
    whole.replace(path)  # whole or not at all, wherever the program is stopped
    return made


@contextmanager
def start_lock(folder: Path) -> Iterator[None]:
    """Let one start at a time set a data folder up."""
    with folder_lock(folder, "starting in this data folder"):
        yield


def upgrade_database(say: Callable[[str], None]) -> bool:
    """Bring the schema to the newest revision; True if anything was done.

    Raises SetupError when the database can't be opened or was made by a newer version.
    """
    from flask_migrate import upgrade

    current, head = _current_revision(), _head()
    if current == head:
        return False
    if current is not None and not _is_known(current):
        raise SetupError(
            f"The database was made by a newer version of Chartroom (revision {current}, this version knows up to "
            f"{head}). Install that version again, or start with another --data-dir."
        )
    say("Setting up the database" if current is None else f"Upgrading the database from {current} to {head}")
    with _alone():
        if _current_revision() == head:  # another server of the same database was first
            return False
        try:
            upgrade()
        except SQLAlchemyError as error:
            raise SetupError(f"The database {_address()} can't be brought up to date: {_first_line(error)}") from None
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """On PostgreSQL, let one of several servers migrate; a data folder of SQLite has its start lock."""
    if db.engine.dialect.name != "postgresql":
        yield
        return
    with db.engine.connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})


def _current_revision() -> str | None:
    try:
        with db.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    except SQLAlchemyError as error:
        raise SetupError(f"The database {_address()} can't be opened: {_first_line(error)}") from None


def _address() -> str:
    return db.engine.url.render_as_string(hide_password=True)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(bundled("migrations")))


def _head() -> str | None:
    return _scripts().get_current_head()


def _is_known(revision: str) -> bool:
    try:
        return _scripts().get_revision(revision) is not None
    except CommandError:
        return False


def _first_line(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0]
