"""Gathers the codes of an ICD-10-PCS table into rows as the printed book has them: sets of values that all combine."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

V = TypeVar("V", bound=Hashable)
#: Orders in which axes are taken apart; the one that gives the fewest rows is kept.
_ORDERS = ((0, 1, 2, 3), (3, 2, 1, 0), (2, 3, 0, 1))


def rows_of(codes: Iterable[tuple[V, V, V, V]]) -> list[tuple[frozenset[V], ...]]:
    """Return rows of four sets each, such that their combinations are exactly the codes, each once."""
    listed = list(codes)
    found = [_merged(_rows_in(order, listed)) for order in _ORDERS]
    return min(found, key=len)


def _rows_in(order: tuple[int, ...], codes: list[tuple[V, V, V, V]]) -> list[tuple[frozenset[V], ...]]:
    rows = _taken_apart([tuple(code[axis] for axis in order) for code in codes])
    back = [order.index(axis) for axis in range(len(order))]
    return [tuple(row[place] for place in back) for row in rows]


def _taken_apart(keys: Sequence[tuple[V, ...]]) -> list[tuple[frozenset[V], ...]]:
    """Put values of the first axis together that go with the same rest, and take the rest apart likewise."""
    if not keys[0]:
        return [()]
    rests: dict[V, list[tuple[V, ...]]] = defaultdict(list)
    for key in keys:
        rests[key[0]].append(key[1:])
    alike: dict[frozenset[tuple[V, ...]], list[V]] = defaultdict(list)
    for value, rest in rests.items():
        alike[frozenset(rest)].append(value)
    return [(frozenset(values), *row) for values in alike.values() for row in _taken_apart(rests[values[0]])]


def _merged(rows: list[tuple[frozenset[V], ...]]) -> list[tuple[frozenset[V], ...]]:
    """Join rows that differ in one axis only, until none do."""
    before = 0
    while before != len(rows):
        before = len(rows)
        for axis in range(len(rows[0])):
            alike: dict[tuple[frozenset[V], ...], list[frozenset[V]]] = defaultdict(list)
            for row in rows:
                alike[row[:axis] + row[axis + 1 :]].append(row[axis])
            rows = [(*rest[:axis], frozenset().union(*sets), *rest[axis:]) for rest, sets in alike.items()]
    return rows
