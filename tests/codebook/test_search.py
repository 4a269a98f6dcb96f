"""The finder: what coders type, odd input, shapes, abbreviations, spelling."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.codebook.library import BooksInForce, Library
from app.domain.codes.code import CodeSystem


@pytest.fixture(scope="module")
def books(library: Library) -> BooksInForce:
    return library.on(date(2026, 6, 1))


def _codes(books: BooksInForce, words: str, limit: int = 10) -> list[str]:
    return [hit.code for hit in books.search(words, limit=limit)]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        pytest.param("E11.2", ["E11.2", "E11.21", "E11.22", "E11.29"], id="half a code opens"),
        pytest.param("e1122", ["E11.22"], id="no dot, lower case"),
        pytest.param("S72001", ["S72.001", "S72.001A"], id="before the 7th character"),
        pytest.param("17110", ["17110"], id="CPT"),
        pytest.param("QA0", ["QA0"], id="a letter as second character"),
    ],
)
def test_codes_are_found_by_their_shape(typed: str, first: list[str], books: BooksInForce) -> None:
    assert _codes(books, typed)[: len(first)] == first


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        pytest.param("J1100 dexamethasone", "J1100", id="HCPCS, beside J11.00"),
        pytest.param("covid u071", "U07.1", id="no dot"),
        pytest.param("S52501A fracture", "S52.501A", id="no dot, 7th character"),
        pytest.param("U07.1, covid", "U07.1", id="a comma behind"),
        pytest.param("tel 99213", "99213", id="CPT"),
    ],
)
def test_a_code_among_words_comes_first(typed: str, code: str, books: BooksInForce) -> None:
    assert code in [hit.code for hit in books.search(typed)[:2] if hit.why == "the code typed"]


@pytest.mark.parametrize("typed", ["patient 992134567", "record A99213", "xI10 pain"])
def test_a_part_of_a_longer_word_is_no_code(typed: str, books: BooksInForce) -> None:
    assert "the code typed" not in {hit.why for hit in books.search(typed)}


def test_a_code_of_two_systems_shows_both(books: BooksInForce) -> None:
    assert {(hit.code, hit.system) for hit in books.search("J1100")} >= {
        ("J11.00", CodeSystem.ICD10CM),
        ("J1100", CodeSystem.HCPCS),
    }


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("CHF", "I50.9"),
        ("DM2", "E11.9"),
        ("heart attack", "I21.9"),
        ("high blood pressure", "I10"),
        ("melanocytic nevus of trunk", "D22.5"),
        ("mole trunk", "D22.5"),
        ("fracture, femur, neck, left", "S72.002A"),
        ("left femoral neck fracture subsequent", "S72.002D"),
        ("otitis media left ear", "H66.92"),
        ("type ii diabetes with nephropathy", "E11.21"),
        ("ckd stage 3b", "N18.32"),
        ("chronic kidney disease stage iii b", "N18.32"),
        ("acute appendicitis", "K35.80"),
        ("essential hypertens", "I10"),
        ("anaemia", "D64.9"),
        ("oesophagitis", "K20.91"),
        ("long term insulin", "Z79.4"),
        ("covid", "U07.1"),
        ("crohn's disease", "K50.90"),
        ("meniere", "H81.09"),
        ("pnuemonia", "J18.9"),
        ("appendisitis", "K37"),
        ("knee arthroscopy medial meniscectomy", "29881"),
        ("wart destruction", "17110"),
        ("dexamethasone injection", "J1100"),
        ("screening colonoscopy", "Z12.11"),
        ("distal radius fracture left", "S52.502A"),
        ("appendicitis with perforation", "K35.32"),
        ("left cts", "G56.02"),
        ("type 2 dm w/ ckd", "E11.22"),
        ("BMI 42", "Z68.41"),
        ("38w pregnant", "Z3A.38"),
        ("hepatitis a", "B15.9"),
        ("zinc toxicity", "T56.5X1A"),
    ],
)
def test_what_coders_type_is_among_the_first_five(typed: str, code: str, books: BooksInForce) -> None:
    assert code in _codes(books, typed, limit=5)


def test_every_hit_says_why(books: BooksInForce) -> None:
    assert books.search("CHF")[0].why == "known by this name"
    assert "hypertenshun read as" in books.search("hypertenshun")[0].why
    assert "Otitis media, unspecified" in books.search("otitis media, unspecified, bilateral")[0].why
    assert books.search("zinc and its compounds toxic effect")[0].why
    assert books.search("E11.22")[0].why == "the code typed"
    assert books.search("E11.2")[1].why == "begins with E11.2"
    assert all(hit.why for words in ("knee", "slip on wet floor", "25") for hit in books.search(words))


def test_a_row_opens_into_its_members(books: BooksInForce) -> None:
    hit = books.search("pain in left knee", system=CodeSystem.ICD10CM)[0]
    assert hit.code == "M25.562"
    assert [member.code for member in hit.members] == ["M25.561", "M25.562", "M25.569"]
    assert hit.stem == "Pain in knee"
    fracture = books.search("fracture neck of femur", system=CodeSystem.ICD10CM)[0]
    assert fracture.code == "S72.009A"
    assert len(fracture.members) == 48
    assert {member.code for member in fracture.members} >= {"S72.001A", "S72.002D", "S72.009S"}
    alone = books.search("essential hypertension", system=CodeSystem.ICD10CM)[0]
    assert (alone.code, alone.members, alone.stem) == ("I10", (), "")


def test_modifiers_are_found(books: BooksInForce) -> None:
    assert [(hit.code, hit.kind) for hit in books.search("25")][:1] == [("25", "modifier")]
    assert [(hit.code, hit.kind) for hit in books.search("RT")][:1] == [("RT", "modifier")]
    assert books.search("modifier 59")[0].code == "59"
    assert books.search("significant separately identifiable e/m")[0].code == "25"
    assert books.search("-TC")[0].code == "TC"
    assert not any(hit.kind == "modifier" for hit in books.search("25", system=CodeSystem.ICD10CM))


@pytest.mark.parametrize("text", ["essential hypertension", "otitis media left", "fracture of shaft of femur"])
def test_typing_never_loses_the_way(text: str, books: BooksInForce) -> None:
    """From the first whole word on every prefix shows something, and the end shows what the whole text does."""
    first = text.index(" ")
    for length in range(2, len(text) + 1):
        hits = books.search(text[:length], system=CodeSystem.ICD10CM, limit=8)
        assert hits or length < first
    wanted = hits[0].code
    assert wanted in [hit.code for hit in books.search(text[:-2], system=CodeSystem.ICD10CM, limit=3)]


def test_a_leaf_with_seventh_characters_shows_once_as_a_final_code(books: BooksInForce) -> None:
    codes = _codes(books, "fracture neck of left femur", limit=20)
    assert "S72.002A" in codes
    assert len([code for code in codes if code.startswith("S72.002")]) == 1


def test_the_filter_by_system(books: BooksInForce) -> None:
    hits = books.search("knee", system=CodeSystem.CPT, limit=30)
    assert hits
    assert {hit.system for hit in hits} == {CodeSystem.CPT}


def test_the_filter_by_chapter(books: BooksInForce) -> None:
    injuries = books.search("knee", system=CodeSystem.ICD10CM, chapter="19", limit=30)
    assert {hit.code[0] for hit in injuries} == {"S"} | {hit.code[0] for hit in injuries} & {"T"}
    assert books.search("knee", system=CodeSystem.ICD10CM, chapter="no chapter") == ()


def test_the_filter_by_chapter_counts_for_codes_too(books: BooksInForce) -> None:
    assert books.search("E11", system=CodeSystem.ICD10CM, chapter="9") == ()
    assert books.search("E11", system=CodeSystem.ICD10CM, chapter="4")[0].code == "E11"
    hits = books.search("E119 heart", system=CodeSystem.ICD10CM, chapter="9")
    assert {hit.code[0] for hit in hits} == {"I"}


def test_the_filter_for_what_can_be_billed(books: BooksInForce) -> None:
    assert not books.search("E11.2")[0].billable
    for words in ("E11.2", "pressure ulcer", "25", "melanoma"):
        hits = books.search(words, billable_only=True, limit=30)
        assert hits
        assert all(hit.billable for hit in hits)
    begun = books.search("T20", billable_only=True, limit=12)
    assert [hit.code[:3] for hit in begun] == ["T20"] * 12


def test_the_limit(books: BooksInForce) -> None:
    assert len(books.search("fracture", limit=25)) == 25
    assert books.search("fracture", limit=0) == ()
    hits = books.search("diabetes", limit=40)
    assert len({(hit.system, hit.code) for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "*",
        "\x00",
        '"unclosed',
        "a AND (b OR",
        "title:fracture~2^5",
        "%_'; DROP TABLE node; --",
        "\u202eerutcarf",
        "🦴💥",
        "ﬁbula",
        "a" * 10_000,
        "fracture " * 2_000,
        "İstanbul ẞ ǅ",
        "-",
        ".",
        "w/o",
        "٣٤٥",
        "E11\x00.2",
        "\ud800",
        "fracture \udfff left",
        "E11.*",
        "w/",
        "s/p",
        "2/2",
        "~perforation",
        "without",
        "no no no",
        "((((",
        "\u200f\u202bכאב",
    ],
)
def test_odd_input_gives_a_list(typed: str, books: BooksInForce) -> None:
    assert isinstance(books.search(typed), tuple)


@pytest.mark.property
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=st.one_of(
        st.text(st.characters(), max_size=60),
        st.lists(
            st.sampled_from(
                [
                    "left",
                    "without",
                    "fracture",
                    "w/o",
                    "s/p",
                    "E11.",
                    "2",
                    "type",
                    "stage",
                    "ii",
                    "~x",
                    "CHF",
                    "r",
                    "'s",
                ]
            )
        ).map(" ".join),
    )
)
def test_any_text_gives_a_list(typed: str, books: BooksInForce) -> None:
    assert isinstance(books.search(typed, limit=5), tuple)
