"""Environment → Config. Owns every setting and where the bundled data lies; imports nothing of the project."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs
from sqlalchemy import URL

_PACKAGE = Path(__file__).resolve().parent
_MIB = 1024 * 1024


class ConfigError(ValueError):
    """A setting is missing or unusable; the message says which and what to do."""


def bundled(name: str) -> Path:
    """Return the folder of bundled data: ``exercises``, ``codesets`` or ``migrations``.

    An installed wheel carries them inside the package, a checkout beside it.
    """
    inside = _PACKAGE / "bundled" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def default_data_dir(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the data folder: ``CHARTROOM_DATA_DIR``, else the user's own application data folder."""
    named = environ.get("CHARTROOM_DATA_DIR")
    return Path(named) if named else Path(platformdirs.user_data_dir("chartroom", appauthor=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All settings of one running Chartroom."""

    data_dir: Path
    secret_key: str
    database_url: str = ""
    testing: bool = False
    behind_tls: bool = False
    trusted_hosts: tuple[str, ...] = ()
    proxies: int = 0
    rate_limits: bool = True
    largest_upload: int = 300 * _MIB
    """Bytes of official files that an administrator may send at once."""

    @property
    def database(self) -> str | URL:
        """Return the database address; the embedded default is a file in the data folder."""
        return self.database_url or URL.create("sqlite", database=str(self.data_dir / "chartroom.sqlite3"))

    @property
    def codebooks_dir(self) -> Path:
        return self.data_dir / "codebooks"


def read_config(environ: Mapping[str, str] = os.environ, *, data_dir: Path | None = None, secret: str = "") -> Config:
    """Read the settings from the environment; arguments win.

    Raises ConfigError when no secret is set (a server must not invent one per process).
    """
    secret_key = secret or environ.get("CHARTROOM_SECRET_KEY", "")
    if len(secret_key) < 16:
        raise ConfigError(
            "CHARTROOM_SECRET_KEY is not set or shorter than 16 characters. Set it to a long random text, "
            "or start with “chartroom serve”, which makes one and keeps it in the data folder."
        )
    hosts = environ.get("CHARTROOM_TRUSTED_HOSTS", "")
    return Config(
        data_dir=(data_dir or default_data_dir(environ)).expanduser().resolve(),
        secret_key=secret_key,
        database_url=_with_driver(environ.get("DATABASE_URL", "")),
        behind_tls=_flag(environ, "CHARTROOM_BEHIND_TLS"),
        trusted_hosts=tuple(h.strip() for h in hosts.split(",") if h.strip()),
        proxies=_count(environ, "CHARTROOM_PROXIES"),
        largest_upload=(_count(environ, "CHARTROOM_LARGEST_UPLOAD_MB") or 300) * _MIB,
    )


def _with_driver(url: str) -> str:
    """Name the psycopg 3 driver where a plain PostgreSQL address leaves it open."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in ("", "0", "1", "false", "true", "no", "yes"):
        raise ConfigError(f"{name} is “{value}”: set it to 1 or 0.")
    return value in ("1", "true", "yes")


def _count(environ: Mapping[str, str], name: str) -> int:
    value = environ.get(name, "").strip() or "0"
    if not (value.isascii() and value.isdigit() and len(value) < 4):
        raise ConfigError(f"{name} is “{value}”: set it to a whole number.")
    return int(value)
