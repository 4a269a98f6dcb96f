"""``chartroom serve``: the first start does everything, the second is quick, what is wrong is one sentence."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.config import bundled
from app.services import setup
from app.services.bank import chart_folders


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", "serve", "--data-dir", str(folder), *more]


def environment() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CHARTROOM_", "DATABASE_URL"))}
    return kept | {"PYTHONUNBUFFERED": "1"}


def fails(folder: Path, *more: str, **settings: str) -> str:
    """Run a start that must fail and return what it says."""
    done = subprocess.run(
        command(folder, *more), capture_output=True, text=True, timeout=120, env=environment() | settings, check=False
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    return done.stderr


@contextmanager
def served(folder: Path, *more: str, **settings: str) -> Iterator[tuple[int, list[str]]]:
    """Start the server, wait until it is ready, and end it afterwards."""
    port = free_port()
    process = subprocess.Popen(
        command(folder, "--port", str(port), *more), stderr=subprocess.PIPE, text=True, env=environment() | settings
    )
    said: list[str] = []
    try:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line.strip())
            if line.startswith("Ready"):
                break
        _wait(port)
        yield port, said
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
        if process.stderr:
            process.stderr.close()


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)


def get(port: int, address: str) -> tuple[int, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=20) as answer:
        return answer.status, answer.read().decode()


@pytest.fixture
def folder(tmp_path: Path, books_folder: Path) -> Path:
    """An empty data folder but for the compiled code books, which other tests build."""
    data = tmp_path / "data"
    data.mkdir()
    (data / "codebooks").symlink_to(books_folder)
    return data


@pytest.fixture
def stocked(folder: Path, bank_template: bytes) -> Path:
    """A data folder whose database has the bundled charts and nobody in it, so that a start is quick."""
    (folder / "chartroom.sqlite3").write_bytes(bank_template)
    return folder


def test_the_first_start_sets_everything_up_and_the_second_keeps_it(folder: Path) -> None:
    with served(folder) as (port, said):
        assert get(port, "/healthz") == (200, '{"status":"ok"}\n')
        assert "Log in" in get(port, "/auth/login")[1]
    text = "\n".join(said)
    assert re.search(r"^student +\S{13}$", text, re.MULTILINE)
    assert f"Charts loaded: {len(chart_folders(bundled('exercises')))} new" in text
    assert "Questions loaded: 400 new" in text
    assert (folder / "secret.key").stat().st_mode & 0o077 == 0
    with served(folder) as (port, said):
        assert get(port, "/healthz")[0] == 200
    assert "Demo accounts" not in "\n".join(said)
    with sqlite3.connect(folder / "chartroom.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM user_account").fetchone() == (3,)
    database.close()


def test_no_demo_makes_no_accounts(stocked: Path) -> None:
    with served(stocked, "--no-demo") as (_, said):
        assert "Demo accounts" not in "\n".join(said)
    with sqlite3.connect(stocked / "chartroom.sqlite3") as database:
        assert database.execute("SELECT count(*) FROM user_account").fetchone() == (0,)
    database.close()


def test_a_taken_port_is_one_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = fails(folder, "--port", str(taken.getsockname()[1]))
    assert "--port" in said
    assert len(said.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    blocked = tmp_path / "a-file"
    blocked.write_text("x")
    said = fails(blocked / "data", "--port", str(free_port()))
    assert "can't be written to" in said
    assert "--data-dir" in said


def test_a_database_from_a_newer_version_is_refused(folder: Path) -> None:
    with sqlite3.connect(folder / "chartroom.sqlite3") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)")
        database.execute("INSERT INTO alembic_version VALUES ('9999')")
    database.close()
    assert "newer version of Chartroom (revision 9999" in fails(folder, "--port", str(free_port()))


def test_a_file_that_is_no_database_is_one_sentence(folder: Path) -> None:
    (folder / "chartroom.sqlite3").write_text("this is no database, only some text that is long enough" * 10)
    assert "can't be opened" in fails(folder, "--port", str(free_port()))


@pytest.mark.parametrize(
    ("address", "says"),
    [
        pytest.param("postgresql://chartroom:hunter2@127.0.0.1:1/chartroom", "can't be opened", id="nobody answers"),
        pytest.param("nonsense", "isn't an address", id="no address"),
        pytest.param("oracle9://x/y", "isn't an address", id="unknown kind"),
        pytest.param("postgresql+psycopg2://x/y", "pip install 'chartroom[postgresql]'", id="missing driver"),
    ],
)
def test_an_unusable_database_is_one_sentence_without_the_password(folder: Path, address: str, says: str) -> None:
    said = fails(folder, "--port", str(free_port()), DATABASE_URL=address)
    assert says in said
    assert "hunter2" not in said


def test_odd_settings_are_one_sentence(folder: Path) -> None:
    assert "CHARTROOM_PROXIES" in fails(folder, "--port", str(free_port()), CHARTROOM_PROXIES="²")
    assert "CHARTROOM_BEHIND_TLS" in fails(folder, "--port", str(free_port()), CHARTROOM_BEHIND_TLS="maybe")


def test_a_database_with_foreign_tables_is_one_sentence(folder: Path) -> None:
    with sqlite3.connect(folder / "chartroom.sqlite3") as database:
        database.execute("CREATE TABLE user_account (id INTEGER)")
    database.close()
    assert "can't be brought up to date" in fails(folder, "--port", str(free_port()))


def test_two_starts_at_once_both_come_up(folder: Path) -> None:
    ports = (free_port(), free_port())
    processes = [
        subprocess.Popen(command(folder, "--port", str(port)), stderr=subprocess.PIPE, text=True, env=environment())
        for port in ports
    ]
    try:
        for process in processes:
            assert process.stderr is not None
            assert any(line.startswith("Ready") for line in process.stderr)
        for port in ports:
            _wait(port)
            assert get(port, "/healthz")[0] == 200
    finally:
        for process in processes:
            process.terminate()
            process.wait(20)
            if process.stderr:
                process.stderr.close()


def test_what_a_proxy_says_is_believed_only_when_it_is_configured(stocked: Path) -> None:
    for settings, secure in (({}, False), ({"CHARTROOM_PROXIES": "1"}, True)):
        with served(stocked, **settings) as (port, _):
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/auth/login",
                headers={
                    "X-Forwarded-Proto": "https",
                    "X-Forwarded-For": "203.0.113.5",
                    "X-Forwarded-Host": "localhost",
                },
            )
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert ("Strict-Transport-Security" in answer.headers) is secure


def test_the_secret_is_made_once(tmp_path: Path) -> None:
    first = setup.secret_key(tmp_path)
    assert len(first) == 64
    assert setup.secret_key(tmp_path) == first


def test_a_secret_that_was_left_empty_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / setup.SECRET_FILE).write_text("")
    assert len(setup.secret_key(tmp_path)) == 64
    assert [path.name for path in tmp_path.iterdir()] == [setup.SECRET_FILE]
