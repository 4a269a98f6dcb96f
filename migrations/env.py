"""Runs the migrations inside the application, on the database it is configured for."""

from typing import Any

from alembic import context
from flask import current_app

from app.models.types import UtcDateTime

target_db = current_app.extensions["migrate"].db


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Write the project's own column types as what they are in the database."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run_migrations() -> None:
    """Apply the migrations; batch mode because SQLite can't alter a table in place."""
    with target_db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_db.metadatas[None],
            render_as_batch=True,
            compare_type=True,
            transaction_per_migration=True,
            render_item=render_item,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
