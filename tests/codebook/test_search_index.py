"""Searching an imported index file: paths, alternative names, tables by column, dashes; and search() with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.codebook.finder.reading import Reader
from app.codebook.finder.search import OWN_VOCABULARY, Sources, find
from app.codebook.finder.term_index import TermIndex, write_term_index
from app.codebook.finder.vocabulary import Vocabulary, level_typed
from app.codebook.library import Library
from app.domain.codes.code import CodeSystem


@dataclass(frozen=True)
class _Term:
    path: tuple[str, ...]
    modifiers: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    cells: tuple[str | None, ...] = ()


TERMS = (
    _Term(("Fall, falling",), ("accidental",), ("W19",)),
    _Term(("Fall, falling", "due to", "slipping"), (), ("W01.0",)),
    _Term(("Fall, falling", "due to", "slipping", "on wet floor"), (), ("W01.0",)),
    _Term(("Wound, open", "see also Nowhere")),
    _Term(("Neoplasm, neoplastic", "liver"), (), (), ("C22.9", "C78.7", "D01.5", "D13.4", "D37.6", "D49.0")),
    _Term(("Aspirin",), ("aluminum", "soluble"), (), ("T39.011", "T39.012", "T39.013", "T39.014", "T39.015", None)),
    _Term(("Pressure sore",), (), ("L89.-",)),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TermIndex:
    folder = tmp_path_factory.mktemp("index")
    assert write_term_index(folder, TERMS) == 3 + 6 + 5 + 1
    return TermIndex(folder)


def _codes(index: TermIndex, text: str) -> Sequence[str]:
    query = Reader([index.words], Vocabulary()).read(level_typed(text))
    return [code for found in index.search(query, 5) for code in found.codes]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("fall slipping", "W01.0", id="a path"),
        pytest.param("falling", "W19", id="another name of the main term"),
        pytest.param("slip on wet floor", "W01.0", id="words of the path, another form"),
        pytest.param("liver metastasis", "C78.7", id="malignant secondary"),
        pytest.param("benign neoplasm liver", "D13.4", id="benign"),
        pytest.param("aspirin overdose intentional", "T39.012", id="poisoning, self-harm"),
        pytest.param("aspirin adverse effect", "T39.015", id="adverse effect"),
        pytest.param("soluble aspirin poisoning", "T39.011", id="a nonessential modifier"),
        pytest.param("pressure sore", "L89", id="a dash is dropped"),
    ],
)
def test_terms_lead_to_their_codes(typed: str, code: str, index: TermIndex) -> None:
    assert _codes(index, typed)[0] == code


def test_a_term_says_its_whole_path(index: TermIndex) -> None:
    query = Reader([index.words], Vocabulary()).read(level_typed("slipping wet floor"))
    assert index.search(query, 1)[0].text == "Fall, falling, due to, slipping, on wet floor"


def test_nothing_is_found_for_unknown_words(index: TermIndex) -> None:
    assert _codes(index, "qqqqq") == []


def test_an_index_without_codes_is_empty(tmp_path: Path) -> None:
    assert write_term_index(tmp_path, [TERMS[3]]) == 0


def test_search_uses_the_index(library: Library, index: TermIndex) -> None:
    books = library.on(None)
    shelves = [shelf for shelf in library.shelves() if shelf.book.system is CodeSystem.ICD10CM]
    first = find("slip on wet floor", Sources(shelves, Vocabulary(), [index]), limit=3)[0]
    assert first.code == "W01.0XXA"
    assert first.why == "in the index: Fall, falling, due to, slipping, on wet floor"
    sore = find("pressure sore", Sources(shelves, Vocabulary(), [index]), limit=3)[0]
    assert sore.code == "L89.90"
    assert books.vocabulary_note in ("", OWN_VOCABULARY)
