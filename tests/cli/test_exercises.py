"""``chartroom exercises``: listing and checking at the terminal."""

import json
import shutil

import pytest

from app.cli.exercises import exercises
from app.config import bundled
from app.domain.errors import ChartroomError

MOLE = "mole-cryoablation"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / MOLE
    shutil.copytree(bundled("exercises") / "charts" / MOLE, copy)
    return copy


def test_the_bundled_bank_is_listed(run):
    data = json.loads(run(exercises, "list", "--json").stdout)
    row = next(row for row in data if row["id"] == MOLE)
    assert row["setting"] == "office"
    assert row["date_of_service"] == "2026-06-05"
    assert isinstance(row["draft"], bool)
    assert f"{MOLE} " in run(exercises, "list").stdout


def test_a_good_chart_checks_clean(run, folder):
    result = run(exercises, "check", str(folder))
    assert (result.exit_code, result.stdout) == (0, "1 chart checked, nothing wrong.\n")


def test_problems_are_printed_with_file_line_and_remedy(run, folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    path = folder / "exercise.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("difficulty = 1", "difficulty = 8"), encoding="utf-8")
    result = run(exercises, "check", str(folder))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == (
        f"{MOLE}/exercise.toml:8: “difficulty” is 8: write a whole number from 1 to 5, without quotes."
    )
    assert result.stdout.splitlines()[-1] == "1 chart checked: 1 error, 0 warnings."


def test_problems_as_json(run, folder):
    (folder / "extra.md").write_text("x", encoding="utf-8")
    result = run(exercises, "check", str(folder), "--json")
    data = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (data["checked"], data["errors"]) == (1, 1)
    assert set(data["problems"][0]) == {"path", "line", "where", "level", "message"}


def test_a_place_without_charts_is_one_sentence(run, tmp_path):
    result = run(exercises, "check", str(tmp_path / "nowhere"))
    assert isinstance(result.exception, ChartroomError)
    assert "There is no folder" in str(result.exception)


def test_charts_are_printed_with_their_keys(run):
    page = run(exercises, "print", MOLE).stdout
    assert page.startswith("## Cryoablation of a pigmented mole\n")
    assert "1. **D22.5** Melanocytic nevi of trunk" in page


def test_a_draw_is_the_same_for_the_same_seed(run):
    drawn = [run(exercises, "print", "--draw", "2", "--seed", seed).stdout for seed in ("7", "7", "8")]
    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0].count("### Second coding") == 2


def test_printing_nothing_or_both_is_refused(run):
    for args in ((), (MOLE, "--draw", "2")):
        assert "with --draw" in str(run(exercises, "print", *args).exception)
