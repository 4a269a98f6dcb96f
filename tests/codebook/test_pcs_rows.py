"""Rows of the ICD-10-PCS tables: their combinations are exactly the codes, each once."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.codebook.sources.pcs_rows import rows_of

CODES = st.sets(st.tuples(*(st.sampled_from("0123Z") for _ in range(4))), min_size=1, max_size=60)


@pytest.mark.property
@given(CODES)
def test_the_combinations_of_all_rows_are_the_codes_and_no_code_is_in_two(codes: set[tuple[str, ...]]) -> None:
    rows = rows_of(codes)  # type: ignore[arg-type]
    combined = [code for row in rows for code in product(*row)]
    assert len(combined) == len(codes)
    assert set(combined) == codes


def test_what_combines_wholly_is_one_row() -> None:
    codes = set(product("12", "04", "Z", "XZ"))
    assert rows_of(codes) == [(frozenset("12"), frozenset("04"), frozenset("Z"), frozenset("XZ"))]  # type: ignore[arg-type]


def test_an_exception_makes_a_second_row() -> None:
    codes = {*product("12", "04", "Z", "Z"), ("1", "4", "Z", "G")}
    assert len(rows_of(codes)) == 2  # type: ignore[arg-type]
