"""``chartroom grade``: the worked table of the mole chart, and answers that can't be read."""

import json
from pathlib import Path

import pytest

from app.cli.grade import grade
from app.config import bundled
from app.domain.errors import ChartroomError

MOLE = "mole-cryoablation"
DX = {"system": "ICD-10-CM", "code": "D22.5"}
PX = {"system": "CPT", "code": "17110", "modifiers": [], "units": 1, "points_to": [1]}


def answer(*lines):
    return json.dumps({"lines": lines})


@pytest.mark.parametrize(
    ("lines", "score", "cost"),
    [
        pytest.param([DX, PX], 1.0, 0, id="right"),
        pytest.param([DX | {"code": "D22.9"}, PX], 0.85, 0.6, id="unspecified"),
        pytest.param([DX, PX | {"modifiers": ["59"]}], 0.85, 0.6, id="surplus modifier"),
        pytest.param([DX, PX | {"modifiers": ["59"], "points_to": []}], 0.775, 0.9, id="modifier, no pointer"),
        pytest.param([DX, PX | {"units": 2}], 0.925, 0.3, id="two units"),
        pytest.param([DX, PX | {"code": "99213"}], 0.25, 3, id="unrelated procedure"),
        pytest.param([DX], 0.5, 2, id="diagnosis alone"),
        pytest.param([], 0.0, 4, id="nothing"),
    ],
)
def test_the_worked_table_of_the_mole(run, lines, score, cost):
    result = run(grade, MOLE, "--answer", "-", "--json", stdin=answer(*lines))
    data = json.loads(result.stdout)
    assert (data["score"], data["cost"], data["worth"]) == (score, cost, 4)
    assert round(sum(entry["lost"] for entry in data["ledger"]), 6) == cost
    assert all(set(entry) == {"reason", "lost", "line", "slot", "text"} for entry in data["ledger"])
    assert data["format_errors"] == []
    assert "code_over_code" in data["methods"]


def test_the_answer_may_be_a_file_and_the_chart_a_folder(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("answer.json").write_text("\ufeff" + answer(DX, PX), encoding="utf-8")
    folder = str(bundled("exercises") / "charts" / MOLE)
    assert json.loads(run(grade, folder, "--answer", "answer.json", "--json").stdout)["score"] == 1.0


def test_people_get_text(run):
    result = run(grade, MOLE, "--answer", "-", stdin=answer(DX | {"code": "D22.9"}, PX, {"system": "X", "code": "1"}))
    assert result.exit_code == 0
    assert "Score 0.8500: 3.4 of 4 points" in result.stdout
    assert "Under-specified" in result.stdout
    assert "not graded, line 3" in result.stdout
    assert "Clean claim: no" in result.stdout


def test_a_line_that_cannot_be_read_is_a_format_error(run):
    result = run(grade, MOLE, "--answer", "-", "--json", stdin=answer(DX, PX, {"system": "CPT", "code": "?"}))
    data = json.loads(result.stdout)
    assert data["score"] == 1.0
    assert [error["line"] for error in data["format_errors"]] == [3]


@pytest.mark.parametrize(
    ("stdin", "words"),
    [
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b"not json", "isn't JSON", id="no JSON"),
        pytest.param(b'{"lines": [', "at line 1, column", id="cut off"),
        pytest.param(b"\xff\xfe{\x00}\x00", "isn't UTF-8", id="UTF-16"),
        pytest.param(b'{"lines": []\x00}', "NUL", id="NUL"),
        pytest.param(b"[" * 200_000, "nested too deeply", id="deep"),
        pytest.param(b" " * 1_000_001, "larger than 1 MB", id="huge"),
        pytest.param(b'{"lines": [' + b"1" * 5000 + b"]}", "too long", id="huge number"),
        pytest.param(b"[]", "object with", id="list"),
        pytest.param(b"null", "object with", id="null"),
        pytest.param(b'"lines"', "object with", id="text"),
        pytest.param(b'{"lines": 5}', "must be a list", id="lines a number"),
        pytest.param(b'{"lines": {"a": 1}}', "must be a list", id="lines an object"),
        pytest.param(b'{"lines": [' + b'{"system":"CPT","code":"17110"},' * 25 + b"{}]}", None, id="25 lines and one"),
        pytest.param(b'{"lines": [' + b'{"system":"CPT","code":"17110"},' * 26 + b"{}]}", "25", id="26 lines"),
        pytest.param(b'{"lines": [], "query": 5}', "query", id="query a number"),
    ],
)
def test_an_answer_that_cannot_be_read_is_one_sentence(run, stdin, words):
    result = run(grade, MOLE, "--answer", "-", "--json", stdin=stdin)
    if words is None:
        assert result.exit_code == 0
        return
    assert isinstance(result.exception, ChartroomError)
    assert words in str(result.exception)
    assert "\n" not in str(result.exception)
    assert result.stdout == ""


@pytest.mark.parametrize(
    "line",
    [
        {"system": 5, "code": "x"},
        {"system": "CPT", "code": 17110},
        {"system": "CPT", "code": "17110", "modifiers": {"a": 1}},
        {"system": "CPT", "code": "17110", "units": [1]},
        {"system": "CPT", "code": "17110", "units": -1},
        {"system": "CPT", "code": "17110", "units": 1e400},
        {"system": "CPT", "code": "17110", "points_to": [{"a": 1}]},
        {"system": "ICD-10-CM", "code": "D22.5", "poa": ["Y"]},
        5,
        None,
        [],
        "D22.5",
    ],
)
def test_wrong_types_in_a_line_are_format_errors(run, line):
    result = run(grade, MOLE, "--answer", "-", "--json", stdin=answer(line))
    assert result.exit_code == 0
    assert [error["line"] for error in json.loads(result.stdout)["format_errors"]] == [1]


@pytest.mark.parametrize("name", ["nowhere.json", ".", "a" * 5000], ids=["missing", "a folder", "long"])
def test_a_missing_answer_file_is_one_sentence(run, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run(grade, MOLE, "--answer", name)
    assert isinstance(result.exception, ChartroomError)
    assert "can't be read" in str(result.exception)


def test_an_unknown_exercise_names_close_ones(run):
    result = run(grade, "mole-cryo", "--answer", "-", stdin=answer(DX))
    assert isinstance(result.exception, ChartroomError)
    assert "Did you mean mole-cryoablation" in str(result.exception)
