"""Fixtures for every layer: code books, an application on each database, people who are logged in."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from app import create_app
from app.codebook.library import Library
from app.codebook.making.build import compile_embedded
from app.config import Config, bundled
from app.domain.roles import Role
from app.extensions import db
from app.services.bank import Bank, read_bank
from app.services.exercises import store_bank
from tests import factories
from tests.postgresql import PostgresqlUnavailable, postgresql_server

SECRET = "a secret for tests only, long enough"


def require_or_skip(reason: str) -> None:
    """Skip with a visible reason; fail instead where everything has to run."""
    if os.environ.get("CHARTROOM_TEST_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def books_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded code books, compiled once a session (CHARTROOM_TEST_BOOKS names a folder to keep them in)."""
    kept = os.environ.get("CHARTROOM_TEST_BOOKS")
    # workers of one run share the folder above their own; the first compiles, the others wait for it
    shared = tmp_path_factory.getbasetemp().parent if os.environ.get("PYTEST_XDIST_WORKER") else None
    folder = Path(kept) if kept else (shared or tmp_path_factory.mktemp("data")) / "codebooks"
    compile_embedded(folder, bundled("codesets"))
    return folder


@pytest.fixture(scope="session")
def library(books_folder: Path) -> Library:
    return _opened(books_folder)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The address of a PostgreSQL database that the tests may empty."""
    try:
        with postgresql_server() as url:
            yield url
    except PostgresqlUnavailable as missing:
        require_or_skip(str(missing))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, copied for each test."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_postgresql(postgresql_url: str) -> str:
    _migrate(postgresql_url)
    return postgresql_url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "chartroom.sqlite3"
        path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
        return f"sqlite:///{path}"
    url: str = request.getfixturevalue("migrated_postgresql")
    _empty(url)
    return url


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """An empty SQLite database, for tests that don't ask the database anything special."""
    path = tmp_path / "chartroom.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def app(sqlite_url: str, books_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on SQLite, with no charts."""
    yield from running_app(sqlite_url, books_folder, tmp_path)


@pytest.fixture
def app_on(database_url: str, books_folder: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on each kind of database, with no charts."""
    yield from running_app(database_url, books_folder, tmp_path)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture(scope="session")
def bundled_bank(library: Library) -> Bank:
    """The bundled charts as read from their files, drafts too."""
    return read_bank(bundled("exercises"), library, drafts=True)


@pytest.fixture(scope="session")
def few_charts(bundled_bank: Bank) -> Bank:
    """The three of the bundled charts that most tests of services use; storing all of them takes a second."""
    chosen = ("mole-cryoablation", "acute-abdomen-inpatient", "diabetes-ckd-office")
    return replace(bundled_bank, exercises=tuple(e for e in bundled_bank.exercises if e.exercise.id in chosen))


@pytest.fixture(scope="session")
def bank_template(
    sqlite_template: Path, books_folder: Path, bundled_bank: Bank, tmp_path_factory: pytest.TempPathFactory
) -> bytes:
    """A migrated SQLite database with the bundled charts, copied for each test."""
    folder = tmp_path_factory.mktemp("bank")
    path = folder / "chartroom.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    for app in running_app(f"sqlite:///{path}", books_folder, folder):
        with app.app_context():
            store_bank(bundled_bank, factories.NOW)
            db.session.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return path.read_bytes()


@pytest.fixture
def bank(app: Flask, sqlite_url: str, bank_template: bytes) -> Flask:
    """The application with the bundled charts loaded."""
    with app.app_context():
        db.engine.dispose()
    Path(sqlite_url.removeprefix("sqlite:///")).write_bytes(bank_template)
    return app


@pytest.fixture
def log_in(app: Flask) -> Callable[..., FlaskClient]:
    """Return a client that is logged in as a new person of a role."""

    def as_role(role: Role = Role.STUDENT, username: str = "") -> FlaskClient:
        name = username or f"{role.value}-one"
        with app.app_context():
            factories.make_user(username=name, role=role)
        client = app.test_client()
        answer = client.post("/auth/login", data={"username": name, "password": factories.PASSWORD})
        assert answer.status_code == 302
        return client

    return as_role


class CompiledTemplates(BytecodeCache):
    """Compiled templates, kept from one test's application to the next: compiling them is most of a page's time."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = CompiledTemplates()


@cache
def _opened(books: Path) -> Library:
    """Open shared books once for all applications; the site opens them anew by itself when they have changed."""
    return Library.open(books)


def running_app(url: str, books: Path, folder: Path, **settings: object) -> Iterator[Flask]:
    """Yield an application on a database, without CSRF tokens and rate limits unless asked for."""
    linked = folder / "codebooks"
    if not linked.exists():
        linked.symlink_to(books)
    opened = _opened(books) if linked.is_symlink() else None
    csrf = bool(settings.pop("csrf", False))
    values = {"testing": True, "rate_limits": False} | settings
    app = create_app(Config(data_dir=folder, secret_key=SECRET, database_url=url, **values))  # type: ignore[arg-type]
    app.config["WTF_CSRF_ENABLED"] = csrf
    app.jinja_env.bytecode_cache = TEMPLATES
    if opened:
        app.extensions["chartroom.library"] = opened
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _migrate(url: str) -> None:
    app = create_app(Config(data_dir=Path(os.devnull).parent, secret_key=SECRET, database_url=url, testing=True))
    with app.app_context():
        upgrade()
        db.engine.dispose()


def _empty(url: str) -> None:
    engine = sa.create_engine(url)
    names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(sa.text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
    engine.dispose()
