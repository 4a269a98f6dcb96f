"""Runs a command as the top command would, on the compiled books of the session."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from app.domain.errors import ChartroomError


@pytest.fixture
def data_dir(books_folder: Path, tmp_path: Path) -> Path:
    """A data folder that shares the session's code books."""
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "codebooks").symlink_to(books_folder)
    return folder


@pytest.fixture
def run(data_dir: Path) -> Callable[..., Result]:
    """Run a command; an expected error becomes exit code 1 with its sentence as the output."""

    def invoke(command: click.Command, *args: str, stdin: bytes | str | None = None) -> Result:
        result = CliRunner().invoke(command, args, input=stdin, obj={"data_dir": data_dir})
        if isinstance(result.exception, ChartroomError):
            return result
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke
