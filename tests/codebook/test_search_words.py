"""How words are levelled, written out, completed, related and mended."""

import pytest

from app.codebook.finder.levelling import level, stem
from app.codebook.finder.roots import parts_of
from app.codebook.finder.shorthand import expand
from app.codebook.finder.spelling import Speller, sound, sounds
from app.codebook.finder.words import Words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Crohn's disease", ["crohn", "disease"]),
        ("Ménière’s", ["meniere"]),
        ("type II diabetes", ["type2", "diabetes"]),
        ("CKD stage 3b", ["ckd", "stage3b"]),
        ("vitamin K", ["vitamin", "k"]),
        ("hepatitis A", ["hepatitis", "lettera"]),
        ("a fall", ["fall"]),
        ("3rd degree", ["third", "degree"]),
        ("Anaemia, oedema; tumours of the oesophagus", ["anemia", "edema", "tumor", "esophagus"]),
        ("fractures ribs arteries feet", ["fracture", "rib", "artery", "foot"]),
        ("pancreatitis abscess virus", ["pancreatitis", "abscess", "virus"]),
        ("diarrhoea leucocytosis paediatric haemorrhage", ["diarrhea", "leukocytosis", "pediatric", "hemorrhage"]),
        ("non-displaced, post-traumatic", ["nondisplaced", "posttraumatic"]),
        ("site not specified", ["unspecified"]),
        ("not elsewhere classified", []),
        ("the of and", []),
        ("2.5 cm", ["2.5", "cm"]),
    ],
)
def test_words_are_levelled(text: str, words: list[str]) -> None:
    assert level(text) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("without perforation", ["~perforation"]),
        ("w/o perforation", ["~perforation"]),
        ("not intractable, without status", ["~intractable", "~status"]),
        ("peritonitis, without abscess or gangrene", ["peritonitis", "~abscess", "~gangrene"]),
        ("without macular edema, left eye", ["~macular", "~edema", "left", "eye"]),
        ("without mood disturbance, psychosis, and anxiety", ["~mood", "~disturbance", "~psychosis", "~anxiety"]),
        ("not specified as recurrent", ["~recurrent"]),
        ("without abscess with gangrene", ["~abscess", "gangrene"]),
    ],
)
def test_what_is_denied_is_another_word(text: str, words: list[str]) -> None:
    assert level(text) == words


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("s/p CABG", "statuspost cabg"),
        ("fracture d/t fall", "fracture due to fall"),
        ("anemia 2/2 CKD", "anemia due to ckd"),
        ("R knee pain", " right  knee pain"),
        ("edema b/l", "edema bilateral"),
        ("RLE cellulitis", "right lower extremity cellulitis"),
        ("LUE DVT", "left upper extremity dvt"),
        ("DM2 w/ CKD3b", "type 2 diabetes mellitus w/ ckd stage 3b"),
        ("T1DM", "type 1 diabetes mellitus"),
        ("38w2d", "38 week"),
        ("3rd tri", "third trimester"),
        ("FHx breast ca", "family history breast ca"),
        ("E/M level 4", "em level 4"),
        ("vitamin B12", "vitamin b12"),
        ("hepatitis B", "hepatitis b"),
        ("hepatitis B/C", "hepatitis bc"),
    ],
)
def test_shorthand_is_written_out(typed: str, meant: str) -> None:
    assert expand(typed).split() == meant.split()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("slip", "slipping"),
        ("diabetes", "diabetic"),
        ("fracture", "fractured"),
        ("infection", "infected"),
        ("vertebra", "vertebral"),
        ("~perforation", "~perforated"),
        ("pregnancy", "pregnant"),
    ],
)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


def test_numbers_and_denials_keep_apart() -> None:
    assert stem("3a") == "3a"
    assert stem("~perforation") != stem("perforation")


@pytest.mark.parametrize(
    ("one", "other"),
    [("pneumonia", "numonia"), ("psychosis", "sikosis"), ("diarrhea", "diareah"), ("phlebitis", "flebitis")],
)
def test_words_that_sound_alike(one: str, other: str) -> None:
    assert sound(one) == sound(other)


def test_many_words_sound_as_each_does() -> None:
    words = ["hip", "pneumonia", "aaa", "rhythm"]
    assert sounds(words) == [sound(word) for word in words]
    assert sounds([]) == []


def test_words_that_do_not_sound_alike() -> None:
    assert sound("concussion") != sound("contusion")


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("broncholithiasis", {"bronchus", "calculus"}),
        ("splenomegaly", {"spleen", "enlargement", "enlarged", "hypertrophy"}),
        ("cat", set()),
        ("computer", set()),
    ],
)
def test_words_are_read_by_their_greek_parts(word: str, parts: set[str]) -> None:
    assert set(parts_of(word)) == parts


@pytest.fixture
def words() -> Words:
    counts = {"diabetes": 900, "diabetic": 800, "fracture": 9000, "fractured": 3, "femur": 500, "lung": 90}
    return Words(counts, 10_000)


def test_a_prefix_is_completed_most_frequent_first(words: Words) -> None:
    assert words.complete("fract") == ["fracture", "fractured"]
    assert words.complete("zz") == []


def test_other_forms_are_kin(words: Words) -> None:
    assert words.kin("diabetes") == ["diabetic"]
    assert words.kin("lung") == []


@pytest.mark.parametrize(
    ("typed", "mended"),
    [
        pytest.param("fracutre", "fracture", id="neighbours swapped"),
        pytest.param("diabetis", "diabetes", id="one letter wrong"),
        pytest.param("femr", "femur", id="one missing"),
        pytest.param("lun", None, id="too short to judge"),
        pytest.param("x1234", None, id="no word"),
        pytest.param("zzzzzzzz", None, id="nothing near"),
    ],
)
def test_a_misspelled_word_is_mended(typed: str, mended: str | None, words: Words) -> None:
    found = words.mend(typed)
    assert (found[0].word if found else None) == mended


def test_rare_words_tell_more(words: Words) -> None:
    assert words.rarity("fracture") < words.rarity("femur") < words.rarity("fractured") <= 1
    assert words.rarity("unheard") == 1
    assert words.rarities[words.number("femur")] == pytest.approx(words.rarity("femur"), rel=1e-5)


@pytest.mark.parametrize(
    ("one", "other", "count"),
    [
        ("abc", "abc", 0),
        ("abc", "acb", 1),
        ("abcd", "abd", 1),
        ("abd", "abcd", 1),
        ("abc", "xyz", 3),
        ("kitten", "sitting", 3),
        ("a", "abcdef", 5),
    ],
)
def test_edits_are_counted(one: str, other: str, count: int) -> None:
    assert Speller(one).edits(other) == count
