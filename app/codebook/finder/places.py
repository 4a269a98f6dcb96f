"""Owns which row a code stands for: itself where it is one or belongs to one, else what its heading leads to."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.codebook.finder.arrays import open_array
from app.codebook.finder.keys import Keys
from app.codebook.sources.tree import NodeKind, SourceTree

_NO_ROW = np.iinfo(np.uint32).max
_FILES = ("codes", "code_keys", "code_ids", "row_of")


def write_places(folder: Path, tree: SourceTree, row_of: Sequence[int | None], finals: Sequence[bool]) -> None:
    """Write the row of every code and modifier of a tree; node ids are places plus one.

    ``row_of`` holds the row of each place, None for a heading that leads to none; ``finals`` tells of each row
    whether its codes are the last of their branch.
    """
    kinds = (NodeKind.CODE, NodeKind.MODIFIER)
    listed = [(node.code, kinds.index(node.kind), at) for at, node in enumerate(tree.nodes) if node.kind in kinds]
    listed.sort()
    rows = _landings(tree, row_of, finals)
    arrays = (
        np.array([code.encode() for code, _, _ in listed], dtype=np.bytes_),
        Keys.of(code for code, _, _ in listed).stored,
        np.array([at + 1 for _, _, at in listed], dtype=np.uint32),
        np.array([_NO_ROW if (row := rows[at]) is None else row for _, _, at in listed], dtype=np.uint32),
    )
    for name, array in zip(_FILES, arrays, strict=True):
        np.save(folder / f"{name}.npy", array)


class CodeRows:
    """Finds the row of a code."""

    def __init__(self, folder: Path) -> None:
        self._codes, keys, self._ids, self._rows = (open_array(folder / f"{name}.npy") for name in _FILES)
        self._keys = Keys(keys)

    def find(self, code: str) -> tuple[int, int] | None:
        """Return the row of a code or modifier and the id of its node, or None where there is no row."""
        wanted = code.encode()
        at = next((at for at in self._keys.places(code) if self._codes[at] == wanted), None)
        if at is None or self._rows[at] == _NO_ROW:
            return None
        return int(self._rows[at]), int(self._ids[at])


def _landings(tree: SourceTree, row_of: Sequence[int | None], finals: Sequence[bool]) -> list[int | None]:
    """Return the row of each place: that of the likeliest child, where a heading doesn't end in its own row."""
    best: dict[int, tuple[tuple[bool, bool, int], int]] = {}
    found = list(row_of)
    ends = [row is not None and finals[row] for row in row_of]
    for at in reversed(range(len(tree.nodes))):
        if at in best:
            found[at] = found[best[at][1]]
        node = tree.nodes[at]
        if node.parent is not None and not ends[node.parent]:
            ranked = _default_first(node.shown, at), at
            best[node.parent] = max(best.get(node.parent, ranked), ranked)
    return found


def _default_first(title: str, at: int) -> tuple[bool, bool, int]:
    """Rank what a heading leads to that has no clear default: "unspecified", then "other", then the first."""
    title = title.lower()
    return "unspecified" in title, title.startswith("other"), -at
