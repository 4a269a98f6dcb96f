"""The Flask extensions, created once and bound to an application in ``create_app``."""

import sqlite3
from typing import Any

import sqlalchemy as sa
from flask_bootstrap import Bootstrap5
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy.engine import Connection, Engine

BUSY_SECONDS = 15
"""How long a connection waits for another writer before it gives up."""

BEGIN_IMMEDIATE = "sqlite_begin_immediate"
"""Execution option: take SQLite's write lock at the start, so that a read is never outdated at its write."""

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

db = SQLAlchemy(metadata=sa.MetaData(naming_convention=NAMING))
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, storage_uri="memory://")
bootstrap = Bootstrap5()


@sa.event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """Set what every SQLite connection needs: WAL, foreign keys, a busy timeout, real transactions."""
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the begin event below opens transactions, not the driver
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


@sa.event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = connection.get_execution_options().get(BEGIN_IMMEDIATE, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
