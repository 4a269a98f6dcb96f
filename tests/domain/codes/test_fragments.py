"""Code fragments in printed notes: ranges, dashes, and what can't be read."""

import pytest

from app.domain.codes.fragments import CodeRange, any_contains, is_heading, read_ranges


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        pytest.param("gestational diabetes (O24.4-)", ["O244"], id="dash"),
        pytest.param("type 1 diabetes mellitus (E10.-)", ["E10"], id="dot dash"),
        pytest.param("certain infectious diseases (A00-B99)", ["A00-B99"], id="range of categories"),
        pytest.param("congenital deformities (Q65-Q66, Q68-Q74)", ["Q65-Q66", "Q68-Q74"], id="two ranges"),
        pytest.param("open fracture of pelvis (S32.1--S32.9-)", ["S321-S329"], id="range with dashes"),
        pytest.param("other (S59.2-, S59.3)", ["S592", "S593"], id="list"),
        pytest.param("septic shock (J09.X1, J10.0-, J11.0-)", ["J09X1", "J100", "J110"], id="letters inside"),
        pytest.param("neoplasm (C7A.00-C7A.8, C7B)", ["C7A00-C7A8", "C7B"], id="letter as third character"),
        pytest.param("new (QA0.0101)", ["QA00101"], id="letter as second character"),
        pytest.param("heart (failure) (I50.-) and kidney (N18.9)", ["I50", "N189"], id="several parentheses"),
        pytest.param("abscess of brain:", [], id="heading"),
        pytest.param("confirmed infection - code to infection", [], id="no code"),
        pytest.param("poisoning (T36-T50 with fifth or sixth character 5)", [], id="more than a range"),
        pytest.param("open skull fracture (S02.- with 7th character B)", [], id="with a 7th character"),
        pytest.param("tendinitis as classified in M75-M77", [], id="outside parentheses"),
    ],
)
def test_ranges_are_read_wholly_or_not_at_all(text: str, ranges: list[str]) -> None:
    assert [str(found) for found in read_ranges(text)] == ranges


@pytest.mark.parametrize(
    ("code", "inside"),
    [("A00.0", True), ("A09", True), ("A09.9", True), ("A10", False), ("B00", False), ("A05.2", True)],
)
def test_a_range_takes_in_everything_below_its_ends(code: str, inside: bool) -> None:
    assert CodeRange("A00", "A09").contains(code) is inside


def test_a_stem_takes_in_everything_below_it() -> None:
    assert any_contains(read_ranges("x (S59.2-)"), "S59.211A")
    assert not any_contains(read_ranges("x (S59.2-)"), "S59.311A")


def test_a_heading_ends_with_a_colon() -> None:
    assert is_heading("underlying disease, such as:")
    assert not is_heading("underlying disease")
