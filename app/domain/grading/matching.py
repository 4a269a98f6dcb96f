"""Owns the cheapest assignment of lines to slots, exact and in integers.

Cost, tie rules and canonical order are packed into one whole number per pair, so exactly one
assignment is cheapest and no tie is left to chance or to the order of typing. Python integers
don't overflow, which is why this isn't ``scipy.optimize.linear_sum_assignment``: its float64 is
exact only up to 2**53, and the canonical order of 25 lines alone needs 118 bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Pair(NamedTuple):
    """A line that may fill a slot: the slot's place in the key and what the match costs.

    (A named tuple, like the other two that are made for every pair: a third of the time.)
    """

    slot: int
    cost: int
    exact: bool


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot as the assignment sees it: what leaving it empty costs, and whether it may stay so."""

    empty_cost: int
    optional: bool


def assign(lines: Sequence[Sequence[Pair]], surplus: Sequence[int], slots: Sequence[Opening]) -> list[int | None]:
    """Return for each line the slot it fills, or None, at the lowest total cost.

    ``lines`` holds the allowed pairs of each line, lines in canonical order; ``surplus[i]`` is
    what line i costs when it is left over. Ties: most exact lines, most matched lines, most exact
    lines on required slots, most lines on optional slots, then the lowest slots for the first
    lines. (The two rules about required and optional slots keep every number that is reported
    independent of the order of slots.)
    """
    candidates = [i for i, pairs in enumerate(lines) if pairs]
    digits = len(slots) + 1
    unit = digits ** len(candidates)
    base = len(candidates) + 2  # so that no level of the tie rules runs into the next
    rows: list[list[tuple[int, int]]] = []
    exits: list[int] = []
    for position, i in enumerate(candidates):
        place = digits ** (len(candidates) - 1 - position)
        rows.append([(p.slot, _packed(p, slots[p.slot], base) * unit + p.slot * place) for p in lines[i]])
        exits.append(surplus[i] * base**4 * unit + len(slots) * place)
    found: list[int | None] = [None] * len(lines)
    for i, slot in zip(candidates, _cheapest(rows, exits, len(slots)), strict=True):
        found[i] = slot
    return found


def _packed(pair: Pair, slot: Opening, base: int) -> int:
    """Return cost and tie rules as one number; an empty slot counts nothing, so filling it saves."""
    value = (pair.cost - slot.empty_cost) * base - pair.exact
    value = value * base - 1
    value = value * base - (pair.exact and not slot.optional)
    return value * base - slot.optional


_BIDS = 4
"""How often rows may outbid each other for one new row before a path is searched: a matter of speed only."""


def _cheapest(rows: Sequence[Sequence[tuple[int, int]]], exits: Sequence[int], columns: int) -> list[int | None]:
    """Solve the assignment by bids and shortest augmenting paths (Jonker and Volgenant 1987).

    Every row takes one column of its list or its own exit; columns may stay free.
    """
    solver = _Solver(rows, exits, columns)
    for row in range(len(rows)):
        solver.place(row)
    return solver.taken


class _Solver:
    """The assignment of the rows placed so far, with potentials that prove it the cheapest."""

    __slots__ = ("_exits", "_owner", "_price", "_rows", "_value", "taken")

    def __init__(self, rows: Sequence[Sequence[tuple[int, int]]], exits: Sequence[int], columns: int) -> None:
        self._rows, self._exits = rows, exits
        self._value = [0] * len(rows)
        self._price = [0] * columns
        self._owner = [-1] * columns
        self.taken: list[int | None] = [None] * len(rows)

    def place(self, row: int) -> None:
        """Take in one more row: let it outbid the owner of its cheapest column, who goes on to the
        next; after a few bids, which settle most ties, search for the shortest path."""
        for _ in range(_BIDS):
            first, second, column = self._two_cheapest(row)
            self._value[row] = second
            if column < 0:
                return
            self._price[column] -= second - first
            outbid, self._owner[column] = self._owner[column], row
            self.taken[row] = column
            if outbid < 0:
                return
            self.taken[outbid] = None
            row = outbid
        self._value[row], _, column = self._two_cheapest(row)
        if column >= 0:
            self._displace(row)

    def _two_cheapest(self, row: int) -> tuple[int, int, int]:
        """Return the lowest and second lowest reduced cost of a row and the column of the lowest, -1
        if that is the row's exit (then both are the exit's)."""
        price, first, second, nearest = self._price, self._exits[row], None, -1
        for column, cost in self._rows[row]:
            reduced = cost - price[column]
            if reduced < first:
                first, second, nearest = reduced, first, column
            elif second is None or reduced < second:
                second = reduced
        return first, first if nearest < 0 or second is None else second, nearest

    def _displace(self, start: int) -> None:
        """Find the shortest path from a row to a free column or to the exit of a row it displaces."""
        reached_from: dict[int, int] = {}
        distance: dict[int, int] = {}
        scanned: dict[int, int] = {}
        depth = {start: 0}
        leaver, best_exit = start, self._exits[start] - self._value[start]
        row, reach = start, 0
        while True:
            self._relax(row, reach - self._value[row], best_exit, distance, scanned, reached_from)
            if not distance:
                return self._move(leaver, best_exit, None, reached_from, depth, scanned)
            column = min(distance, key=distance.__getitem__)
            reach = distance.pop(column)
            row = self._owner[column]
            if row < 0:
                return self._move(leaver, reach, column, reached_from, depth, scanned)
            scanned[column] = depth[row] = reach
            exit_here = reach + self._exits[row] - self._value[row]
            if exit_here < best_exit:
                best_exit, leaver = exit_here, row
                distance = {column: far for column, far in distance.items() if far < best_exit}

    def _relax(
        self,
        row: int,
        base: int,
        bound: int,
        distance: dict[int, int],
        scanned: dict[int, int],
        reached_from: dict[int, int],
    ) -> None:
        """Shorten the ways to the columns of a row; those no nearer than ``bound`` don't matter."""
        price, known = self._price, distance.get
        for column, cost in self._rows[row]:
            far = base + cost - price[column]
            if far < bound and far < known(column, bound) and column not in scanned:
                distance[column] = far
                reached_from[column] = row

    def _move(
        self,
        leaver: int,
        total: int,
        end: int | None,
        reached_from: dict[int, int],
        depth: dict[int, int],
        scanned: dict[int, int],
    ) -> None:
        """Raise the potentials to the length of the path, then shift every row on it by one column."""
        for row, reach in depth.items():
            self._value[row] += total - reach
        for column, reach in scanned.items():
            self._price[column] -= total - reach
        if end is None:
            end, self.taken[leaver] = self.taken[leaver], None
        while end is not None:
            row = reached_from[end]
            self._owner[end] = row
            end, self.taken[row] = self.taken[row], end
