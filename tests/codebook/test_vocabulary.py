"""The written vocabulary: reading its files, whole terms, terms inside longer queries, terms by their words."""

from pathlib import Path

import pytest

from app.codebook.finder.vocabulary import Lead, Vocabulary, level_typed, load_vocabulary
from app.codebook.finder.written import STORED, is_stored, store_vocabulary
from app.codebook.sources.tree import SourceRefused


def _vocabulary(tmp_path: Path, **files: str) -> Vocabulary:
    (tmp_path / "vocabulary").mkdir()
    for name, text in files.items():
        (tmp_path / "vocabulary" / f"{name}.toml").write_text(text, encoding="utf-8")
    store_vocabulary(tmp_path, tmp_path)
    assert is_stored(tmp_path, tmp_path)
    return load_vocabulary(tmp_path / STORED)


def test_the_four_ways_to_write_a_line(tmp_path: Path) -> None:
    found = _vocabulary(
        tmp_path,
        one="""
        [abbreviations]
        "CKD" = "chronic kidney disease"
        "MS" = ["multiple sclerosis", "mitral stenosis"]
        "CHF" = { words = "heart failure", codes = ["I50.9"] }
        "EKG" = { codes = ["93000"] }
        """,
    )
    assert found.whole(("ckd",)) == Lead((("chronic", "kidney", "disease"),), (), "CKD")
    assert found.whole(("ms",)) == Lead((("multiple", "sclerosis"), ("mitral", "stenosis")), (), "MS")
    assert found.whole(("chf",)) == Lead((("heart", "failure"),), ("I50.9",), "CHF")
    assert found.whole(("ekg",)) == Lead((), ("93000",), "EKG")


def test_what_several_files_say_of_a_term_is_joined(tmp_path: Path) -> None:
    found = _vocabulary(
        tmp_path,
        a='[a]\n"CP" = { words = "chest pain", codes = ["R07.9"] }',
        b='[b]\n"cp" = { words = "cerebral palsy", codes = ["G80.9", "R07.9"] }',
    )
    assert found.whole(("cp",)) == Lead((("chest", "pain"), ("cerebral", "palsy")), ("R07.9", "G80.9"), "CP")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param('"x" = ', "can't be read", id="no TOML"),
        pytest.param('[a]\n"x" = 5', "leads nowhere", id="a number"),
        pytest.param('[a]\n"x" = { codes = "I10" }', "leads nowhere", id="codes aren't a list"),
        pytest.param('[a]\n"x" = [1]', "leads nowhere", id="a list of numbers"),
        pytest.param('"x" = "y"', "outside a table", id="no heading"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(line: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceRefused, match=said) as refused:
        _vocabulary(tmp_path, bad=line)
    assert "bad.toml" in str(refused.value)


def test_the_order_of_a_whole_terms_words_matters_last() -> None:
    leads = {("back", "pain"): Lead(codes=("M54.9",)), ("pain", "low", "back"): Lead(codes=("M54.50",))}
    vocabulary = Vocabulary(leads)
    assert vocabulary.whole(("pain", "back")) == leads["back", "pain"]
    assert vocabulary.whole(("pain",)) is None


def test_the_longest_term_inside_a_query_is_read() -> None:
    short, long = Lead((("chronic",),)), Lead((("chronic", "kidney"),))
    vocabulary = Vocabulary({("ckd",): short, ("ckd", "stage3"): long, ("codes",): Lead(codes=("X",))})
    assert vocabulary.longest_at(("dm", "ckd", "stage3"), 1) == (2, long)
    assert vocabulary.longest_at(("ckd", "x"), 0) == (1, short)
    assert vocabulary.longest_at(("codes",), 0) is None


def test_terms_are_found_by_their_words() -> None:
    vocabulary = Vocabulary({("heart", "attack"): Lead(codes=("I21.9",)), ("panic", "attack"): Lead(codes=("F41.0",))})
    first = vocabulary.holding(["old", "heart", "attack"], 1)
    assert [vocabulary.coded(int(number)) for number in first] == [Lead(codes=("I21.9",), term="heart attack")]
    assert len(vocabulary.holding(["attack"], 5)) == 2
    assert not len(vocabulary.holding(["zebra"], 5))


def test_an_absent_vocabulary_is_empty(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(tmp_path / STORED)
    assert not len(vocabulary)
    assert vocabulary.whole(("x",)) is None


def test_terms_are_levelled_like_queries() -> None:
    assert level_typed("s/p Fractures") == ("statuspost", "fracture")


def test_a_broken_stored_vocabulary_is_no_stored_one(tmp_path: Path) -> None:
    assert not is_stored(tmp_path, tmp_path)
    (tmp_path / STORED).write_bytes(b"PK\x03\x04 cut off")
    assert not is_stored(tmp_path, tmp_path)
