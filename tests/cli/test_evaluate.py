"""``chartroom codes evaluate``: figures, misses, JSON, and tables that can't be used."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import chartroom

TABLE = "query\tgold\tkind\nheart failure\tI50.9\tindex\nCHF\tI50.9\tabbreviation\nzzqq\tI10\tlay\n"


@pytest.fixture
def evaluate(books_folder: Path, tmp_path: Path) -> object:
    (tmp_path / "codebooks").symlink_to(books_folder)

    def run(text: str | bytes, *options: str) -> Result:
        file = tmp_path / "queries.tsv"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        command = ["--data-dir", str(tmp_path), "codes", "evaluate", str(file), *options]
        return CliRunner().invoke(chartroom, command)

    return run


def test_the_figures_stand_beside_two_plain_finders(evaluate) -> None:  # type: ignore[no-untyped-def]
    answer = evaluate(TABLE)
    assert answer.exit_code == 0, answer.output
    lines = answer.output.splitlines()
    assert lines[0] == "3 queries of queries.tsv, searched in ICD-10-CM"
    names = [line.split("  ")[0].strip() for line in lines if line.strip()]
    assert {"Chartroom", "AND of prefixes", "FTS5 porter, bm25"} <= set(names)
    assert any(line.startswith("  abbreviation") for line in lines)


def test_misses_are_listed(evaluate) -> None:  # type: ignore[no-untyped-def]
    answer = evaluate(TABLE, "--misses", "--no-baselines")
    assert "zzqq  [I10]" in answer.output
    assert "CHF  [I50.9]" not in answer.output
    assert "FTS5" not in answer.output


def test_json_holds_the_same(evaluate) -> None:  # type: ignore[no-untyped-def]
    data = json.loads(evaluate(TABLE, "--json", "--misses").output)
    assert data["system"] == "ICD-10-CM"
    assert data["finders"]["Chartroom"]["queries"] == 3
    assert data["finders"]["Chartroom"]["first"] == pytest.approx(2 / 3)
    assert data["kinds"]["lay"]["recall"] == 0
    assert [miss["query"] for miss in data["misses"]] == ["zzqq"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("words\tcodes\n", "queries.tsv, line 1: the header", id="header"),
        pytest.param("query\tgold\nCHF\t\n", "queries.tsv, line 2: “CHF” has no gold code", id="no gold"),
        pytest.param(b"query\tgold\nCHF\tI50.9\n\xff\tI10\n", "queries.tsv, line 3: it isn't UTF-8", id="not UTF-8"),
    ],
)
def test_a_bad_table_is_one_sentence(text: str | bytes, said: str, evaluate) -> None:  # type: ignore[no-untyped-def]
    answer = evaluate(text)
    assert answer.exit_code == 1
    assert said in str(answer.exception)


def test_gold_codes_that_no_book_has_are_named(evaluate) -> None:  # type: ignore[no-untyped-def]
    answer = evaluate("query\tgold\nfoo\tX99.ZZ9Q\nCHF\tI50.9\n", "--no-baselines")
    assert "1 gold codes aren't in the books in force: X99.ZZ9Q" in answer.stderr
