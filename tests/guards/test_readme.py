"""README tells the truth: its commands and folders exist, its two set-up commands are there."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def _commands() -> list[list[str]]:
    listed = re.findall(r"^    chartroom ((?:[a-z]+ ?)+)", README, re.MULTILINE)
    return [words.split() for words in listed]


@pytest.mark.parametrize("words", _commands(), ids=" ".join)
def test_every_command_in_the_readme_exists(words: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.cli", "--data-dir", str(tmp_path), *words, "--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_command_of_the_program_is_in_the_readme() -> None:
    from app.cli import chartroom

    listed = {words[0] for words in _commands()}
    assert listed == set(chartroom.commands or chartroom.list_commands(None))  # type: ignore[arg-type]


@pytest.mark.parametrize("folder", re.findall(r"^\| `([a-z/]+)`", README, re.MULTILINE))
def test_every_folder_in_the_readme_exists(folder: str) -> None:
    assert (ROOT / folder).is_dir()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_link_in_the_readme_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


def test_there_are_two_set_up_commands_of_one_line_each() -> None:
    found = re.findall(r"^    python3 -m venv .*$", README, re.MULTILINE)
    assert len(found) == 2
    assert found[0].endswith("chartroom serve")
    assert found[1].endswith("pytest -n auto")
