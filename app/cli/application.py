"""Builds the application for commands that need the database."""

import os
from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from app.config import Config, read_config
from app.domain.errors import SetupError
from app.services import setup


def prepared_application(data_dir: Path, *, say: Callable[[str], None]) -> Flask:
    """Return an application whose data folder, secret, code books and database are up to date."""
    return application(prepared_config(data_dir), say=say)


def prepared_config(data_dir: Path) -> Config:
    """Return the settings; the folder is made and the secret is kept in it."""
    setup.prepare_folder(data_dir)
    secret = os.environ.get("CHARTROOM_SECRET_KEY") or setup.secret_key(data_dir)
    return read_config(data_dir=data_dir, secret=secret)


def application(config: Config, *, say: Callable[[str], None]) -> Flask:
    """Bring the database up to date and return the application; code books must be compiled."""
    app = _create(config)
    with app.app_context():
        setup.upgrade_database(say)
    return app


def _create(config: Config) -> Flask:
    from app import create_app

    try:
        return create_app(config)
    except (ArgumentError, NoSuchModuleError):
        raise SetupError(
            "DATABASE_URL isn't an address of SQLite or PostgreSQL: write postgresql://user:password@host/name."
        ) from None
    except ModuleNotFoundError as missing:
        raise SetupError(
            f"The database driver “{missing.name}” isn't installed: pip install 'chartroom[postgresql]' brings "
            "the one for PostgreSQL (psycopg)."
        ) from None


def say_on_stderr(text: str) -> None:
    """Print a message where it doesn't mix with a command's output."""
    click.echo(text, err=True)
