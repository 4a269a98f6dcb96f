"""Marks in documents: what is read and what is refused."""

import pytest

from app.domain.errors import InvalidInput
from app.domain.marks import MAX_MARKS, read_marks


def test_a_mark_is_read_with_only_what_it_may_hold() -> None:
    mark = {"document": "01.md", "quote": "mole", "kind": "evidence", "row": "diagnoses-0", "note": "", "evil": "x"}
    assert read_marks([mark]) == [
        {"document": "01.md", "quote": "mole", "kind": "evidence", "row": "diagnoses-0", "note": "", "start": None}
    ]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param("x", id="a text"),
        pytest.param([1], id="no record"),
        pytest.param([{"kind": "script"}], id="unknown kind"),
        pytest.param([{"kind": "highlight"}] * (MAX_MARKS + 1), id="too many"),
    ],
)
def test_what_are_no_marks_is_refused(data: object) -> None:
    with pytest.raises(InvalidInput):
        read_marks(data)
