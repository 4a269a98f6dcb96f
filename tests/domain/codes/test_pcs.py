"""What the beginning of an ICD-10-PCS code can look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes.pcs import read_beginning
from app.domain.errors import CodeShapeError


@pytest.mark.parametrize(
    ("typed", "read"),
    [("", ""), (" 0dt ", "0DT"), ("0DT.J4ZZ", "0DTJ4ZZ"), ("0dt-j4-zz", "0DTJ4ZZ"), ("xw0", "XW0")],
)
def test_what_is_typed_is_read(typed: str, read: str) -> None:
    assert read_beginning(typed) == read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0DTI4ZZ", "character 4 is the letter I.*Did you mean 0DT1?"),
        ("OD", "character 1 is the letter O.*Did you mean 0?"),
        ("0DTJ4ZZ9", "it has 8 characters, a code has seven"),
        ("0DT*", "character 4 is “\\*”"),
        ("0Dé", "character 3 is “É”"),
        ("\x00", "character 1"),
    ],
)
def test_what_no_code_holds_is_named(typed: str, said: str) -> None:
    with pytest.raises(CodeShapeError, match=said):
        read_beginning(typed)


@pytest.mark.property
@given(st.text(max_size=40))
def test_anything_is_read_or_refused_with_a_sentence(text: str) -> None:
    try:
        read = read_beginning(text)
    except CodeShapeError:
        return
    assert len(read) <= 7
    assert not set(read) - set("0123456789ABCDEFGHJKLMNPQRSTUVWXYZ")
