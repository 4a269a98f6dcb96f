"""``chartroom users``: accounts at the terminal."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import chartroom
from app.domain.errors import InvalidInput, NotFound


def run(folder: Path, *words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(chartroom, ["--data-dir", str(folder), "users", *words], input=text)


def test_an_account_is_made_listed_and_changed(tmp_path: Path) -> None:
    made = run(tmp_path, "add", "Ada", "--role", "admin", text="violet-harbour-42\nviolet-harbour-42\n")
    assert made.exit_code == 0, made.output
    assert "ada can log in as admin." in made.output
    assert run(tmp_path, "role", "ada", "instructor").exit_code == 0
    listed = json.loads(run(tmp_path, "list", "--json").stdout)
    assert listed == [{"username": "ada", "name": "Ada", "role": "instructor"}]
    assert "is changed" in run(tmp_path, "password", "ada", "--password", "orange-lantern-77").output


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        (("add", "x", "--password", "short"), InvalidInput, "at least 10"),
        (("role", "nobody", "admin"), NotFound, "nobody"),
        (("password", "nobody", "--password", "orange-lantern-77"), NotFound, "nobody"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, words: tuple[str, ...], kind: type[Exception], says: str) -> None:
    done = run(tmp_path, *words)
    assert isinstance(done.exception, kind)
    assert says in str(done.exception)
