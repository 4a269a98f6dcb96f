"""How words are levelled, rewritten, completed and mended."""

import pytest

from app.codebook.vocabulary import Lead, Vocabulary, level
from app.codebook.words import Words, _distance


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crohn's disease", ["crohn", "disease"]),
        ("Ménière’s", ["meniere"]),
        ("type II diabetes", ["type", "2", "diabetes"]),
        ("stage IV", ["stage", "4"]),
        ("vitamin K", ["vitamin", "k"]),
        ("Anaemia, oedema; tumours of the oesophagus", ["anemia", "edema", "tumor", "esophagus"]),
        ("fractures ribs arteries feet", ["fracture", "rib", "artery", "foot"]),
        ("pancreatitis abscess virus", ["pancreatitis", "abscess", "virus"]),
        ("diarrhoea leucocytosis paediatric haemorrhage", ["diarrhea", "leukocytosis", "pediatric", "hemorrhage"]),
        ("the of and", []),
        ("2.5 cm", ["2.5", "cm"]),
    ],
)
def test_words_are_levelled(text: str, words: list[str]) -> None:
    assert level(text) == words


def test_the_longest_term_is_rewritten_first() -> None:
    leads = {
        ("ckd",): Lead(("chronic", "kidney", "disease")),
        ("ckd", "3b"): Lead(("chronic", "kidney", "disease", "stage", "3b")),
        ("nos",): Lead((), ("X",)),
    }
    words = Vocabulary(leads, longest=2)
    assert words.rewrite(("dm", "ckd", "3b", "kidney")) == ("dm", "chronic", "kidney", "disease", "stage", "3b")
    assert words.rewrite(("nos",)) == ("nos",)
    assert words.whole(("ckd",)) == leads["ckd",]


@pytest.fixture
def words() -> Words:
    counts = {"diabetes": 900, "diabetic": 800, "fracture": 9000, "fractured": 3, "femur": 500, "lung": 90}
    return Words(sorted(counts.items()))


def test_a_prefix_is_completed_most_frequent_first(words: Words) -> None:
    assert words.complete("fract") == ["fracture", "fractured"]
    assert words.complete("zz") == []


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        ("fracutre", ["fracture"]),
        ("diabetis", ["diabetes", "diabetic"]),
        ("femr", ["femur"]),
        ("lun", []),
        ("x1234", []),
    ],
)
def test_a_misspelled_word_is_mended(typed: str, mended: list[str], words: Words) -> None:
    assert words.mend(typed) == mended


@pytest.mark.parametrize(
    ("one", "other", "edits"),
    [
        ("", "", 0),
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abcd", "abd", 1),
        ("abc", "xyz", 3),
        ("kitten", "sitting", 3),
    ],
)
def test_edits_are_counted_up_to_a_limit(one: str, other: str, edits: int) -> None:
    assert _distance(one, other, 2) == min(edits, 3)
    assert _distance(other, one, 2) == min(edits, 3)
