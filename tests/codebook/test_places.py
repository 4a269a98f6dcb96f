"""Which row a code stands for: its own, that of the code a 7th character extends, what a heading leads to."""

from pathlib import Path

import pytest

from app.codebook.finder.places import CodeRows, write_places
from app.codebook.sources.tree import NodeKind, SourceNode, SourceTree


@pytest.fixture
def rows(tmp_path: Path) -> CodeRows:
    """Return rows 0 to 2 for M1.0, M1.1 and M1.9, and row 3 for the modifier that is written like a code."""
    tree = SourceTree()
    heading = tree.add(SourceNode(NodeKind.CODE, "M1", "Gout"))
    for code, title in (("M1.0", "Gout of knee"), ("M1.1", "Other gout"), ("M1.9", "Gout, unspecified")):
        tree.add(SourceNode(NodeKind.CODE, code, title, heading, billable=True))
    tree.add(SourceNode(NodeKind.CODE, "N1", "Nothing below"))
    tree.add(SourceNode(NodeKind.MODIFIER, "LT", "Left side"))
    write_places(tmp_path, tree, [None, 0, 1, 2, None, 3], [True, True, True, True])
    return CodeRows(tmp_path)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        pytest.param("M1.0", (0, 2), id="a code"),
        pytest.param("M1", (2, 1), id="a heading leads to its unspecified code"),
        pytest.param("LT", (3, 6), id="a modifier"),
        pytest.param("N1", None, id="a heading that leads nowhere"),
        pytest.param("M1.7", None, id="unknown"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_code_has_its_row(code: str, found: tuple[int, int] | None, rows: CodeRows) -> None:
    assert rows.find(code) == found
