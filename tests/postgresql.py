"""A PostgreSQL server for the tests: the one that is named, or a private one in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class PostgresqlUnavailable(Exception):
    """No server is named and none can be started; the message says what to install."""


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Yield the address of an empty database.

    ``CHARTROOM_TEST_POSTGRESQL_URL`` names one that may be emptied; otherwise a server is started
    on a Unix socket in a temporary folder, as the user ``postgres`` when the tests run as root.
    """
    named = os.environ.get("CHARTROOM_TEST_POSTGRESQL_URL")
    if named:
        yield named
        return
    programs = _programs()
    with tempfile.TemporaryDirectory(prefix="chartroom-pg-") as name:
        folder = Path(name)
        user = _hand_over(folder)
        data = folder / "data"
        _run(user, programs / "initdb", "-D", data, "-A", "trust", "-U", "chartroom", "--encoding=UTF8", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        _run(user, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://chartroom@/postgres?host={folder}"
        finally:
            _run(user, programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")


def _programs() -> Path:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not folders:
        raise PostgresqlUnavailable(
            "No PostgreSQL here: install Debian's “postgresql”, or set CHARTROOM_TEST_POSTGRESQL_URL."
        )
    return folders[-1]


def _hand_over(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root; give the folder to the user it comes with."""
    if os.geteuid() != 0:
        return None
    account = pwd.getpwnam("postgres")
    os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    return account.pw_name


def _run(user: str | None, *words: object) -> None:
    command = [str(word) for word in words]
    if user:
        command = ["runuser", "-u", user, "--", *command]
    done = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd="/")
    if done.returncode:
        raise PostgresqlUnavailable(f"PostgreSQL didn't start: {done.stderr.strip()}")
