"""Measuring the finder: reading queries, ranks and figures by hand, the baselines, the floor that may not be lost."""

from pathlib import Path

import pytest

from app.codebook.finder.baselines import FullText, Prefixes
from app.codebook.finder.evaluate import (
    Answer,
    Outcome,
    QueriesRefused,
    Written,
    answer_of,
    by_kind,
    evaluate,
    figures,
    misses,
    read_queries,
)
from app.codebook.library import Library
from app.codebook.records import Hit, Titled
from app.domain.codes.code import CodeSystem

DEVELOPMENT = Path(__file__).parents[1] / "finder" / "queries-development.tsv"


def _outcome(gold: str, *rows: str, kind: str = "", took: float = 1.0) -> Outcome:
    """Build an outcome; a row is the code shown and, after a colon, the row's other codes."""
    split = [row.split(":") for row in rows]
    members = tuple(frozenset(row) for row in split)
    return Outcome(Written("q", frozenset(gold.split()), kind), Answer(tuple(row[0] for row in split), members, took))


def test_a_table_is_read() -> None:
    text = "\ufeffQuery\tgold\tkind\n heart attack \tI21.9| i21.3\tlay\n\nCHF\tI50.9\n"
    assert read_queries(text, "x.tsv") == [
        Written("heart attack", frozenset({"I21.9", "I21.3"}), "lay"),
        Written("CHF", frozenset({"I50.9"})),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "x.tsv, line 1: the header", id="empty"),
        pytest.param("words\tcodes\na\tb", "x.tsv, line 1: the header", id="another header"),
        pytest.param("query,gold\na,b", "x.tsv, line 1: the header", id="commas"),
        pytest.param("query\tgold\n", "x.tsv has no queries", id="only a header"),
        pytest.param("query\tgold\nCHF\tI50.9\nMI\t", "x.tsv, line 3: “MI” has no gold", id="no gold"),
        pytest.param("query\tgold\nMI", "x.tsv, line 2: “MI” has no gold", id="one column"),
        pytest.param("query\tgold\nMI\t| |", "x.tsv, line 2: “MI” has no gold", id="empty gold"),
        pytest.param("query\tgold\n\tI50.9", "x.tsv, line 2: the query is empty", id="no query"),
        pytest.param("query\tgold\na\tb\tc\td", "x.tsv, line 2: 4 columns where the header has 2", id="too many"),
    ],
)
def test_a_bad_table_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(QueriesRefused) as refused:
        read_queries(text, "x.tsv")
    assert said in str(refused.value)


def test_ranks_count_what_is_shown_and_rows_what_is_under_it() -> None:
    outcome = _outcome("B C", "A:B", "X", "C")
    assert outcome.rank == 3
    assert outcome.row_rank == 1
    assert _outcome("Z", "A:B").rank is None


def test_figures_by_hand() -> None:
    outcomes = [
        _outcome("A", "A", took=1),
        _outcome("B", "A:B", "B", took=2),
        _outcome("C", "A:C", "B", took=3),
        _outcome("D", took=9),
    ]
    found = figures(outcomes)
    assert found.queries == 4
    assert found.mrr == pytest.approx((1 + 1 / 2 + 0 + 0) / 4)
    assert found.recall == pytest.approx(2 / 4)
    assert found.first == pytest.approx(1 / 4)
    assert found.row_mrr == pytest.approx((1 + 1 + 1 + 0) / 4)
    assert found.row_recall == pytest.approx(3 / 4)
    assert found.without_result == pytest.approx(1 / 4)
    assert (found.p50, found.p95, found.p99) == (2, 9, 9)


def test_what_comes_after_the_tenth_row_does_not_count() -> None:
    late = _outcome("K", *"ABCDEFGHIJ", "K")
    assert figures([late]).mrr == 0
    assert figures([late]).recall == 0


def test_figures_by_kind() -> None:
    outcomes = [_outcome("A", "A", kind="lay"), _outcome("A", "B", kind="index"), _outcome("A", "A")]
    assert {kind: found.recall for kind, found in by_kind(outcomes).items()} == {"lay": 1, "index": 0}


def test_misses_are_what_is_not_first() -> None:
    outcomes = [_outcome("A", "A"), _outcome("A", "B", "A"), _outcome("A")]
    assert list(misses(outcomes)) == outcomes[1:]


def test_hits_become_an_answer() -> None:
    hit = Hit("A", "", True, CodeSystem.ICD10CM, members=(Titled("A", ""), Titled("B", "")))
    assert answer_of([hit], 2.5) == Answer(("A",), (frozenset({"A", "B"}),), 2.5)


def test_the_baselines_find_what_they_can(library: Library) -> None:
    stores = library.on(None).stores(CodeSystem.ICD10CM)
    prefixes, full = Prefixes(stores), FullText(stores)
    assert prefixes.search("essen hyperten")[0] == "I10"
    assert prefixes.search("I10") == ("I10",)
    assert prefixes.search("heart attack") == ()
    assert "I50.9" in full.search("congestive heart failure")
    for odd in ("", '"', "* (", "\x00", "-"):
        assert prefixes.search(odd) == full.search(odd) == ()


def test_the_development_queries_stay_above_the_floor(library: Library) -> None:
    """Guard what was reached (0.92 and 0.96): the floor leaves room for words that change, not for a lost step."""
    books = library.on(None)
    queries = read_queries(DEVELOPMENT.read_text(encoding="utf-8"), DEVELOPMENT.name)
    found = figures(evaluate(queries, lambda text: answer_of(books.search(text, system=CodeSystem.ICD10CM), 0)))
    assert found.queries == 200
    assert found.mrr >= 0.88
    assert found.recall >= 0.94
    assert found.without_result <= 0.005
